"""What stands above the next question when a tab turns to a chat."""

import threading
from pathlib import Path

import pytest

from rag.ui.answering import Answering, answer
from rag.ui.opening import catch_up, open_chat
from rag.ui.tab import Tab
from tests.index.building import open_index
from tests.ui.fakes import FakeAssistant, FakeIndex, answering, followed, make_answer
from tests.ui.test_kept import break_chats
from tests.ui.test_render import parse


def questions(past: str) -> list[str]:
    return [node.text() for node in parse(past).css(".turns > .turn > .question")]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(answering(make_answer()))


def ask(tab: Tab, assistant: FakeAssistant, question: str) -> None:
    turn = tab.begin(question, assistant.index.chats)
    assert turn is not None
    list(answer(turn, assistant))


def idle(assistant: FakeAssistant) -> Answering:
    return Answering(assistant)


def test_a_new_chat_is_empty(assistant: FakeAssistant) -> None:
    for chat_id in (None, ""):
        opened = open_chat(Tab(), assistant, idle(assistant), chat_id)
        assert opened.empty
        assert questions(opened.past) == []


def test_a_chat_shows_its_turns_in_their_order(assistant: FakeAssistant) -> None:
    asked = Tab()
    ask(asked, assistant, "How long is the bridge?")
    ask(asked, assistant, "كم عمر جسر موستار؟")
    tab = Tab()
    opened = open_chat(tab, assistant, idle(assistant), asked.conversation.chat_id)
    assert not opened.empty
    assert questions(opened.past) == ["How long is the bridge?", "كم عمر جسر موستار؟"]
    assert parse(opened.past).css_first("#k2-1 mark").text() == "The bridge is 81 metres long."
    ask(tab, assistant, "thanks")
    assert assistant.index.chats.get(str(asked.conversation.chat_id)).info.messages == 3


@pytest.mark.parametrize("chat_id", ["0123456789", "<script>alert(1)</script>"])
def test_an_unknown_chat_is_told_in_both_languages_and_a_new_one_begun(
    assistant: FakeAssistant, chat_id: str
) -> None:
    tab = Tab()
    opened = open_chat(tab, assistant, idle(assistant), chat_id)
    alert = parse(opened.past).css_first('[role="alert"]').text()
    assert "There is no chat at this address" in alert
    assert "لا توجد محادثة على هذا العنوان" in alert
    assert chat_id not in opened.past
    ask(tab, assistant, "How long is the bridge?")
    assert len(assistant.index.chats.list()) == 1


def test_a_library_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        break_chats(tmp_path)
        assistant = FakeAssistant(index=FakeIndex(index.chats))
        opened = open_chat(Tab(), assistant, idle(assistant), "0123456789")
    assert "library.sqlite" in parse(opened.past).css_first('[role="alert"]').text()


def test_every_opening_is_drawn_anew(assistant: FakeAssistant) -> None:
    tab = Tab()
    assert (
        open_chat(tab, assistant, idle(assistant), None).past
        != open_chat(tab, assistant, idle(assistant), None).past
    )


def test_what_another_tab_added_is_caught_up_with(assistant: FakeAssistant) -> None:
    here, there = Tab(), Tab()
    assert catch_up(here, assistant, idle(assistant)) is None
    ask(here, assistant, "How long is the bridge?")
    assert catch_up(here, assistant, idle(assistant)) is None
    open_chat(there, assistant, idle(assistant), here.conversation.chat_id)
    ask(there, assistant, "كم عمر جسر موستار؟")
    past = catch_up(here, assistant, idle(assistant))
    assert past is not None
    assert questions(past) == ["How long is the bridge?", "كم عمر جسر موستار؟"]
    assert catch_up(here, assistant, idle(assistant)) is None


def test_a_chat_that_is_gone_is_not_caught_up_with(assistant: FakeAssistant) -> None:
    tab = Tab()
    ask(tab, assistant, "How long is the bridge?")
    assistant.index.chats.delete(str(tab.conversation.chat_id))
    assert catch_up(tab, assistant, idle(assistant)) is None


def test_a_question_that_was_cut_short_is_found_again(assistant: FakeAssistant) -> None:
    tab = Tab()
    ask(tab, assistant, "How long is the bridge?")
    chat_id = tab.conversation.chat_id
    assert tab.begin("How old is the bridge?", assistant.index.chats) is not None
    opened = open_chat(Tab(), assistant, idle(assistant), chat_id)
    assert questions(opened.past) == ["How long is the bridge?", "How old is the bridge?"]
    assert "has no answer yet" in parse(opened.past).css("article")[1].text()


def test_a_question_that_is_being_answered_is_gone_on_with() -> None:
    gate = threading.Semaphore(0)
    assistant = FakeAssistant(answering(make_answer(), "one ", "two "), gate=gate)
    running = Answering(assistant)
    asked, opened_later = Tab(), Tab()
    turn = asked.begin("How long is the bridge?", assistant.index.chats)
    assert turn is not None
    running.begin(turn)
    opened = open_chat(opened_later, assistant, running, turn.chat_id)
    assert questions(opened.past) == []
    assert not opened.empty
    assert opened_later.conversation.turn is turn
    assert opened_later.conversation.busy
    gate.release(10)
    *_, last = followed(opened_later)
    assert turn.over
    assert turn.view == last
    assert "chip" in turn.view.card
    assert questions(open_chat(Tab(), assistant, running, turn.chat_id).past) == ["How long is the bridge?"]
    assert (asked.conversation.kept, opened_later.conversation.kept) == (1, 1)

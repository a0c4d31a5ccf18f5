"""What a browser tab shows between asking and having been answered."""

import threading

import pytest

from rag.ui.answering import Answering, answer, stop
from rag.ui.tab import Conversation, Tab
from tests.ui.fakes import FakeAssistant, answering, followed, make_answer, memory_chats

QUESTION = "How long is the bridge?"


def fake(*deltas: str, gate: threading.Semaphore | None = None) -> FakeAssistant:
    return FakeAssistant(answering(make_answer(), *deltas), gate=gate)


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_begins_nothing(question: str) -> None:
    chats = memory_chats()
    assert Tab().begin(question, chats) is None
    assert chats.list() == ()


def test_one_question_at_a_time() -> None:
    tab, chats = Tab(), memory_chats()
    assert tab.begin("first", chats) is not None
    assert tab.conversation.busy
    assert tab.begin("second", chats) is None
    (info,) = chats.list()
    assert [asked.question for asked in chats.get(info.id).unanswered] == ["first"]


def test_a_question_is_kept_from_the_moment_it_is_asked() -> None:
    tab, chats = Tab(), memory_chats()
    turn = tab.begin("  كم طول الجسر؟ ", chats)
    assert turn is not None
    chat = chats.get(str(tab.conversation.chat_id))
    assert (chat.info.title, chat.messages) == ("كم طول الجسر؟", ())
    assert [(asked.id, asked.question) for asked in chat.unanswered] == [(turn.asked, "كم طول الجسر؟")]


def test_asking_again_takes_the_place_of_a_question_without_an_answer() -> None:
    tab, chats = Tab(), memory_chats()
    first = tab.begin(QUESTION, chats)
    assert first is not None
    assert stop(first) is not None
    second = tab.begin(QUESTION, chats, again=first.asked)
    assert second is not None
    chat = chats.get(str(tab.conversation.chat_id))
    assert [asked.id for asked in chat.unanswered] == [second.asked]


def test_a_chat_that_is_gone_keeps_nothing_and_leaves_it_to_the_answer_to_say_so() -> None:
    chats = memory_chats()
    tab = Tab(Conversation("0123456789"))
    turn = tab.begin(QUESTION, chats)
    assert turn is not None
    assert (turn.chat_id, turn.asked) == ("0123456789", None)


def test_turns_have_names_of_their_own_whatever_tab_and_chat_they_are_in() -> None:
    names = []
    for tab in (Tab(), Tab()):
        for _ in range(3):
            turn = tab.begin(QUESTION, memory_chats())
            assert turn is not None
            names.append(turn.name)
            tab.turn_to(None)
    assert len(set(names)) == 6


def test_what_is_kept_is_counted_from_turn_to_turn() -> None:
    assistant = fake()
    tab = Tab()
    for expected, question in enumerate([QUESTION, "How old is it?", "How wide is it?"], start=1):
        turn = tab.begin(question, assistant.index.chats)
        assert turn is not None
        assert tab.conversation.kept == expected - 1
        list(answer(turn, assistant))
        assert tab.conversation.kept == expected
    turn = tab.begin("And then?", assistant.index.chats)
    assert turn is not None
    stop(turn)
    assert tab.begin("And now?", assistant.index.chats) is not None
    assert tab.conversation.kept == 3


def test_every_tab_that_shows_a_question_follows_it_to_its_end() -> None:
    assistant = fake("one ", "two ")
    tabs = [Tab(), Tab()]
    turn = tabs[0].begin(QUESTION, assistant.index.chats)
    assert turn is not None
    tabs[1].turn_to(turn.chat_id, kept=0, turn=turn)
    Answering(assistant).begin(turn)
    for tab in tabs:
        *_, last = followed(tab)
        assert last.finished
        assert "chip" in last.card
        assert tab.followed()
        assert not tab.followed()
        assert tab.conversation.kept == 1


def test_a_tab_that_shows_another_chat_follows_no_longer() -> None:
    gate = threading.Semaphore(1)
    assistant = fake("one ", gate=gate)
    tab = Tab()
    turn = tab.begin(QUESTION, assistant.index.chats)
    assert turn is not None
    Answering(assistant).begin(turn)
    shown = []
    reader = threading.Thread(target=lambda: shown.extend(followed(tab)))
    reader.start()
    while "Writing" not in turn.view.card:
        pass
    tab.turn_to(None)
    gate.release(10)
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert not any(view.finished for view in shown)
    assert tab.conversation == Conversation()


def test_a_tab_without_a_question_follows_nothing() -> None:
    tab = Tab()
    assert followed(tab) == []
    assert not tab.followed()

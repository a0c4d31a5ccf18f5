"""What a browser tab does between asking and having been answered."""

import threading
from collections.abc import Sequence

import pytest

from rag.errors import ModelError
from rag.schema import Event
from rag.ui.tab import Conversation, Tab
from rag.ui.turn import View
from tests.ui.fakes import FakeAssistant, answering, make_answer

DOWN = ModelError(en="The model does not answer.", ar="النموذج لا يجيب.")
QUESTION = "How long is the bridge?"


def fake(*deltas: str, gate: threading.Semaphore | None = None) -> FakeAssistant:
    return FakeAssistant(answering(make_answer(), *deltas), gate=gate)


def asked(tab: Tab, assistant: FakeAssistant, *questions: str) -> View:
    """Ask one after the other, and return the last turn as it ends."""
    for question in questions:
        assert tab.begin(question) is not None
        list(tab.answer(assistant))
    turn = tab.conversation.turn
    assert turn is not None
    assert turn.over
    return turn.view


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_begins_nothing(question: str) -> None:
    assert Tab().begin(question) is None


def test_one_question_at_a_time() -> None:
    tab = Tab()
    assert tab.begin("first") is not None
    assert tab.conversation.busy
    assert tab.begin("second") is None


def test_a_turn_is_answered_once() -> None:
    tab, assistant = Tab(), fake()
    assert asked(tab, assistant, QUESTION).finished
    assert list(tab.answer(assistant)) == []
    assert list(tab.conversation.answer(assistant)) == []
    assert assistant.questions == [QUESTION]


def test_turns_have_names_of_their_own_whatever_chat_they_are_in() -> None:
    tab = Tab()
    names = []
    for _ in range(3):
        turn = tab.begin(QUESTION)
        assert turn is not None
        names.append(turn.name)
        tab.turn_to(None)
    assert len(set(names)) == 3


def test_stop_keeps_what_was_written_and_lets_nothing_follow() -> None:
    tab, assistant = Tab(), fake("one ", "two ", "three")
    turn = tab.begin(QUESTION)
    assert turn is not None
    shown = tab.answer(assistant)
    while not (view := next(shown)) or not view.written:
        pass
    stopped = tab.conversation.stop()
    assert stopped is not None
    assert "one" in stopped.card
    assert "not checked" in stopped.card
    assert list(shown) == []
    assert assistant.closed.is_set()
    assert turn.view == stopped
    assert not tab.conversation.busy
    assert tab.conversation.stop() is None
    assert assistant.index.chats.list() == ()


def test_stop_before_the_answer_began() -> None:
    tab, assistant = Tab(), fake()
    tab.begin(QUESTION)
    assert tab.conversation.stop() is not None
    assert list(tab.answer(assistant)) == []
    assert assistant.questions == []


def test_stop_after_the_end_changes_nothing() -> None:
    tab = Tab()
    last = asked(tab, fake(), QUESTION)
    assert tab.conversation.stop() is None
    assert tab.conversation.turn is not None
    assert tab.conversation.turn.view == last


def test_a_fault_leaves_an_error_and_a_free_page() -> None:
    class Broken(FakeAssistant):
        def page_text(self, *_: object) -> str:
            raise ZeroDivisionError("secret detail")

    tab = Tab()
    tab.begin(QUESTION)
    with pytest.raises(ZeroDivisionError):
        list(tab.answer(Broken(answering(make_answer()))))
    assert tab.conversation.turn is not None
    assert "Something went wrong" in tab.conversation.turn.view.card
    assert "secret" not in tab.conversation.turn.view.card
    assert tab.begin("next") is not None


def test_stop_from_another_thread_while_the_model_is_silent() -> None:
    gate = threading.Semaphore(1)
    tab, assistant = Tab(), fake("a", gate=gate)
    tab.begin(QUESTION)
    seen: list[View | None] = []
    reader = threading.Thread(target=lambda: seen.extend(tab.answer(assistant)))
    reader.start()
    while len(seen) < 2 and reader.is_alive():
        pass
    assert tab.conversation.stop() is not None
    gate.release(10)
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert not any(view is None or view.finished for view in seen)
    assert assistant.closed.is_set()


def test_an_answer_is_kept_in_the_chat_of_its_tab() -> None:
    assistant = fake()
    here, there = Tab(), Tab()
    asked(here, assistant, QUESTION, "How old is it?")
    asked(there, assistant, "ما طول الجسر؟")
    kept = {chat.title: chat.messages for chat in assistant.index.chats.list()}
    assert kept == {QUESTION: 2, "ما طول الجسر؟": 1}
    assert here.conversation.chat_id != there.conversation.chat_id
    assert (here.conversation.kept, there.conversation.kept) == (2, 1)


@pytest.mark.parametrize(
    ("first", "second", "searched"),
    [
        (QUESTION, "and who opened it?", "and who opened it (long is the bridge)?"),
        ("كم دولة شاركت في اجتماع روما؟", "وماذا عن بروكسل؟", "كم دولة شاركت في اجتماع بروكسل؟"),
    ],
)
def test_a_follow_up_is_searched_for_as_it_was_understood(first: str, second: str, searched: str) -> None:
    tab = Tab()
    assistant = FakeAssistant(answering(make_answer(language="ar" if "؟" in first else "en")))
    card = asked(tab, assistant, first, second).card
    assert assistant.questions == [first, searched]
    assert f"<bdi>{searched}</bdi>" in card
    assert 'class="searched"' in card
    # The line of the notice that tells it is not told twice: this breaks when rag.conversation words it otherwise.
    assert 'class="notice"' not in card
    assert second in card


@pytest.mark.parametrize("message", ["مرحبا", "thank you!"])
def test_small_talk_is_answered_without_the_assistant(message: str) -> None:
    tab, assistant = Tab(), fake()
    card = asked(tab, assistant, message).card
    assert assistant.questions == []
    assert "sources" not in card
    assert 'class="meta"' not in card
    assert assistant.index.chats.list()[0].title == message


def test_a_chat_that_was_deleted_elsewhere_says_so_and_asks_nothing() -> None:
    tab, assistant = Tab(), fake()
    asked(tab, assistant, QUESTION)
    assistant.index.chats.delete(str(tab.conversation.chat_id))
    card = asked(tab, assistant, "How old is it?").card
    assert "deleted in another tab" in card
    assert "حُذفت هذه المحادثة" in card
    assert assistant.questions == [QUESTION]


@pytest.mark.parametrize("script", [[DOWN], [*answering(make_answer())[:2], DOWN]])
def test_a_question_that_failed_is_shown_and_not_kept(script: Sequence[Event | ModelError]) -> None:
    tab, assistant = Tab(), FakeAssistant(script)
    assert DOWN.en in asked(tab, assistant, QUESTION).card
    assert (tab.conversation.chat_id, tab.conversation.kept) == (None, 0)
    assert assistant.index.chats.list() == ()


def test_two_tabs_that_ask_in_one_chat_lose_nothing() -> None:
    gate = threading.Semaphore(0)
    first, assistant = Tab(), fake("a", "b", gate=gate)
    gate.release(20)
    asked(first, assistant, QUESTION)
    second = Tab()
    second.turn_to(first.conversation.chat_id, kept=1)
    while gate.acquire(blocking=False):
        pass
    threads = []
    for tab, question in ((first, "How old is it?"), (second, "How wide is it?")):
        tab.begin(question)
        threads.append(threading.Thread(target=lambda tab=tab: list(tab.answer(assistant))))
        threads[-1].start()
    gate.release(20)
    for thread in threads:
        thread.join(timeout=10)
    chat = assistant.index.chats.get(str(first.conversation.chat_id))
    assert sorted(message.question for message in chat.messages) == [
        "How long is the bridge?",
        "How old is it?",
        "How wide is it?",
    ]


def test_an_answer_goes_on_when_another_chat_is_opened_and_can_be_come_back_to() -> None:
    gate = threading.Semaphore(100)
    tab, assistant = Tab(), fake("one ", "two ", gate=gate)
    asked(tab, assistant, QUESTION)
    chat_id = tab.conversation.chat_id
    tab.begin("How old is the bridge of Mostar?")
    views = tab.answer(assistant)
    assert next(views) is not None
    left = tab.conversation
    tab.turn_to(None)
    assert tab.conversation == Conversation()
    assert next(views) is None
    assert tab.turn_to(chat_id, kept=1) is left
    *_, last = views
    assert last is not None
    assert last.finished
    assert left.kept == 2
    assert assistant.index.chats.get(str(chat_id)).info.messages == 2


def test_a_question_may_be_asked_elsewhere_before_the_first_is_answered() -> None:
    tab, assistant = Tab(), fake()
    tab.begin(QUESTION)
    tab.turn_to(None)
    tab.begin("How old is the bridge of Mostar?")
    assert set(tab.answer(assistant)) == {None}
    assert None not in set(tab.answer(assistant))
    assert assistant.questions == [QUESTION, "How old is the bridge of Mostar?"]
    assert len(assistant.index.chats.list()) == 2

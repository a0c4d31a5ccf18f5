"""Questions from asked to over, whether or not anybody looks on."""

import threading
from collections.abc import Sequence

import pytest

from rag.errors import ModelError
from rag.schema import Event
from rag.ui.answering import Answering, answer, stop
from rag.ui.live import Turn
from rag.ui.tab import Tab
from rag.ui.turn import View
from tests.ui.fakes import GATE_SECONDS, FakeAssistant, answering, followed, make_answer
from tests.ui.test_render import parse

DOWN = ModelError(en="The model does not answer.", ar="النموذج لا يجيب.")
QUESTION = "How long is the bridge?"


def fake(*deltas: str, gate: threading.Semaphore | None = None) -> FakeAssistant:
    return FakeAssistant(answering(make_answer(), *deltas), gate=gate)


def begun(tab: Tab, assistant: FakeAssistant, question: str = QUESTION) -> Turn:
    turn = tab.begin(question, assistant.index.chats)
    assert turn is not None
    return turn


def asked(tab: Tab, assistant: FakeAssistant, *questions: str) -> View:
    """Ask one after the other, and return the last turn as it ends."""
    for question in questions:
        turn = begun(tab, assistant, question)
        list(answer(turn, assistant))
        assert turn.over
    return turn.view


def test_a_turn_is_answered_once() -> None:
    tab, assistant = Tab(), fake()
    turn = begun(tab, assistant)
    assert list(answer(turn, assistant))[-1].finished
    assert list(answer(turn, assistant)) == []
    assert assistant.questions == [QUESTION]


def test_stop_keeps_what_was_written_and_lets_nothing_follow() -> None:
    tab, assistant = Tab(), fake("one ", "two ", "three")
    turn = begun(tab, assistant)
    shown = answer(turn, assistant)
    while not next(shown).written:
        pass
    stopped = stop(turn)
    assert stopped is not None
    assert "one" in stopped.card
    assert "not checked" in stopped.card
    again = parse(stopped.card).css_first("[data-again]").attributes
    assert (again["data-repeats"], again["data-asked"]) == (QUESTION, turn.asked)
    assert list(shown) == []
    assert assistant.closed.is_set()
    assert turn.view == stopped
    assert not tab.conversation.busy
    assert stop(turn) is None
    chat = assistant.index.chats.get(str(turn.chat_id))
    assert (chat.messages, [question.question for question in chat.unanswered]) == ((), [QUESTION])


def test_stop_before_the_answer_began() -> None:
    tab, assistant = Tab(), fake()
    turn = begun(tab, assistant)
    assert stop(turn) is not None
    assert list(answer(turn, assistant)) == []
    assert assistant.questions == []


def test_stop_after_the_end_changes_nothing() -> None:
    tab = Tab()
    last = asked(tab, fake(), QUESTION)
    turn = tab.conversation.turn
    assert turn is not None
    assert stop(turn) is None
    assert turn.view == last


def test_a_fault_leaves_an_error_and_a_free_page() -> None:
    class Broken(FakeAssistant):
        def page_text(self, *_: object) -> str:
            raise ZeroDivisionError("secret detail")

    tab, assistant = Tab(), Broken(answering(make_answer()))
    turn = begun(tab, assistant)
    with pytest.raises(ZeroDivisionError):
        list(answer(turn, assistant))
    assert "Something went wrong" in turn.view.card
    assert "secret" not in turn.view.card
    assert tab.begin("next", assistant.index.chats) is not None


def test_stop_from_another_thread_while_the_model_is_silent() -> None:
    gate = threading.Semaphore(1)
    tab, assistant = Tab(), fake("a", gate=gate)
    turn = begun(tab, assistant)
    seen: list[View] = []
    reader = threading.Thread(target=lambda: seen.extend(answer(turn, assistant)))
    reader.start()
    while len(seen) < 2 and reader.is_alive():
        pass
    assert stop(turn) is not None
    gate.release(10)
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert not any(view.finished for view in seen)
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
    chat = assistant.index.chats.get(str(here.conversation.chat_id))
    assert chat.unanswered == ()
    assert here.conversation.turn is not None
    row = parse(here.conversation.turn.view.card).css_first(".actions").attributes
    assert (row["data-chat"], row["data-message"]) == (chat.info.id, "1")


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
    # Asked again later, it has to mean the same.
    assert parse(card).css_first("[data-again]").attributes["data-repeats"] == searched


@pytest.mark.parametrize("message", ["مرحبا", "thank you!"])
def test_small_talk_is_answered_without_the_assistant(message: str) -> None:
    tab, assistant = Tab(), fake()
    card = asked(tab, assistant, message).card
    assert assistant.questions == []
    assert "sources" not in card
    assert 'class="meta"' not in card
    assert 'class="actions"' not in card
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
def test_a_question_that_failed_is_shown_and_can_be_asked_again(script: Sequence[Event | ModelError]) -> None:
    tab, assistant = Tab(), FakeAssistant(script)
    card = asked(tab, assistant, QUESTION).card
    assert DOWN.en in card
    assert parse(card).css_first("[data-again]").attributes["data-repeats"] == QUESTION
    assert tab.conversation.kept == 0
    chat = assistant.index.chats.get(str(tab.conversation.chat_id))
    assert (chat.messages, [question.question for question in chat.unanswered]) == ((), [QUESTION])


def test_two_tabs_that_ask_in_one_chat_lose_nothing() -> None:
    gate = threading.Semaphore(20)
    assistant = fake("a", "b", gate=gate)
    first, second = Tab(), Tab()
    asked(first, assistant, QUESTION)
    second.turn_to(first.conversation.chat_id, kept=1)
    while gate.acquire(blocking=False):
        pass
    running = Answering(assistant)
    for tab, question in ((first, "How old is it?"), (second, "How wide is it?")):
        running.begin(begun(tab, assistant, question))
    gate.release(20)
    for tab in (first, second):
        assert followed(tab)[-1].finished
    chat = assistant.index.chats.get(str(first.conversation.chat_id))
    assert sorted(message.question for message in chat.messages) == [
        "How long is the bridge?",
        "How old is it?",
        "How wide is it?",
    ]
    assert sorted(message.ordinal for message in chat.messages) == [0, 1, 2]
    assert chat.unanswered == ()


def test_an_answer_is_written_to_its_end_when_nobody_looks_on() -> None:
    gate = threading.Semaphore(0)
    assistant = fake("one ", "two ", gate=gate)
    running = Answering(assistant)
    turn = begun(Tab(), assistant)
    running.begin(turn)
    assert running.of(str(turn.chat_id)) == [turn]
    assert running.of("0123456789") == []
    gate.release(10)
    assert assistant.closed.wait(GATE_SECONDS)
    later = Tab()
    later.turn_to(turn.chat_id, turn=turn)
    assert followed(later)[-1].finished
    (message,) = assistant.index.chats.get(str(turn.chat_id)).messages
    assert message.question == QUESTION
    assert running.of(str(turn.chat_id)) == []


def test_no_more_are_answered_at_one_time_than_may_be() -> None:
    gate = threading.Semaphore(0)
    assistant = fake(gate=gate)
    running = Answering(assistant, at_once=1)
    tabs = [Tab(), Tab()]
    for tab in tabs:
        running.begin(begun(tab, assistant))
    gate.release()
    waiting = next(tab for tab in tabs if tab.conversation.turn and not tab.conversation.turn.view.card)
    assert len(assistant.questions) <= 1
    assert waiting.conversation.busy
    gate.release(20)
    assert [followed(tab)[-1].finished for tab in tabs] == [True, True]
    assert len(assistant.questions) == 2


def test_when_the_server_ends_what_is_under_way_is_given_up_and_stays_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rag.ui.answering.GOODBYE_SECONDS", 0.01)
    gate = threading.Semaphore(0)
    assistant = fake(gate=gate)
    running = Answering(assistant)
    turn = begun(Tab(), assistant)
    running.begin(turn)
    while not assistant.questions:
        pass
    running.close()
    assert turn.over
    gate.release(10)
    assert assistant.closed.wait(GATE_SECONDS)
    chat = assistant.index.chats.get(str(turn.chat_id))
    assert [question.id for question in chat.unanswered] == [turn.asked]
    assert chat.messages == ()

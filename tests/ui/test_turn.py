import threading
from itertools import pairwise

import pytest

from rag.errors import ModelError
from rag.schema import AnswerReady, SourcesFound, TextDelta
from rag.ui.conversation import Conversation
from rag.ui.turn import View, stream_turn
from tests.ui.fakes import FakeAssistant, answering, make_answer, make_hit, make_refusal

DOWN = ModelError(en="The model does not answer.", ar="النموذج لا يجيب.")


class Clock:
    """Moves on by `step` seconds each time it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def views(assistant: FakeAssistant, *, step: float = 1.0) -> list[View]:
    return list(stream_turn(assistant, "How long is the bridge?", "t1", clock=Clock(step)))


def test_a_turn_goes_from_searching_to_its_answer() -> None:
    seen = views(FakeAssistant(answering(make_answer(), "The bridge ", "is long.")))
    assert "Searching" in seen[0].card
    assert "Passages found" in seen[1].below
    assert [view.written for view in seen[2:4]] == ["The bridge ", "The bridge is long."]
    assert [view.finished for view in seen] == [False, False, False, False, True]
    assert "chip" in seen[-1].card
    assert (seen[-1].text, seen[-1].below) == ("", "")


def test_text_only_grows_at_its_end() -> None:
    """Gradio then sends what is new instead of the whole: the cost of an answer is linear in its length."""
    seen = [
        view.text
        for view in views(FakeAssistant(answering(make_answer(), "a <b", "> &", " جملة", "\n\nc")))
        if view.text
    ]
    assert len(seen) == 4
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))


def test_updates_are_limited_however_fast_the_model_writes() -> None:
    deltas = ["word "] * 1000
    seen = views(FakeAssistant(answering(make_answer(), *deltas)), step=0.001)
    # 1000 deltas at 1000 a second are one second: 12 updates, and those of start, sources and end.
    assert 10 <= len(seen) <= 20


@pytest.mark.parametrize("script", [[DOWN], [SourcesFound((make_hit(),), "x"), TextDelta("half "), DOWN]])
def test_an_error_ends_the_turn_in_both_languages(
    script: list[SourcesFound | TextDelta | ModelError],
) -> None:
    assistant = FakeAssistant(script)
    last = views(assistant)[-1]
    assert last.finished
    assert DOWN.en in last.card
    assert DOWN.ar in last.card
    assert ("half" in last.card) == (len(script) > 1)
    assert assistant.closed.is_set()


def test_closing_a_turn_closes_the_assistant() -> None:
    assistant = FakeAssistant(answering(make_answer(), "one ", "two"))
    turn = stream_turn(assistant, "q", "t1", clock=Clock(1.0))
    while not next(turn).written:
        pass
    assert not assistant.closed.is_set()
    turn.close()
    assert assistant.closed.is_set()


def test_a_refusal_shows_its_nearest_passages() -> None:
    assistant = FakeAssistant(answering(make_refusal(hits=[make_hit()])))
    assert "Nearest passages" in views(assistant)[-1].card


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_begins_nothing(question: str) -> None:
    assert Conversation().begin(question) is None


def test_one_question_at_a_time() -> None:
    talk = Conversation()
    assert talk.begin("first") is not None
    assert talk.busy
    assert talk.begin("second") is None


def test_a_turn_is_answered_once() -> None:
    talk, assistant = Conversation(), FakeAssistant(answering(make_answer()))
    talk.begin("q")
    assert list(talk.answer(assistant))[-1].finished
    assert list(talk.answer(assistant)) == []
    assert assistant.questions == ["q"]


def test_answered_turns_become_the_past_with_names_of_their_own() -> None:
    talk, assistant = Conversation(), FakeAssistant(answering(make_answer()))
    for question in ("first?", "second?", "third?"):
        talk.begin(question)
        list(talk.answer(assistant))
    assert len(talk.past) == 2
    assert 'id="t1"' in talk.past[0]
    assert 'id="t2"' in talk.past[1]
    assert talk.turn is not None
    assert 'id="t3"' in talk.turn.view.card


def test_stop_keeps_what_was_written_and_lets_nothing_follow() -> None:
    talk, assistant = Conversation(), FakeAssistant(answering(make_answer(), "one ", "two ", "three"))
    talk.begin("q")
    turn = talk.turn
    assert turn is not None
    shown = talk.answer(assistant)
    next(shown)
    turn.show(View("", written="one "))
    stopped = talk.stop()
    assert stopped is not None
    assert "one" in stopped.card
    assert "not checked" in stopped.card
    assert list(shown) == []
    assert assistant.closed.is_set()
    assert turn.view == stopped
    assert not talk.busy
    assert talk.stop() is None


def test_stop_before_the_answer_began() -> None:
    talk, assistant = Conversation(), FakeAssistant(answering(make_answer()))
    talk.begin("q")
    assert talk.stop() is not None
    assert list(talk.answer(assistant)) == []
    assert assistant.questions == []


def test_stop_after_the_end_changes_nothing() -> None:
    talk = Conversation()
    talk.begin("q")
    last = list(talk.answer(FakeAssistant(answering(make_answer()))))[-1]
    assert talk.stop() is None
    assert talk.turn is not None
    assert talk.turn.view == last


def test_a_fault_leaves_an_error_and_a_free_page() -> None:
    class Broken(FakeAssistant):
        def page_text(self, *_: object) -> str:
            raise ZeroDivisionError("secret detail")

    talk = Conversation()
    talk.begin("q")
    with pytest.raises(ZeroDivisionError):
        list(talk.answer(Broken(answering(make_answer()))))
    assert talk.turn is not None
    assert "Something went wrong" in talk.turn.view.card
    assert "secret" not in talk.turn.view.card
    assert talk.begin("next") is not None


def test_stop_from_another_thread_while_the_model_is_silent() -> None:
    gate = threading.Semaphore(1)
    talk, assistant = Conversation(), FakeAssistant(answering(make_answer(), "a"), gate=gate)
    talk.begin("q")
    seen: list[View] = []
    reader = threading.Thread(target=lambda: seen.extend(talk.answer(assistant)))
    reader.start()
    while len(seen) < 2 and reader.is_alive():
        pass
    assert talk.stop() is not None
    gate.release(10)
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert not any(view.finished for view in seen)
    assert assistant.closed.is_set()


def test_events_end_with_an_answer() -> None:
    assert isinstance(list(FakeAssistant(answering(make_answer())).events("q"))[-1], AnswerReady)

from collections.abc import Generator
from itertools import pairwise

import pytest

from rag.errors import ModelError
from rag.schema import SourcesFound, TextDelta
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


QUESTION = "How long is the bridge?"


def stream(
    assistant: FakeAssistant, *, step: float = 1.0, searched: str = QUESTION
) -> Generator[View, None, None]:
    return stream_turn(
        assistant.events(QUESTION),
        QUESTION,
        "t1",
        page_text=assistant.page_text,
        searched=lambda: searched,
        clock=Clock(step),
    )


def views(assistant: FakeAssistant, *, step: float = 1.0) -> list[View]:
    return list(stream(assistant, step=step))


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
    turn = stream(assistant)
    while not next(turn).written:
        pass
    assert not assistant.closed.is_set()
    turn.close()
    assert assistant.closed.is_set()


def test_a_refusal_shows_its_nearest_passages() -> None:
    assistant = FakeAssistant(answering(make_refusal(hits=[make_hit()])))
    assert "Nearest passages" in views(assistant)[-1].card


@pytest.mark.parametrize(
    ("searched", "shown"), [(QUESTION, False), ("How long is the bridge of Mostar?", True)]
)
def test_what_was_searched_for_is_shown_where_it_is_another_question(searched: str, shown: bool) -> None:
    _, found, *_ = stream(FakeAssistant(answering(make_answer())), searched=searched)
    assert ("Searched for:" in found.card) == shown
    assert ("Mostar" in found.card) == shown


def test_sources_that_did_not_fit_are_told_while_the_answer_is_written() -> None:
    script = answering(make_answer())
    script[0] = SourcesFound((make_hit(),), "ollama:x", left_out=2)
    assert "2</bdi> further sources did not fit." in views(FakeAssistant(script))[1].below

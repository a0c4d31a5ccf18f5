"""What answers take."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from rag.errors import ModelError
from rag.evaluate.usage import Cost, MeteredEngine, costs_of, first_token_seconds, summarise
from rag.generate import Reply, complete
from tests.evaluate.building import answer
from tests.fakes import FakeChatEngine


@pytest.mark.parametrize(
    ("timings", "seconds"),
    [
        # As the assistant writes them: the total is in between.
        ({"translate": 1.0, "total": 9.0, "retrieve": 0.5, "first_token": 2.0, "generate": 5.5}, 3.5),
        ({"retrieve": 0.5, "total": 0.75, "answer": 0.25}, 0.75),
        ({}, None),
    ],
)
def test_first_token(timings: dict[str, float], seconds: float | None) -> None:
    assert first_token_seconds(timings) == seconds


def test_costs_of_an_answer() -> None:
    given = replace(answer("روما"), timings={"retrieve": 0.25, "total": 1.0, "first_token": 0.5})
    assert costs_of(given, seconds=1.23456, prompt_tokens=812, answer_tokens=3) == {
        "seconds": 1.2346,
        "first_token_seconds": 0.75,
        "prompt_tokens": 812,
        "answer_tokens": 3,
    }


def test_summary_by_hand() -> None:
    # 0 … 19: mean and median 9.5; the 95th percentile lies at 0.95 · 19 = 18.05.
    assert summarise([float(value) for value in range(20)]) == Cost(9.5, 9.5, 18.05, 20)
    assert summarise([]) == Cost(None, None, None, 0)


def test_tokens_of_all_replies_to_one_question_are_added_up() -> None:
    engine = FakeChatEngine()
    for said in (Reply(prompt_tokens=100), Reply(prompt_tokens=20), None, Reply()):
        engine.enqueue("نعم لا", said=said)
    metered = MeteredEngine(engine)
    assert metered.name == engine.name
    assert [complete(metered, "system", "user") for _ in range(2)] == ["نعم لا"] * 2
    assert metered.take() == 120
    # Taken once. A server that says nothing leaves nothing.
    for _ in range(2):
        complete(metered, "system", "user")
    assert metered.take() is None


def test_threads_do_not_mix() -> None:
    engine = FakeChatEngine()
    engine.enqueue("a", said=Reply(prompt_tokens=100))
    metered = MeteredEngine(engine)
    elsewhere: list[int | None] = []
    complete(metered, "", "")
    thread = threading.Thread(target=lambda: elsewhere.append(metered.take()))
    thread.start()
    thread.join()
    assert (elsewhere, metered.take()) == ([None], 100)


def test_errors_and_closing_reach_the_engine() -> None:
    engine = FakeChatEngine()
    engine.enqueue("a b c", error=ModelError(en="down", ar="متوقف"), after=1)
    engine.enqueue("a b c")
    metered = MeteredEngine(engine)
    with pytest.raises(ModelError, match="down"):
        complete(metered, "", "")
    assert complete(metered, "", "", enough=bool) == "a "
    assert engine.closed_early == [False, True]

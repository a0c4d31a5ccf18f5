"""What is asked of every chat engine: of each real one against a server that speaks its protocol, and of the fake."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest

from rag.errors import ModelError, ModelUnreachableError
from rag.generate import Reply, complete
from tests.fakes import FakeChatEngine
from tests.generate.ollama import OLLAMA
from tests.generate.openai_server import OPENAI
from tests.generate.wire import (
    MODEL,
    PIECES,
    CutError,
    Line,
    ModelServer,
    Wire,
    address_of_a_full_house,
    address_of_nothing,
    all_of,
    said,
)


@pytest.fixture(params=[OLLAMA, OPENAI], ids=["ollama", "openai"])
def wire(request: pytest.FixtureRequest) -> Wire:
    """Each protocol."""
    chosen: Wire = request.param
    return chosen


@pytest.fixture
def server(wire: Wire) -> Iterator[ModelServer]:
    """A healthy server, to be told otherwise."""
    with wire.serve() as running:
        yield running


def test_streams_the_answer_as_it_is_written(wire: Wire, server: ModelServer) -> None:
    engine = wire.engine_at(server.url)
    assert all_of(engine.stream("قواعد", "سؤال؟")) == (PIECES, Reply(12, cut_short=False))
    assert engine.name in {f"ollama:{MODEL}", f"openai:{MODEL}"}


def test_sends_both_messages_as_they_are(wire: Wire, server: ModelServer) -> None:
    all_of(wire.engine_at(server.url).stream("Rules {x}", "سؤال {y}؟"))
    (request,) = server.requests
    assert [(message["role"], message["content"]) for message in request.body["messages"]] == [
        ("system", "Rules {x}"),
        ("user", "سؤال {y}؟"),
    ]
    assert (request.body["model"], request.body["stream"]) == (MODEL, True)


@pytest.mark.parametrize(("prompt_tokens", "read"), [(12, 12), (0, None)])
def test_a_reply_cut_for_length_says_so(
    wire: Wire, server: ModelServer, prompt_tokens: int, read: int | None
) -> None:
    server.script = lambda: wire.answer(["81"], finish="length", prompt_tokens=prompt_tokens)
    assert all_of(wire.engine_at(server.url).stream("s", "u")) == (["81"], Reply(read, cut_short=True))


@pytest.mark.parametrize(
    "pieces",
    [
        ["<think>81?", "</think>\n", "81 [1]."],
        ["<thi", "nk>Let me see. ", "81?</think>", "\n\n81", " [1]."],
    ],
)
def test_thoughts_are_not_the_answer(wire: Wire, server: ModelServer, pieces: list[str]) -> None:
    server.script = lambda: wire.answer(pieces)
    assert "".join(wire.engine_at(server.url).stream("s", "u")) == "81 [1]."


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("cut", "was cut"), ("unfinished", "was cut"), ("no JSON", "was cut"), ("error", "the runner died")],
)
def test_fault_in_mid_stream_keeps_the_text_so_far(
    wire: Wire, server: ModelServer, fault: str, expected: str
) -> None:
    def script() -> Iterator[Line]:
        yield from map(wire.piece, PIECES[:2])
        if fault == "cut":
            raise CutError
        if fault == "no JSON":
            yield wire.no_json
        if fault == "error":
            yield wire.error

    server.script = script
    stream = wire.engine_at(server.url).stream("s", "u")
    assert [next(stream), next(stream)] == PIECES[:2]
    with pytest.raises(ModelError) as caught:
        next(stream)
    assert expected in said(caught.value)


def test_silent_model_times_out_with_the_setting_to_raise(wire: Wire, server: ModelServer) -> None:
    released = threading.Event()

    def slow() -> Iterator[Line]:
        yield wire.piece(PIECES[0])
        released.wait(30)

    server.script = slow
    stream = wire.engine_at(server.url, read_seconds=0.3).stream("s", "u")
    try:
        assert next(stream) == PIECES[0]
        with pytest.raises(ModelError) as caught:
            next(stream)
    finally:
        released.set()
    assert "RAG_LLM_READ_SECONDS" in said(caught.value)
    assert not isinstance(caught.value, ModelUnreachableError)


def test_server_that_is_down_says_what_to_do(wire: Wire) -> None:
    with pytest.raises(ModelUnreachableError) as caught:
        all_of(wire.engine_at(address_of_nothing()).stream("s", "u"))
    assert wire.remedy in said(caught.value)


def test_server_that_takes_no_connection_is_not_taken_for_a_silent_model(wire: Wire) -> None:
    with address_of_a_full_house() as url, pytest.raises(ModelUnreachableError) as caught:
        all_of(wire.engine_at(url).stream("s", "u"))
    assert wire.remedy in said(caught.value)


def test_closing_the_stream_disconnects_so_that_the_server_stops(wire: Wire, server: ModelServer) -> None:
    def endless() -> Iterator[Line]:
        while True:
            yield wire.piece("و" * 2000)

    server.script = endless
    stream = wire.engine_at(server.url).stream("s", "u")
    next(stream)
    assert not server.client_left.is_set()
    stream.close()
    assert server.client_left.wait(10)


def test_the_fake_engine_keeps_the_same_contract() -> None:
    engine = FakeChatEngine("one two", ["ثلا", "ثة"])
    engine.enqueue("never said", error=ModelError(en="down", ar="متوقف"))
    engine.enqueue("first second third", error=ModelError(en="cut", ar="انقطع"), after=2)
    assert "".join(engine.stream("s1", "u1")) == "one two"
    with contextlib.closing(engine.stream("s2", "u2")) as stream:
        assert next(stream) == "ثلا"
    with pytest.raises(ModelError, match="down"):
        next(engine.stream("s3", "u3"))
    fourth = engine.stream("s4", "u4")
    assert [next(fourth), next(fourth)] == ["first ", "second "]
    with pytest.raises(ModelError, match="cut"):
        next(fourth)
    assert engine.history == [("s1", "u1"), ("s2", "u2"), ("s3", "u3"), ("s4", "u4")]
    assert engine.closed_early == [False, True, False, False]


def test_a_reply_as_a_whole_and_no_more_of_it_than_is_enough() -> None:
    engine = FakeChatEngine("81 countries", ["من ", "ترأسه", "؟"], "never said")
    assert complete(engine, "s1", "u1") == "81 countries"
    assert complete(engine, "s2", "u2", enough=lambda reply: len(reply) > 3) == "من ترأسه"
    assert engine.closed_early == [False, True]
    assert engine.history == [("s1", "u1"), ("s2", "u2")]


def test_a_reply_that_fails_is_no_reply() -> None:
    engine = FakeChatEngine()
    engine.enqueue("81 countries", error=ModelError(en="cut", ar="انقطع"), after=1)
    with pytest.raises(ModelError, match="cut"):
        complete(engine, "s", "u")

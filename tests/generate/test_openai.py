"""OpenAIEngine against a server that speaks the protocol on loopback, in health and with each of its faults."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError, RagError
from rag.generate import OpenAIEngine, Reply, open_chat_engine
from tests.generate.openai_server import MODEL, PIECES, CutError, OpenAIServer, answer, openai_server, piece
from tests.generate.test_engine import all_of


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A healthy server, to be told otherwise."""
    with openai_server() as running:
        yield running


def engine_at(url: str, *, read_seconds: float = 5.0, api_key: str = "") -> OpenAIEngine:
    """An engine with values that no default shares."""
    return OpenAIEngine(
        model=MODEL,
        url=url,
        api_key=api_key,
        answer_tokens=321,
        temperature=0.25,
        seed=7,
        connect_seconds=1.0,
        read_seconds=read_seconds,
    )


def said(error: RagError) -> str:
    """The English sentence, once both are known to be there and to differ."""
    assert error.en.strip()
    assert error.ar.strip()
    assert any("\u0600" <= character <= "\u06ff" for character in error.ar)
    assert not any("\u0600" <= character <= "\u06ff" for character in error.en)
    return error.en


def test_streams_the_answer_and_says_how_it_ended(server: OpenAIServer) -> None:
    engine = engine_at(server.url)
    assert all_of(engine.stream("قواعد", "سؤال؟")) == (PIECES, Reply(12, cut_short=False))
    assert engine.name == "openai:qwen3-4b"


def test_sends_every_setting(server: OpenAIServer) -> None:
    all_of(engine_at(server.url, api_key="k-1").stream("Rules {x}", "سؤال {y}؟"))
    ((path, body, key),) = server.requests
    assert path == "/v1/chat/completions"
    assert key == "Bearer k-1"
    assert [(message["role"], message["content"]) for message in body["messages"]] == [
        ("system", "Rules {x}"),
        ("user", "سؤال {y}؟"),
    ]
    assert (body["model"], body["temperature"], body["seed"], body["stream"]) == (MODEL, 0.25, 7, True)
    assert "\nQuestion:" in body["stop"]
    assert body.get("max_tokens", body.get("max_completion_tokens")) == 321


def test_an_address_with_a_path_is_taken_as_it_is(server: OpenAIServer) -> None:
    all_of(engine_at(f"{server.url}/api/openai").stream("s", "u"))
    assert server.requests[0][0] == "/api/openai/chat/completions"


def test_a_reply_cut_for_length_says_so(server: OpenAIServer) -> None:
    server.events = lambda: answer(["81"], "length")
    assert all_of(engine_at(server.url).stream("s", "u")) == (["81"], Reply(12, cut_short=True))


def test_thoughts_are_not_the_answer(server: OpenAIServer) -> None:
    server.events = lambda: answer(["<thi", "nk>Let me see. ", "81?</think>", "\n\n81 countries", " [1]."])
    assert "".join(all_of(engine_at(server.url).stream("s", "u"))[0]) == "81 countries [1]."


@pytest.mark.parametrize(
    ("status", "error", "kind", "expected"),
    [
        (404, "no such model", ModelMissingError, MODEL),
        (400, "the prompt is longer than the context", ModelError, "the prompt is longer than the context"),
        (401, "wrong key", ModelError, "wrong key"),
        (500, "out of memory", ModelError, "out of memory"),
    ],
)
def test_refusals(
    server: OpenAIServer, status: int, error: str, kind: type[ModelError], expected: str
) -> None:
    server.status, server.error = status, error
    with pytest.raises(kind) as caught:
        all_of(engine_at(server.url).stream("s", "u"))
    assert expected in said(caught.value)


def _cut() -> Iterator[dict[str, Any] | bytes]:
    yield from map(piece, PIECES[:2])
    raise CutError


def _unfinished() -> Iterator[dict[str, Any] | bytes]:
    yield from map(piece, PIECES[:2])


def _no_json() -> Iterator[dict[str, Any] | bytes]:
    yield from map(piece, PIECES[:2])
    yield b"data: <html>gateway</html>"


def _error_event() -> Iterator[dict[str, Any] | bytes]:
    yield from map(piece, PIECES[:2])
    yield {"error": {"message": "the runner died", "type": "server_error", "code": 500}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [(_cut, "was cut"), (_unfinished, "was cut"), (_no_json, "was cut"), (_error_event, "the runner died")],
)
def test_fault_in_mid_stream_keeps_the_text_so_far(
    server: OpenAIServer, events: Callable[[], Iterator[dict[str, Any] | bytes]], expected: str
) -> None:
    server.events = events
    stream = engine_at(server.url).stream("s", "u")
    assert [next(stream), next(stream)] == PIECES[:2]
    with pytest.raises(ModelError) as caught:
        next(stream)
    assert expected in said(caught.value)


def test_silent_model_times_out_with_the_setting_to_raise(server: OpenAIServer) -> None:
    released = threading.Event()

    def slow() -> Iterator[dict[str, Any] | bytes]:
        yield piece(PIECES[0])
        released.wait(30)

    server.events = slow
    stream = engine_at(server.url, read_seconds=0.3).stream("s", "u")
    try:
        assert next(stream) == PIECES[0]
        with pytest.raises(ModelError) as caught:
            next(stream)
    finally:
        released.set()
    assert "RAG_LLM_READ_SECONDS" in said(caught.value)


def test_server_that_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(ModelUnreachableError) as caught:
        all_of(engine_at(f"http://127.0.0.1:{port}").stream("s", "u"))
    assert "RAG_LLM_URL" in said(caught.value)


def test_closing_the_stream_disconnects_so_that_the_server_stops(server: OpenAIServer) -> None:
    def endless() -> Iterator[dict[str, Any] | bytes]:
        while True:
            yield piece("و" * 2000)

    server.events = endless
    stream = engine_at(server.url).stream("s", "u")
    next(stream)
    stream.close()
    assert server.client_left.wait(10)


def test_the_setting_opens_it(server: OpenAIServer) -> None:
    engine = open_chat_engine(
        f"openai:{MODEL}", url=server.url, context_tokens=4096, answer_tokens=64, api_key="k"
    )
    assert engine is not None
    assert "".join(engine.stream("s", "u")) == "".join(PIECES)

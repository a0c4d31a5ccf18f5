"""OllamaEngine against a server that speaks Ollama's wire format on loopback, in health and with each of its faults."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError, RagError
from rag.generate import ChatEngine, OllamaEngine, Reply, list_ollama_models, open_chat_engine
from tests.fakes import FakeChatEngine
from tests.generate.ollama import MODEL, PIECES, CutError, Line, OllamaServer, last_line, ollama_server, piece
from tests.generate.test_engine import all_of


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    """A healthy server, to be told otherwise."""
    with ollama_server() as running:
        yield running


def engine_at(url: str, *, model: str = MODEL, read_seconds: float = 5.0) -> OllamaEngine:
    """An engine with values that no default shares."""
    return OllamaEngine(
        model=model,
        url=url,
        context_tokens=3000,
        answer_tokens=321,
        temperature=0.25,
        seed=7,
        connect_seconds=1.0,
        read_seconds=read_seconds,
        keep_alive="7m",
    )


def said(error: RagError) -> str:
    """The English sentence, once both are known to be there and to differ."""
    assert error.en.strip()
    assert error.ar.strip()
    assert error.en != error.ar
    assert any("\u0600" <= character <= "\u06ff" for character in error.ar)
    assert not any("\u0600" <= character <= "\u06ff" for character in error.en)
    return error.en


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_streams_the_answer_as_it_is_written(server: OllamaServer) -> None:
    engine = engine_at(server.url)
    assert all_of(engine.stream("قواعد", "سؤال؟")) == (PIECES, Reply(12, cut_short=False))
    assert engine.name == "ollama:qwen3:4b"


def test_sends_every_setting_the_server_would_otherwise_guess(server: OllamaServer) -> None:
    list(engine_at(server.url).stream("Rules {x}", "سؤال {y}؟"))
    request = server.chat_request()
    assert request["model"] == MODEL
    assert [(message["role"], message["content"]) for message in request["messages"]] == [
        ("system", "Rules {x}"),
        ("user", "سؤال {y}؟"),
    ]
    options = request["options"]
    assert options["num_ctx"] == 3000
    assert options["num_predict"] == 321
    assert options["temperature"] == 0.25
    assert options["seed"] == 7
    assert "\nQuestion:" in options["stop"]
    assert request["think"] is False
    assert request["keep_alive"] == "7m"
    assert request["stream"] is True


def test_unknown_model_names_the_command_that_fetches_it(server: OllamaServer) -> None:
    with pytest.raises(ModelMissingError) as caught:
        list(engine_at(server.url, model="nope:1b").stream("s", "u"))
    assert "ollama pull nope:1b" in said(caught.value)


def test_model_that_does_not_fit_in_memory(server: OllamaServer) -> None:
    server.error = "model requires more system memory (5.2 GiB) than is available"
    with pytest.raises(ModelError) as caught:
        list(engine_at(server.url).stream("s", "u"))
    assert "5.2 GiB" in said(caught.value)
    assert "smaller model" in said(caught.value)


def _cut() -> Iterator[Line]:
    yield from map(piece, PIECES[:2])
    raise CutError


def _error_line() -> Iterator[Line]:
    yield from map(piece, PIECES[:2])
    yield {"error": "an error was encountered while running the model"}


def _no_done() -> Iterator[Line]:
    yield from map(piece, PIECES[:2])


def _no_json() -> Iterator[Line]:
    yield from map(piece, PIECES[:2])
    yield b"<html>gateway</html>\n"


MID_STREAM = [
    (_cut, "was cut"),
    (_error_line, "an error was encountered while running the model"),
    (_no_done, "was cut"),
    (_no_json, "was cut"),
]


@pytest.mark.parametrize(("lines", "expected"), MID_STREAM)
def test_fault_in_mid_stream_keeps_the_text_so_far(
    server: OllamaServer, lines: Callable[[], Iterator[Line]], expected: str
) -> None:
    server.lines = lines
    stream = engine_at(server.url).stream("s", "u")
    assert [next(stream), next(stream)] == PIECES[:2]
    with pytest.raises(ModelError) as caught:
        next(stream)
    assert expected in said(caught.value)


def test_stream_without_a_line_is_an_error_too(server: OllamaServer) -> None:
    server.lines = lambda: iter(())
    with pytest.raises(ModelError) as caught:
        list(engine_at(server.url).stream("s", "u"))
    assert "was cut" in said(caught.value)


def test_answer_of_a_server_too_old_for_done_reason_is_whole(server: OllamaServer) -> None:
    old_last_line = {key: value for key, value in last_line().items() if key != "done_reason"}
    server.lines = lambda: iter([piece("81"), old_last_line])
    assert "".join(engine_at(server.url).stream("s", "u")) == "81"


def test_a_reply_cut_for_length_and_a_prompt_that_was_not_counted(server: OllamaServer) -> None:
    ending = last_line() | {"done_reason": "length", "prompt_eval_count": 0}
    server.lines = lambda: iter([piece("81"), ending])
    assert all_of(engine_at(server.url).stream("s", "u")) == (["81"], Reply(None, cut_short=True))


def test_thoughts_are_not_the_answer(server: OllamaServer) -> None:
    server.lines = lambda: iter([piece("<think>81?"), piece("</think>\n"), piece("81 [1]."), last_line()])
    assert "".join(engine_at(server.url).stream("s", "u")) == "81 [1]."


@pytest.mark.parametrize(("setting", "sent"), [("-1", -1), ("3600", 3600), ("10m", "10m")])
def test_keep_alive_in_seconds_is_a_number(server: OllamaServer, setting: str, sent: int | str) -> None:
    list(replace(engine_at(server.url), keep_alive=setting).stream("s", "u"))
    assert server.chat_request()["keep_alive"] == sent


def test_silent_model_times_out_with_the_setting_to_raise(server: OllamaServer) -> None:
    released = threading.Event()

    def slow() -> Iterator[Line]:
        yield piece(PIECES[0])
        released.wait(30)

    server.lines = slow
    stream = engine_at(server.url, read_seconds=0.3).stream("s", "u")
    try:
        assert next(stream) == PIECES[0]
        with pytest.raises(ModelError) as caught:
            next(stream)
    finally:
        released.set()
    assert "RAG_LLM_READ_SECONDS" in said(caught.value)
    assert not isinstance(caught.value, ModelUnreachableError)


def test_server_that_is_down_says_how_to_start_it() -> None:
    with pytest.raises(ModelUnreachableError) as caught:
        list(engine_at(f"http://127.0.0.1:{closed_port()}").stream("s", "u"))
    assert "ollama serve" in said(caught.value)


def test_closing_the_stream_disconnects_so_that_the_server_stops(server: OllamaServer) -> None:
    def endless() -> Iterator[Line]:
        while True:
            yield piece("و" * 2000)

    server.lines = endless
    stream = engine_at(server.url).stream("s", "u")
    next(stream)
    assert not server.client_left.is_set()
    stream.close()
    assert server.client_left.wait(10)


def test_a_proxy_of_the_environment_does_not_get_local_questions(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert list_ollama_models(server.url) == [MODEL]
    assert list(engine_at(server.url).stream("s", "u")) == PIECES


def test_lists_chat_models_only(server: OllamaServer) -> None:
    server.models = ["bge-m3:latest", "qwen3:4b", "old:1b", "older:1b"]
    server.cards = {
        "bge-m3:latest": {"capabilities": ["embedding"]},
        "qwen3:4b": {"capabilities": ["completion", "tools"]},
        "old:1b": {"details": {"family": "llama"}},
        "older:1b": {"capabilities": None},
    }
    assert list_ollama_models(server.url) == ["qwen3:4b", "old:1b", "older:1b"]


def test_listing_an_empty_server(server: OllamaServer) -> None:
    server.models = []
    assert list_ollama_models(server.url) == []


@pytest.mark.parametrize("status", [404, 500])
def test_listing_a_server_that_refuses(server: OllamaServer, status: int) -> None:
    server.status = status
    with pytest.raises(ModelUnreachableError) as caught:
        list_ollama_models(server.url)
    assert server.url in said(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://[", "nonsense"])
def test_listing_where_no_server_is(url: str) -> None:
    with pytest.raises(ModelUnreachableError) as caught:
        list_ollama_models(url.format(port=closed_port()))
    assert "ollama serve" in said(caught.value)


def test_listing_a_server_that_is_no_ollama(server: OllamaServer) -> None:
    server.cards = {MODEL: []}  # type: ignore[dict-item]
    with pytest.raises(ModelUnreachableError):
        list_ollama_models(server.url)


def opened(llm: str, url: str) -> ChatEngine | None:
    """What a setting opens."""
    return open_chat_engine(llm, url=url, context_tokens=4096, answer_tokens=512)


@pytest.mark.parametrize(
    ("llm", "models", "expected"),
    [
        ("extractive", [MODEL], None),
        ("auto", [], None),
        ("auto", ["llama3.2:1b", MODEL], "ollama:llama3.2:1b"),
        ("ollama:qwen3:4b", ["llama3.2:1b", MODEL], "ollama:qwen3:4b"),
        ("ollama:mistral", ["mistral:latest"], "ollama:mistral"),
    ],
)
def test_setting_to_engine(server: OllamaServer, llm: str, models: list[str], expected: str | None) -> None:
    server.models = models
    engine = opened(llm, server.url)
    assert (engine.name if engine else None) == expected


def test_auto_without_a_server_is_extractive() -> None:
    assert opened("auto", f"http://127.0.0.1:{closed_port()}") is None


def test_a_model_asked_for_by_name_must_be_there(server: OllamaServer) -> None:
    with pytest.raises(ModelMissingError) as caught:
        opened("ollama:gemma3:1b", server.url)
    assert "ollama pull gemma3:1b" in said(caught.value)
    assert MODEL in said(caught.value)
    assert MODEL in caught.value.ar
    with pytest.raises(ModelUnreachableError):
        opened("ollama:gemma3:1b", f"http://127.0.0.1:{closed_port()}")


def _modules_after(code: str) -> set[str]:
    heavy = "('torch', 'transformers', 'langchain_ollama', 'langchain_core', 'ollama', 'httpx')"
    script = f"import sys\n{code}\nprint(*[name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_stage_loads_nothing_heavy() -> None:
    assert _modules_after("import rag.generate") == set()


def test_streaming_needs_neither_torch_nor_transformers(server: OllamaServer) -> None:
    loaded = _modules_after(
        "from rag.generate import open_chat_engine\n"
        f"engine = open_chat_engine('auto', url={server.url!r}, context_tokens=4096, answer_tokens=64)\n"
        "assert list(engine.stream('s', 'u'))"
    )
    assert "langchain_ollama" in loaded
    assert not loaded & {"torch", "transformers"}


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

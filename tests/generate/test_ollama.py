"""What only Ollama has, in health and with each of its faults; what every engine does is in test_engine.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError
from rag.generate import list_ollama_models
from tests.generate.ollama import OllamaServer, engine_at, last_line, ollama_server, piece
from tests.generate.wire import MODEL, PIECES, address_of_nothing, said


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    """A healthy server, to be told otherwise."""
    with ollama_server() as running:
        yield running


def test_sends_every_setting_the_server_would_otherwise_guess(server: OllamaServer) -> None:
    list(engine_at(server.url).stream("s", "u"))
    request = server.chat_request()
    options = request["options"]
    assert options["num_ctx"] == 3000
    assert options["num_predict"] == 321
    assert options["temperature"] == 0.25
    assert options["seed"] == 7
    assert "\nQuestion:" in options["stop"]
    assert request["think"] is False
    assert request["keep_alive"] == "7m"


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


def test_stream_without_a_line_is_an_error_too(server: OllamaServer) -> None:
    server.script = lambda: iter(())
    with pytest.raises(ModelError) as caught:
        list(engine_at(server.url).stream("s", "u"))
    assert "was cut" in said(caught.value)


def test_answer_of_a_server_too_old_for_done_reason_is_whole(server: OllamaServer) -> None:
    old_last_line = {key: value for key, value in last_line().items() if key != "done_reason"}
    server.script = lambda: iter([piece("81"), old_last_line])
    assert "".join(engine_at(server.url).stream("s", "u")) == "81"


@pytest.mark.parametrize(("setting", "sent"), [("-1", -1), ("3600", 3600), ("10m", "10m")])
def test_keep_alive_in_seconds_is_a_number(server: OllamaServer, setting: str, sent: int | str) -> None:
    list(replace(engine_at(server.url), keep_alive=setting).stream("s", "u"))
    assert server.chat_request()["keep_alive"] == sent


def test_a_proxy_of_the_environment_does_not_get_local_questions(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, address_of_nothing())
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


@pytest.mark.parametrize(
    "url", [pytest.param(address_of_nothing(), id="nobody listens"), "http://[", "nonsense"]
)
def test_listing_where_no_server_is(url: str) -> None:
    with pytest.raises(ModelUnreachableError) as caught:
        list_ollama_models(url)
    assert "ollama serve" in said(caught.value)


def test_listing_a_server_that_is_no_ollama(server: OllamaServer) -> None:
    server.cards = {MODEL: []}
    with pytest.raises(ModelUnreachableError):
        list_ollama_models(server.url)

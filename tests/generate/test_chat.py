"""Which engine a setting opens, and that nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from rag.errors import ModelMissingError, ModelUnreachableError
from rag.generate import ChatEngine, open_chat_engine
from tests.generate.ollama import OllamaServer, ollama_server
from tests.generate.openai_server import openai_server
from tests.generate.wire import MODEL, PIECES, address_of_nothing, said


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    """A healthy Ollama, to be told otherwise."""
    with ollama_server() as running:
        yield running


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


def test_a_server_that_speaks_openais_protocol_is_opened_without_asking_it() -> None:
    with openai_server() as server:
        engine = open_chat_engine(
            f"openai:{MODEL}", url=server.url, context_tokens=4096, answer_tokens=64, api_key="k"
        )
        assert server.requests == []
        assert engine is not None
        assert "".join(engine.stream("s", "u")) == "".join(PIECES)


def test_auto_without_a_server_is_extractive() -> None:
    assert opened("auto", address_of_nothing()) is None


def test_a_model_asked_for_by_name_must_be_there(server: OllamaServer) -> None:
    with pytest.raises(ModelMissingError) as caught:
        opened("ollama:gemma3:1b", server.url)
    assert "ollama pull gemma3:1b" in said(caught.value)
    assert MODEL in said(caught.value)
    assert MODEL in caught.value.ar
    with pytest.raises(ModelUnreachableError):
        opened("ollama:gemma3:1b", address_of_nothing())


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

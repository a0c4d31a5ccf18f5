"""What made a run: named exactly, and without a word about the machine's folders or secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from rag.assistant import Assistant
from rag.evaluate import provenance
from rag.evaluate.provenance import (
    Model,
    code_sha256,
    environment,
    ollama_digest,
    provenance_of,
    public_settings,
)
from rag.settings import load_settings
from tests.fakes import FakeChatEngine
from tests.generate.ollama import OllamaServer
from tests.generate.wire import Handler, Request, serving
from tests.seeded import seed_settings


@dataclass
class DigestServer(OllamaServer):
    """An Ollama that says which weights are behind its names."""

    listing: object = None

    def respond(self, handler: Handler, request: Request) -> None:
        """See ModelServer."""
        assert request.path == "/api/tags"
        handler.reply(self.listing, self.status)


@pytest.fixture
def server() -> Iterator[DigestServer]:
    models = [
        {"name": "qwen3:4b", "digest": "abc"},
        {"name": "gemma:latest", "digest": "def"},
        {"name": "bare"},
    ]
    with serving(DigestServer(listing={"models": models})) as state:
        yield state


@pytest.mark.parametrize(
    ("model", "digest"), [("qwen3:4b", "abc"), ("gemma", "def"), ("bare", None), ("other", None)]
)
def test_the_digest_of_an_ollama_model(server: DigestServer, model: str, digest: str | None) -> None:
    assert ollama_digest(server.url, model) == digest


@pytest.mark.parametrize("listing", [{}, [], {"models": None}, {"models": [1]}])
def test_a_server_that_says_nothing_of_it(server: DigestServer, listing: object) -> None:
    server.listing = listing
    assert ollama_digest(server.url, "qwen3:4b") is None
    server.status = 500
    assert ollama_digest(server.url, "qwen3:4b") is None


def test_no_server() -> None:
    assert ollama_digest("http://127.0.0.1:9", "qwen3:4b") is None


def test_the_models_of_an_assistant(seeds_assistant: Assistant, tmp_path: Path) -> None:
    settings = seed_settings(tmp_path, tmp_path)
    extractive = provenance_of(seeds_assistant, settings)
    embedder = seeds_assistant.embedder
    assert extractive.models == {
        "embedding": Model(embedder.name, embedder.fingerprint),
        "chat": Model("extractive"),
    }
    assert extractive.code_sha256 == code_sha256()
    chatting = replace(seeds_assistant, engine=FakeChatEngine())
    reranked = settings.model_copy(update={"reranker": "BAAI/bge-reranker-v2-m3"})
    assert provenance_of(chatting, reranked, FakeChatEngine()).models == {
        **extractive.models,
        "chat": Model("fake:chat"),
        "reranker": Model("BAAI/bge-reranker-v2-m3"),
        "judge": Model("fake:chat"),
    }


def test_a_local_reranker_is_known_by_its_files(seeds_assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "my-reranker"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"1")
    settings = seed_settings(tmp_path, tmp_path).model_copy(update={"reranker": str(folder)})
    first = provenance_of(seeds_assistant, settings).models["reranker"]
    (folder / "weights.bin").write_bytes(b"2")
    second = provenance_of(seeds_assistant, settings).models["reranker"]
    assert first.name == second.name == "my-reranker"
    assert first.digest is not None
    assert first.digest != second.digest


def test_public_settings_name_no_folder_address_or_secret(tmp_path: Path) -> None:
    settings = load_settings(
        home=tmp_path / "home",
        cache=tmp_path / "cache",
        llm="openai:model",
        llm_url="http://10.1.2.3:8000",
        llm_api_key=SecretStr("hush"),
        chroma_url="http://10.1.2.4:8000",
        reranker=str(tmp_path),
        embedding_model="intfloat/multilingual-e5-small",
    )
    public = public_settings(settings)
    shown = json.dumps(public)
    for hidden in (str(tmp_path), "hush", "10.1.2", "api_key", "*"):
        assert hidden not in shown
    assert public["reranker"] == tmp_path.name
    assert (public["embedding_model"], public["top_k"]) == ("intfloat/multilingual-e5-small", 6)


def test_the_code_digest_changes_with_what_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "rag"
    drawing = ("evaluate/html_tables.py", "evaluate/plots.py", "evaluate/making.py", "evaluate/batch.py")
    scoring = ("evaluate/metrics.py", "evaluate/score.py")
    for name in ("assistant.py", "ui/page.py", "cli_eval.py", "cite/judge.py", *drawing, *scoring):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("1", encoding="utf-8")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "answer.ar.txt").write_text("1", encoding="utf-8")
    monkeypatch.setattr(provenance, "PACKAGE", package)
    digests = [code_sha256()]
    for changed in ("rag/ui/page.py", "rag/cli_eval.py", *(f"rag/{name}" for name in drawing)):
        (tmp_path / changed).write_text("2", encoding="utf-8")
        assert code_sha256() == digests[0]
    answering = ("rag/assistant.py", "rag/cite/judge.py", "prompts/answer.ar.txt")
    for changed in (*answering, *(f"rag/{name}" for name in scoring)):
        (tmp_path / changed).write_text("2", encoding="utf-8")
        digests.append(code_sha256())
    assert len(set(digests)) == 6


def test_every_part_that_answers_nothing_is_there() -> None:
    """A part that was renamed would be counted in again without a word."""
    paths = [path.relative_to(provenance.PACKAGE).as_posix() for path in provenance.PACKAGE.rglob("*.py")]
    for beginning in provenance._NOT_ANSWERING:
        assert any(path.startswith(beginning) for path in paths), beginning


def test_the_machine_is_described_and_not_named() -> None:
    assert set(environment()) == {"python", "system", "machine", "cores"}

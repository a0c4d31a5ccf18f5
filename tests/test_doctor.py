"""What the doctor says of data folders and model servers in every state they can be in."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from rag.doctor import Finding, ModelServer, examine, look_at_model_server
from rag.errors import SettingsError
from rag.index import renewal
from rag.pipeline import preview_paths
from rag.settings import Settings, load_settings
from tests.generate.ollama import ollama_server
from tests.generate.wire import MODEL
from tests.index.building import ARABIC, ENGLISH, document, open_index, put
from tests.load import scans


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two sources, closed."""
    with open_index(tmp_path / "home") as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        index.flush()
    return tmp_path / "home"


def settings_of(home: Path, **changes: Any) -> Settings:
    return load_settings(**({"home": home, "cache": home / "cache", "llm": "extractive"} | changes))


def findings(settings: Settings, *, deep: bool = False) -> dict[str, Finding]:
    """Topic → finding, all of them in both languages, and with a next step where something is wrong."""
    found = examine(settings, deep=deep)
    assert len({finding.topic for finding in found}) == len(found)
    for finding in found:
        assert finding.en
        assert any("\u0600" <= letter <= "\u06ff" for letter in finding.ar)
        assert bool(finding.step_en) == bool(finding.step_ar)
        # What a RagError says has its next step in the sentence.
        assert finding.state == "good" or finding.step_en or finding.topic == "library"
    return {finding.topic: finding for finding in found}


def states(settings: Settings, *, deep: bool = False) -> dict[str, str]:
    """Topic → state, of the library alone."""
    return {
        topic: finding.state
        for topic, finding in findings(settings, deep=deep).items()
        if topic not in {"embedding", "ocr", "chat"}
    }


def test_a_sound_library(home: Path) -> None:
    assert states(settings_of(home)) == {"library": "good"}
    assert states(settings_of(home), deep=True) == {"library": "good", "stores": "good"}


@pytest.mark.parametrize("deep", [False, True])
def test_no_library_is_not_made_by_looking(tmp_path: Path, deep: bool) -> None:
    assert states(settings_of(tmp_path / "home"), deep=deep) == {"library": "missing"}
    assert list(tmp_path.iterdir()) == []


def test_stores_that_disagree_are_broken_and_those_that_heal_are_not(home: Path) -> None:
    with open_index(home) as index:
        index._vectors._open_store().delete([index.passage_ids(["ar.txt"])[0]])
    found = findings(settings_of(home), deep=True)
    assert found["chroma"].state == "broken"
    assert "rag rebuild" in found["chroma"].step_en
    assert "stores" not in found
    open_index(home).close()
    shutil.rmtree(home / "chroma")
    assert states(settings_of(home), deep=True) == {"library": "good", "chroma": "missing"}


def test_while_another_process_has_the_folder_it_is_named(home: Path) -> None:
    with open_index(home, command="rag serve", address="http://127.0.0.1:7860"):
        assert states(settings_of(home)) == {"library": "good", "owner": "good"}
        found = findings(settings_of(home), deep=True)
    for sentence in (found["owner"].en, found["owner"].ar, found["stores"].step_en, found["stores"].step_ar):
        assert "rag serve" in sentence
        assert "http://127.0.0.1:7860" in sentence
    assert found["stores"].state == "missing"


def test_a_rebuild_that_was_not_finished_is_named(home: Path) -> None:
    with open_index(home, fingerprint="other-model", adopt=True):
        assert "rebuild" not in states(settings_of(home))
    found = findings(settings_of(home), deep=True)
    assert found["rebuild"].state == "missing"
    assert "other-model" in found["rebuild"].en
    assert str(home / "rebuild") in found["rebuild"].step_en
    assert found["stores"].state == "good"
    renewal.discard(home)
    assert "rebuild" not in states(settings_of(home))


def test_a_library_beyond_reading_is_broken(home: Path) -> None:
    (home / "library.sqlite").write_bytes(b"garbage " * 2000)
    assert states(settings_of(home), deep=True) == {"library": "broken"}


class ModelList(BaseHTTPRequestHandler):
    """A server of OpenAI's protocol that says which models it has."""

    reply: ClassVar[tuple[int, bytes]] = (200, b"")
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        """Answer with what the test set."""
        self.asked.append((self.path, self.headers["Authorization"]))
        status, body = self.reply
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@contextmanager
def model_server(status: int, body: Any) -> Iterator[str]:
    ModelList.reply = status, body if isinstance(body, bytes) else json.dumps(body).encode()
    ModelList.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), ModelList) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "state", "said"),
    [
        (200, {"data": [{"id": "qwen3"}, {"id": "other"}]}, "good", "qwen3 writes the answers"),
        (200, {"data": [{"id": "llama"}, {"id": "gemma"}]}, "broken", "it has llama, gemma"),
        (200, {"data": []}, "broken", "it has none"),
        (401, {"error": "key"}, "broken", "refuses the key"),
        (403, b"", "broken", "refuses the key"),
        (404, {"detail": "Not Found"}, "missing", "does not say which models"),
        (500, b"oops", "missing", "does not say which models"),
        (200, b"<html>", "missing", "does not say which models"),
        (200, [1], "missing", "does not say which models"),
        (200, {"data": [{"name": "x"}]}, "missing", "does not say which models"),
    ],
)
def test_a_server_of_openai_s_protocol(tmp_path: Path, status: int, body: Any, state: str, said: str) -> None:
    with model_server(status, body) as url:
        chat = findings(settings_of(tmp_path, llm="openai:qwen3", llm_url=url))["chat"]
        assert (chat.state, said in chat.en) == (state, True), chat
        assert url in chat.en
        assert ModelList.asked == [("/v1/models", None)]


@pytest.mark.parametrize("path", ["/v1", "/api/openai/"])
def test_the_key_and_the_path_of_the_settings_are_used(tmp_path: Path, path: str) -> None:
    with model_server(200, {"data": [{"id": "m"}]}) as url:
        found = findings(settings_of(tmp_path, llm="openai:m", llm_url=url + path, llm_api_key="s3cret"))
    assert found["chat"].state == "good"
    assert ModelList.asked == [(path.rstrip("/") + "/models", "Bearer s3cret")]
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("status", "body", "server"),
    [
        (200, {"data": [{"id": "qwen3"}]}, ModelServer("openai", ("openai:qwen3",))),
        (401, b"", ModelServer("openai")),
        (404, b"", ModelServer(None)),
    ],
)
def test_which_models_a_server_has(tmp_path: Path, status: int, body: Any, server: ModelServer) -> None:
    with model_server(status, body) as url:
        assert look_at_model_server(settings_of(tmp_path, llm_url=url)) == server


def test_which_models_ollama_has(tmp_path: Path) -> None:
    with ollama_server() as server:
        server.models.append("embedder")
        server.cards["embedder"] = {"capabilities": ["embedding"]}
        found = look_at_model_server(settings_of(tmp_path, llm_url=server.url))
    assert found == ModelServer("ollama", (f"ollama:{MODEL}",))
    assert look_at_model_server(settings_of(tmp_path, llm_url="http://127.0.0.1:9")) == ModelServer(None)


def test_a_missing_model_comes_with_its_command(tmp_path: Path) -> None:
    with ollama_server() as server:
        chat = findings(settings_of(tmp_path, llm="ollama:qwen9", llm_url=server.url))["chat"]
    assert chat.command == "ollama pull qwen9"
    assert chat.command in chat.step_en
    assert chat.command in chat.step_ar


@pytest.mark.parametrize("llm", ["openai:m", "ollama:m", "auto"])
def test_no_server_at_all(tmp_path: Path, llm: str) -> None:
    found = findings(settings_of(tmp_path, llm=llm, llm_url="http://127.0.0.1:9"))
    assert found["chat"].state == ("missing" if llm == "auto" else "broken")
    assert "RAG_LLM=extractive" in found["chat"].step_en


@pytest.mark.parametrize(
    ("languages", "ocr", "state", "said"),
    [
        ("ara eng", False, "good", "RAG_OCR=on reads them"),
        ("ara eng", True, "good", "Tesseract reads pictures"),
        ("eng", True, "broken", "needs Arabic"),
        ("", True, "broken", "not installed"),
    ],
)
def test_ocr(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    languages: str,
    ocr: bool,
    state: str,
    said: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if languages:
        scans.stand_in(tmp_path, f"printf '%s\\n' {languages}", monkeypatch)
    finding = findings(settings_of(home, ocr=ocr))["ocr"]
    assert (finding.state, said in finding.en) == (state, True)
    assert ("apt-get install tesseract-ocr tesseract-ocr-ara" in finding.step_en) is (state == "broken")


def test_a_sync_that_is_to_read_pictures_and_cannot_says_so_before_it_begins(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.txt").write_text("A page.", encoding="utf-8")
    with pytest.raises(SettingsError, match="apt-get install tesseract-ocr tesseract-ocr-ara") as failure:
        preview_paths(settings_of(home, ocr="on"), [tmp_path / "a.txt"])
    assert "tesseract-ocr-ara" in failure.value.ar
    assert preview_paths(settings_of(home, ocr="off"), [tmp_path / "a.txt"]).failed == ()

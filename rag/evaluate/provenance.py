"""What made the answers of a run: code, models and machine, as far as a report may say it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.generate import ChatEngine, OllamaEngine
from rag.generate.relay import leaves_this_machine
from rag.settings import Settings

PACKAGE = Path(__file__).parents[1]

# No folder of this machine, no address, no secret, nothing that only the page knows.
_NOT_PUBLIC = frozenset(
    {"home", "cache", "host", "port", "auth", "llm_url", "llm_api_key", "chroma_url", "ui_language"}
)
# These hold the name of a model, or the path of its folder.
_MODEL_SETTINGS = ("embedding_model", "reranker")
# Parts of the package that no answer and no mark depends on, by the beginnings of their paths in it.
_NOT_ANSWERING = (
    *("ui/", "api/", "doctor/", "commands/", "cli", "terminal", "choices", "export", "langchain"),
    *("evaluate/html", "evaluate/plots", "evaluate/table", "evaluate/limits", "evaluate/compare"),
    *("evaluate/sweeping", "evaluate/batch", "evaluate/making", "evaluate/gaps", "evaluate/reading"),
    *("evaluate/catalogue", "evaluate/fetch", "evaluate/squad"),
)
_GIT_TIMEOUT_SECONDS = 5
_SERVER_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Model:
    """A model that took part. `digest` changes whenever its weights do; None where nobody can tell."""

    name: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the answers beside the settings: part of the digest of every row, and of the report."""

    models: Mapping[str, Model] = field(default_factory=dict)
    code_sha256: str | None = None


def provenance_of(assistant: Assistant, settings: Settings, judge: ChatEngine | None = None) -> Provenance:
    """The code that runs, and the models of an assistant that was made of these settings, by what they are for."""
    models = {"embedding": Model(assistant.embedder.name, assistant.embedder.fingerprint)}
    models["chat"] = _chat_model(assistant.engine) if assistant.engine else Model(assistant.engine_name)
    if settings.reranker:
        models["reranker"] = Model(_without_folder(settings.reranker), _files_digest(Path(settings.reranker)))
    if judge:
        models["judge"] = _chat_model(judge)
    return Provenance(models, code_sha256())


def public_settings(settings: Settings) -> dict[str, Any]:
    """Settings that may stand in a report: no folder of this machine, no address, no key."""
    public = settings.model_dump(mode="json", exclude=set(_NOT_PUBLIC))
    return public | {name: _without_folder(public[name]) for name in _MODEL_SETTINGS}


def code_sha256() -> str:
    """A digest of the code that answers and scores, and of the prompts: a working copy has changes that no commit
    names, and an installed package has no commit at all."""
    digest = hashlib.sha256()
    for path in _code_files():
        name = path.relative_to(PACKAGE.parent).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _code_files() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if not path.relative_to(PACKAGE).as_posix().startswith(_NOT_ANSWERING):
            yield path
    installed = PACKAGE / "prompts"
    yield from sorted((installed if installed.is_dir() else PACKAGE.parent / "prompts").glob("*.txt"))


def environment() -> dict[str, Any]:
    """The machine, for the times: nothing that names it or its owner."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }


def commit() -> str | None:
    """The commit of the source this module runs from, with "-dirty" if it was changed; None if git does not track it:
    not that of a folder around a site-packages."""
    git, here = shutil.which("git"), Path(__file__)
    if git is None:
        return None

    def run(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                [git, *arguments],
                cwd=here.parent,
                capture_output=True,
                encoding="utf-8",
                timeout=_GIT_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if run("ls-files", "--error-unmatch", here.name) is None:
        return None
    return run("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _chat_model(engine: ChatEngine) -> Model:
    """Only Ollama says which weights are behind a name; of other servers the name is all there is."""
    digest = ollama_digest(engine.url, engine.model) if isinstance(engine, OllamaEngine) else None
    return Model(engine.name, digest)


def _without_folder(model: str) -> str:
    return Path(model).name if Path(model).is_dir() else model


def _files_digest(folder: Path) -> str | None:
    """A digest of the files of a local model; None of one that a hub keeps."""
    if not folder.is_dir():
        return None
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def ollama_digest(url: str, model: str) -> str | None:
    """The digest under which an Ollama server holds a model; None where it does not say."""
    import httpx

    try:
        with httpx.Client(timeout=_SERVER_TIMEOUT_SECONDS, trust_env=leaves_this_machine(url)) as client:
            listed = client.get(f"{url}/api/tags").raise_for_status().json()["models"]
            named = {str(entry["name"]): str(entry["digest"]) for entry in listed if "digest" in entry}
    # The latter three are what the reply of a server that is no Ollama leads to.
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
    return named.get(model) or named.get(f"{model}:latest")

"""The real thing: `rag serve` in one process, the other commands in others."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.cli import main
from tests.commands.building import ARABIC_QUESTION, ENGLISH_QUESTION, PATIENCE_SECONDS, write_texts
from tests.test_cli import RAG, rag

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")

INTERRUPTED = 130
# Enough to embed that a sync is caught in the middle.
LONG = "".join(
    f"Sentence number {n} speaks of the lighthouse that stands on rock {n * 7}. " for n in range(2000)
)


@dataclass(frozen=True)
class Served:
    """A data folder with a server, and where it answers."""

    home: Path
    cache: Path
    process: subprocess.Popen[bytes]
    address: str


@contextmanager
def running(home: Path, cache: Path, *arguments: str, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command while it runs, in words for people."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    environment |= {
        "RAG_HOME": str(home),
        "RAG_CACHE": str(cache),
        "RAG_LLM": "extractive",
        "LC_ALL": "C.UTF-8",
    }
    with subprocess.Popen(
        [*RAG, *arguments], env=environment, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def serving(home: Path, cache: Path, cwd: Path) -> Iterator[Served]:
    """`rag serve` on a free port, in a folder of its own."""
    with running(home, cache, "serve", "--port", "0", cwd=cwd) as process:
        assert process.stdout is not None
        found = re.search(rb"http://\S+", process.stdout.readline())
        assert found
        yield Served(home, cache, process, found[0].decode())


@pytest.fixture(scope="module")
def cache(prepared_model: Path) -> Path:
    """Where the bundled model is prepared."""
    return prepared_model.parent


def command(
    capfd: pytest.CaptureFixture[str], home: Path, cache: Path, *arguments: str, **settings: str
) -> tuple[int, Any, str]:
    """Run `rag` in this process: its exit code, its JSON without what is measured, and what it said beside it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("RAG_")]:
            patch.delenv(name)
        chosen = {
            "RAG_HOME": str(home),
            "RAG_CACHE": str(cache),
            "RAG_LLM": "extractive",
            "LC_ALL": "C.UTF-8",
        }
        for name, value in {**chosen, **settings}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["rag", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    out, err = capfd.readouterr()
    told = json.loads(out) if out else {}
    for name in ("timings", "seconds"):
        told.pop(name, None)
    for source in told.get("sources", ()):
        del source["added_at"]
    # Beside JSON there is only progress, whose pace is measured too.
    return int(str(ended.value.code)), told, "" if told else err


def wait_for_progress(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    assert b"files" in process.stderr.readline()


COMMANDS: list[tuple[list[str], dict[str, str]]] = [
    (["sync", "docs", "--json"], {}),
    (["sync", "docs", "--json"], {}),
    (["ask", ARABIC_QUESTION, "--json"], {}),
    (["ask", ENGLISH_QUESTION, "--json", "--llm", "extractive"], {"RAG_LLM": "ollama:none"}),
    (["ask", ARABIC_QUESTION, "--json"], {"RAG_LLM": "ollama:none", "RAG_LLM_URL": "http://127.0.0.1:9"}),
    (["search", "bridge", "-k", "2", "--json"], {}),
    (["sources", "--json"], {}),
    (["chats", "--json"], {}),
    (["ask", "؟"], {"RAG_UI_LANGUAGE": "ar"}),
    (["remove", "nothing"], {}),
    (["erase", "nothing", "--yes"], {}),
    (["erase", "docs/روما.txt"], {}),
    (["chats", "show", "nowhere"], {"RAG_UI_LANGUAGE": "ar"}),
]


def test_everything_is_said_as_it_is_without_a_server(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """First alone, then with a server that was started somewhere else."""
    write_texts(tmp_path / "docs")
    (tmp_path / "docs" / "bad.jsonl").write_text("{no", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)

    def said(home: Path) -> list[tuple[int, Any, str]]:
        return [command(capfd, home, cache, *arguments, **settings) for arguments, settings in COMMANDS]

    alone = said(tmp_path / "alone")
    with serving(tmp_path / "home", cache, tmp_path / "elsewhere") as served:
        through = said(served.home)
        health = httpx.get(f"{served.address}/health", trust_env=False).json()
        _end_in_the_middle_of_a_sync(served, tmp_path)
    for arguments, first, second in zip(COMMANDS, alone, through, strict=True):
        assert second == first, arguments
    assert [code for code, _, _ in alone] == [1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1]
    assert all(len(err.splitlines()) == 1 for _, told, err in through if not told)
    names = ["docs/harbour.txt", "docs/روما.txt", "docs/مؤتمر.txt"]
    assert [source["source"] for source in through[6][1]["sources"]] == names
    assert through[2][1]["citations"]
    assert health["sources"] == 3


def _end_in_the_middle_of_a_sync(served: Served, folder: Path) -> None:
    """A server that is told to end does so quietly, and its terminal is told."""
    (folder / "long.txt").write_text(LONG, encoding="utf-8")
    with running(served.home, served.cache, "sync", "long.txt", cwd=folder) as sync:
        wait_for_progress(sync)
        served.process.terminate()
        _, said = served.process.communicate(timeout=PATIENCE_SECONDS)
        assert (served.process.returncode, said) == (0, b"")
        _, said = sync.communicate(timeout=PATIENCE_SECONDS)
        assert (sync.returncode, said.decode("utf-8").count("✗")) == (1, 1)
    assert not (served.home / "owner.json").exists()


def test_ctrl_c_ends_a_sync_and_kill_ends_a_server(tmp_path: Path, cache: Path) -> None:
    """The sync that is interrupted leaves the server as it was; the server that is killed leaves a sentence."""
    (tmp_path / "long.txt").write_text(LONG, encoding="utf-8")
    with serving(tmp_path / "home", cache, tmp_path) as served:
        with running(served.home, cache, "sync", "long.txt", cwd=tmp_path) as sync:
            wait_for_progress(sync)
            sync.send_signal(signal.SIGINT)
            _, said = sync.communicate(timeout=PATIENCE_SECONDS)
            assert sync.returncode == INTERRUPTED
            assert "Stopped." in said.decode("utf-8")
            assert b"Traceback" not in said
        assert httpx.get(f"{served.address}/health", trust_env=False).json()["sources"] == 0

        # The same again, at once: it waits for the first to end and goes on from there.
        with running(served.home, cache, "sync", "long.txt", cwd=tmp_path) as sync:
            wait_for_progress(sync)
            served.process.kill()
            started = time.monotonic()
            _, said = sync.communicate(timeout=PATIENCE_SECONDS)
            assert time.monotonic() - started < 10
            assert sync.returncode == 1
        (line,) = [line for line in said.decode("utf-8").splitlines() if line.startswith("✗")]
        assert f"(pid {served.process.pid})" in line
        assert "run the same command again" in line
        assert b"Traceback" not in said
    # What the server left behind is not believed: the folder is free.
    assert (served.home / "owner.json").exists()
    assert json.loads(rag(served.home, cache, "sources", "--json").stdout) == {"sources": []}

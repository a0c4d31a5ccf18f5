"""`rag sync` and `rag erase` as people and scripts use them: real processes, real data folders."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import RAG, _json, rag

RARE = "أبحر القبطان زرزور إلى جزيرة قنبلوط سنة ١٩٤٧."


@pytest.fixture
def cache(prepared_model: Path) -> Path:
    """Where the bundled model is prepared."""
    return prepared_model.parent


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(RARE, encoding="utf-8")
    (folder / "b.txt").write_text("The library stays open. It has many books.", encoding="utf-8")
    return folder


def _start(home: Path, cache: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RAG_")},
        "RAG_HOME": str(home),
        "RAG_CACHE": str(cache),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    return subprocess.Popen(
        [*RAG, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env=environment,
    )  # fmt: skip


def _until(process: subprocess.Popen[str], said: str) -> None:
    """Read what the process prints until it says so (a regular expression)."""
    assert process.stdout is not None
    for line in process.stdout:
        if re.search(said, line):
            return
    pytest.fail(f"it never said {said!r}")


def test_a_dry_run_says_it_all_and_writes_nothing(tmp_path: Path, cache: Path, docs: Path) -> None:
    home = tmp_path / "home"
    (docs / "copy.txt").write_text(RARE, encoding="utf-8")
    (docs / "empty.txt").write_bytes(b"")
    said: dict[str, Any] = _json(rag(home, cache, "sync", "--dry-run", "--json", str(docs), code=1))
    assert not home.exists()
    done: dict[str, Any] = _json(rag(home, cache, "sync", "--json", str(docs), code=1))
    assert said.pop("dry_run") is True
    for key in ("seconds", "passages"):
        said.pop(key)
        assert done.pop(key) > 0
    assert said == done
    assert done["duplicates"] == [{"path": f"{docs}/copy.txt", "source": f"{docs}/a.txt"}]
    assert set(done) == {"added", "updated", "unchanged", "removed", "failed", "moved", "duplicates"}
    first = _json(rag(home, cache, "sources", "--json"))["sources"][0]
    assert (first["source"], first["paths"]) == (f"{docs}/a.txt", [f"{docs}/a.txt", f"{docs}/copy.txt"])
    shown = rag(home, cache, "sources", RAG_UI_LANGUAGE="ar").stdout.decode("utf-8")
    assert f"ورد أيضًا في: {docs}/copy.txt" in shown

    (docs / "b.txt").rename(docs / "c.txt")
    (docs / "a.txt").unlink()
    for language, word in (("en", "Nothing was written"), ("ar", "لم يُكتب شيء")):
        shown = rag(home, cache, "sync", "--dry-run", str(docs), code=1, RAG_UI_LANGUAGE=language)
        lines = shown.stdout.decode("utf-8").splitlines()
        assert word in lines[0]
        assert f"> {docs}/a.txt → {docs}/copy.txt" in lines
        assert f"> {docs}/b.txt → {docs}/c.txt" in lines
    assert _json(rag(home, cache, "sync", "--json", str(docs), code=1))["moved"] == [
        {"from": f"{docs}/a.txt", "to": f"{docs}/copy.txt"},
        {"from": f"{docs}/b.txt", "to": f"{docs}/c.txt"},
    ]


def test_erase_asks_and_then_leaves_no_byte(tmp_path: Path, cache: Path, docs: Path) -> None:
    home = tmp_path / "home"
    (docs / "copy.txt").write_text(RARE, encoding="utf-8")
    rag(home, cache, "sync", str(docs))
    asked = rag(home, cache, "ask", "من أبحر إلى جزيرة قنبلوط؟", "--chat", "new", "--json")
    assert "زرزور" in _json(asked)["answer"]
    refused = rag(home, cache, "erase", f"{docs}/a.txt", code=1).stderr.decode("utf-8")
    assert "--yes" in refused
    unknown = rag(home, cache, "erase", "--yes", f"{docs}/a.txt", "gone.txt", code=1).stderr.decode("utf-8")
    assert "gone.txt" in unknown
    assert "rag sources" in unknown

    done = rag(home, cache, "erase", "--yes", f"{docs}/copy.txt").stdout.decode("utf-8")
    assert f"Erased {docs}/a.txt" in done
    assert "Erased 1 kept answers" in done
    words = [
        word.encode(code) for word in ("زرزور", "قنبلوط") for code in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not [path.name for path in files if any(word in path.read_bytes() for word in words)]
    assert [one["source"] for one in _json(rag(home, cache, "sources", "--json"))["sources"]] == [
        f"{docs}/b.txt"
    ]
    assert (docs / "a.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_watching_follows_the_folder_and_ends_with_ctrl_c(tmp_path: Path, cache: Path, docs: Path) -> None:
    home = tmp_path / "home"
    watching = _start(home, cache, "sync", "--watch", str(docs))
    try:
        _until(watching, "Watching for changes")
        # The folder is free between syncs.
        assert len(_json(rag(home, cache, "sources", "--json"))["sources"]) == 2
        (docs / "c.txt").write_text("A third one comes along.", encoding="utf-8")
        _until(watching, "1 added")
        (docs / "c.txt").unlink()
        _until(watching, "1 removed")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=30) == 0
    finally:
        watching.kill()
        watching.communicate()
    both = rag(home, cache, "sync", "--watch", "--dry-run", str(docs), code=1, RAG_UI_LANGUAGE="ar")
    assert "--dry-run" in both.stderr.decode("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_ctrl_c_stops_a_sync_and_the_next_one_goes_on(tmp_path: Path, cache: Path) -> None:
    docs, home = tmp_path / "many", tmp_path / "home"
    docs.mkdir()
    for number in range(60):
        sentences = (f"Harbour {number} has ship {ship} and {ship * 7} sailors aboard." for ship in range(25))
        (docs / f"{number:02}.txt").write_text(" ".join(sentences), encoding="utf-8")
    syncing = _start(home, cache, "sync", str(docs), RAG_UI_LANGUAGE="ar")
    try:
        _until(syncing, "من 60 ملف")
        _until(syncing, r"\([6-8]\d%\)")
        syncing.send_signal(signal.SIGINT)
        _until(syncing, "توقّف")
        assert syncing.wait(timeout=60) == 130
    finally:
        syncing.kill()
        syncing.communicate()
    kept = len(_json(rag(home, cache, "sources", "--json"))["sources"])
    assert 0 < kept < 60
    started = time.monotonic()
    report = _json(rag(home, cache, "sync", str(docs), "--json"))
    assert time.monotonic() - started < 120
    assert (len(report["unchanged"]), len(report["added"])) == (kept, 60 - kept)


def test_a_bomb_among_documents_is_named_in_both_languages(tmp_path: Path, cache: Path, docs: Path) -> None:
    (docs / "bomb.html").write_text("<div>" * 200_000, encoding="utf-8")
    done = rag(tmp_path / "home", cache, "sync", str(docs), "--json", code=1, RAG_FILE_SECONDS="1")
    report = _json(done)
    assert len(report["added"]) == 2
    (failure,) = report["failed"]
    assert failure["path"] == f"{docs}/bomb.html"
    assert "RAG_FILE_SECONDS" in failure["reason"]
    assert "RAG_FILE_SECONDS" in failure["reason_ar"]

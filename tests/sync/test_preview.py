"""A dry run says what a sync would do, and writes nothing anywhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import LibraryError, LibraryVersionError
from rag.index import read_files
from rag.index.database import VERSION, connect
from rag.sync import preview
from tests.sync.syncing import LIMITS, CountingEmbedder, open_home, synced


def _snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_dry_run_without_a_library_makes_none(tmp_path: Path, docs: Path) -> None:
    (docs / "a.txt").write_text("Ships leave daily.", encoding="utf-8")
    (docs / "b.pdf").write_bytes(b"no pdf")
    with read_files(tmp_path / "nowhere") as known:
        report = preview([docs], known=known, limits=LIMITS)
    assert (report.added, [failure.path for failure in report.failed]) == (("docs/a.txt",), ["docs/b.pdf"])
    assert not (tmp_path / "nowhere").exists()


def test_a_dry_run_says_what_a_sync_then_does(tmp_path: Path, docs: Path, embedder: CountingEmbedder) -> None:
    home = tmp_path / "data"
    for name, text in {
        "a": "Ships leave daily.",
        "b": "Trains too.",
        "c": "Planes as well.",
        "d": "On foot.",
    }.items():
        (docs / f"{name}.txt").write_text(text, encoding="utf-8")
    (docs / "e.jsonl").write_text(
        '{"id": "1", "text": "One."}\n{"id": "2", "text": "Two."}\n', encoding="utf-8"
    )
    with open_home(home) as index:
        synced(index, embedder, docs)
    (docs / "a.txt").rename(docs / "z.txt")
    (docs / "b.txt").write_text("Trains run hourly.", encoding="utf-8")
    (docs / "c.txt").unlink()
    (docs / "f.txt").write_text("On foot.", encoding="utf-8")
    (docs / "e.jsonl").write_text(
        '{"id": "1", "text": "One."}\n{"id": "3", "text": "Two."}\n', encoding="utf-8"
    )
    before = _snapshot(home)
    with read_files(home) as known:
        said = preview([docs], known=known, limits=LIMITS, leave_out=home)
    assert _snapshot(home) == before
    assert (said.added, said.updated) == (("3",), ("docs/b.txt",))
    assert sorted(said.removed) == ["2", "docs/c.txt"]
    assert (said.moved, said.duplicates) == (
        (("docs/a.txt", "docs/z.txt"),),
        (("docs/f.txt", "docs/d.txt"),),
    )
    with open_home(home) as index:
        done = synced(index, embedder, docs)
    for name in ("added", "updated", "unchanged", "removed", "failed", "moved", "duplicates"):
        assert sorted(getattr(done, name)) == sorted(getattr(said, name)), name


def test_a_dry_run_beside_a_process_that_has_the_library_open(
    tmp_path: Path, docs: Path, embedder: CountingEmbedder
) -> None:
    (docs / "a.txt").write_text("Ships leave daily.", encoding="utf-8")
    home = tmp_path / "data"
    with open_home(home) as index:
        synced(index, embedder, docs)
        with read_files(home) as known:
            assert preview([docs], known=known, limits=LIMITS, leave_out=home).unchanged == ("docs/a.txt",)


def test_libraries_of_other_versions_are_refused_with_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    connect(path).close()
    _set_version(path, VERSION + 1)
    with pytest.raises(LibraryVersionError), read_files(tmp_path):
        pass
    _set_version(path, VERSION - 1)
    with pytest.raises(LibraryError, match="rag sources"), read_files(tmp_path):
        pass
    path.write_bytes(b"no library at all" * 100)
    with pytest.raises(LibraryError, match="cannot be read"), read_files(tmp_path):
        pass


def _set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")

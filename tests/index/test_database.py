"""The library file itself: its versions, and what is left in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.index import peek
from rag.index.database import VERSION
from tests.index.building import ARABIC, document, downgrade, open_index, put


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A data folder as the first version of the product left it, with a source."""
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        index.flush()
    downgrade(tmp_path, 1)
    return tmp_path


def test_a_library_of_the_first_version_is_migrated_with_all_it_holds(first_version: Path) -> None:
    with open_index(first_version) as index:
        assert (index.count(), index.document("ar.txt")) == (2, document("ar.txt", ARABIC))
        chat = index.chats.create("محادثة")
        assert [info.id for info in index.chats.list()] == [chat]
        assert (index.files.places(), index.sources()[0].ocr_pages) == ({"ar.txt": ""}, 0)
    summary = peek(first_version)
    assert summary is not None
    assert (summary.version, summary.sources) == (VERSION, 1)


def test_the_library_as_it_was_is_kept_beside_it(first_version: Path) -> None:
    open_index(first_version).close()
    backup = first_version / "library.sqlite.v1-backup"
    with closing(sqlite3.connect(f"{backup.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT text FROM pages").fetchall() == [(ARABIC,)]
    assert {path.name for path in first_version.glob("library.sqlite*")} == {"library.sqlite", backup.name}
    # It can be put in the place of the library.
    backup.replace(first_version / "library.sqlite")
    with open_index(first_version) as index:
        assert index.count() == 2


def test_a_migration_that_was_cut_short_starts_again(first_version: Path) -> None:
    (first_version / "library.sqlite.backup-partial").write_bytes(b"half a copy")
    (first_version / "library.sqlite.v1-backup").write_bytes(b"of an earlier try")
    with open_index(first_version) as index:
        assert index.count() == 2
    assert (first_version / "library.sqlite.v1-backup").read_bytes().startswith(b"SQLite format 3")
    assert not (first_version / "library.sqlite.backup-partial").exists()


def test_a_new_library_and_one_of_this_version_need_no_backup(tmp_path: Path) -> None:
    for _ in range(2):
        open_index(tmp_path).close()
    assert not list(tmp_path.glob("*backup*"))


def test_a_rebuild_leaves_no_old_copy_of_what_was_removed(first_version: Path) -> None:
    with open_index(first_version) as index:
        index.remove_source("ar.txt")
        index.rebuild()
        assert index.count() == 0
    files = [path for path in first_version.rglob("*") if path.is_file()]
    assert not [path.name for path in files if "القاهرة".encode() in path.read_bytes()]

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import LibraryError, LibraryInUseError, LibraryVersionError
from rag.index import peek, read_owner
from rag.index.lock import LOCK_TIMEOUT_SECONDS
from tests.index.building import ARABIC, ENGLISH, document, found, open_index, put

ROOT = Path(__file__).resolve().parents[2]


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        written = put(index, document("a.txt", ENGLISH))
        index.flush()
        connection = index._library._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryError, match="disk") as caught:
            put(index, document("a.txt", ARABIC * 50))
        assert "ممتلئ" in caught.value.ar
        assert found(index, "capital of Egypt")[1] == [written[0].id]
        assert index.document("a.txt").pages[0].text == ENGLISH
        connection.execute("PRAGMA max_page_count = 1000000")
        assert len(put(index, document("a.txt", ARABIC))) == 2
    with open_index(tmp_path) as index:
        assert index.document("a.txt").pages[0].text == ARABIC


@pytest.mark.parametrize("content", [b"garbage " * 2000, b"SQLite format 3\0" + bytes(9000)])
def test_a_broken_library_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    for action in (lambda: open_index(tmp_path), lambda: peek(tmp_path)):
        with pytest.raises(LibraryError, match="backup") as caught:
            action()
        assert str(tmp_path / "library.sqlite") in caught.value.en
        assert str(tmp_path / "library.sqlite") in caught.value.ar
    # The folder was let go, and nothing of the broken file was touched.
    assert (tmp_path / "library.sqlite").read_bytes() == content


def test_an_empty_library_file_is_a_library_yet_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").touch()
    assert peek(tmp_path) is None
    open_index(tmp_path).close()
    assert peek(tmp_path) is not None


def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_index(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryVersionError, match="99"):
        open_index(tmp_path)
    with pytest.raises(LibraryVersionError):
        open_index(tmp_path)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("here first", encoding="utf-8")
    with pytest.raises(LibraryError, match="RAG_HOME"):
        open_index(home)
    assert home.read_text(encoding="utf-8") == "here first"


def test_a_home_is_made_with_its_parents(tmp_path: Path) -> None:
    home = tmp_path / "أ" / "b c" / "#?%20"
    with open_index(home) as index:
        put(index, document("a.txt", ENGLISH))
        index.flush()
        assert len(found(index, "Egypt")[1]) == 1
    summary = peek(home)
    assert summary is not None
    assert summary.passages == 2


def test_a_second_opener_is_refused_and_told_who(tmp_path: Path) -> None:
    assert LOCK_TIMEOUT_SECONDS < 1
    with (
        open_index(tmp_path, command="rag serve", address="http://127.0.0.1:7860"),
        pytest.raises(LibraryInUseError) as caught,
    ):
        open_index(tmp_path)
    for sentence in (caught.value.en, caught.value.ar):
        assert "rag serve" in sentence
        assert "http://127.0.0.1:7860" in sentence
    assert read_owner(tmp_path) is None
    open_index(tmp_path).close()


def test_another_process_is_refused_until_the_owner_dies(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from tests.index.building import open_index\n"
        f"index = open_index(pathlib.Path({str(tmp_path)!r}), command='rag sync ~/كتب')\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        with pytest.raises(LibraryInUseError) as caught:
            open_index(tmp_path)
        holder = read_owner(tmp_path)
        owner.kill()
    assert holder is not None
    assert (holder.pid, holder.command, holder.address) == (owner.pid, "rag sync ~/كتب", "")
    assert f"rag sync ~/كتب (pid {owner.pid}" in caught.value.en
    # What the dead process left in owner.json is not believed: the lock decides.
    assert read_owner(tmp_path) == holder
    open_index(tmp_path).close()


@pytest.mark.parametrize("content", ["", "{", '{"pid": 1}', "[]", "null"])
def test_an_unreadable_owner_still_means_in_use(tmp_path: Path, content: str) -> None:
    with open_index(tmp_path):
        (tmp_path / "owner.json").write_text(content, encoding="utf-8")
        with pytest.raises(LibraryInUseError, match="another process"):
            open_index(tmp_path)

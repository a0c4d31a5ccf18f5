"""What the deep look at a data folder finds, each damage made by hand."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryInUseError, LibraryVersionError
from rag.index import audit
from rag.index.keywords import KeywordStore
from rag.index.rows import KeywordRow, VectorRow
from rag.index.vectors import open_folder
from tests.index.building import ARABIC, ENGLISH, document, open_index, put, run_and_crash


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two sources, closed."""
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        index.flush()
    return tmp_path


def faults(home: Path) -> list[tuple[str, bool, str]]:
    """(where, whether it heals, what is wrong) of everything found."""
    found = audit(home)
    assert found is not None
    assert all(fault.en.endswith(".") and fault.ar.endswith(".") for fault in found.faults)
    return [(fault.where, fault.heals, fault.en) for fault in found.faults]


def generation(home: Path, store: str) -> Path:
    (folder,) = (home / store).iterdir()
    return folder


def ids_of(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "library.sqlite")) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM passages ORDER BY row")]


def test_nothing_is_wrong_with_a_sound_folder(home: Path) -> None:
    found = audit(home)
    assert found is not None
    assert (found.passages, found.faults, found.in_use) == (4, (), None)


def test_no_library_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert audit(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert audit(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "DELETE FROM embeddings WHERE id IN (SELECT embedding_id FROM passages)",
            "Passages without a vector: 4",
        ),
        (
            "DELETE FROM embeddings WHERE id IN (SELECT embedding_id FROM sentences)",
            "Sentences without a vector: 8",
        ),
        ("DELETE FROM pages", "Sentences without their page: 8"),
        ("DELETE FROM sources WHERE source = 'ar.txt'", "Rows refer to a source that is gone"),
        ('UPDATE passages SET "end" = "end" + 1 WHERE row = 1', "no slice of their page: 1"),
        ("UPDATE passages SET last_sentence = last_sentence + 5 WHERE row = 1", "no slice of their page: 1"),
        ("UPDATE pages SET text = substr(text, 1, 40) WHERE source_id = 1", "no slice of their page: 2"),
        (
            "UPDATE pages SET text = text || 'x' WHERE source_id = 1",
            "too much text or too little: 1 (ar.txt)",
        ),
        ("UPDATE embeddings SET vector = zeroblob(128) WHERE id = 1", "Vectors that are none: 1 (1)"),
        ("UPDATE embeddings SET vector = zeroblob(127) WHERE id = 2", "Vectors that are none: 1 (2)"),
        (
            "UPDATE embeddings SET vector = CAST(x'0000c07f' || substr(vector, 5) AS BLOB) WHERE id = 3",
            "none: 1 (3)",
        ),
    ],
)
def test_a_damaged_library_is_named(home: Path, damage: str, said: str) -> None:
    with closing(sqlite3.connect(home / "library.sqlite")) as connection, connection:
        connection.execute(damage)
    found = faults(home)
    assert [en for where, heals, en in found if where == "library" and not heals and said in en], found


def test_a_damaged_file_is_named(home: Path) -> None:
    with closing(sqlite3.connect(home / "library.sqlite")) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'passages_by_source'"
        ).fetchone()
    with (home / "library.sqlite").open("r+b") as file:
        file.seek(8192 * page - 1)
        file.write(b"\x7f")  # the row that the first entry of the index names
    assert [en for _, _, en in faults(home) if "SQLite finds the file damaged" in en]


def lose_a_vector(home: Path) -> None:
    store = open_folder(generation(home, "chroma"))
    store.delete(ids_of(home)[:1])
    store.close()


def change_a_vector(home: Path) -> None:
    store = open_folder(generation(home, "chroma"))
    store.put([VectorRow(ids_of(home)[0], np.eye(32, dtype=np.float32)[3], "ar")])
    store.close()


def add_a_vector(home: Path) -> None:
    store = open_folder(generation(home, "chroma"))
    store.put([VectorRow("stranger", np.eye(32, dtype=np.float32)[3], "ar")])
    store.close()


def change_keywords(home: Path, change: Callable[[KeywordStore], None]) -> None:
    store = KeywordStore(generation(home, "keywords"))
    change(store)
    store.commit()
    store.close()


def lose_words(home: Path) -> None:
    change_keywords(home, lambda store: store.put([KeywordRow(ids_of(home)[0], ["كتب"], [], [])]))


def lose_keywords(home: Path) -> None:
    change_keywords(home, lambda store: store.delete(ids_of(home)[:2]))


def add_keywords(home: Path) -> None:
    change_keywords(home, lambda store: store.put([KeywordRow("stranger", ["كتب"], [], [])]))


def double_keywords(home: Path) -> None:
    folder = generation(home, "keywords")
    copy = shutil.copytree(folder, home / "copy")
    store = KeywordStore(copy)
    store.close()
    twice = [KeywordRow(passage_id, ["كتب"], [], []) for passage_id in ids_of(home)[:1]]

    def put_without_deleting(store: KeywordStore) -> None:
        store.delete = lambda _: None  # type: ignore[method-assign]
        store.put(twice)

    change_keywords(home, put_without_deleting)


@pytest.mark.parametrize(
    ("damage", "where", "said"),
    [
        (lose_a_vector, "chroma", "Chroma lacks passages: 1"),
        (change_a_vector, "chroma", "Chroma holds passages otherwise than the library: 1"),
        (add_a_vector, "chroma", "Chroma holds passages that are gone: 1 (stranger)"),
        (lose_keywords, "keywords", "The keyword index lacks passages: 2"),
        (lose_words, "keywords", "The keyword index holds passages otherwise than the library: 1"),
        (add_keywords, "keywords", "The keyword index holds passages that are gone: 1 (stranger)"),
        (double_keywords, "keywords", "The keyword index holds passages twice: 1"),
    ],
)
def test_a_store_that_disagrees_is_named_and_a_rebuild_mends_it(
    home: Path, damage: Callable[[Path], None], where: str, said: str
) -> None:
    damage(home)
    found = faults(home)
    assert [(at, heals) for at, heals, en in found if said in en] == [(where, False)], found
    with open_index(home) as index:
        index.rebuild()
    assert faults(home) == []


def fill_with_garbage(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"garbage " * 500)


@pytest.mark.parametrize("store", ["chroma", "keywords"])
@pytest.mark.parametrize("damage", [shutil.rmtree, fill_with_garbage])
def test_a_store_that_is_gone_or_broken_heals_with_the_next_command(
    home: Path, store: str, damage: Callable[[Path], None]
) -> None:
    damage(generation(home, store))
    for _ in range(2):  # looking has mended nothing
        assert [(where, heals) for where, heals, _ in faults(home)] == [(store, True)]
    open_index(home).close()
    assert faults(home) == []


def test_what_a_crash_left_to_be_done_is_no_damage(home: Path) -> None:
    run_and_crash(home, "index = open_index(home)\nput(index, document('new.txt', 'Benghazi.'))")
    assert [(where, heals) for where, heals, _ in faults(home)] == [("chroma", True), ("keywords", True)]
    open_index(home).close()
    assert faults(home) == []


def test_while_another_process_has_the_folder_only_the_library_is_looked_at(home: Path) -> None:
    with open_index(home, command="rag serve", address="http://127.0.0.1:7860"):
        found = audit(home)
    assert found is not None
    assert (found.passages, found.faults) == (4, ())
    assert isinstance(found.in_use, LibraryInUseError)
    assert "rag serve" in found.in_use.en


def test_a_library_of_another_version(home: Path) -> None:
    with closing(sqlite3.connect(home / "library.sqlite")) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version - 1}")
        assert [(where, heals) for where, heals, _ in faults(home)] == [("library", True)]
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryVersionError, match="99"):
        audit(home)

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.index import Index
from rag.index.vectors import open_folder
from rag.schema import Language
from tests.index.building import ARABIC, ENGLISH, document, found, open_index, passages_of, put, run_and_crash

QUESTIONS = ("نجيب محفوظ القاهرة", "capital of Egypt", "1988")


def answers(index: Index) -> list[tuple[list[str], list[str]]]:
    """What the searches give for some questions."""
    return [found(index, question) for question in QUESTIONS]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two sources, closed."""
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        index.flush()
    return tmp_path


def test_a_crash_before_the_stores_followed_is_caught_up(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run_and_crash(
        home,
        "index = open_index(home)\n"
        "put(index, document('en.txt', 'Tripoli lies by the sea.'))\n"
        "index.remove_source('ar.txt')",
    )
    with open_index(home) as index:
        (passage,) = passages_of(document("en.txt", "Tripoli lies by the sea."))
        assert found(index, "Tripoli sea") == ([passage.id], [passage.id])
        assert found(index, "نجيب محفوظ") == ([passage.id], [])
    assert caplog.records == []


def test_a_crash_between_the_two_stores_is_caught_up(home: Path) -> None:
    run_and_crash(
        home,
        "index = open_index(home)\nput(index, document('new.txt', 'Benghazi.'))\nindex._vectors.catch_up()",
    )
    with open_index(home) as index:
        (passage,) = passages_of(document("new.txt", "Benghazi."))
        near, words = found(index, "Benghazi")
        assert near[0] == passage.id
        assert words == [passage.id]
        assert len(near) == index.count() == 5


def test_a_crash_after_flush_loses_nothing(home: Path) -> None:
    run_and_crash(
        home, "index = open_index(home)\nput(index, document('new.txt', 'Benghazi.'))\nindex.flush()"
    )
    with open_index(home) as index:
        assert len(found(index, "Benghazi")[1]) == 1
        assert len(found(index, "Benghazi")[0]) == 5


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def fill_with_garbage(folder: Path) -> None:
    for path in files_of(folder):
        path.write_bytes(b"garbage " * 500)


def cut_in_half(folder: Path) -> None:
    for path in files_of(folder):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"not a folder")


@pytest.mark.parametrize("store", ["chroma", "keywords"])
@pytest.mark.parametrize("damage", [shutil.rmtree, fill_with_garbage, cut_in_half, empty, replace_by_file])
def test_a_damaged_store_is_made_anew(
    home: Path, caplog: pytest.LogCaptureFixture, store: str, damage: Callable[[Path], None]
) -> None:
    with open_index(home) as index:
        before = answers(index)
    damage(home / store)
    with caplog.at_level(logging.WARNING), open_index(home) as index:
        assert answers(index) == before
        put(index, document("new.txt", "Benghazi."))
        index.flush()
        assert len(found(index, "Benghazi")[1]) == 1
    assert [record.name for record in caplog.records] == ["rag.index.follower"]
    assert store in caplog.text
    caplog.clear()
    with open_index(home) as index:
        assert len(found(index, "Benghazi")[0]) == 5
    assert caplog.records == []


def test_a_store_that_lags_behind_unnoticed_is_made_anew(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As after restoring one of the folders from an older backup: as many passages, but others."""
    (older,) = (home / "keywords").iterdir()
    older = shutil.copytree(older, home / "older")
    with open_index(home) as index:
        put(index, document("en.txt", ENGLISH.replace("Cairo", "Kairo").replace("port", "harbour")))
        index.flush()
    (newer,) = (home / "keywords").iterdir()
    shutil.rmtree(newer)
    older.rename(newer)
    with open_index(home) as index:
        assert len(found(index, "Kairo")[1]) == 1
        assert found(index, "Cairo")[1] == []
    assert "newest passage" in caplog.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_language_that_was_lost_is_made_anew(
    home: Path, caplog: pytest.LogCaptureFixture, language: Language
) -> None:
    with open_index(home) as index:
        before = answers(index)
        (generation,) = (home / "chroma").iterdir()
    store = open_folder(generation)
    lost = [passage_id for passage_id, _ in store.query(np.ones(32, dtype=np.float32), 9, language)]
    assert len(lost) == 2
    store.delete(lost)
    store.close()
    with open_index(home) as index:
        assert answers(index) == before
    assert "it holds 2 passages, the library 4" in caplog.text


def test_a_store_of_one_collection_for_all_languages_is_made_anew(
    home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was before each language had its own."""
    with monkeypatch.context() as older:
        older.setattr("rag.index.vectors.LAYOUT", "together")
        open_index(home).close()
    caplog.clear()
    with open_index(home) as index:
        assert len(found(index, "capital of Egypt")[0]) == 4
    assert "another version" in caplog.text
    assert len(list((home / "chroma").iterdir())) == 1


def test_a_rebuild_replaces_stores_that_broke_while_open(home: Path) -> None:
    with open_index(home) as index:
        before = answers(index)
        fill_with_garbage(home / "keywords")
        fill_with_garbage(home / "chroma")
        index.rebuild()
        assert answers(index) == before


def test_other_rules_of_analysis_make_the_keywords_anew(
    home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.text.stems", lambda words, **_: words.upper().split())
    with open_index(home) as index:
        assert len(index.keyword_search("stems", ["EGYPT."], 5)) == 1
    assert "another version" in caplog.text

"""Another model or splitter: the new library is made beside the one in use, which answers until it is replaced."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import LibraryError, LibraryMismatchError
from rag.index import Index, peek, renewal, unfinished_rebuilds
from tests.index.building import (
    ARABIC,
    ENGLISH,
    FINGERPRINT,
    document,
    found,
    open_index,
    passages_of,
    put,
    run_and_crash,
    stat_of,
)

OTHER = "other-model | 1 paragraph"
QUESTIONS = ("نجيب محفوظ القاهرة", "capital of Egypt", "1988")


def renewing(home: Path) -> Index:
    """The copy of the library that another model fills."""
    return open_index(home, fingerprint=OTHER, adopt=True)


def fill(index: Index) -> None:
    """Cut and embed again all that another model had made, as a resync does."""
    for source in index.stale_sources():
        put(index, index.document(source))


def answers(index: Index) -> list[tuple[list[str], list[str]]]:
    """What the searches give for some questions."""
    return [found(index, question) for question in QUESTIONS]


def generations(home: Path) -> list[int]:
    """How many generations each store has on disk."""
    return [len(list((home / store).iterdir())) for store in ("chroma", "keywords")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two sources and a chat, closed."""
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        index.flush()
        index.chats.create("محادثة")
    return tmp_path


def test_the_library_in_use_answers_until_the_other_is_complete(home: Path) -> None:
    with open_index(home) as index:
        before = answers(index)
    with renewing(home) as index:
        assert index.count() == 0
        assert index.stale_sources() == {name: stat_of(index.document(name)) for name in ("ar.txt", "en.txt")}
        put(index, index.document("ar.txt"))
        index.flush()
        # The copy is an index as any other: what was made so far can be searched.
        assert {one.source for one in index.passages(found(index, "نجيب Egypt")[0])} == {"ar.txt"}
    with open_index(home) as index:
        assert answers(index) == before
        assert index.stale_sources() == {}
    assert generations(home) == [1, 1]
    summary = peek(home)
    assert summary is not None
    assert (summary.fingerprint, summary.passages) == (FINGERPRINT, 4)
    assert unfinished_rebuilds(home) == [OTHER]


def test_a_complete_one_takes_its_place_with_all_it_held(home: Path) -> None:
    with renewing(home) as index:
        fill(index)
        index.rebuild()
        after = answers(index)
        assert after[0][1] == [passages_of(document("ar.txt", ARABIC))[0].id]
        assert [info.title for info in index.chats.list()] == ["محادثة"]
        assert [info.source for info in index.sources()] == ["ar.txt", "en.txt"]
        # It goes on as the library itself.
        put(index, document("new.txt", "Benghazi."))
        index.flush()
    assert generations(home) == [1, 1]
    assert not (home / "rebuild").exists()
    assert {path.name for path in home.glob("library*")} == {"library.sqlite"}
    with pytest.raises(LibraryMismatchError):
        open_index(home)
    with open_index(home, fingerprint=OTHER) as index:
        assert [words for _, words in answers(index)] == [words for _, words in after]
        assert len(found(index, "Benghazi")[1]) == 1


def test_the_next_attempt_has_the_vectors_and_today_s_sources(home: Path) -> None:
    with renewing(home) as index:
        put(index, index.document("ar.txt"))
        keys = [index.embedding_key(one.text) for one in passages_of(index.document("ar.txt"))]
    with open_index(home) as index:
        index.remove_source("en.txt")
        put(index, document("new.txt", "Benghazi."))
        index.flush()
    with renewing(home) as index:
        assert list(index.stale_sources()) == ["ar.txt", "new.txt"]
        assert index.missing_embeddings(keys) == []
        assert len(unfinished_rebuilds(home)) == 1
        fill(index)
        index.rebuild()
        assert [info.source for info in index.sources()] == ["ar.txt", "new.txt"]
        assert index.missing_embeddings(keys) == []


@pytest.mark.parametrize("content", [b"", b"garbage " * 3000, b"SQLite format 3\0" + bytes(9000)])
def test_an_attempt_beyond_reading_is_passed_over(home: Path, content: bytes) -> None:
    renewing(home).close()
    (attempt,) = (home / "rebuild").glob("*/library.sqlite")
    attempt.write_bytes(content)
    assert unfinished_rebuilds(home) == [""]
    with renewing(home) as index:
        fill(index)
        index.rebuild()
        assert index.count() == 4


def test_going_back_needs_no_rebuild_and_a_rebuild_of_it_drops_the_attempt(home: Path) -> None:
    renewing(home).close()
    with open_index(home, adopt=True) as index:
        assert index.count() == 4
        index.rebuild()
    assert unfinished_rebuilds(home) == []
    assert not (home / "rebuild").exists()


def test_what_could_not_be_made_anew_keeps_the_library_as_it_was(home: Path) -> None:
    with renewing(home) as index:
        put(index, index.document("ar.txt"))
        with pytest.raises(LibraryError, match="doctor"):
            index.rebuild()
    with open_index(home) as index:
        assert index.count() == 4


def test_a_program_that_reads_the_library_is_not_robbed_of_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "BUSY_TIMEOUT_SECONDS", 0.05)
    with closing(sqlite3.connect(home / "library.sqlite", isolation_level=None)) as reader:
        with renewing(home) as index:
            fill(index)
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM passages").fetchone() == (4,)
            with pytest.raises(LibraryError, match="reading") as caught:
                index.rebuild()
        assert "rag rebuild" in caught.value.ar
    with open_index(home) as index:
        assert index.count() == 4


RENEW = (
    "from rag.index import renewal\n"
    "from tests.index.test_renewal import renewing, fill\n"
    "fold, folded = renewal._fold_log, []\n"
    "def fold_and_die(file):\n    fold(file)\n    folded.append(file)\n    len(folded) < 2 or die()\n"
    "{crash}\n"
    "index = renewing(home)\nfill(index)\nindex.rebuild()"
)


@pytest.mark.parametrize(
    ("crash", "in_use"),
    [
        ("renewal.Library = die", FINGERPRINT),  # the copy still says what the library says
        ("renewal._carry_over = die", FINGERPRINT),  # it does no more, and an earlier attempt is still there
        ("renewal.take_over = die", FINGERPRINT),  # it is complete
        ("renewal._fold_log = fold_and_die", FINGERPRINT),  # both are folded into one file each
        ("renewal._to_disk = die", OTHER),  # it has just taken the place
    ],
)
def test_a_rebuild_that_is_killed_leaves_one_whole_library(home: Path, crash: str, in_use: str) -> None:
    with open_index(home) as index:
        before = answers(index)
    with renewing(home) as index:
        put(index, index.document("ar.txt"))
        keys = [index.embedding_key(one.text) for one in passages_of(index.document("ar.txt"))]
    run_and_crash(home, RENEW.format(crash=crash))
    with open_index(home, fingerprint=in_use) as index:
        assert (index.count(), answers(index)) == (4, before)
    with renewing(home) as index:
        assert index.missing_embeddings(keys) == []
        fill(index)
        index.rebuild()
        assert (index.count(), answers(index)) == (4, before)
    assert not (home / "rebuild").exists()
    assert generations(home) == [1, 1]

"""What the library knows of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import FileStat, Index, SourceStat
from tests.index.building import ENGLISH, document, open_index, put, stat_of

ORIGIN = document("a.txt", ENGLISH)


def _stat(sha256: str, origin: str) -> FileStat:
    return FileStat(10, 20, sha256, origin)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """A library with a source and two copies of its file."""
    with open_index(tmp_path) as opened:
        put(opened, ORIGIN)
        digest = stat_of(ORIGIN).sha256
        opened.files.note({"b.txt": _stat(digest, "a.txt"), "ج.txt": _stat(digest, "a.txt")})
        yield opened


def _record(index: Index, source: str, origin: str) -> None:
    """A source that is one of several in its file."""
    doc = document(source, f"This is {source}.")
    put(index, doc)
    index.files.rehome({source: SourceStat(stat_of(doc).sha256, 1, 2, origin)})
    index.files.forget([source])


def test_a_source_brings_its_file(index: Index) -> None:
    stat = stat_of(ORIGIN)
    assert index.files.known(["a.txt", "z.txt"]) == {
        "a.txt": FileStat(stat.size, stat.mtime_ns, stat.sha256, "a.txt")
    }
    assert index.files.source("a.txt") == stat
    assert index.files.origins_of(stat.sha256) == ["a.txt"]
    assert list(index.files.copies("a.txt")) == ["b.txt", "ج.txt"]
    assert list(index.files.places()) == ["a.txt", "b.txt", "ج.txt"]
    assert index.sources()[0].paths == ("a.txt", "b.txt", "ج.txt")


def test_problems_and_who_had_them_are_kept(index: Index) -> None:
    stat = FileStat(1, 2, "x", "c.jsonl", (("line 2 is bad", "السطر ٢ معطوب"),), "reader 1")
    index.files.note({"c.jsonl": stat})
    assert index.files.known(["c.jsonl"]) == {"c.jsonl": stat}


def test_copies_of_what_a_file_was_are_no_copies_of_what_it_is(index: Index) -> None:
    put(index, document("a.txt", "Other words now."))
    assert index.files.copies("a.txt") == {}
    assert index.files.known(["b.txt"]) == {}


def test_a_source_that_is_removed_takes_all_its_files_along(index: Index) -> None:
    assert index.remove_sources(["a.txt", "gone.txt"]) == ["a.txt"]
    assert index.files.places() == {}


def test_a_copy_is_forgotten_alone(index: Index) -> None:
    index.files.forget(["b.txt"])
    assert list(index.files.places()) == ["a.txt", "ج.txt"]


def test_files_of_records(index: Index) -> None:
    for source in ("one", "اثنان"):
        _record(index, source, "r.jsonl")
    assert index.files.sources_of(["r.jsonl", "a.txt", "z"]) == {
        "r.jsonl": ["one", "اثنان"],
        "a.txt": ["a.txt"],
    }
    index.files.note({"r.jsonl": _stat("r", "r.jsonl"), "copy.jsonl": _stat("r", "r.jsonl")})
    index.files.rename("r.jsonl", "s.jsonl", _stat("r", "s.jsonl"))
    assert index.files.sources_of(["r.jsonl", "s.jsonl"]) == {"s.jsonl": ["one", "اثنان"]}
    assert list(index.files.copies("s.jsonl")) == ["copy.jsonl"]
    assert index.files.known(["r.jsonl"]) == {}
    index.files.fold("s.jsonl", "copy.jsonl")
    assert index.files.sources_of(["copy.jsonl"]) == {"copy.jsonl": ["one", "اثنان"]}
    index.remove_source("one")
    assert index.files.known(["copy.jsonl"]) == {}  # so that it is read again


def test_another_make_reads_every_file_again_and_keeps_what_is_known_of_copies(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, ORIGIN)
        index.files.note({"b.txt": _stat(stat_of(ORIGIN).sha256, "a.txt")})
    with open_index(tmp_path, fingerprint="other", adopt=True) as index:
        known = index.files.known(["a.txt", "b.txt"])
        assert {path: stat.size for path, stat in known.items()} == {"a.txt": -1, "b.txt": -1}
        assert index.files.source("a.txt") is None
        assert index.sources()[0].paths == ("a.txt", "b.txt")

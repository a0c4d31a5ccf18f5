"""What is taken out of the library can be put back as it was, without its file, and after a crash."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.index import Index, Uploads
from rag.sync import Limits, put_back, sync
from tests.fakes import FakeEmbedder
from tests.index.building import open_index, run_and_crash

EMBEDDER = FakeEmbedder()
LIMITS = Limits(max_tokens=100, overlap_sentences=0, max_file_bytes=10**6)
TEXT = "شاركت 81 دولة في اجتماع روما. ترأس بلينكن الاجتماع."


def index_files(index: Index, folder: Path, **texts: str) -> list[str]:
    """The sources."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    sync([folder], index=index, embedder=EMBEDDER, limits=LIMITS)
    return [source.source for source in index.sources()]


def test_a_source_comes_back_as_it_was_although_its_file_is_gone(tmp_path: Path) -> None:
    with open_index(tmp_path / "home") as index:
        sources = index_files(index, tmp_path / "docs", a=TEXT, b="Other text. It stays.", copy=TEXT)
        before, files, document = index.sources(), index.files.known(sources), index.document(sources[0])
        index._library._connection.execute("UPDATE sources SET added_at = '2020-01-01T00:00:00+00:00'")
        removal = index.set_aside([sources[0], "unknown.txt"])
        assert removal
        assert [source.source for source in index.sources()] == sources[1:]
        assert index.keyword_search("stems", ["81"], 5) == []
        for path in (tmp_path / "docs").iterdir():
            path.unlink()
        assert [one.titles for one in index.aside.removals()] == [(before[0].title,)]
        assert put_back(index, EMBEDDER, removal, limits=LIMITS) == [sources[0]]
        assert index.sources() == [replace(one, added_at="2020-01-01T00:00:00+00:00") for one in before]
        assert (index.files.known(sources), index.document(sources[0])) == (files, document)
        assert len(index.keyword_search("stems", ["81"], 5)) == 1
        assert index.aside.removals() == []
        with pytest.raises(LibraryError, match="no longer be undone"):
            put_back(index, EMBEDDER, removal, limits=LIMITS)


def test_a_sync_after_it_finds_nothing_to_do(tmp_path: Path) -> None:
    with open_index(tmp_path / "home") as index:
        sources = index_files(index, tmp_path / "docs", a=TEXT)
        removal = index.set_aside(sources)
        assert removal
        put_back(index, EMBEDDER, removal, limits=LIMITS)
        report = sync([tmp_path / "docs"], index=index, embedder=EMBEDDER, limits=LIMITS)
        assert (report.unchanged, report.added, report.updated) == (tuple(sources), (), ())


def test_what_was_added_again_meanwhile_stays(tmp_path: Path) -> None:
    with open_index(tmp_path / "home") as index:
        sources = index_files(index, tmp_path / "docs", a=TEXT)
        removal = index.set_aside(sources)
        assert removal
        index_files(index, tmp_path / "docs", a="A newer text of it. It is short.")
        assert put_back(index, EMBEDDER, removal, limits=LIMITS) == []
        assert index.document(sources[0]).pages[0].text.startswith("A newer text")
        report = sync([tmp_path / "docs"], index=index, embedder=EMBEDDER, limits=LIMITS)
        assert report.unchanged == tuple(sources)


def test_a_removal_stands_and_can_be_undone_after_the_process_was_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_index(home) as index:
        sources = index_files(index, tmp_path / "docs", a=TEXT, b="Other text. It stays.")
    run_and_crash(home, f"index = open_index(home)\nindex.set_aside([{sources[0]!r}])\ndie()")
    with open_index(home) as index:
        assert [source.source for source in index.sources()] == sources[1:]
        (removal,) = index.aside.removals()
        assert put_back(index, EMBEDDER, removal.name, limits=LIMITS) == [sources[0]]
        assert index.document(sources[0]).pages[0].text == TEXT


def test_when_the_time_is_over_it_is_gone_with_its_upload(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_index(home) as index:
        uploads = Uploads(home)
        for name in ("a.txt", "b.txt"):
            part = uploads.begin()
            part.write_text(f"{name}. {TEXT}", encoding="utf-8")
            uploads.keep(part, name)
        sync(
            [Path("a.txt"), Path("b.txt")],
            index=index,
            embedder=EMBEDDER,
            limits=LIMITS,
            start=uploads.folder,
        )
        removal = index.set_aside(["a.txt"])
        index.aside.discard("2020-01-01T00:00:00+00:00")
        assert [one.name for one in index.aside.removals()] == [removal]
        assert uploads.names() == ["a.txt", "b.txt"]
        index.aside.discard("2120-01-01T00:00:00+00:00")
        assert (index.aside.removals(), uploads.names()) == ([], ["b.txt"])
        index.erase(["b.txt"])
        assert uploads.names() == []


def test_a_rebuild_leaves_nothing_of_it_on_disk(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_index(home) as index:
        sources = index_files(index, tmp_path / "docs", a=TEXT)
        index.set_aside(sources)
        with closing(sqlite3.connect(home / "library.sqlite")) as connection:
            assert connection.execute("SELECT count(*) FROM aside").fetchone() == (1,)
        index.rebuild()
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any("بلينكن".encode() in content for content in written)

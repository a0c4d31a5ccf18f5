"""Files are known by their bytes: moved ones are not embedded again, and equal ones are one source."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from rag.index import Index
from tests.index.building import downgrade
from tests.sync.syncing import CountingEmbedder, open_home, synced

HARBOUR = "The harbour opened in 1932. It is deep."
MINARET = "بُنيت المئذنة عام ١٢١٤. وهي عالية."


def _write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def _paths(index: Index) -> dict[str, tuple[str, ...]]:
    return {source.source: source.paths for source in index.sources()}


def _touch(path: Path) -> None:
    os.utime(path, ns=(time.time_ns(), time.time_ns()))


def test_a_moved_file_keeps_its_vectors_and_its_date(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR, ب=MINARET)
    synced(index, embedder, docs)
    (before,) = (source for source in index.sources() if source.source == "docs/a.txt")
    embedder.embedded.clear()
    (docs / "new").mkdir()
    (docs / "a.txt").rename(docs / "new" / "ميناء.txt")
    report = synced(index, embedder, docs)
    assert report.moved == (("docs/a.txt", "docs/new/ميناء.txt"),)
    assert (report.added, report.updated, report.removed, report.unchanged) == ((), (), (), ("docs/ب.txt",))
    assert embedder.embedded == []
    (after,) = (source for source in index.sources() if source.source == "docs/new/ميناء.txt")
    assert (after.added_at, after.sha256, after.passages) == (before.added_at, before.sha256, before.passages)
    assert index.document("docs/new/ميناء.txt").pages[0].text == HARBOUR
    (passage,) = index.passages([index.keyword_search("stems", ["harbour"], 5)[0][0]])
    assert passage.source == "docs/new/ميناء.txt"
    assert synced(index, embedder, docs).moved == ()


def test_a_file_that_moves_out_of_what_is_synced_is_found_where_it_is_synced_next(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR)
    synced(index, embedder, docs)
    Path("other").mkdir()
    (docs / "a.txt").rename("other/b.txt")
    embedder.embedded.clear()
    report = synced(index, embedder, Path("other"))
    assert report.moved == (("docs/a.txt", "other/b.txt"),)
    assert embedder.embedded == []
    assert _paths(index) == {"other/b.txt": ("other/b.txt",)}


def test_names_that_change_places(index: Index, embedder: CountingEmbedder, docs: Path) -> None:
    """Nothing is moved onto a name that is taken: the files are read, and nothing is embedded."""
    _write(docs, a=HARBOUR, b=MINARET)
    synced(index, embedder, docs)
    embedder.embedded.clear()
    (docs / "a.txt").rename(docs / "c.txt")
    (docs / "b.txt").rename(docs / "a.txt")
    (docs / "c.txt").rename(docs / "b.txt")
    synced(index, embedder, docs)
    assert embedder.embedded == []
    assert index.document("docs/a.txt").pages[0].text == MINARET
    assert index.document("docs/b.txt").pages[0].text == HARBOUR


def test_equal_files_are_one_source_with_several_paths(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, b=HARBOUR, a=MINARET)
    synced(index, embedder, docs)
    shutil.copyfile(docs / "b.txt", docs / "0.txt")
    shutil.copyfile(docs / "b.txt", docs / "c.txt")
    embedder.embedded.clear()
    copies = (("docs/0.txt", "docs/b.txt"), ("docs/c.txt", "docs/b.txt"))
    for _ in range(2):
        report = synced(index, embedder, docs)
        assert report.duplicates == copies
        assert (report.added, report.unchanged) == ((), ("docs/a.txt", "docs/b.txt"))
    assert embedder.embedded == []
    assert _paths(index)["docs/b.txt"] == ("docs/b.txt", "docs/0.txt", "docs/c.txt")
    assert index.count() == 2


def test_equal_files_that_come_together_go_by_the_first_name(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, b=HARBOUR, a=HARBOUR, c=HARBOUR)
    report = synced(index, embedder, docs)
    assert report.added == ("docs/a.txt",)
    assert _paths(index) == {"docs/a.txt": ("docs/a.txt", "docs/b.txt", "docs/c.txt")}


def test_the_same_bytes_read_in_two_ways_are_two_sources(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    for name in ("a.txt", "a.md"):
        (docs / name).write_text("# Harbour\n\nIt opened in 1932.", encoding="utf-8")
    report = synced(index, embedder, docs)
    assert (sorted(report.added), report.duplicates) == (["docs/a.md", "docs/a.txt"], ())


def test_a_source_goes_to_a_copy_when_its_own_file_goes(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR, b=HARBOUR, c=HARBOUR)
    synced(index, embedder, docs)
    embedder.embedded.clear()
    (docs / "a.txt").unlink()
    report = synced(index, embedder, docs)
    assert (report.moved, report.removed) == ((("docs/a.txt", "docs/b.txt"),), ())
    assert report.duplicates == (("docs/c.txt", "docs/b.txt"),)
    assert embedder.embedded == []
    assert _paths(index) == {"docs/b.txt": ("docs/b.txt", "docs/c.txt")}
    for name in ("b", "c"):
        (docs / f"{name}.txt").unlink()
    assert synced(index, embedder, docs).removed == ("docs/b.txt",)
    assert index.count() == 0


def test_a_source_goes_to_a_copy_in_another_folder(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR)
    synced(index, embedder, docs)
    Path("other").mkdir()
    shutil.copyfile(docs / "a.txt", "other/z.txt")
    assert synced(index, embedder, Path("other")).duplicates == (("other/z.txt", "docs/a.txt"),)
    (docs / "a.txt").unlink()
    assert synced(index, embedder, docs).moved == (("docs/a.txt", "other/z.txt"),)


def test_a_copy_that_changes_becomes_a_source_and_back(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR, b=HARBOUR)
    synced(index, embedder, docs)
    _write(docs, b=MINARET)
    report = synced(index, embedder, docs)
    assert (report.added, report.duplicates) == (("docs/b.txt",), ())
    _write(docs, b=HARBOUR)
    report = synced(index, embedder, docs)
    assert (report.duplicates, report.removed) == ((("docs/b.txt", "docs/a.txt"),), ())
    assert _paths(index) == {"docs/a.txt": ("docs/a.txt", "docs/b.txt")}


def test_a_copy_lives_on_when_its_origin_changes(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR, b=HARBOUR)
    synced(index, embedder, docs)
    embedder.embedded.clear()
    _write(docs, a=MINARET)
    report = synced(index, embedder, docs)
    assert (report.updated, report.added) == (("docs/a.txt",), ("docs/b.txt",))
    assert index.document("docs/b.txt").pages[0].text == HARBOUR
    assert not [text for text in embedder.embedded if "harbour" in text]


def test_a_copy_that_goes_takes_nothing_with_it(index: Index, embedder: CountingEmbedder, docs: Path) -> None:
    _write(docs, a=HARBOUR, b=HARBOUR)
    synced(index, embedder, docs)
    (docs / "b.txt").unlink()
    report = synced(index, embedder, docs)
    assert (report.unchanged, report.removed, report.duplicates) == (("docs/a.txt",), (), ())
    assert _paths(index) == {"docs/a.txt": ("docs/a.txt",)}


def test_removing_a_source_removes_what_is_known_of_all_its_files(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    _write(docs, a=HARBOUR, b=HARBOUR)
    synced(index, embedder, docs)
    index.remove_source("docs/a.txt")
    assert index.files.places() == {}
    assert synced(index, embedder, docs).added == ("docs/a.txt",)


def test_touched_files_are_not_read(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(docs, a=HARBOUR, b=MINARET, c=HARBOUR)
    synced(index, embedder, docs)
    for name in ("a", "b", "c"):
        _touch(docs / f"{name}.txt")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr("rag.parsing.pool.load_path", refuse)
    report = synced(index, embedder, docs)
    assert (report.unchanged, report.duplicates) == (
        ("docs/a.txt", "docs/b.txt"),
        (("docs/c.txt", "docs/a.txt"),),
    )
    monkeypatch.setattr("rag.sync.plan._digest", refuse)
    assert synced(index, embedder, docs).unchanged == ("docs/a.txt", "docs/b.txt")


def test_a_record_file_that_moves_keeps_its_records(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    (docs / "a.jsonl").write_text(
        '{"id": "one", "text": "Cairo."}\n{"id": "اثنان", "text": "طنجة."}\n', encoding="utf-8"
    )
    synced(index, embedder, docs)
    (docs / "a.jsonl").rename(docs / "b.jsonl")
    report = synced(index, embedder, docs)
    assert report.moved == (("docs/a.jsonl", "docs/b.jsonl"),)
    assert (report.removed, report.added) == ((), ())
    assert _paths(index) == {"one": ("docs/b.jsonl",), "اثنان": ("docs/b.jsonl",)}
    shutil.copyfile(docs / "b.jsonl", docs / "c.jsonl")
    assert synced(index, embedder, docs).duplicates == (("docs/c.jsonl", "docs/b.jsonl"),)
    (docs / "b.jsonl").unlink()
    assert synced(index, embedder, docs).removed == ()
    assert _paths(index)["one"] == ("docs/c.jsonl",)
    (docs / "c.jsonl").unlink()
    assert sorted(synced(index, embedder, docs).removed) == ["one", "اثنان"]


def test_an_unchanged_record_file_is_not_read_and_its_broken_lines_are_still_named(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "a.jsonl").write_text('{"id": "one", "text": "Cairo."}\nnot json\n', encoding="utf-8")
    first = synced(index, embedder, docs)
    assert (first.added, len(first.failed)) == (("one",), 1)
    with monkeypatch.context() as patched:
        patched.setattr("rag.parsing.pool.load_path", None)
        _touch(docs / "a.jsonl")
        for _ in range(2):
            again = synced(index, embedder, docs)
            assert (again.unchanged, again.failed) == (("one",), first.failed)
    # Another reader may be able to read what this one could not.
    monkeypatch.setattr("rag.sync.limits.__version__", "next")
    assert len(synced(index, embedder, docs).failed) == 1


def test_a_record_that_goes_to_another_file_stays(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    """Whichever of the two files is read first, and when one of them is gone."""
    one, two = '{"id": "one", "text": "Cairo."}\n', '{"id": "two", "text": "Tangier."}\n'
    (docs / "a.jsonl").write_text(one + two, encoding="utf-8")
    (docs / "b.jsonl").write_text('{"id": "three", "text": "Fez."}\n', encoding="utf-8")
    synced(index, embedder, docs)
    (docs / "a.jsonl").write_text(one, encoding="utf-8")
    (docs / "b.jsonl").write_text(two, encoding="utf-8")
    report = synced(index, embedder, docs)
    assert (sorted(report.unchanged), report.removed) == (["one", "two"], ("three",))
    (docs / "a.jsonl").unlink()
    assert synced(index, embedder, docs).removed == ("one",)
    assert synced(index, embedder, docs).unchanged == ("two",)


def test_a_record_that_two_files_claim_comes_back_when_one_of_them_goes(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    """Who is synced last has it."""
    for name in ("a", "b"):
        (docs / name).mkdir()
        (docs / name / "c.jsonl").write_text(
            f'{{"id": "one", "text": "Cairo, says {name}."}}\n', encoding="utf-8"
        )
    synced(index, embedder, docs / "a")
    assert synced(index, embedder, docs / "b").updated == ("one",)
    (docs / "b" / "c.jsonl").unlink()
    assert synced(index, embedder, docs / "b").removed == ("one",)
    assert synced(index, embedder, docs / "a").added == ("one",)
    assert index.document("one").pages[0].text == "Cairo, says a."


def test_a_library_of_the_second_version_learns_the_digests_without_reading(
    tmp_path: Path, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files have no digests, and equal ones are sources of their own."""
    _write(docs, a=HARBOUR, b=MINARET, c=HARBOUR)
    home = tmp_path / "second"
    with monkeypatch.context() as patched:
        patched.setattr("rag.sync.plan._suffix", lambda name: name)  # no two files are equal
        with open_home(home) as index:
            assert len(synced(index, embedder, docs).added) == 3
    downgrade(home, 2)
    with closing(sqlite3.connect(home / "library.sqlite")) as connection, connection:
        connection.execute("UPDATE sources SET sha256 = 'of its text'")
    embedder.embedded.clear()
    with open_home(home) as index, monkeypatch.context() as patched:
        patched.setattr("rag.parsing.pool.load_path", None)
        report = synced(index, embedder, docs)
        assert report.unchanged == ("docs/a.txt", "docs/b.txt")
        assert report.duplicates == (("docs/c.txt", "docs/a.txt"),)
        assert embedder.embedded == []
        assert [source.sha256 for source in index.sources()] == [
            hashlib.sha256(text.encode("utf-8")).hexdigest() for text in (HARBOUR, MINARET)
        ]
        patched.setattr("rag.sync.plan._digest", None)
        assert synced(index, embedder, docs).unchanged == ("docs/a.txt", "docs/b.txt")

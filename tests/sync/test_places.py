"""A relative name may come to mean another file: what is gone, and what is the same, is told by places."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.discover import name_of
from rag.index import Index
from rag.schema import SyncReport
from rag.sync import sync
from tests.index.building import downgrade
from tests.sync.syncing import LIMITS, CountingEmbedder, open_home, synced

HARBOUR = "The harbour opened in 1932. It is deep."
MINARET = "بُنيت المئذنة عام ١٢١٤. وهي عالية."

SyncIn = Callable[..., SyncReport]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two folders that hold other files, one of each by the same name."""
    for folder, text in (("a", HARBOUR), ("b", MINARET)):
        docs = tmp_path / folder / "docs"
        docs.mkdir(parents=True)
        (docs / "نص.txt").write_text(text, encoding="utf-8")
        (docs / f"only {folder}.txt").write_text(f"Only in {folder}.", encoding="utf-8")
    return tmp_path


@pytest.fixture
def sync_in(index: Index, embedder: CountingEmbedder, root: Path, monkeypatch: pytest.MonkeyPatch) -> SyncIn:
    """Syncs paths in a folder below `root`."""

    def run(folder: str, *paths: str) -> SyncReport:
        monkeypatch.chdir(root / folder)
        return synced(index, embedder, *map(Path, paths))

    return run


def _names(index: Index) -> list[str]:
    return [source.source for source in index.sources()]


@pytest.mark.parametrize("path", [".", "docs"])
def test_a_sync_elsewhere_takes_nothing_away(index: Index, sync_in: SyncIn, path: str) -> None:
    one, other = ("a", "b") if path == "docs" else ("a/docs", "b/docs")
    sync_in(one, path)
    before = _names(index)
    report = sync_in(other, path)
    assert report.removed == report.updated == report.moved == ()
    assert len(report.added) == len(report.failed) == 1
    assert _names(index) == sorted([*before, *report.added])
    # Nothing is gone there now either.
    again = sync_in(one, path)
    assert (again.unchanged, again.failed, again.removed) == (tuple(before), (), ())


def test_another_file_of_the_same_name_is_named_and_its_whole_path_is_the_way(
    index: Index, sync_in: SyncIn, root: Path
) -> None:
    sync_in("a", "docs")
    (failure,) = sync_in("b", "docs").failed
    place = name_of(root / "b" / "docs" / "نص.txt")
    for sentence in (failure.en, failure.ar):
        assert name_of(root / "a" / "docs" / "نص.txt") in sentence
        assert f"rag sync {place}" in sentence
    assert index.document("docs/نص.txt").pages[0].text == HARBOUR
    assert sync_in("b", place).added == (place,)
    # It is known by its place now, so that its short name is no matter any more.
    report = sync_in("b", "docs")
    assert (report.failed, sorted(report.unchanged)) == ((), sorted([place, "docs/only b.txt"]))


def test_one_file_has_one_name_from_wherever_it_is_synced(
    embedder: CountingEmbedder, sync_in: SyncIn, root: Path
) -> None:
    sync_in("a", "docs")
    embedder.embedded.clear()
    for folder, path in (("a/docs", "."), ("", "a"), ("b", "../a/docs"), ("b", str(root / "a"))):
        report = sync_in(folder, path)
        assert report.unchanged == ("docs/only a.txt", "docs/نص.txt"), (folder, path)
        assert (report.added, report.moved, report.duplicates, report.failed) == ((), (), (), ())
    assert embedder.embedded == []
    (root / "a" / "docs" / "نص.txt").unlink()
    assert sync_in("b", "../a").removed == ("docs/نص.txt",)


def test_a_folder_that_moves_keeps_its_names(
    index: Index, embedder: CountingEmbedder, sync_in: SyncIn, root: Path
) -> None:
    """Also those of files that have changed since: that the others are as they were says that they moved."""
    sync_in("a", "docs")
    embedder.embedded.clear()
    (root / "a").rename(root / "new")
    (root / "new" / "docs" / "نص.txt").write_text(MINARET, encoding="utf-8")
    report = sync_in("new", "docs")
    assert (report.unchanged, report.updated) == (("docs/only a.txt",), ("docs/نص.txt",))
    assert (report.failed, report.removed, report.moved) == ((), (), ())
    assert len(embedder.embedded) == len(set(embedder.embedded)) > 0
    assert set(index.files.places().values()) == {
        name_of(root / "new" / "docs" / name) for name in ("only a.txt", "نص.txt")
    }
    (root / "new" / "docs" / "نص.txt").unlink()
    assert sync_in("new", ".").removed == ("docs/نص.txt",)


def test_a_name_whose_file_is_gone_is_not_taken_without_a_word(
    index: Index, sync_in: SyncIn, root: Path
) -> None:
    """The disk that it was on may only not be there now."""
    sync_in("a", "docs")
    (root / "a").rename(root / "unplugged")
    report = sync_in("b", "docs")
    assert (report.added, report.updated, report.removed) == (("docs/only b.txt",), (), ())
    (failure,) = report.failed
    assert "rag remove docs/نص.txt" in failure.en
    assert "rag remove docs/نص.txt" in failure.ar
    assert index.document("docs/نص.txt").pages[0].text == HARBOUR
    index.remove_source("docs/نص.txt")
    assert sync_in("b", "docs").added == ("docs/نص.txt",)


def test_a_name_is_free_when_its_file_is_gone_from_what_is_synced(
    index: Index, sync_in: SyncIn, root: Path
) -> None:
    sync_in("a", "docs")
    (root / "a" / "docs" / "نص.txt").unlink()
    (root / "docs").mkdir()
    (root / "docs" / "نص.txt").write_text(MINARET, encoding="utf-8")
    report = sync_in("", "a", "docs")
    assert (report.updated, report.failed, report.removed) == (("docs/نص.txt",), (), ())
    assert index.document("docs/نص.txt").pages[0].text == MINARET


def test_a_copy_that_is_gone_leaves_its_name_to_any_file(index: Index, sync_in: SyncIn, root: Path) -> None:
    """Its text is that of its origin, which stays."""
    for name in ("one", "two"):
        (root / name).mkdir()
        (root / name / f"{name}.txt").write_text(HARBOUR, encoding="utf-8")
    assert sync_in("one", "one.txt").added == ("one.txt",)
    assert sync_in("two", "two.txt").duplicates == (("two.txt", "one.txt"),)
    shutil.rmtree(root / "two")
    (root / "b" / "two.txt").write_text(MINARET, encoding="utf-8")
    assert sync_in("b", "two.txt").added == ("two.txt",)
    assert _names(index) == ["one.txt", "two.txt"]


def test_a_folder_that_is_seen_in_two_places_is_one_folder(
    index: Index, embedder: CountingEmbedder, sync_in: SyncIn, root: Path
) -> None:
    """A link does here what a disk that is mounted twice does."""
    sync_in("a", "docs")
    (root / "mounted").symlink_to(root / "a", target_is_directory=True)
    for start in ("mounted", "a"):
        report = sync([Path("docs")], index=index, embedder=embedder, limits=LIMITS, start=root / start)
        assert (len(report.unchanged), report.failed, report.removed) == (2, (), ())


def test_records_stay_with_their_file(index: Index, sync_in: SyncIn, root: Path) -> None:
    (root / "a" / "r.jsonl").write_text('{"id": "one", "text": "Cairo."}\n', encoding="utf-8")
    sync_in("a", ".")
    sync_in("b", ".")
    assert "one" in _names(index)
    (root / "a" / "r.jsonl").unlink()
    assert sync_in("b", ".").removed == ()
    assert sync_in("", "a").removed == ("one",)


def test_an_older_library_learns_places_as_it_finds_its_files(
    tmp_path: Path, embedder: CountingEmbedder, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what it has not found since, a sync does not know whether it is gone."""
    home = tmp_path / "third"
    monkeypatch.chdir(root / "a")
    with open_home(home) as index:
        synced(index, embedder, Path("docs"), root / "b" / "docs")
    downgrade(home, 3)
    with open_home(home) as index:
        whole = name_of(root / "b" / "docs" / "only b.txt")
        assert index.files.places() == {
            "docs/only a.txt": "", "docs/نص.txt": "", whole: whole,
            name_of(root / "b" / "docs" / "نص.txt"): name_of(root / "b" / "docs" / "نص.txt"),
        }  # fmt: skip
        (root / "b" / "docs" / "only b.txt").unlink()
        (root / "a" / "docs" / "only a.txt").unlink()
        monkeypatch.chdir(root / "b")
        assert synced(index, embedder, Path("docs"), root / "b").removed == (whole,)
        monkeypatch.chdir(root / "a")
        assert synced(index, embedder, Path("docs")).removed == ()
        (root / "a" / "docs" / "نص.txt").unlink()
        assert synced(index, embedder, Path("docs")).removed == ("docs/نص.txt",)

"""What becomes of vectors that nothing names any more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.index import Index
from tests.sync.syncing import CountingEmbedder, synced

HARBOUR = "The harbour opened in 1932. It is deep."
MINARET = "بُنيت المئذنة عام ١٢١٤. وهي عالية."


@pytest.fixture
def filled(index: Index, embedder: CountingEmbedder, docs: Path) -> Path:
    """A folder of two files that are in the library."""
    (docs / "a.txt").write_text(HARBOUR, encoding="utf-8")
    (docs / "ب.txt").write_text(MINARET, encoding="utf-8")
    synced(index, embedder, docs)
    return docs


def _change(docs: Path) -> None:
    (docs / "a.txt").write_text("Other words now.", encoding="utf-8")


def _remove(docs: Path) -> None:
    (docs / "ب.txt").unlink()


def _make_equal(docs: Path) -> None:
    shutil.copyfile(docs / "a.txt", docs / "ب.txt")


def _move(docs: Path) -> None:
    (docs / "a.txt").rename(docs / "م.txt")


def _move_and_change(docs: Path) -> None:
    _move(docs)
    (docs / "ب.txt").write_text(MINARET + " وفيها درج.", encoding="utf-8")


def _add(docs: Path) -> None:
    (docs / "c.txt").write_text("A third one has come.", encoding="utf-8")


@pytest.mark.parametrize("change", [_change, _remove, _make_equal, _move, _move_and_change, _add])
def test_a_sync_leaves_no_vector_that_nothing_names(
    index: Index, embedder: CountingEmbedder, filled: Path, change: object
) -> None:
    assert callable(change)
    change(filled)
    synced(index, embedder, filled)
    assert index.discard_unused_embeddings() == 0


@pytest.mark.parametrize(
    ("change", "looks"),
    [(_add, False), (_move, False), (_change, True), (_remove, True), (_make_equal, True)],
)
def test_they_are_looked_for_only_where_something_may_have_lost_its_text(
    index: Index,
    embedder: CountingEmbedder,
    filled: Path,
    change: object,
    looks: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looking goes through all vectors there are. What moves or comes takes no text away."""
    calls: list[int] = []
    discard = index.discard_unused_embeddings
    monkeypatch.setattr(index, "discard_unused_embeddings", lambda: calls.append(discard()))
    assert callable(change)
    change(filled)
    synced(index, embedder, filled)
    assert bool(calls) is looks
    assert all(calls) is True

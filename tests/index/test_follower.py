from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.index.database import connect
from rag.index.follower import Follower
from rag.index.library import Library
from rag.index.rows import VectorRow
from rag.index.stores import StoreBrokenError


class FragileStore:
    """Holds nothing, and can be told to fail."""

    broken = False

    def count(self) -> int:
        """Passages held."""
        if self.broken:
            raise StoreBrokenError("it fell")
        return 0

    def put(self, rows: Sequence[VectorRow]) -> None:
        """Nothing comes here in these tests."""

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Nothing leaves either."""

    def commit(self) -> None:
        """The end of filling it."""
        if self.broken:
            raise StoreBrokenError("it fell")

    def answers(self, row: VectorRow) -> bool:
        """Never asked."""
        return row is not None

    def worn(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Closing a broken store fails too."""
        if self.broken:
            raise StoreBrokenError("it fell")


class FragileShelf:
    """Remembers the generations it opened, and which are left."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.opened: list[str] = []
        self.kept = ""

    def open(self, generation: str) -> FragileStore:
        """Open a generation."""
        if generation not in self.opened:
            self.opened.append(generation)
        store = FragileStore()
        store.broken = self.broken
        return store

    def sweep(self, keep: str) -> None:
        """Remove the others."""
        self.kept = keep


def follower(folder: Path, shelf: FragileShelf) -> Follower[FragileStore]:
    library = Library(connect(folder / "library.sqlite"), fingerprint="f", dimension=2, adopt=False)
    return Follower("chroma", version="v", library=library, shelf=shelf, read_rows=lambda _: [])


def test_a_store_that_breaks_in_use_is_made_anew_and_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = FragileShelf()
    opened = follower(tmp_path, shelf)
    opened.open()
    opened.use(lambda store: setattr(store, "broken", True))
    assert opened.use(lambda store: store.count()) == 0
    first, second = shelf.opened
    assert first != second
    assert shelf.kept == second
    assert "it fell" in caplog.text


def test_a_store_that_cannot_be_filled_leaves_the_one_in_use(tmp_path: Path) -> None:
    shelf = FragileShelf()
    opened = follower(tmp_path, shelf)
    opened.open()
    (in_use,) = shelf.opened
    shelf.broken, shelf.kept = True, ""
    with pytest.raises(LibraryError, match="it fell"):
        opened.rebuild()
    assert shelf.kept == in_use
    assert len(shelf.opened) == 2
    assert opened.use(lambda store: store.count()) == 0


def test_a_store_that_breaks_again_is_one_sentence(tmp_path: Path) -> None:
    shelf = FragileShelf()
    opened = follower(tmp_path, shelf)
    opened.open()
    shelf.broken = True
    opened.use(lambda store: setattr(store, "broken", True))
    with pytest.raises(LibraryError, match="rag doctor") as caught:
        opened.use(lambda store: store.count())
    assert "it fell" in caught.value.ar

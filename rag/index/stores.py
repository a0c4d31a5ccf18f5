"""What Chroma and tantivy have in common, seen from the library: they follow it, and can be thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rag.index.failures import folder_error

RowT_contra = TypeVar("RowT_contra", contravariant=True)
StoreT_co = TypeVar("StoreT_co", covariant=True)


class StoreBrokenError(Exception):
    """A store failed in a way that making it anew from the library will mend. Never leaves rag.index."""


class Store(Protocol[RowT_contra]):
    """A place that answers searches with passage ids."""

    def count(self) -> int:
        """Passages held."""

    def put(self, rows: Sequence[RowT_contra]) -> None:
        """Add passages, or replace those with the same id."""

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not held are fine."""

    def commit(self) -> None:
        """What was put and deleted is on disk, and searches see it."""

    def answers(self, row: RowT_contra) -> bool:
        """Whether this passage is held, and a search finds what it should."""

    def worn(self) -> bool:
        """Whether passages that are gone still tell in its searches enough that it should be made anew."""

    def ids(self) -> list[str]:
        """The ids of all passages held; one that is held twice comes twice."""

    def differing(self, rows: Sequence[RowT_contra]) -> list[str]:
        """The ids of those passages, all of which are held, that are held otherwise than given."""

    def close(self) -> None:
        """Let go of files and connections. Doing it twice does no harm."""


class Shelf(Protocol[StoreT_co]):
    """Where the generations of a store stand: the one in use, and for a moment the one being made."""

    def open(self, generation: str) -> StoreT_co:
        """Open a generation, or make it, empty."""

    def has(self, generation: str) -> bool:
        """Whether there is such a generation; `open` would make it."""

    def sweep(self, keep: str) -> None:
        """Remove every other generation, also those that a crash left half made."""


class FolderShelf(Generic[StoreT_co]):
    """Generations as folders beside each other. A folder name is never used twice: Chroma keeps a client of a
    broken path in the process, and would hand it out again."""

    def __init__(self, root: Path, open_store: Callable[[Path], StoreT_co]) -> None:
        self._root = root
        self._open_store = open_store

    def open(self, generation: str) -> StoreT_co:
        """Open a generation, or make it, empty."""
        try:
            if self._root.exists() and not self._root.is_dir():
                self._root.unlink()
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(error, self._root) from error
        return self._open_store(self._root / generation)

    def has(self, generation: str) -> bool:
        """Whether there is such a generation; `open` would make it."""
        return (self._root / generation).is_dir()

    def sweep(self, keep: str) -> None:
        """Remove every other generation, also those that a crash left half made."""
        for entry in self._root.iterdir():
            if entry.is_dir() and entry.name != keep:
                # Windows keeps files that are still mapped; the next sweep takes them.
                shutil.rmtree(entry, ignore_errors=True)

"""What is indexed, and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.commands.library import OpenLibrary
from rag.index import discard_upload
from rag.pipeline import put_back_removal, sync_paths
from rag.schema import SourceInfo, SyncReport
from rag.sync import SyncProgress


@dataclass(frozen=True, slots=True)
class Sources:
    """What is indexed."""

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> list[SourceInfo]:
        """See `Index.sources`."""
        return library.index.sources()


@dataclass(frozen=True, slots=True)
class Remove:
    """Take sources out. Their files are not touched, save those that the library has for itself: uploads."""

    sources: tuple[str, ...]

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> list[str]:
        """Those that there were."""
        index = library.index
        places = index.files.places_of(self.sources)
        removed = index.remove_sources(self.sources)
        still_there = set(index.files.places().values())
        for place in places:
            if place not in still_there:
                discard_upload(index.home, place)
        index.flush()
        return removed


@dataclass(frozen=True, slots=True)
class SetAside:
    """Take sources out so that they can be put back for a while."""

    sources: tuple[str, ...]

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> str | None:
        """What the removal is called; None where there were none of them."""
        removal = library.index.set_aside(self.sources)
        library.index.flush()
        return removal


@dataclass(frozen=True, slots=True)
class PutBack:
    """Undo a removal."""

    removal: str

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> list[str]:
        """The sources that are back."""
        return put_back_removal(library.settings, library.index, library.embedder, self.removal)


@dataclass(frozen=True, slots=True)
class Quoting:
    """How many kept answers quote some sources."""

    sources: tuple[str, ...]

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> int:
        """See `Index.quoting`."""
        return library.index.quoting(self.sources)


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase sources, and the kept answers that quote them, for good."""

    sources: tuple[str, ...]

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> None:
        """See `Index.erase`."""
        library.index.erase(self.sources)


@dataclass(frozen=True, slots=True)
class Sync:
    """Make the library hold what `paths` hold now. Relative ones are below `start`, an absolute folder."""

    paths: tuple[str, ...]
    start: str

    @classmethod
    def of(cls, *paths: Path) -> Sync:
        """That of paths as this process sees them."""
        return cls(tuple(map(str, paths)), str(Path.cwd()))

    def run(self, library: OpenLibrary, tell: Callable[[SyncProgress], None]) -> SyncReport:
        """See `rag.sync`. One that nobody waits for ends after the document it is at, and keeps what it has done."""
        return sync_paths(
            library.settings,
            library.index,
            library.embedder,
            [Path(path) for path in self.paths],
            tell,
            start=Path(self.start),
        )


# Two of these at one time would undo each other's work: a sync forgets the vectors that no source names yet.
Changing = Remove | Erase | Sync

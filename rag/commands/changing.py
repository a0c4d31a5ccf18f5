"""What is indexed, and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.commands.library import OpenLibrary
from rag.pipeline import sync_paths
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
    """Take sources out."""

    sources: tuple[str, ...]

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> list[str]:
        """Those that there were."""
        removed = library.index.remove_sources(self.sources)
        library.index.flush()
        return removed


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

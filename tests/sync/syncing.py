"""What the tests of syncing share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.index import Index
from rag.schema import SyncReport, Vectors
from rag.sync import Limits, sync
from tests.fakes import FakeEmbedder

LIMITS = Limits(max_tokens=60, overlap_sentences=1, max_file_bytes=1_000_000)


@dataclass
class CountingEmbedder(FakeEmbedder):
    """Remembers what it embedded."""

    embedded: list[str] = field(default_factory=list)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See FakeEmbedder."""
        self.embedded.extend(texts)
        return super().embed_passages(texts)


def synced(index: Index, embedder: FakeEmbedder, *paths: Path) -> SyncReport:
    """One sync."""
    return sync(paths, index=index, embedder=embedder, limits=LIMITS)


def open_home(home: Path) -> Index:
    """A library for the fake embedder."""
    return Index.open(home, fingerprint="f", dimension=FakeEmbedder.dimension)

"""A look at a library from outside: without its lock, without Chroma, changing nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.index.database import LIBRARY_FILE, connect_read_only, version_of
from rag.index.failures import unusable_error


@dataclass(frozen=True, slots=True)
class LibrarySummary:
    """What a library file says of itself. `fingerprint` is of its embedding model and splitter; `size` in
    bytes."""

    path: Path
    version: int
    fingerprint: str
    sources: int
    passages: int
    sentences: int
    stale_sources: int
    size: int


def peek(home: Path) -> LibrarySummary | None:
    """The library of a data folder, or None when there is none. Raises LibraryVersionError when a newer version of
    the product wrote it, LibraryError when it cannot be read."""
    path = home / LIBRARY_FILE
    if not path.exists():
        return None
    try:
        with closing(connect_read_only(path)) as connection:
            version = version_of(connection, path)
            if version == 0:
                return None
            row = connection.execute(
                "SELECT (SELECT value FROM meta WHERE key = 'fingerprint'), (SELECT count(*) FROM sources), "
                "(SELECT count(*) FROM passages), (SELECT count(*) FROM sentences), "
                "(SELECT count(*) FROM sources WHERE fingerprint = '')"
            ).fetchone()
            fingerprint, sources, passages, sentences, stale = row
            return LibrarySummary(
                path=path,
                version=version,
                fingerprint=fingerprint or "",
                sources=sources,
                passages=passages,
                sentences=sentences,
                stale_sources=stale,
                size=path.stat().st_size,
            )
    except (sqlite3.Error, OSError) as error:
        raise unusable_error(error, path) from error

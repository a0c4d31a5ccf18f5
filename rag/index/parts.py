"""An open library file with the two stores that follow it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rag.index import vectors
from rag.index.analysis import analysis_version, keyword_rows
from rag.index.database import connect
from rag.index.follower import Follower
from rag.index.keywords import KeywordStore
from rag.index.library import Library
from rag.index.outbox import KEYWORDS, VECTORS
from rag.index.rows import KeywordRow
from rag.index.stores import FolderShelf, Shelf


@dataclass(frozen=True, slots=True)
class Make:
    """How an index is made: the name of the embedding model and the splitter, the length of its vectors, and the
    Chroma server that has them, empty for the data folder."""

    fingerprint: str
    dimension: int
    chroma_url: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an index consists of while it is open. Closing `opened` closes the stores, then the library."""

    connection: sqlite3.Connection
    library: Library
    vectors: Follower[vectors.VectorStore]
    keywords: Follower[KeywordStore]
    opened: ExitStack


def open_parts(home: Path, file: Path, make: Make, *, sweeps: bool = True) -> Parts:
    """Open a library file and bring its stores, which stand in `home`, in step with it.

    Without `sweeps` the generations of other libraries are left in `home`. Raises LibraryMismatchError,
    LibraryVersionError, LibraryError, sqlite3.Error, or OSError.
    """
    with ExitStack() as opened:
        connection = connect(file)
        opened.callback(connection.close)
        library = Library(connection, fingerprint=make.fingerprint, dimension=make.dimension, adopt=False)

        def read_keywords(ids: Sequence[str]) -> list[KeywordRow]:
            return keyword_rows(library.passages(ids))

        vector_follower = Follower(
            VECTORS,
            version=vectors.CHOSEN.version,
            library=library,
            shelf=vector_shelf(home, library, make.chroma_url),
            read_rows=library.embeddings.of_passages,
            sweeps=sweeps,
        )
        keyword_follower = Follower(
            KEYWORDS,
            version=analysis_version(),
            library=library,
            shelf=keyword_shelf(home),
            read_rows=read_keywords,
            sweeps=sweeps,
        )
        for follower in (vector_follower, keyword_follower):
            opened.callback(follower.close)
            follower.open()
        return Parts(connection, library, vector_follower, keyword_follower, opened.pop_all())


def vector_shelf(home: Path, library: Library, chroma_url: str) -> Shelf[vectors.VectorStore]:
    """Where the generations of the vector store are."""
    if chroma_url:
        return vectors.ServerShelf(chroma_url, str(library.meta("id")))
    return FolderShelf(home / VECTORS, vectors.open_folder)


def keyword_shelf(home: Path) -> Shelf[KeywordStore]:
    """Where the generations of the keyword store are."""
    return FolderShelf(home / KEYWORDS, KeywordStore)

"""The vectors of the library, each stored once for a text however many passages and sentences say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import numpy as np

from rag.index.database import transaction
from rag.index.rows import VectorRow, batches
from rag.schema import Language, Vectors

# Well below SQLite's limit of 32,766 variables, and large enough that most calls are one statement.
VARIABLES_PER_STATEMENT = 5000

# A mean of this many vectors lies within .01 of the whole corpus's; fifty would do for ranking.
SAMPLE_PASSAGES = 256


class Embeddings:
    """Reads and writes the vectors of an open library. Vectors are float32 (dimension,), unit norm."""

    def __init__(self, connection: sqlite3.Connection, dimension: int) -> None:
        self._connection = connection
        self._dimension = dimension

    def missing(self, keys: Iterable[bytes]) -> list[bytes]:
        """Those of `keys` that have no vector yet, each once, in their order."""
        wanted = list(dict.fromkeys(keys))
        stored = {
            key for (key,) in where_in(self._connection, "SELECT key FROM embeddings WHERE key", wanted)
        }
        return [key for key in wanted if key not in stored]

    def store(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep vectors for the sources that will name them. Raises ValueError for one of another length."""
        for vector in vectors.values():
            if vector.shape != (self._dimension,):
                raise ValueError(f"a vector has shape {vector.shape}, not ({self._dimension},)")
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO embeddings (key, vector) VALUES (?, ?)",
                [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()],
            )

    def ids(self, keys: Collection[bytes]) -> dict[bytes, int]:
        """Key → row of its vector. Raises ValueError when one has none."""
        found = dict(where_in(self._connection, "SELECT key, id FROM embeddings WHERE key", list(keys)))
        if len(found) != len(keys):
            raise ValueError(f"{len(keys) - len(found)} texts have no vector: store_embeddings comes first")
        return found

    def discard_unused(self) -> int:
        """Forget the vectors that no passage and no sentence names; how many there were."""
        with transaction(self._connection):
            return self._connection.execute(
                "DELETE FROM embeddings WHERE id NOT IN "
                "(SELECT embedding_id FROM sentences UNION SELECT embedding_id FROM passages)"
            ).rowcount

    def of_passages(self, ids: Sequence[str]) -> list[VectorRow]:
        """The passages with these ids as the vector store holds them, in any order; unknown ids are left
        out."""
        rows = where_in(
            self._connection,
            "SELECT p.id, e.vector, p.language FROM passages p "
            "JOIN embeddings e ON e.id = p.embedding_id WHERE p.id",
            ids,
        )
        return [
            VectorRow(passage_id, np.frombuffer(vector, "<f4"), cast(Language, language))
            for passage_id, vector, language in rows
        ]

    def of_sentences(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Passage id → float32 (n_sentences, dimension), in the order of its sentences; unknown ids are
        left out."""
        rows = where_in(
            self._connection,
            "SELECT p.row, t.ordinal, p.id, e.vector FROM passages p "
            "JOIN sentences t ON t.source_id = p.source_id AND t.page_ordinal = p.page_ordinal "
            "AND t.ordinal BETWEEN p.first_sentence AND p.last_sentence "
            "JOIN embeddings e ON e.id = t.embedding_id WHERE p.id",
            ids,
        )
        rows.sort(key=itemgetter(0, 1))
        return {
            passage_id: np.frombuffer(b"".join(row[3] for row in group), "<f4").reshape(-1, self._dimension)
            for passage_id, group in groupby(rows, key=itemgetter(2))
        }

    def language_means(self) -> dict[Language, tuple[Vectors, int]]:
        """For each language: the mean vector of a sample of its passages, and how many were sampled. Ids are
        digests, so that the first of them in order are a sample that does not depend on how they came in."""
        means: dict[Language, tuple[Vectors, int]] = {}
        for (language,) in self._connection.execute("SELECT DISTINCT language FROM passages").fetchall():
            rows = self._connection.execute(
                "SELECT e.vector FROM passages p JOIN embeddings e ON e.id = p.embedding_id "
                "WHERE p.language = ? ORDER BY p.id LIMIT ?",
                (language, SAMPLE_PASSAGES),
            ).fetchall()
            sample = np.frombuffer(b"".join(vector for (vector,) in rows), "<f4").reshape(-1, self._dimension)
            means[language] = sample.mean(axis=0), len(rows)
        return means


def where_in(
    connection: sqlite3.Connection, select: str, values: Sequence[str] | Sequence[bytes]
) -> list[tuple[Any, ...]]:
    """The rows of `select IN (values)`, over as many statements as the values need."""
    rows: list[tuple[Any, ...]] = []
    for batch in batches(values, VARIABLES_PER_STATEMENT):
        marks = ",".join("?" * len(batch))
        rows += connection.execute(f"{select} IN ({marks})", batch).fetchall()
    return rows

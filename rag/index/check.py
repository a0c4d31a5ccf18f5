"""Whether the library file is sound in itself: its pages and indexes, what refers to what, offsets, and vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

BATCH = 1000
UNIT_TOLERANCE = 1e-3
_EXAMPLES = 3

# What has to be there for each row, since it is read together: (what it says in English, in Arabic, the query).
_DANGLING = (
    (
        "Sentences without their page",
        "جمل بلا صفحتها",
        "SELECT source_id || '/' || page_ordinal || '/' || ordinal FROM sentences t WHERE NOT EXISTS "
        "(SELECT 1 FROM pages g WHERE g.source_id = t.source_id AND g.ordinal = t.page_ordinal)",
    ),
    (
        "Passages without their page",
        "مقاطع بلا صفحتها",
        "SELECT id FROM passages p WHERE NOT EXISTS "
        "(SELECT 1 FROM pages g WHERE g.source_id = p.source_id AND g.ordinal = p.page_ordinal)",
    ),
    (
        "Sentences without a vector",
        "جمل بلا متجه",
        "SELECT source_id || '/' || page_ordinal || '/' || ordinal FROM sentences "
        "WHERE embedding_id NOT IN (SELECT id FROM embeddings)",
    ),
    (
        "Passages without a vector",
        "مقاطع بلا متجه",
        "SELECT id FROM passages WHERE embedding_id NOT IN (SELECT id FROM embeddings)",
    ),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be, in "library", "chroma" or "keywords", as whole sentences. What `heals`
    is mended by the next command that opens the library."""

    where: str
    en: str
    ar: str
    heals: bool = False


def counted(where: str, found: Sequence[str], en: str, ar: str) -> Iterator[Fault]:
    """One fault for all that was found, with their number and a few examples; none where nothing was."""
    if not found:
        return
    examples = ", ".join(found[:_EXAMPLES]) + (", …" if len(found) > _EXAMPLES else "")
    yield Fault(where, f"{en}: {len(found)} ({examples}).", f"{ar}: {len(found)} ({examples}).")


def check_library(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Everything that is wrong with an open library file. Raises sqlite3.Error where it cannot even be asked."""
    said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        # Nothing read from it can be relied on, and most of it raises.
        yield from counted("library", said, "SQLite finds the file damaged", "ملف SQLite تالف")
        return
    referring = [str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")]
    yield from counted(
        "library", referring, "Rows refer to a source that is gone, in", "صفوف تشير إلى مصدر غير موجود، في"
    )
    for en, ar, query in _DANGLING:
        yield from counted("library", [str(row[0]) for row in connection.execute(query)], en, ar)
    yield from counted(
        "library",
        list(_misplaced(connection)),
        "Passages that are no slice of their page",
        "مقاطع ليست من صفحتها",
    )
    yield from counted(
        "library",
        list(_miscounted(connection)),
        "Sources with too much text or too little",
        "مصادر طول نصها مختلف",
    )
    yield from counted("library", list(_unusable(connection)), "Vectors that are none", "متجهات غير صالحة")


def _misplaced(connection: sqlite3.Connection) -> Iterator[str]:
    """Passages that are not, from their first sentence to their last, a range of their page."""
    for (source_id,) in connection.execute("SELECT id FROM sources"):
        spans = {
            (page, ordinal): (start, end)
            for page, ordinal, start, end in connection.execute(
                'SELECT page_ordinal, ordinal, start, "end" FROM sentences WHERE source_id = ?', (source_id,)
            )
        }
        lengths = {
            page: len(text)
            for page, text in connection.execute(
                "SELECT ordinal, text FROM pages WHERE source_id = ?", (source_id,)
            )
        }
        passages = connection.execute(
            'SELECT id, page_ordinal, start, "end", first_sentence, last_sentence FROM passages '
            "WHERE source_id = ?",
            (source_id,),
        )
        for passage_id, page, start, end, first, last in passages:
            run = [spans.get((page, ordinal)) for ordinal in range(first, last + 1)]
            edges = [edge for span in run if span for edge in span]
            if (
                not all(run)
                or [start, end] != edges[:1] + edges[-1:]
                or edges != sorted(edges)
                or start < 0
                or end > lengths.get(page, 0)
            ):
                yield str(passage_id)


def _miscounted(connection: sqlite3.Connection) -> Iterator[str]:
    """Sources whose pages do not have as many characters as were counted when they came in."""
    # Not SQLite's length(), which stops at a NUL.
    counts: dict[int, int] = {}
    for source_id, text in connection.execute("SELECT source_id, text FROM pages"):
        counts[source_id] = counts.get(source_id, 0) + len(text)
    for source_id, source, characters in connection.execute("SELECT id, source, characters FROM sources"):
        if counts.get(source_id, 0) != characters:
            yield str(source)


def _unusable(connection: sqlite3.Connection) -> Iterator[str]:
    """Vectors that differ in length from the others, or whose length in space is not 1."""
    rows = connection.execute("SELECT id, vector FROM embeddings")
    size: int | None = None
    while batch := rows.fetchmany(BATCH):
        size = size or len(batch[0][1])
        alike = [(row_id, vector) for row_id, vector in batch if len(vector) == size]
        yield from (str(row_id) for row_id, vector in batch if len(vector) != size)
        matrix = np.frombuffer(b"".join(vector for _, vector in alike), "<f4").reshape(len(alike), -1)
        norms = np.linalg.norm(matrix, axis=1)
        # Not `abs(norm - 1) > …`, which is False for NaN.
        sound = np.abs(norms - 1) <= UNIT_TOLERANCE
        yield from (str(row_id) for (row_id, _), good in zip(alike, sound, strict=True) if not good)

"""What a source is made of, without its text: what a reader of one page of it has to know of the others."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from rag.errors import LibraryError
from rag.index.rows import SourceStat


@dataclass(frozen=True, slots=True)
class Outline:
    """A source. `pages` are the numbers of its pages in their order, None where it has a single one without; of these
    `ocr` were recognised in pictures. `stat` names the file that it was read from, as it was then."""

    source: str
    title: str
    media_type: str
    pages: tuple[int | None, ...]
    ocr: frozenset[int | None]
    stat: SourceStat


class Outlines:
    """The outlines of an open library's sources. Thread-safe through `door`, which lets in one caller at a time and
    turns errors of the database into LibraryError."""

    def __init__(
        self, connection: sqlite3.Connection, door: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._door = door

    def of(self, source: str) -> Outline:
        """Of one source. Raises LibraryError where there is none of that name."""
        with self._door():
            row = self._connection.execute(
                "SELECT id, title, media_type, sha256, size, mtime_ns, origin, place FROM sources WHERE source = ?",
                (source,),
            ).fetchone()
            if row is None:
                raise _gone(source)
            source_id, title, media_type, *stat = row
            pages = self._connection.execute(
                "SELECT number, ocr FROM pages WHERE source_id = ? ORDER BY ordinal", (source_id,)
            ).fetchall()
        numbers = tuple(number for number, _ in pages)
        recognised = frozenset(number for number, ocr in pages if ocr)
        return Outline(source, title, media_type, numbers, recognised, SourceStat(*stat))


def _gone(source: str) -> LibraryError:
    return LibraryError(
        en=f"{source} is no longer in the library. The quote in the answer is what it said; sync the document to read "
        "the rest again.",
        ar=f"لم يعد {source} في المكتبة. الاقتباس في الإجابة هو ما جاء فيه، فزامن الوثيقة لتقرأ بقيتها.",
    )

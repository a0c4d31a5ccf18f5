"""What was taken out of the library and can still be put back: kept in the library itself, so that neither the file it
came from nor this process has to be there any more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from rag.errors import LibraryError
from rag.index.database import transaction
from rag.index.embeddings import where_in
from rag.index.files import files_of, note_file
from rag.index.rows import FileStat, SourceStat
from rag.index.uploads import is_upload
from rag.schema import Document, Page, Span


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out at one time, by its sources' titles. `at` is ISO 8601, UTC."""

    name: str
    at: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source as it was when it was taken out, and the files that it shared."""

    document: Document
    stat: SourceStat


class Aside:
    """What is set aside in an open library. Thread-safe through `door`, which lets in one caller at a time and turns
    errors of the database into LibraryError. `home` is the data folder."""

    def __init__(
        self, connection: sqlite3.Connection, home: Path, door: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._home = home
        self._door = door

    def removals(self) -> list[Removal]:
        """What can be put back, the newest first."""
        with self._door():
            rows = self._connection.execute(
                "SELECT removal, removed_at, title FROM aside ORDER BY removed_at DESC, removal, title, source"
            ).fetchall()
        found: dict[tuple[str, str], list[str]] = {}
        for name, at, title in rows:
            found.setdefault((name, at), []).append(title)
        return [Removal(name, at, tuple(titles)) for (name, at), titles in found.items()]

    def of(self, removal: str) -> list[KeptSource]:
        """The sources of a removal that nothing has taken the place of. Raises LibraryError where there is none of that
        name, or no longer."""
        with self._door():
            rows = self._connection.execute(
                "SELECT source, document, stat FROM aside WHERE removal = ? ORDER BY source", (removal,)
            ).fetchall()
            there = where_in(
                self._connection, "SELECT source FROM sources WHERE source", [source for source, *_ in rows]
            )
        if not rows:
            raise _over()
        return [
            KeptSource(_document(json.loads(document)), SourceStat(**json.loads(stat)))
            for source, document, stat in rows
            if (source,) not in there
        ]

    def settle(self, removal: str) -> None:
        """The sources of a removal are in the library again: they have been there since they were first added, and
        their files are as they were noted."""
        with self._door(), transaction(self._connection):
            rows = self._connection.execute(
                "SELECT source, added_at, files FROM aside WHERE removal = ?", (removal,)
            ).fetchall()
            for source, added_at, files in rows:
                self._connection.execute(
                    "UPDATE sources SET added_at = ? WHERE source = ?", (added_at, source)
                )
                for path, stat in json.loads(files):
                    self._note_again(path, _file_stat(stat))
            self._connection.execute("DELETE FROM aside WHERE removal = ?", (removal,))

    def _note_again(self, path: str, stat: FileStat) -> None:
        """Note a file whose sources are there, unless a sync has found other bytes in it since."""
        noted = files_of(self._connection, stat.origin).get(path)
        is_origin = self._connection.execute(
            "SELECT 1 FROM sources WHERE origin = ?", (stat.origin,)
        ).fetchone()
        if is_origin and (noted is None or noted.sha256 == stat.sha256):
            note_file(self._connection, path, stat)

    def places(self) -> set[str]:
        """Where the files stand that were read for what is set aside."""
        with self._door():
            rows = self._connection.execute("SELECT json_extract(stat, '$.place') FROM aside").fetchall()
        return {str(place) for (place,) in rows}

    def discard(self, before: str | None = None) -> None:
        """Forget what was taken out before that time, or all of it; with the uploads that nothing else in the library
        was read from."""
        with self._door():
            condition = "" if before is None else "WHERE removed_at < ?"
            values = () if before is None else (before,)
            rows = self._connection.execute(
                f"SELECT DISTINCT json_extract(stat, '$.place') FROM aside {condition}", values
            ).fetchall()
            # The files first: after a crash in between, one that nobody knows would be taken for a new upload.
            for (place,) in rows:
                if is_upload(self._home, place) and not self._is_known(place):
                    Path(place).unlink(missing_ok=True)
            with transaction(self._connection):
                self._connection.execute(f"DELETE FROM aside {condition}", values)

    def _is_known(self, place: str) -> bool:
        (known,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM files WHERE place = ?1) OR EXISTS (SELECT 1 FROM sources WHERE place = ?1)",
            (place,),
        ).fetchone()
        return bool(known)


def set_aside(
    connection: sqlite3.Connection, removal: str, at: str, document: Document, stat: SourceStat, added_at: str
) -> None:
    """Keep a source that is about to be removed. Belongs inside the transaction that removes it."""
    files = [(path, astuple(noted)) for path, noted in files_of(connection, stat.origin).items()]
    values = (
        removal,
        document.source,
        document.title,
        at,
        added_at,
        _dump(_document_json(document)),
        _dump(asdict(stat)),
        _dump(files),
    )
    connection.execute(f"INSERT OR REPLACE INTO aside VALUES ({','.join('?' * len(values))})", values)


def _document_json(document: Document) -> dict[str, Any]:
    return {
        "source": document.source,
        "title": document.title,
        "headline": document.headline,
        "language": document.language,
        "media_type": document.media_type,
        "pages": [
            {
                "text": page.text,
                "number": page.number,
                "furniture": [(span.start, span.end) for span in page.furniture],
                "ocr": page.ocr,
            }
            for page in document.pages
        ],
    }


def _document(kept: Mapping[str, Any]) -> Document:
    pages = tuple(
        Page(page["text"], page["number"], tuple(Span(*span) for span in page["furniture"]), page["ocr"])
        for page in kept["pages"]
    )
    return Document(**{**kept, "pages": pages})


def _file_stat(kept: Sequence[Any]) -> FileStat:
    size, mtime_ns, sha256, origin, problems, reader, place = kept
    return FileStat(size, mtime_ns, sha256, origin, tuple((en, ar) for en, ar in problems), reader, place)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _over() -> LibraryError:
    return LibraryError(
        en="This can no longer be undone. Add the documents again from their files.",
        ar="لم يعد التراجع عن هذا ممكنًا. أضف الوثائق من ملفاتها مرة أخرى.",
    )

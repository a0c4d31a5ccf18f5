"""The files that sources were read from: what a sync compares the disk with, so that an unchanged one costs a stat.

A file of one document names its source; a file of records holds many. Files with the same bytes share the sources of
one of them, their `origin`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryError
from rag.index.database import LIBRARY_FILE, VERSION, connect, connect_read_only, transaction, version_of
from rag.index.embeddings import where_in
from rag.index.failures import unusable_error
from rag.index.rows import FileStat, SourceStat

_COLUMNS = "path, size, mtime_ns, sha256, origin, problems, reader, place"
_NO_FILE = Path(":memory:")


class Files:
    """The files of an open library. Thread-safe through `door`, which lets in one caller at a time and turns errors of
    the database into LibraryError."""

    def __init__(
        self, connection: sqlite3.Connection, door: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._door = door

    def known(self, paths: Sequence[str]) -> dict[str, FileStat]:
        """Those of `paths` that were read whole, as they were then."""
        with self._door():
            rows = where_in(self._connection, f"SELECT {_COLUMNS} FROM files WHERE path", paths)
        return dict(map(_file, rows))

    def origins_of(self, sha256: str) -> list[str]:
        """The origins whose bytes have this digest, in the order of their names."""
        with self._door():
            rows = self._connection.execute(
                "SELECT DISTINCT origin FROM files WHERE sha256 = ? ORDER BY origin", (sha256,)
            ).fetchall()
        return [origin for (origin,) in rows]

    def copies(self, origin: str) -> dict[str, FileStat]:
        """The files that share the sources of `origin`, in the order of their names."""
        with self._door():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM files WHERE origin = ?1 AND path <> ?1 ORDER BY path", (origin,)
            ).fetchall()
        return dict(map(_file, rows))

    def places(self) -> dict[str, str]:
        """Every file that a source was read from or that shares one, in the order of their names → its place."""
        with self._door():
            # A file that has to be read again may only be known by its sources.
            rows = self._connection.execute(
                "SELECT path, place FROM files UNION ALL SELECT origin, max(place) FROM sources "
                "WHERE origin NOT IN (SELECT path FROM files) GROUP BY origin ORDER BY 1"
            )
            return dict(rows.fetchall())

    def missing(self, sources: Sequence[str]) -> list[str]:
        """Those of `sources` that the library does not have, in their order."""
        with self._door():
            rows = where_in(self._connection, "SELECT source FROM sources WHERE source", sources)
        there = {source for (source,) in rows}
        return [source for source in sources if source not in there]

    def places_of(self, sources: Sequence[str]) -> list[str]:
        """Where the files of some sources stand, those that share their bytes among them; each once."""
        with self._door():
            rows = where_in(
                self._connection,
                "SELECT s.place, f.place FROM sources s LEFT JOIN files f ON f.origin = s.origin WHERE s.source",
                sources,
            )
        return [place for place in dict.fromkeys(place for row in rows for place in row) if place]

    def sources_of(self, origins: Sequence[str]) -> dict[str, list[str]]:
        """File → the sources that were read from it, in the order of their names; files without any are left out."""
        with self._door():
            rows = where_in(self._connection, "SELECT origin, source FROM sources WHERE origin", origins)
        found: dict[str, list[str]] = {}
        for origin, source in sorted(rows):
            found.setdefault(origin, []).append(source)
        return found

    def source(self, name: str) -> SourceStat | None:
        """What a source was when it was indexed; None for one that is not there, or has to be made again."""
        with self._door():
            row = self._connection.execute(
                "SELECT sha256, size, mtime_ns, origin, place FROM sources WHERE source = ? AND fingerprint <> ''",
                (name,),
            ).fetchone()
        return None if row is None else SourceStat(*row)

    def note(self, files: Mapping[str, FileStat]) -> None:
        """Files that were read whole, or have the bytes of one that was. What had the bytes that one of them had
        before shares nothing with it any more."""
        with self._door(), transaction(self._connection):
            for path, stat in files.items():
                note_file(self._connection, path, stat)

    def forget(self, paths: Sequence[str]) -> None:
        """There are no such files any more; the sources that others share with them stay."""
        with self._door(), transaction(self._connection):
            self._connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])

    def rename(self, former: str, path: str, stat: FileStat) -> None:
        """A file of records goes by another name now, `path`; its sources are the same."""
        with self._door(), transaction(self._connection):
            self._connection.execute("UPDATE sources SET origin = ? WHERE origin = ?", (path, former))
            take_place(self._connection, former, path)
            note_file(self._connection, path, stat)

    def fold(self, path: str, origin: str) -> None:
        """A file of records turns out to have the bytes of another, `origin`: its sources are those of that one."""
        with self._door(), transaction(self._connection):
            self._connection.execute(
                "UPDATE sources SET origin = ?1, place = coalesce((SELECT place FROM files WHERE path = ?1), '') "
                "WHERE origin = ?2",
                (origin, path),
            )
            take_place(self._connection, path, origin)

    def rehome(self, sources: Mapping[str, SourceStat]) -> None:
        """Sources, unchanged, stand in other files now, their `origin`."""
        with self._door(), transaction(self._connection):
            self._connection.executemany(
                "UPDATE sources SET size = ?, mtime_ns = ?, origin = ?, place = ? WHERE source = ?",
                [
                    (stat.size, stat.mtime_ns, stat.origin, stat.place, source)
                    for source, stat in sources.items()
                ],
            )


def files_of(connection: sqlite3.Connection, origin: str) -> dict[str, FileStat]:
    """The files that share the sources of `origin`, itself among them."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM files WHERE origin = ?", (origin,))
    return dict(map(_file, rows.fetchall()))


def note_file(connection: sqlite3.Connection, path: str, stat: FileStat) -> None:
    """See `Files.note`. Belongs inside a transaction."""
    problems = json.dumps(stat.problems, ensure_ascii=False)
    values = (path, stat.size, stat.mtime_ns, stat.sha256, stat.origin, problems, stat.reader, stat.place)
    connection.execute(f"INSERT OR REPLACE INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    if stat.origin == path:
        connection.execute("UPDATE sources SET place = ? WHERE origin = ?", (stat.place, path))
        connection.execute("DELETE FROM files WHERE origin = ? AND sha256 <> ?", (path, stat.sha256))
        connection.execute(
            "UPDATE sources SET sha256 = ?, size = ?, mtime_ns = ? WHERE source = ? AND origin = source",
            (stat.sha256, stat.size, stat.mtime_ns, path),
        )


def take_place(connection: sqlite3.Connection, former: str, path: str) -> None:
    """What shared its bytes with `former` shares them with `path`. Belongs inside a transaction."""
    connection.execute("DELETE FROM files WHERE path = ?", (former,))
    connection.execute("UPDATE files SET origin = ? WHERE origin = ?", (path, former))


def _file(row: tuple[Any, ...]) -> tuple[str, FileStat]:
    path, size, mtime_ns, sha256, origin, problems, reader, place = row
    said = tuple((en, ar) for en, ar in json.loads(problems))
    return path, FileStat(size, mtime_ns, sha256, origin, said, reader, place)


@contextmanager
def read_files(home: Path) -> Iterator[Files]:
    """The files of the library of a data folder, to look at: without its lock, without Chroma, changing nothing. None
    where there is no library. Raises LibraryError and its kinds."""
    path = home / LIBRARY_FILE

    @contextmanager
    def door() -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise unusable_error(error, path) from error

    with door(), closing(connect_read_only(path) if path.exists() else connect(_NO_FILE)) as connection:
        if version_of(connection, path) < VERSION:
            raise _older(path)
        yield Files(connection, door)


def _older(path: Path) -> LibraryError:
    return LibraryError(
        en=f"The library {path} is of an older format. Bring it up to date first with: rag sources",
        ar=f"المكتبة {path} بصيغة أقدم. حدّثها أولًا بالأمر: rag sources",
    )

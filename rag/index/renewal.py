"""A library for another model or splitter, made beside the one in use, which answers until the other takes its place.

    library.sqlite                     in use; names its generations in chroma/ and keywords/
    rebuild/<attempt>/library.sqlite   its copy without passages, filled anew; names generations of its own there

A library names its stores, so replacing one file replaces all three: that is the swap, and the file system makes it
whole or not at all. An attempt that was cut short leaves its vectors to the next. See docs/decisions/0004.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from rag.errors import LibraryError
from rag.index.database import (
    BUSY_TIMEOUT_SECONDS,
    LIBRARY_FILE,
    connect,
    connect_read_only,
    discard_backups,
    transaction,
)
from rag.index.library import Library
from rag.index.parts import Make

FOLDER = "rebuild"

_UNREADABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def begin(home: Path, make: Make) -> Path:
    """Copy the library of `home` for another make, with what earlier attempts at the same have embedded; the path of
    the copy, whose sources are all stale. Nothing else changes. The caller owns `home`."""
    earlier = _attempts(home)
    copied = home / FOLDER / secrets.token_hex(4) / LIBRARY_FILE
    copied.parent.mkdir(parents=True)
    try:
        with closing(connect(home / LIBRARY_FILE)) as present, closing(sqlite3.connect(copied)) as copy:
            present.backup(copy)
        with closing(connect(copied)) as connection:
            Library(connection, fingerprint=make.fingerprint, dimension=make.dimension, adopt=True)
            for attempt in earlier:
                _carry_over(connection, attempt, make.fingerprint)
    except BaseException:
        shutil.rmtree(copied.parent, ignore_errors=True)
        raise
    for attempt in earlier:
        shutil.rmtree(attempt.parent)
    return copied


def take_over(home: Path, renewed: Path) -> None:
    """Put a finished copy in the place of the library, and forget what the library was. Neither is open in this
    process, and the caller owns `home`. Raises LibraryError when another program has one of them open."""
    present = home / LIBRARY_FILE
    for file in (renewed, present):
        _fold_log(file)
    renewed.replace(present)
    _to_disk(home)
    discard_backups(present)
    discard(home)


def discard(home: Path) -> None:
    """Delete what attempts have left: they hold text that may have been removed since."""
    if (home / FOLDER).exists():
        shutil.rmtree(home / FOLDER)


def unfinished_rebuilds(home: Path) -> list[str]:
    """What the attempts that were cut short are made with, as far as it can be read."""
    return [_made_with(attempt) for attempt in _attempts(home)]


def _attempts(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob(f"*/{LIBRARY_FILE}"))


def _carry_over(connection: sqlite3.Connection, attempt: Path, fingerprint: str) -> None:
    """Take over the vectors of an earlier attempt at the same; one that is beyond reading is passed over."""
    if _made_with(attempt) != fingerprint:
        return
    connection.execute("ATTACH DATABASE ? AS earlier", (str(attempt),))
    try:
        with transaction(connection):
            connection.execute(
                "INSERT OR IGNORE INTO embeddings (key, vector) SELECT key, vector FROM earlier.embeddings"
            )
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _UNREADABLE:
            raise
    finally:
        connection.execute("DETACH DATABASE earlier")


def _made_with(attempt: Path) -> str:
    """The fingerprint of an attempt, empty where it was cut short before it had one or cannot be read."""
    try:
        with closing(connect_read_only(attempt)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
    except sqlite3.Error:
        row = None
    return str(row[0]) if row else ""


def _fold_log(file: Path) -> None:
    """Bring all of a library into its one file. A log left beside the old file would be taken for the new one's."""
    with closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            mode = "wal"
    if mode != "delete":
        raise LibraryError(
            en=f"Another program is reading {file}. Close it and run `rag rebuild` again: what was embedded is kept, "
            "and the library is as it was.",
            ar=f"برنامج آخر يقرأ {file}. أغلقه ثم نفّذ `rag rebuild` من جديد: ما ضُمِّن محفوظ، والمكتبة كما كانت.",
        )


def _to_disk(folder: Path) -> None:
    """Make a rename outlive a power cut, where the system lets folders be opened: the old stores go next."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

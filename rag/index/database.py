"""The SQLite file of the library: its tables, its version, and how it is opened.

Texts are stored once, as pages; sentences and passages are offsets into them. Offsets count Python
characters, so slicing is done in Python. A vector belongs to a text as it was embedded, not to a place, so
equal texts share one.
"""

from __future__ import annotations

import glob
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import LibraryVersionError

LIBRARY_FILE = "library.sqlite"

# One script per version; a change of the tables is a new script at the end, never an edit of an old one.
MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        headline TEXT NOT NULL,
        language TEXT NOT NULL,
        media_type TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        origin TEXT NOT NULL,           -- the file it was read from
        characters INTEGER NOT NULL,    -- of all pages; counting them again would read every text
        fingerprint TEXT NOT NULL,      -- of the model and splitter of its passages; '' when they are gone
        added_at TEXT NOT NULL          -- ISO 8601, UTC
    );

    CREATE TABLE pages (
        source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        number INTEGER,
        text TEXT NOT NULL,
        furniture TEXT NOT NULL,        -- JSON [[start, end], …]
        PRIMARY KEY (source_id, ordinal)
    );

    -- key: see rag.index.library.embedding_key; vector: float32, little endian
    CREATE TABLE embeddings (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);

    CREATE TABLE sentences (
        source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
        page_ordinal INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        embedding_id INTEGER NOT NULL,
        PRIMARY KEY (source_id, page_ordinal, ordinal)
    ) WITHOUT ROWID;

    CREATE TABLE passages (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
        page_ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        first_sentence INTEGER NOT NULL,
        last_sentence INTEGER NOT NULL,
        language TEXT NOT NULL,
        embedding_id INTEGER NOT NULL
    );
    CREATE INDEX passages_by_source ON passages (source_id);

    -- Passages that changed here and have yet to change in a store: see rag.index.outbox.
    CREATE TABLE pending (
        store TEXT NOT NULL,
        passage_id TEXT NOT NULL,
        PRIMARY KEY (store, passage_id)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE chats (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        created_at TEXT NOT NULL,       -- ISO 8601, UTC
        updated_at TEXT NOT NULL
    );

    CREATE TABLE messages (
        chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        question TEXT NOT NULL,         -- as the reader typed it
        answer TEXT NOT NULL,           -- JSON, as rag.serialise.answer_json makes it
        created_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, ordinal)
    );
    """,
    """
    CREATE TABLE files (
        path TEXT PRIMARY KEY,          -- as the sync was given it, see rag.discover
        size INTEGER NOT NULL,          -- -1 where it has to be read again
        mtime_ns INTEGER NOT NULL,
        sha256 TEXT NOT NULL,           -- of its bytes; '' until they are next looked at
        origin TEXT NOT NULL,           -- the file its sources were read from: itself, or one with the same bytes
        problems TEXT NOT NULL,         -- JSON [[English, Arabic], …]: why parts of it could not be read
        reader TEXT NOT NULL            -- what could not: another reader might, and has to try
    ) WITHOUT ROWID;
    CREATE INDEX files_by_sha256 ON files (sha256);
    CREATE INDEX files_by_origin ON files (origin);
    CREATE INDEX sources_by_origin ON sources (origin);

    -- Until now sha256 was of a source's text, where it is of the bytes of its file from now on.
    INSERT INTO files SELECT source, size, mtime_ns, '', source, '[]', '' FROM sources WHERE source = origin;
    UPDATE sources SET sha256 = '' WHERE source = origin;
    """,
    """
    -- Where a file stands: its name from the root of the disk, since the same relative name may be that of several.
    -- Of what was synced before it is not known until a sync finds the file again, save where that is its name.
    ALTER TABLE files ADD COLUMN place TEXT NOT NULL DEFAULT '';
    ALTER TABLE sources ADD COLUMN place TEXT NOT NULL DEFAULT '';
    UPDATE files SET place = path WHERE path GLOB '/*' OR path GLOB '[A-Za-z]:/*';
    UPDATE sources SET place = origin WHERE origin GLOB '/*' OR origin GLOB '[A-Za-z]:/*';

    ALTER TABLE pages ADD COLUMN ocr INTEGER NOT NULL DEFAULT 0;   -- 1: its text was recognised in a picture
    """,
    """
    -- Questions that have no answer yet, or never got one. What is answered goes over into messages.
    CREATE TABLE asked (
        id TEXT PRIMARY KEY,
        chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
        question TEXT NOT NULL,
        asked_at TEXT NOT NULL          -- ISO 8601, UTC
    );
    CREATE INDEX asked_by_chat ON asked (chat_id);

    -- What a reader thinks of an answer.
    CREATE TABLE ratings (
        chat_id TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        is_good INTEGER NOT NULL,
        word TEXT NOT NULL,             -- '' where the reader left it at that
        rated_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, ordinal),
        FOREIGN KEY (chat_id, ordinal) REFERENCES messages ON DELETE CASCADE
    ) WITHOUT ROWID;
    """,
    """
    -- The documents that the questions of a chat go to; those of a chat without any go to all. Not a reference: one
    -- that is removed may come back, and a chat that was limited to it must not go to all meanwhile.
    CREATE TABLE chosen (
        chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
        source TEXT NOT NULL,
        PRIMARY KEY (chat_id, source)
    ) WITHOUT ROWID;

    -- What was taken out on the page and can still be put back: see rag.index.aside.
    CREATE TABLE aside (
        removal TEXT NOT NULL,          -- names what was taken out at one time
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        removed_at TEXT NOT NULL,       -- ISO 8601, UTC
        added_at TEXT NOT NULL,
        document TEXT NOT NULL,         -- JSON
        stat TEXT NOT NULL,             -- JSON, as are the files that shared it
        files TEXT NOT NULL,
        PRIMARY KEY (removal, source)
    );
    """,
)
VERSION = len(MIGRATIONS)

# A vector of 384 floats fills 1.5 kB: five of them to a page of 8 kB waste 4 % of it, two to one of 4 kB a
# quarter.
PAGE_BYTES = 8192
# Only `peek` of another process ever holds the file for a moment; the folder's lock keeps writers apart.
BUSY_TIMEOUT_SECONDS = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the library file, making or migrating it as needed. The caller serialises the use of the
    connection.

    Raises LibraryVersionError when a newer version of the product wrote it, sqlite3.Error when it is broken.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL, not NORMAL: a power cut must not undo a commit that Chroma and tantivy have already followed.
        # The price is one fsync a source, and embedding that source takes far longer.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten at once: a chat that was deleted must not be readable in the file.
        connection.execute("PRAGMA secure_delete = ON")
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open an existing library file without the right to change it, and without leaving anything beside it."""
    # Who has the file open has a log beside it. Where there is none, SQLite would make one for itself and, being
    # without rights, leave it there.
    is_closed = not path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_closed else ''}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself; asking again would raise over the real error.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of an open library file, 0 for an empty one. Raises LibraryVersionError for a newer one than this."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise LibraryVersionError(
            en=f"The library {path} was written by a newer version of Sanad (format {version}, this one "
            f"reads up to {VERSION}). Update Sanad, or set RAG_HOME to another folder.",
            ar=f"المكتبة {path} كتبها إصدار أحدث من سند (الصيغة {version}، وهذا الإصدار يقرأ حتى "
            f"{VERSION}). حدّث سند، أو اضبط RAG_HOME على مجلد آخر.",
        )
    return version


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = version_of(connection, path)
    if 0 < version < VERSION:
        _back_up(connection, path, version)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        with transaction(connection):
            # Not executescript: it would commit the transaction first.
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """A copy of the library beside it, as it is before it is migrated: whole or not there."""
    partial = path.with_name(f"{path.name}.backup-partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(partial)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, for people to move about
    partial.replace(path.with_name(f"{path.name}.v{version}-backup"))


def discard_backups(path: Path) -> None:
    """Delete the copies that migrations of the library at `path` left: they hold what was removed since."""
    for backup in path.parent.glob(f"{glob.escape(path.name)}.*backup*"):
        backup.unlink()


def _statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, one by one."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""

"""Looks at everything that is remembered, and says what is not as it should be. It mends nothing.

The library is read as `peek` reads it. Chroma and tantivy are opened, for which the folder has to be owned.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import LibraryInUseError
from rag.index import vectors
from rag.index.analysis import analysis_version, keyword_rows
from rag.index.check import Fault, check_library, counted
from rag.index.database import LIBRARY_FILE, VERSION, connect_read_only, version_of
from rag.index.failures import unusable_error
from rag.index.library import Library
from rag.index.lock import FolderLock
from rag.index.outbox import KEYWORDS, VECTORS
from rag.index.parts import keyword_shelf, vector_shelf
from rag.index.rows import batches
from rag.index.stores import Shelf, Store, StoreBrokenError

COMMAND = "rag doctor --deep"

BATCH = 1000
# Taking the words of a passage anew from its text costs two milliseconds: more would be minutes in a large library.
SAMPLED_PASSAGES = 2000

_NAMES = {VECTORS: ("Chroma", "Chroma"), KEYWORDS: ("The keyword index", "فهرس الكلمات")}


@dataclass(frozen=True, slots=True)
class Audit:
    """What a look at everything gave. With `in_use` another process has the folder, and only the library itself was
    looked at."""

    passages: int
    faults: tuple[Fault, ...]
    in_use: LibraryInUseError | None = None


def audit(home: Path, *, chroma_url: str = "") -> Audit | None:
    """Check the library of `home`, and hold Chroma and tantivy against it, unless another process has the folder.

    None where there is no library. Raises LibraryVersionError for a library of a newer version, LibraryError where the
    folder or the library cannot be used at all.
    """
    path = home / LIBRARY_FILE
    if not path.exists():
        return None
    try:
        lock = FolderLock(home, command=COMMAND)
    except LibraryInUseError as error:
        passages, faults = _look(home, path, chroma_url, stores=False)
        return Audit(passages, tuple(faults), error)
    try:
        passages, faults = _look(home, path, chroma_url, stores=True)
    finally:
        lock.release()
    return Audit(passages, tuple(faults))


def _look(home: Path, path: Path, chroma_url: str, *, stores: bool) -> tuple[int, list[Fault]]:
    """How many passages there are, and what is wrong."""
    try:
        with closing(connect_read_only(path)) as connection:
            if version_of(connection, path) < VERSION:
                return 0, [_older()]
            # One moment of a library that another process may be changing.
            connection.execute("BEGIN")
            faults = list(check_library(connection))
            library = None if faults else _library_of(connection)
            if library is None:
                return 0, faults
            if not stores:
                return library.count(), []

            def read_keywords(ids: Sequence[str]) -> list[Any]:
                return keyword_rows(library.passages(ids))

            of_passages = library.embeddings.of_passages
            for name, shelf, version, read_rows, sampled in (
                (VECTORS, vector_shelf(home, library, chroma_url), vectors.CHOSEN.version, of_passages, None),
                (KEYWORDS, keyword_shelf(home), analysis_version(), read_keywords, SAMPLED_PASSAGES),
            ):
                faults += _store_faults(name, shelf, version, library, read_rows, sampled)
            return library.count(), faults
    except sqlite3.Error as error:
        raise unusable_error(error, path) from error


def _library_of(connection: sqlite3.Connection) -> Library | None:
    """The library as whoever made it opens it; None before it was opened for the first time."""
    made_with = connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
    if made_with is None:
        return None
    row = connection.execute("SELECT length(vector) / 4 FROM embeddings LIMIT 1").fetchone()
    return Library(connection, fingerprint=str(made_with[0]), dimension=row[0] if row else 0, adopt=False)


def _store_faults(
    name: str,
    shelf: Shelf[Any],
    version: str,
    library: Library,
    read_rows: Callable[[Sequence[str]], Sequence[Any]],
    sampled: int | None,
) -> Iterator[Fault]:
    generation = library.meta(name)
    if generation is None or not generation.startswith(f"{version}-"):
        yield _to_be_made(name, "it was made by another version", "صنعه إصدار آخر")
        return
    try:
        if not shelf.has(generation):
            yield _to_be_made(name, "it is gone", "ليس موجودًا")
            return
        store = shelf.open(generation)
        try:
            yield from _differences(name, store, library, read_rows, sampled)
        finally:
            store.close()
    except StoreBrokenError as error:
        yield _to_be_made(name, f"it cannot be read ({error})", f"تتعذّر قراءته ({error})")


def _differences(
    name: str,
    store: Store[Any],
    library: Library,
    read_rows: Callable[[Sequence[str]], Sequence[Any]],
    sampled: int | None,
) -> Iterator[Fault]:
    """What a store holds otherwise than the library, apart from what it has yet to take over."""
    english, arabic = _NAMES[name]
    held, expected = Counter(store.ids()), library.passage_ids()
    pending = set(library.outbox.pending(name, -1))
    if pending:
        yield Fault(
            name,
            f"{english} has yet to take over {len(pending)} changes; the next command that opens the library does it.",
            f"{arabic} لم يأخذ بعد التغييرات ({len(pending)})، ويأخذها أول أمر يفتح المكتبة.",
            heals=True,
        )
    settled = [passage_id for passage_id in expected if passage_id not in pending]
    both = [passage_id for passage_id in settled if passage_id in held]
    looked_at = both if sampled is None else both[:: max(1, len(both) // sampled)]
    differing = [
        passage_id for ids in batches(looked_at, BATCH) for passage_id in store.differing(read_rows(ids))
    ]
    for found, en, ar in (
        ([one for one in settled if one not in held], "lacks passages", "تنقصه مقاطع"),
        (sorted(held.keys() - set(expected) - pending), "holds passages that are gone", "فيه مقاطع أُزيلت"),
        ([one for one, times in held.items() if times > 1], "holds passages twice", "فيه مقاطع مكرّرة"),
        (differing, "holds passages otherwise than the library", "فيه مقاطع تخالف المكتبة"),
    ):
        yield from counted(name, found, f"{english} {en}", f"{arabic} {ar}")


def _to_be_made(name: str, en: str, ar: str) -> Fault:
    english, arabic = _NAMES[name]
    return Fault(
        name,
        f"{english} has to be made anew: {en}. The next command that opens the library does it.",
        f"{arabic} يحتاج إلى إعادة بناء: {ar}. يعيد بناءه أول أمر يفتح المكتبة.",
        heals=True,
    )


def _older() -> Fault:
    return Fault(
        "library",
        "The library is of an older format; the next command that opens it brings it up to date, and keeps a copy.",
        "المكتبة بصيغة أقدم؛ يحدّثها أول أمر يفتحها ويحفظ نسخة منها.",
        heals=True,
    )

"""The library: sources, their text, passages and sentences by offsets, and every vector. THE truth.

Chroma and tantivy follow it. What they have yet to take over is written in the same transaction as the change
itself, so a crash at any moment leaves a list of what to do, never two truths.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from rag.errors import LibraryError, LibraryMismatchError
from rag.index.aside import set_aside
from rag.index.database import transaction
from rag.index.embeddings import Embeddings, where_in
from rag.index.erasure import forget, quoting
from rag.index.files import note_file, take_place
from rag.index.outbox import STORES, Outbox
from rag.index.rows import FileStat, Replacement, SourceStat, lay_out
from rag.location import location
from rag.schema import Document, Language, Page, Passage, Sentence, SourceInfo, Span

_ERASING = "erasing"


class Library:
    """The open library file. Not thread-safe: `Index` serialises its use. Methods let sqlite3.Error through,
    which `Index` turns into sentences."""

    def __init__(
        self, connection: sqlite3.Connection, *, fingerprint: str, dimension: int, adopt: bool
    ) -> None:
        """Take over an open connection.

        Raises LibraryMismatchError when the library was made with another fingerprint, unless `adopt`: then
        its passages, sentences and vectors are forgotten, and every source waits in `stale_sources` to be cut
        and embedded anew from its text, which stays.
        """
        self._connection = connection
        self.fingerprint = fingerprint
        self.embeddings = Embeddings(connection, dimension)
        self.outbox = Outbox(connection)
        made_with = self.meta("fingerprint")
        if made_with is None:
            with transaction(connection):
                self._set_meta("fingerprint", fingerprint)
                self._set_meta("id", secrets.token_hex(8))  # what a shared Chroma server knows it by
        elif made_with != fingerprint:
            if not adopt:
                raise _mismatch(made_with, fingerprint)
            with transaction(connection):
                for table in ("passages", "sentences", "embeddings"):
                    connection.execute(f"DELETE FROM {table}")
                connection.execute("UPDATE sources SET fingerprint = ''")
                connection.execute("UPDATE files SET size = -1, sha256 = ''")
                for store in STORES:
                    self.outbox.forget(store)
                    connection.execute("DELETE FROM meta WHERE key = ?", (store,))
                self._set_meta("fingerprint", fingerprint)

    def meta(self, key: str) -> str | None:
        """A fact about the library itself."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def switch_store(self, store: str, generation: str) -> None:
        """From now on `store` is the one called `generation`, which holds all that the library holds."""
        with transaction(self._connection):
            self.outbox.forget(store)
            self._set_meta(store, generation)

    # Sources

    def replace_sources(self, replacements: Sequence[Replacement]) -> None:
        """Put documents in the place of what the library held of their sources, in one transaction: waiting for the
        disk once for each of many small ones would take longer than embedding them.

        Raises ValueError when passages do not quote their document, or a key has no stored vector.
        """
        with transaction(self._connection):
            for replacement in replacements:
                self._replace(replacement)

    def _replace(self, new: Replacement) -> None:
        document, stat = new.document, new.stat
        sentences, placed = lay_out(document, new.passages, new.keys)
        vectors = self.embeddings.ids({row.key for row in sentences} | {row.key for row in placed})
        names = (document.source, new.formerly)
        before = self._followed(*names)
        added_at = self._added_at(new.formerly)
        self._connection.execute("DELETE FROM sources WHERE source IN (?, ?)", names)
        source_id = self._insert_source(document, stat, added_at)
        if new.formerly:
            take_place(self._connection, new.formerly, document.source)
            self._connection.execute("UPDATE OR REPLACE chosen SET source = ? WHERE source = ?", names)
        if stat.origin == document.source:
            file = FileStat(stat.size, stat.mtime_ns, stat.sha256, stat.origin, place=stat.place)
            note_file(self._connection, document.source, file)
        self._connection.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
            [(source_id, row.page, row.ordinal, row.start, row.end, vectors[row.key]) for row in sentences],
        )
        self._connection.executemany(
            'INSERT INTO passages (id, source_id, page_ordinal, start, "end", first_sentence, '
            "last_sentence, language, embedding_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (row.passage.id, source_id, row.page, row.passage.start, row.passage.end,
                 row.first, row.last, row.passage.language, vectors[row.key])
                for row in placed
            ],
        )  # fmt: skip
        # A passage that is the same in everything the stores hold has nothing to change there.
        changed = before ^ self._followed(*names)
        self.outbox.add({passage_id for passage_id, *_ in changed})

    def remove_sources(self, sources: Sequence[str]) -> list[str]:
        """Forget sources, in one transaction; those that the library had. The files they were read from, and those
        that share them, are then unknown: a sync that finds them reads them again."""
        with transaction(self._connection):
            return [source for source in sources if self._remove(source)]

    def set_aside(self, sources: Sequence[str]) -> str | None:
        """Forget sources as `remove_sources` does, and keep what putting them back takes; what the removal is called,
        None where the library had none of them."""
        at, name = _now(), secrets.token_hex(8)
        stats = self.stats()
        known = [source for source in dict.fromkeys(sources) if source in stats]
        with transaction(self._connection):
            for source in known:
                document, added_at = self.document(source), self._added_at(source)
                set_aside(self._connection, name, at, document, stats[source], added_at)
                self._remove(source)
        return name if known else None

    def _remove(self, source: str) -> bool:
        gone = self._followed(source)
        self._connection.execute(
            "DELETE FROM files WHERE origin IN (SELECT origin FROM sources WHERE source = ?)", (source,)
        )
        removed = self._connection.execute("DELETE FROM sources WHERE source = ?", (source,)).rowcount
        self.outbox.add({passage_id for passage_id, *_ in gone})
        return removed > 0

    # Erasing

    def quoting(self, sources: Sequence[str]) -> int:
        """How many answers that were kept quote some sources. Raises LibraryError for an unknown one."""
        return len(quoting(self._connection, [self.document(source) for source in sources]))

    def begin_erasing(self, sources: Sequence[str]) -> None:
        """Forget the answers that quote some sources, and note that these are to be erased: `erasing` says so until
        `end_erasing`, also after a crash. Raises LibraryError for an unknown one."""
        documents = [self.document(source) for source in sources]
        messages = quoting(self._connection, documents)
        with transaction(self._connection):
            forget(self._connection, messages, documents)
            self._set_meta(_ERASING, json.dumps([*self.erasing(), *sources]))

    def erasing(self) -> list[str]:
        """The sources that are being erased."""
        return [str(source) for source in json.loads(self.meta(_ERASING) or "[]")]

    def end_erasing(self) -> None:
        """No byte of them is left."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM meta WHERE key = ?", (_ERASING,))

    def _added_at(self, source: str) -> str:
        """When a source was added; now, where there is none."""
        row = self._connection.execute("SELECT added_at FROM sources WHERE source = ?", (source,)).fetchone()
        return str(row[0]) if row else _now()

    def _insert_source(self, document: Document, stat: SourceStat, added_at: str) -> int:
        cursor = self._connection.execute(
            "INSERT INTO sources (source, title, headline, language, media_type, sha256, size, mtime_ns, "
            "origin, place, characters, fingerprint, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.source, document.title, document.headline, document.language, document.media_type,
                stat.sha256, stat.size, stat.mtime_ns, stat.origin, stat.place,
                sum(len(page.text) for page in document.pages), self.fingerprint,
                added_at,
            ),
        )  # fmt: skip
        source_id = cast(int, cursor.lastrowid)
        self._connection.executemany(
            "INSERT INTO pages (source_id, ordinal, number, text, furniture, ocr) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    source_id,
                    ordinal,
                    page.number,
                    page.text,
                    json.dumps([(s.start, s.end) for s in page.furniture]),
                    page.ocr,
                )
                for ordinal, page in enumerate(document.pages)
            ],
        )
        return source_id

    def _followed(self, *sources: str) -> set[tuple[Any, ...]]:
        """What the stores hold of some sources: id, vector, language and headline of their passages."""
        rows = where_in(
            self._connection,
            "SELECT p.id, p.embedding_id, p.language, s.headline FROM passages p "
            "JOIN sources s ON s.id = p.source_id WHERE s.source",
            sources,
        )
        return set(rows)

    def sources(self) -> list[SourceInfo]:
        """Every source, in the order of their names."""
        shared: dict[str, list[str]] = {}
        for origin, path in self._connection.execute(
            "SELECT origin, path FROM files WHERE path <> origin ORDER BY path"
        ):
            shared.setdefault(origin, []).append(path)
        rows = self._connection.execute(
            "SELECT origin, source, title, language, media_type, "
            "(SELECT count(*) FROM pages WHERE source_id = sources.id), "
            "(SELECT count(*) FROM passages WHERE source_id = sources.id), characters, sha256, added_at, "
            "(SELECT count(*) FROM pages WHERE source_id = sources.id AND ocr) "
            "FROM sources ORDER BY source"
        )
        return [
            replace(SourceInfo(*row), paths=(origin, *shared.get(origin, ())), ocr_pages=ocr_pages)
            for origin, *row, ocr_pages in rows
        ]

    def stats(self) -> dict[str, SourceStat]:
        """What each source was when it was indexed. Stale sources are left out: they have to be done
        again."""
        return self._stats("fingerprint = ?")

    def stale_sources(self) -> dict[str, SourceStat]:
        """The sources whose passages were forgotten because another model or splitter made them."""
        return self._stats("fingerprint <> ?")

    def _stats(self, condition: str) -> dict[str, SourceStat]:
        rows = self._connection.execute(
            f"SELECT source, sha256, size, mtime_ns, origin, place FROM sources WHERE {condition} ORDER BY source",
            (self.fingerprint,),
        )
        return {source: SourceStat(*stat) for source, *stat in rows}

    def document(self, source: str) -> Document:
        """The document as it was read when it was indexed. Raises LibraryError for an unknown source."""
        row = self._connection.execute(
            "SELECT id, title, headline, language, media_type FROM sources WHERE source = ?", (source,)
        ).fetchone()
        if row is None:
            raise _unknown(source)
        source_id, title, headline, language, media_type = row
        pages = self._connection.execute(
            "SELECT text, number, furniture, ocr FROM pages WHERE source_id = ? ORDER BY ordinal",
            (source_id,),
        )
        return Document(
            source=source,
            title=title,
            headline=headline,
            pages=tuple(
                Page(text, number, tuple(Span(start, end) for start, end in json.loads(furniture)), bool(ocr))
                for text, number, furniture, ocr in pages
            ),
            language=language,
            media_type=media_type,
        )

    def page_text(self, source: str, page: int | None) -> str:
        """The original text of a page by its number (None where pages have none). Raises LibraryError."""
        row = self._connection.execute(
            "SELECT g.text FROM pages g JOIN sources s ON s.id = g.source_id "
            "WHERE s.source = ? AND g.number IS ? ORDER BY g.ordinal LIMIT 1",
            (source, page),
        ).fetchone()
        if row is None:
            raise _unknown(source, page)
        return str(row[0])

    # Passages

    def count(self) -> int:
        """How many passages there are."""
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def passage_ids(self) -> list[str]:
        """Every passage, oldest first."""
        return [row[0] for row in self._connection.execute("SELECT id FROM passages ORDER BY row")]

    def passage_ids_of(self, sources: Collection[str], language: Language | None = None) -> list[str]:
        """The ids of all passages of some sources; of one language where one is named."""
        rows = where_in(
            self._connection,
            "SELECT p.id, p.language FROM passages p JOIN sources s ON s.id = p.source_id WHERE s.source",
            list(sources),
        )
        return [passage_id for passage_id, spoken in rows if language in (None, spoken)]

    def newest_passage(self) -> str | None:
        """The passage written last, which the stores took over last."""
        row = self._connection.execute("SELECT id FROM passages ORDER BY row DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def known(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that the library holds."""
        return {row[0] for row in where_in(self._connection, "SELECT id FROM passages WHERE id", ids)}

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in their order; ids that the library does not hold are left out."""
        rows = where_in(
            self._connection,
            'SELECT p.id, s.source, s.title, s.headline, p.start, p."end", p.language, p.source_id, '
            "p.page_ordinal FROM passages p JOIN sources s ON s.id = p.source_id WHERE p.id",
            ids,
        )
        spans: dict[str, list[tuple[int, int, int]]] = {}
        for passage_id, *span in where_in(
            self._connection,
            'SELECT p.id, t.ordinal, t.start, t."end" FROM passages p '
            "JOIN sentences t ON t.source_id = p.source_id AND t.page_ordinal = p.page_ordinal "
            "AND t.ordinal BETWEEN p.first_sentence AND p.last_sentence WHERE p.id",
            ids,
        ):
            spans.setdefault(passage_id, []).append((span[0], span[1], span[2]))
        pages: dict[tuple[int, int], tuple[str, int | None, int]] = {}
        found = {}
        for passage_id, source, title, headline, start, end, language, *page in rows:
            place = (page[0], page[1])
            if place not in pages:
                pages[place] = self._connection.execute(
                    "SELECT text, number, ocr FROM pages WHERE source_id = ? AND ordinal = ?", place
                ).fetchone()
            text, number, ocr = pages[place]
            found[passage_id] = Passage(
                id=passage_id,
                source=source,
                title=title,
                headline=headline,
                page=number,
                start=start,
                end=end,
                text=text[start:end],
                language=language,
                sentences=tuple(Sentence(a, b, text[a:b]) for _, a, b in sorted(spans[passage_id])),
                ocr=bool(ocr),
            )
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def compact(self) -> None:
        """Give back the space of what was forgotten, and leave no trace of it in the file."""
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _mismatch(made_with: str, fingerprint: str) -> LibraryMismatchError:
    return LibraryMismatchError(
        en=f"The library was made with {made_with}, but the settings now say {fingerprint}. "
        "Run `rag rebuild` to make it anew from the text it holds, or set the model and splitter back.",
        ar=f"أُنشئت المكتبة باستعمال {made_with}، لكن الإعدادات الحالية تقول {fingerprint}. "
        "شغّل `rag rebuild` لبنائها من جديد من النص المحفوظ فيها، أو أعد إعدادات النموذج والتقسيم كما كانت.",
    )


def _unknown(source: str, page: int | None = None) -> LibraryError:
    en, ar = (
        (source, source)
        if page is None
        else (
            f"{source}, {location(source, page, 'en')}",
            f"{source}، {location(source, page, 'ar')}",
        )
    )
    return LibraryError(
        en=f"The library does not hold {en}. Look it up in the list of sources, or index it first.",
        ar=f"لا تحتوي المكتبة على {ar}. ابحث عنه في قائمة المصادر، أو افهرسه أولًا.",
    )

"""tantivy: passages by the words they share with a question, scored by BM25.

Tokens come in analysed (rag.text); this module only counts them. The text of a passage is not stored here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index.failures import storage_error
from rag.index.rows import KeywordRow
from rag.index.stores import StoreBrokenError

if TYPE_CHECKING:
    import tantivy

FIELDS = ("stems", "roots", "skeletons")

# tantivy's smallest is 15 MB a thread. One thread: passages come in by the hundred, and commits wait for all.
WRITER_BYTES = 30_000_000
WRITER_THREADS = 1
# How many times a token stands in a passage is all that BM25 asks; positions would triple the folder.
INDEX_OPTION = "freq"

# BM25 counts a deleted passage as one that has its words, until tantivy merges it away: up to this share of those
# held, scores move by a few per cent. A small folder is made anew in a third of a second, and does not forgive one.
WORN_SHARE = 1 / 5
SMALL_PASSAGES = 200


class KeywordStore:
    """An open tantivy folder. Thread-safe for searching; changes come from one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, or make it. Raises StoreBrokenError, or LibraryError where the disk is the
        reason."""
        import tantivy

        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
        for field in FIELDS:
            builder.add_text_field(field, tokenizer_name="whitespace", index_option=INDEX_OPTION)
        self._schema = builder.build()
        with self._translated():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))

    def count(self) -> int:
        """Passages held."""
        return self._index.searcher().num_docs

    def put(self, rows: Sequence[KeywordRow]) -> None:
        """Add passages, or replace those with the same id."""
        import tantivy

        self.delete([row.passage_id for row in rows])
        with self._translated():
            for row in rows:
                self._open_writer().add_document(
                    tantivy.Document(
                        passage_id=row.passage_id,
                        stems=" ".join(row.stems),
                        roots=" ".join(row.roots),
                        skeletons=" ".join(row.skeletons),
                    )
                )

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not held are fine."""
        with self._translated():
            for passage_id in passage_ids:
                self._open_writer().delete_documents_by_term("passage_id", passage_id)

    def commit(self) -> None:
        """What was put and deleted is on disk, and searches see it."""
        with self._translated():
            self._open_writer().commit()
            self._index.reload()

    def search(
        self, field: str, tokens: Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """At most `k` passage ids, of those `within` where given, with their BM25 score over one of FIELDS,
        best first. A token said twice counts twice.

        The query is put together from terms, never parsed: whatever people type is words, not syntax.
        """
        import tantivy

        terms = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, field, token, index_option=INDEX_OPTION),
                    float(times),
                ),
            )
            for token, times in Counter(tokens).items()
            if _is_unicode(token)
        ]
        query = tantivy.Query.boolean_query(terms)
        if within is not None:
            among = tantivy.Query.term_set_query(self._schema, "passage_id", list(within))
            unscored = tantivy.Query.const_score_query(among, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)])
        with self._translated():
            searcher = self._index.searcher()
            hits = searcher.search(query, k, count=False).hits
            return [
                (str(searcher.doc(address).get_first("passage_id")), float(score)) for score, address in hits
            ]

    def document_frequency(self, field: str, token: str) -> int:
        """Passages whose field holds the token; deleted ones count until tantivy merges them away."""
        if not _is_unicode(token):
            return 0
        with self._translated():
            return self._index.searcher().doc_freq(field, token)

    def answers(self, row: KeywordRow) -> bool:
        """Whether the passage is held, with its words."""
        if not self.document_frequency("passage_id", row.passage_id):
            return False
        return all(self.search("stems", [stem], 1) for stem in row.stems[:1])

    def worn(self) -> bool:
        """Whether deleted passages, which still count in every score, are too many for the ones that are left."""
        with self._translated():
            segments = json.loads((self._folder / "meta.json").read_bytes())["segments"]
        gone = sum(int(segment["deletes"]["num_deleted_docs"]) for segment in segments if segment["deletes"])
        return gone > max(0, self.count() - SMALL_PASSAGES) * WORN_SHARE

    def ids(self) -> list[str]:
        """The ids of all passages held; one that is held twice comes twice."""
        import tantivy

        with self._translated():
            searcher = self._index.searcher()
            hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
            return [str(searcher.doc(address).get_first("passage_id")) for _, address in hits]

    def differing(self, rows: Sequence[KeywordRow]) -> list[str]:
        """The ids of those passages, all of which are held, that lack one of their words."""
        return [row.passage_id for row in rows if not self._has_words(row)]

    def _has_words(self, row: KeywordRow) -> bool:
        import tantivy

        words = [(field, word) for field in FIELDS for word in dict.fromkeys(getattr(row, field))]
        terms = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, word, INDEX_OPTION))
            for field, word in (("passage_id", row.passage_id), *words)
        ]
        with self._translated():
            return bool(
                self._index.searcher().search(tantivy.Query.boolean_query(terms), 1, count=False).hits
            )

    def close(self) -> None:
        """Let go of the folder. Doing it twice does no harm."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with self._translated():
                writer.wait_merging_threads()

    def _open_writer(self) -> tantivy.IndexWriter:
        """The writer, opened at the first change: it takes memory and threads that searching does not
        need."""
        if self._writer is None:
            self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS)
        return self._writer

    @contextmanager
    def _translated(self) -> Iterator[None]:
        # tantivy's own errors arrive as ValueError, those of its writer's thread as RuntimeError.
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:
            known = storage_error(error, self._folder)
            if known is not None:
                raise known from error
            raise StoreBrokenError(f"tantivy: {error}") from error


def _is_unicode(token: str) -> bool:
    """False for half characters, which people can send but nothing stored can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in token)

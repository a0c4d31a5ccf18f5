"""The door to what is remembered: opens the library and its two stores, keeps them in step, and heals them.

The only name of `rag.index` that the rest of the house needs.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from rag import text
from rag.errors import LoadError
from rag.index import rows, vectors
from rag.index.chats import Chats
from rag.index.database import LIBRARY_FILE, connect, discard_backups
from rag.index.failures import folder_error, unusable_error
from rag.index.follower import Follower
from rag.index.keywords import KeywordStore
from rag.index.library import Library
from rag.index.lock import FolderLock
from rag.index.outbox import KEYWORDS, VECTORS
from rag.index.rows import KeywordRow, PassageKeys, SourceStat
from rag.index.stores import FolderShelf, Shelf
from rag.schema import Document, Language, Passage, SourceInfo, Vectors

# When rag.text treats these words differently, the keyword index was made by other rules and is made anew.
_ANALYSIS_SAMPLE = (
    "قال مُحَمَّد: والكتابُ بالمدرسةِ للطالبات إلى الأحياء ٢٠٢٤ فالمكتبةِ؛ "
    "سيارات القاهرة الكبرى ١٬٥٠٠ درهم آمنة ـ وسيأتون معًا. "
    "The libraries' running 3,141.5 files: Beyoncé and Muhammad studied in Göteborg (COVID-19)."
)


class Index:
    """What is remembered. Thread-safe: calls wait for each other, and `flush` lets others in between batches.

    Every method raises LibraryError, with a sentence for the reader, when disk or stores fail; what was
    indexed before stays. Searches never return a passage that the library no longer holds.
    """

    def __init__(
        self, home: Path, connection: sqlite3.Connection, library: Library, *, chroma_url: str
    ) -> None:
        """Use `Index.open`, which takes the folder's lock first and opens the stores."""
        self.home = home
        self._library = library
        self._lock = threading.RLock()
        self._held: ExitStack | None = None
        self._means: dict[Language, tuple[Vectors, int]] | None = None
        self.chats = Chats(connection, self._door)
        shelf: Shelf[vectors.VectorStore] = FolderShelf(home / VECTORS, vectors.open_folder)
        if chroma_url:
            shelf = vectors.ServerShelf(chroma_url, str(library.meta("id")))
        self._vectors = Follower(
            VECTORS,
            version=vectors.CHOSEN.version,
            library=library,
            shelf=shelf,
            read_rows=library.embeddings.of_passages,
        )
        self._keywords = Follower(
            KEYWORDS,
            version=_analysis_version(),
            library=library,
            shelf=FolderShelf(home / KEYWORDS, KeywordStore),
            read_rows=self._keyword_rows,
        )

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        fingerprint: str,
        dimension: int,
        chroma_url: str = "",
        command: str = "",
        address: str = "",
        adopt: bool = False,
    ) -> Self:
        """Take the data folder, making it if need be, and bring its stores in step with the library.

        `fingerprint` names the embedding model and the splitter, `dimension` is the length of its vectors.
        With `chroma_url` the vectors live in that Chroma server. `command` and `address` tell a second
        process who has the folder. `adopt` accepts a library of another fingerprint: see `stale_sources`.

        Raises LibraryInUseError, LibraryMismatchError, LibraryVersionError, or LibraryError.
        """
        path = home / LIBRARY_FILE
        with ExitStack() as held:
            try:
                home.mkdir(parents=True, exist_ok=True)
                folder_lock = FolderLock(home, command=command, address=address)
                held.callback(folder_lock.release)
                connection = connect(path)
                held.callback(connection.close)
                library = Library(connection, fingerprint=fingerprint, dimension=dimension, adopt=adopt)
                index = cls(home, connection, library, chroma_url=chroma_url)
                for store in (index._vectors, index._keywords):
                    held.callback(store.close)
                    store.open()
            except sqlite3.Error as error:
                raise unusable_error(error, path) from error
            except OSError as error:
                raise folder_error(error, home) from error
            index._held = held.pop_all()
            return index

    def close(self) -> None:
        """Close the stores and the library, and let the folder go. Doing it twice does no harm."""
        with self._lock:
            if self._held is not None:
                held, self._held = self._held, None
                held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Indexing

    def embedding_key(self, embedded_text: str) -> bytes:
        """The name of the vector of a text, exactly as it is embedded."""
        return rows.embedding_key(self._library.fingerprint, embedded_text)

    def missing_embeddings(self, keys: Iterable[bytes]) -> list[bytes]:
        """Those of `keys` that have no vector yet, each once, in their order."""
        with self._door():
            return self._library.embeddings.missing(keys)

    def store_embeddings(self, vectors_by_key: Mapping[bytes, Vectors]) -> None:
        """Keep vectors, float32 (dimension,), so that they are never made again."""
        with self._door():
            self._library.embeddings.store(vectors_by_key)

    def replace_source(
        self, document: Document, stat: SourceStat, passages: Sequence[Passage], keys: Sequence[PassageKeys]
    ) -> None:
        """Put a document in the place of what the library held of its source, whole or not at all. `keys` are
        those of `passages`, in their order; searches see the change after `flush`.

        Raises ValueError when the passages do not quote the document or a key has no stored vector, LoadError
        when the text is not Unicode that can be stored.
        """
        with self._door():
            self._means = None
            self._library.replace_source(document, stat, passages, keys)

    def remove_source(self, source: str) -> bool:
        """Forget a source; searches stop giving it at once. False when the library has no such source."""
        with self._door():
            self._means = None
            return self._library.remove_source(source)

    def flush(self) -> None:
        """Bring the stores in step with the library, batch by batch; questions are answered in between."""
        for store in (self._vectors, self._keywords):
            settled = True
            while settled:
                with self._door():
                    settled = store.catch_up() > 0

    def discard_unused_embeddings(self) -> int:
        """Forget the vectors that nothing names any more; how many. For the end of a sync that went
        through: in its middle, vectors stored for sources still to come are not named yet."""
        with self._door():
            return self._library.embeddings.discard_unused()

    def rebuild(self) -> None:
        """Make both stores anew from the library, without embedding, and leave nothing on disk of what was
        removed."""
        with self._door():
            self._library.embeddings.discard_unused()
            self._library.compact()
            discard_backups(self.home / LIBRARY_FILE)
            self._vectors.rebuild()
            self._keywords.rebuild()

    # What there is

    def sources(self) -> list[SourceInfo]:
        """Every source, in the order of their names."""
        with self._door():
            return self._library.sources()

    def stats(self) -> dict[str, SourceStat]:
        """Source → what it was when it was indexed. Stale sources are left out: they have to be done again."""
        with self._door():
            return self._library.stats()

    def stale_sources(self) -> dict[str, SourceStat]:
        """The sources that `adopt` left without passages. Their `document` can be cut and embedded anew."""
        with self._door():
            return self._library.stale_sources()

    def document(self, source: str) -> Document:
        """The document as it was read when it was indexed."""
        with self._door():
            return self._library.document(source)

    def page_text(self, source: str, page: int | None) -> str:
        """The original text of a page by its number, None where pages have none."""
        with self._door():
            return self._library.page_text(source, page)

    def count(self) -> int:
        """How many passages there are."""
        with self._door():
            return self._library.count()

    def language_means(self) -> dict[Language, tuple[Vectors, int]]:
        """For each language of the index: the mean vector of a sample of its passages, float32 (dimension,), and
        how many were sampled. Taken anew only after a change."""
        with self._door():
            if self._means is None:
                self._means = self._library.embeddings.language_means()
            return self._means

    # Searching

    def nearest(self, vector: Vectors, k: int, language: Language | None = None) -> list[tuple[str, float]]:
        """At most `k` passage ids with their cosine similarity to `vector`, best first."""
        with self._door():
            return self._known(self._vectors.use(lambda store: store.query(vector, k, language)))

    def keyword_search(
        self, field: str, tokens: Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """At most `k` passage ids, of those `within` where given, with their BM25 score over "stems",
        "roots" or "skeletons", best first."""
        with self._door():
            return self._known(self._keywords.use(lambda store: store.search(field, tokens, k, within)))

    def passage_ids(self, sources: Collection[str]) -> list[str]:
        """The ids of all passages of some sources."""
        with self._door():
            return self._library.passage_ids_of(sources)

    def document_frequency(self, field: str, token: str) -> int:
        """Passages whose field holds the token."""
        with self._door():
            return self._keywords.use(lambda store: store.document_frequency(field, token))

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in their order; ids that the library does not hold are left out."""
        with self._door():
            return self._library.passages(ids)

    def passage_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Passage id → float32 (dimension,); unknown ids are left out."""
        with self._door():
            return {row.passage_id: row.vector for row in self._library.embeddings.of_passages(ids)}

    def sentence_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Passage id → float32 (n_sentences, dimension), in the order of its sentences; unknown ids are
        left out."""
        with self._door():
            return self._library.embeddings.of_sentences(ids)

    def _known(self, found: list[tuple[str, float]]) -> list[tuple[str, float]]:
        known = self._library.known([passage_id for passage_id, _ in found])
        return [(passage_id, score) for passage_id, score in found if passage_id in known]

    def _keyword_rows(self, ids: Sequence[str]) -> list[KeywordRow]:
        searched = [(one.id, f"{one.headline}\n{one.text}") for one in self._library.passages(ids)]
        return [KeywordRow(passage_id, *_analyse(words)) for passage_id, words in searched]

    @contextmanager
    def _door(self) -> Iterator[None]:
        """One at a time, and with the errors of disk and database in this product's words."""
        with self._lock:
            if self._held is None:
                raise RuntimeError("the index is closed")
            try:
                yield
            except sqlite3.Error as error:
                raise unusable_error(error, self.home / LIBRARY_FILE) from error
            except OSError as error:
                raise folder_error(error, self.home) from error
            except UnicodeEncodeError as error:
                raise _not_unicode(error) from error


def _analyse(searched: str) -> tuple[list[str], list[str], list[str]]:
    """What each keyword field holds of a text: stems with the stop words, roots, skeletons."""
    return text.stems(searched, drop_stop_words=False), text.roots(searched), text.skeletons(searched)


def _analysis_version() -> str:
    digest = hashlib.blake2b(digest_size=6)
    digest.update(repr(_analyse(_ANALYSIS_SAMPLE)).encode("utf-8"))
    return digest.hexdigest()


def _not_unicode(error: UnicodeEncodeError) -> LoadError:
    around = (
        error.object[max(0, error.start - 20) : error.end + 20].encode("utf-8", "replace").decode("utf-8")
    )
    return LoadError(
        en=f"'{around}' holds half a character (a lone surrogate), which cannot be stored. Rename the file, "
        "or save it again as UTF-8.",
        ar=f"«{around}» يحوي نصف محرف لا يمكن حفظه. أعد تسمية الملف، أو احفظه من جديد بترميز UTF-8.",
    )

"""The door to what is remembered: opens the library and its two stores, keeps them in step, and heals them.

The only name of `rag.index` that the rest of the house needs.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import LibraryError, LibraryMismatchError, LoadError
from rag.index import renewal, rows
from rag.index.aside import Aside
from rag.index.chats import Chats
from rag.index.database import LIBRARY_FILE, discard_backups
from rag.index.failures import folder_error, unusable_error
from rag.index.files import Files
from rag.index.lock import FolderLock
from rag.index.outlines import Outlines
from rag.index.parts import Make, open_parts
from rag.index.rows import PassageKeys, SourceStat
from rag.index.uploads import discard_upload
from rag.schema import Document, Language, Passage, SourceInfo, Vectors

# Changes that gather before the stores follow, so that what a long sync has written is soon found: following then
# costs a fifteenth of embedding as many passages. A sync ends with a flush, which takes the rest.
KEEP_UP_AT = 200

logger = logging.getLogger(__name__)


class Index:
    """What is remembered. Thread-safe: calls wait for each other, and `flush` lets others in between batches.

    Every method raises LibraryError, with a sentence for the reader, when disk or stores fail; what was
    indexed before stays. Searches never return a passage that the library no longer holds, nor a part of a document
    that is only partly searchable yet.
    """

    chats: Chats
    files: Files
    outlines: Outlines
    aside: Aside

    def __init__(self, home: Path, folder_lock: FolderLock, make: Make) -> None:
        """Use `Index.open`, which takes the folder's lock first and opens the library."""
        self.home = home
        self._folder_lock = folder_lock
        self._make = make
        self._lock = threading.RLock()
        self._held: ExitStack | None = None
        self._means: dict[Language, tuple[Vectors, int]] | None = None
        self._opened = ExitStack()
        self._renewed: Path | None = None

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        fingerprint: str,
        dimension: int,
        chroma_url: str = "",
        command: str = "",
        adopt: bool = False,
    ) -> Self:
        """Take the data folder, making it if need be, and bring its stores in step with the library.

        `fingerprint` names the embedding model and the splitter, `dimension` is the length of its vectors.
        With `chroma_url` the vectors live in that Chroma server. `command` tells a second process who has the
        folder. With `adopt` a library of another fingerprint is copied, and the index is the copy, whose sources
        are all in `stale_sources`: until `rebuild` ends, the library stays as it is.

        Raises LibraryInUseError, LibraryMismatchError, LibraryVersionError, or LibraryError.
        """
        with ExitStack() as held:
            try:
                home.mkdir(parents=True, exist_ok=True)
                folder_lock = FolderLock(home, command=command)
                held.callback(folder_lock.release)
                index = cls(home, folder_lock, Make(fingerprint, dimension, chroma_url))
                held.callback(index._close_parts)
                index._open_parts(adopt=adopt)
            except sqlite3.Error as error:
                raise unusable_error(error, home / LIBRARY_FILE) from error
            except OSError as error:
                raise folder_error(error, home) from error
            index._held = held.pop_all()
        index._go_on_erasing()
        return index

    def _open_parts(self, *, adopt: bool = False) -> None:
        """Open the library and its stores; with `adopt` those of a renewed copy, where it was made otherwise."""
        self._renewed = None
        try:
            parts = open_parts(self.home, self.home / LIBRARY_FILE, self._make)
        except LibraryMismatchError:
            if not adopt:
                raise
            self._renewed = renewal.begin(self.home, self._make)
            # Sweeping would take the generations of the library in use.
            parts = open_parts(self.home, self._renewed, self._make, sweeps=False)
        self._opened = parts.opened
        self._library, self._vectors, self._keywords = parts.library, parts.vectors, parts.keywords
        self.chats = Chats(parts.connection, self._door)
        self.files = Files(parts.connection, self._door)
        self.outlines = Outlines(parts.connection, self._door)
        self.aside = Aside(parts.connection, self.home, self._door)

    def _close_parts(self) -> None:
        self._opened.close()

    def announce(self, address: str, token: str) -> None:
        """Tell other processes that this one takes commands at an address, from whoever has the token: see `Owner`."""
        with self._door():
            self._folder_lock.announce(address, token)

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
        """Put a document in the place of what the library held of its source: see `replace_sources`."""
        self.replace_sources([rows.Replacement(document, stat, passages, keys)])

    def replace_sources(self, replacements: Sequence[rows.Replacement]) -> None:
        """Put documents in the place of what the library held of their sources, all of them or nothing. Searches give
        none of their passages until the stores have them all, at the latest after `flush`.

        Raises ValueError when the passages do not quote the document or a key has no stored vector, LoadError
        when the text is not Unicode that can be stored.
        """
        with self._door():
            self._means = None
            self._library.replace_sources(replacements)
            gathered = self._library.outbox.count()
        if gathered >= KEEP_UP_AT:
            self.flush()

    def remove_source(self, source: str) -> bool:
        """Forget a source; searches stop giving it at once. False when the library has no such source."""
        return bool(self.remove_sources([source]))

    def remove_sources(self, sources: Sequence[str]) -> list[str]:
        """Forget sources; searches stop giving them at once. Those that the library had."""
        with self._door():
            self._means = None
            return self._library.remove_sources(sources)

    def set_aside(self, sources: Sequence[str]) -> str | None:
        """Forget sources as `remove_sources` does, so that they can be put back: see `aside`. What the removal is
        called there, None where the library had none of them."""
        with self._door():
            self._means = None
            return self._library.set_aside(sources)

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
        removed, which cannot be put back then. What was opened with `adopt` takes the place of the library: raises
        LibraryError while a source is stale."""
        with self._door():
            if self._library.stale_sources() and self._renewed:
                raise _not_renewed()
            self.aside.discard()
            self._library.embeddings.discard_unused()
            self._library.compact()
            if self._renewed:
                self.flush()
                self._close_parts()
                renewal.take_over(self.home, self._renewed)
                self._open_parts()
                return
            self._vectors.rebuild()
            self._keywords.rebuild()
            discard_backups(self.home / LIBRARY_FILE)
            renewal.discard(self.home)

    def quoting(self, sources: Sequence[str]) -> int:
        """How many answers that were kept quote some sources. Raises LibraryError for an unknown one."""
        with self._door():
            return self._library.quoting(sources)

    def erase(self, sources: Sequence[str]) -> None:
        """Forget sources, and the answers that quote them, so that no byte of their text stays on disk. What a crash
        cuts short is done when the index is next opened. Raises LibraryError for an unknown source."""
        with self._door():
            self._library.begin_erasing(sources)
        self._finish_erasing()

    def _finish_erasing(self) -> None:
        with self._door():
            erasing = self._library.erasing()
            # First, while it is known where they stand: a crash in between leaves the rest to the next time.
            for place in self.files.places_of(erasing):
                discard_upload(self.home, place)
            self.remove_sources(erasing)
            self.rebuild()
            self._library.end_erasing()

    def _go_on_erasing(self) -> None:
        if not self._renewed and self._library.erasing():
            try:
                self._finish_erasing()
            except LibraryError as error:
                # There may be no room for it now. Everything else can be used, and the next opening tries again.
                logger.warning("What was to be erased could not be erased yet: %s", error.en)

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
            return self._whole(self._vectors.use(lambda store: store.query(vector, k, language)))

    def keyword_search(
        self, field: str, tokens: Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """At most `k` passage ids, of those `within` where given, with their BM25 score over "stems",
        "roots" or "skeletons", best first."""
        with self._door():
            return self._whole(self._keywords.use(lambda store: store.search(field, tokens, k, within)))

    def passage_ids(self, sources: Collection[str], language: Language | None = None) -> list[str]:
        """The ids of all passages of some sources; of one language where one is named."""
        with self._door():
            return self._library.passage_ids_of(sources, language)

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

    def _whole(self, found: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """What was found of documents that the library and both stores hold as a whole."""
        ids = [passage_id for passage_id, _ in found]
        whole = self._library.known(ids) - self._library.outbox.unsettled(ids)
        return [(passage_id, score) for passage_id, score in found if passage_id in whole]

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


def _not_renewed() -> LibraryError:
    return LibraryError(
        en="Some sources could not be made anew, so the library stays as it was. Run `rag doctor --deep` to see what "
        "is wrong with it.",
        ar="تعذّر تجديد بعض المصادر، فبقيت المكتبة كما كانت. نفّذ `rag doctor --deep` لمعرفة السبب.",
    )


def _not_unicode(error: UnicodeEncodeError) -> LoadError:
    around = (
        error.object[max(0, error.start - 20) : error.end + 20].encode("utf-8", "replace").decode("utf-8")
    )
    return LoadError(
        en=f"'{around}' holds half a character (a lone surrogate), which cannot be stored. Rename the file, "
        "or save it again as UTF-8.",
        ar=f"«{around}» يحوي نصف محرف لا يمكن حفظه. أعد تسمية الملف، أو احفظه من جديد بترميز UTF-8.",
    )

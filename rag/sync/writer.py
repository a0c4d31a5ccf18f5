"""Documents → passages, vectors, library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.chunk import chunk_document
from rag.errors import LoadError
from rag.index import Index, PassageKeys, Replacement, SourceStat
from rag.index.rows import batches
from rag.memory import give_back
from rag.schema import Document, Embedder, Failure, Passage
from rag.sync.limits import Limits
from rag.sync.progress import Meter, OnProgress

# Texts embedded together: enough for batches of similar length (the embedder sorts), few enough that progress moves
# every few seconds and that a stop loses little.
BATCH_TEXTS = 512
# A tokenizer keeps some hundred bytes for each token until all texts of a call are done.
COUNTED_TEXTS = 1000


@dataclass(slots=True)
class Writer:
    """Gathers documents until there are enough texts for good batches, embeds what is missing, and writes them.

    `written` are the sources that it has written, save those that only go by another name; `failed` says why the
    library could not take others.
    """

    index: Index
    embedder: Embedder
    limits: Limits
    meter: Meter
    written: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    _waiting: list[Replacement] = field(default_factory=list)
    _texts: dict[bytes, str] = field(default_factory=dict)

    def add(self, document: Document, stat: SourceStat, *, size: float, formerly: str = "") -> None:
        """Take a document, of so many bytes of its file; it is written now or with a later one, in the place of the
        source that it was `formerly`."""
        passages = cut(document, self.embedder, self.limits)
        keys = [
            PassageKeys(
                passage=self._key(searched_text(passage)),
                sentences=tuple(self._key(sentence.text) for sentence in passage.sentences),
            )
            for passage in passages
        ]
        self._waiting.append(Replacement(document, stat, passages, keys, formerly))
        self.meter.take(size)
        if len(self._texts) >= BATCH_TEXTS:
            self.write()

    def write(self) -> None:
        """Embed and write what is waiting."""
        missing = self.index.missing_embeddings(self._texts)
        embedded = 0
        for batch in batches(missing, BATCH_TEXTS):
            vectors = self.embedder.embed_passages([self._texts[key] for key in batch])
            self.index.store_embeddings(dict(zip(batch, vectors, strict=True)))
            embedded += len(batch)
            self.meter.embedded(embedded / len(missing))
        try:
            self._put(self._waiting)
        except LoadError:
            for item in self._waiting:
                self._put_alone(item)
        self.meter.embedded(1)
        self._waiting.clear()
        self._texts.clear()
        give_back()

    def _put_alone(self, item: Replacement) -> None:
        """Write one of those among which is one that the library cannot take."""
        try:
            self._put([item])
        except LoadError as error:
            self.failed.append(Failure(item.stat.origin, en=error.en, ar=error.ar))

    def _put(self, items: Sequence[Replacement]) -> None:
        self.index.replace_sources(items)
        for item in items:
            if not item.formerly:
                self.written.append(item.document.source)
                self.meter.passages += len(item.passages)

    def _key(self, embedded_text: str) -> bytes:
        key = self.index.embedding_key(embedded_text)
        self._texts[key] = embedded_text
        return key


def resync_stale(
    index: Index, embedder: Embedder, *, limits: Limits, on_progress: OnProgress | None = None
) -> None:
    """Cut and embed again, from the library's own text, what another model or splitter had made."""
    stale = index.stale_sources()
    meter = Meter(on_progress, len(stale), sum(stat.size for stat in stale.values()))
    writer = Writer(index, embedder, limits, meter)
    for source, stat in stale.items():
        meter.begin_file(source)
        writer.add(index.document(source), stat, size=stat.size)
        meter.end_file()
    writer.write()
    meter.finish()


def put_back(index: Index, embedder: Embedder, removal: str, *, limits: Limits) -> list[str]:
    """Put what was set aside back into the library, as it was; the sources. It is made from the text that was kept: its
    file need not be there any more. Raises LibraryError where it can no longer be."""
    writer = Writer(index, embedder, limits, Meter(None, 0, 0))
    for kept in index.aside.of(removal):
        writer.add(kept.document, kept.stat, size=0)
    writer.write()
    index.aside.settle(removal)
    index.flush()
    return writer.written


def cut(document: Document, embedder: Embedder, limits: Limits) -> list[Passage]:
    """The passages of a document."""

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [count for some in batches(texts, COUNTED_TEXTS) for count in embedder.count_tokens(some)]

    return chunk_document(
        document,
        count_tokens=count_tokens,
        max_tokens=limits.max_tokens,
        overlap_sentences=limits.overlap_sentences,
    )


def searched_text(passage: Passage) -> str:
    """What is embedded of a passage: the document's own headline in front says who and where."""
    return f"{passage.headline}\n{passage.text}" if passage.headline else passage.text

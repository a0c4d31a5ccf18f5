"""The story of indexing: files → library, in one pass that can be stopped and taken up again.

A source appears whole or not at all. Vectors are stored as they are made, so what was embedded before an
interruption is not embedded again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.chunk import chunk_document
from rag.discover import FoundFile, discover
from rag.errors import LoadError
from rag.index import Index, PassageKeys, SourceStat
from rag.index.rows import batches
from rag.load import load_path
from rag.schema import Document, Embedder, Failure, Passage, SyncReport

# Texts embedded together: enough for batches of similar length (the embedder sorts), few enough that progress moves
# every few seconds and that a stop loses little.
BATCH_TEXTS = 512


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync has come. `files` counts those read or skipped so far."""

    files: int
    total_files: int
    current: str
    passages: int
    seconds: float


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """How documents are cut and which files are too large."""

    max_tokens: int
    overlap_sentences: int
    max_file_bytes: int


def sync(
    paths: Sequence[Path],
    *,
    index: Index,
    embedder: Embedder,
    limits: Limits,
    on_progress: Callable[[SyncProgress], None] | None = None,
) -> SyncReport:
    """Make the library hold what `paths` (files and folders) hold now.

    New and changed files are read, unchanged ones cost a stat, and sources that stood under a given folder or in a
    given .jsonl file and no longer do are removed. What cannot be read is a Failure in the report and keeps what
    the library already has of it. Raises LibraryError where the library cannot be written.
    """
    started = time.monotonic()
    tally = _Tally()
    files, failures = discover(paths)
    tally.failed.extend(failures)
    known = index.stats()
    seen: set[str] = set()
    writer = _Writer(index, embedder, limits)
    tell = _teller(on_progress, len(files), writer, started)
    try:
        for number, file in enumerate(files):
            tell(number, file.source)
            for document, stat in _changed(file, known, seen, tally, limits.max_file_bytes):
                writer.add(document, stat)
        writer.write()
        for source in _vanished(paths, known, seen, tally.failed):
            if index.remove_source(source):
                tally.removed.append(source)
        index.discard_unused_embeddings()
    finally:
        index.flush()
    tell(len(files), "")
    for source in writer.written:
        (tally.updated if source in known else tally.added).append(source)
    return SyncReport(
        added=tuple(tally.added),
        updated=tuple(tally.updated),
        unchanged=tuple(tally.unchanged),
        removed=tuple(tally.removed),
        failed=tuple(tally.failed) + tuple(writer.failed),
        passages=writer.passages,
        seconds=time.monotonic() - started,
    )


def resync_stale(
    index: Index,
    embedder: Embedder,
    *,
    limits: Limits,
    on_progress: Callable[[SyncProgress], None] | None = None,
) -> None:
    """Cut and embed again, from the library's own text, what another model or splitter had made."""
    stale = index.stale_sources()
    writer = _Writer(index, embedder, limits)
    tell = _teller(on_progress, len(stale), writer, time.monotonic())
    for number, (source, stat) in enumerate(stale.items()):
        tell(number, source)
        writer.add(index.document(source), stat)
    writer.write()
    tell(len(stale), "")


def searched_text(passage: Passage) -> str:
    """What is embedded of a passage: the document's own headline in front says who and where."""
    return f"{passage.headline}\n{passage.text}" if passage.headline else passage.text


def _teller(
    on_progress: Callable[[SyncProgress], None] | None, total: int, writer: _Writer, started: float
) -> Callable[[int, str], None]:
    def tell(files: int, current: str) -> None:
        if on_progress and total:
            on_progress(SyncProgress(files, total, current, writer.passages, time.monotonic() - started))

    return tell


@dataclass(frozen=True, slots=True)
class _Prepared:
    document: Document
    stat: SourceStat
    passages: list[Passage]
    keys: list[PassageKeys]


@dataclass(slots=True)
class _Writer:
    """Gathers documents until there are enough texts for good batches, embeds what is missing, and writes them."""

    index: Index
    embedder: Embedder
    limits: Limits
    written: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    passages: int = 0
    _waiting: list[_Prepared] = field(default_factory=list)
    _texts: dict[bytes, str] = field(default_factory=dict)

    def add(self, document: Document, stat: SourceStat) -> None:
        """Take a document; it is written now or with a later one."""
        passages = chunk_document(
            document,
            count_tokens=self.embedder.count_tokens,
            max_tokens=self.limits.max_tokens,
            overlap_sentences=self.limits.overlap_sentences,
        )
        keys = [
            PassageKeys(
                passage=self._key(searched_text(passage)),
                sentences=tuple(self._key(sentence.text) for sentence in passage.sentences),
            )
            for passage in passages
        ]
        self._waiting.append(_Prepared(document, stat, passages, keys))
        if len(self._texts) >= BATCH_TEXTS:
            self.write()

    def write(self) -> None:
        """Embed and write what is waiting."""
        missing = self.index.missing_embeddings(self._texts)
        for batch in batches(missing, BATCH_TEXTS):
            vectors = self.embedder.embed_passages([self._texts[key] for key in batch])
            self.index.store_embeddings(dict(zip(batch, vectors, strict=True)))
        for item in self._waiting:
            source = item.document.source
            try:
                self.index.replace_source(item.document, item.stat, item.passages, item.keys)
            except LoadError as error:
                self.failed.append(Failure(source, en=error.en, ar=error.ar))
                continue
            self.written.append(source)
            self.passages += len(item.passages)
        self._waiting.clear()
        self._texts.clear()

    def _key(self, embedded_text: str) -> bytes:
        key = self.index.embedding_key(embedded_text)
        self._texts[key] = embedded_text
        return key


def _changed(
    file: FoundFile, known: Mapping[str, SourceStat], seen: set[str], tally: _Tally, max_file_bytes: int
) -> Iterator[tuple[Document, SourceStat]]:
    """The documents of a file that the library does not hold as they are now."""
    try:
        status = file.path.stat()
        before = known.get(file.source)
        if before and (before.size, before.mtime_ns) == (status.st_size, status.st_mtime_ns):
            seen.add(file.source)
            tally.unchanged.append(file.source)
            return
        for item in load_path(file.path, source=file.source, max_bytes=max_file_bytes):
            if isinstance(item, LoadError):
                tally.failed.append(Failure(file.source, en=item.en, ar=item.ar))
                continue
            if item.source in seen:
                tally.failed.append(_doubled(file.source, item.source))
                continue
            seen.add(item.source)
            stat = SourceStat(_digest(item), status.st_size, status.st_mtime_ns, file.source)
            before = known.get(item.source)
            if before and before.sha256 == stat.sha256:
                tally.unchanged.append(item.source)
            else:
                yield item, stat
    except LoadError as error:
        tally.failed.append(Failure(file.source, en=error.en, ar=error.ar))
    except OSError as error:
        tally.failed.append(
            Failure(
                file.source,
                en=f"{file.source}: cannot be read ({error.strerror}). Check its permissions and sync again.",
                ar=f"{file.source}: تعذّرت قراءته ({error.strerror}). تحقّق من أذوناته ثم أعد المزامنة.",
            )
        )


def _doubled(path: str, source: str) -> Failure:
    return Failure(
        path,
        en=f"{path}: the id '{source}' is taken by another document of this sync. Give each its own id.",
        ar=f"{path}: المعرّف «{source}» مستعمل لوثيقة أخرى في هذه المزامنة. اجعل لكل وثيقة معرّفًا خاصًا.",
    )


def _digest(document: Document) -> str:
    """SHA-256 over what the library would hold of the document: its text and its titles."""
    digest = hashlib.sha256()
    for part in (document.title, document.headline, *(page.text for page in document.pages)):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _vanished(
    paths: Sequence[Path], known: Mapping[str, SourceStat], seen: set[str], failed: Sequence[Failure]
) -> list[str]:
    """Sources whose file is no longer where it was found, or no longer holds them.

    A file that is still there but failed to load keeps what the library has of it.
    """
    kept = {failure.path for failure in failed}
    folders = [path for path in paths if path.is_dir()]
    files = {path.as_posix() for path in paths if path.is_file()}

    def given(origin: str) -> bool:
        path = Path(origin)
        return origin in files or (
            ".." not in path.parts and any(path.is_relative_to(folder) for folder in folders)
        )

    return [
        source
        for source, stat in known.items()
        if source not in seen and stat.origin not in kept and given(stat.origin)
    ]

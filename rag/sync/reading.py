"""Reading what the plan says is to be read, and telling new documents from those that the library has as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.errors import LoadError
from rag.index import Files, FileStat, SourceStat
from rag.load import Loaded
from rag.parsing import FileToRead, parsing
from rag.schema import Document, Failure, SyncReport
from rag.sync.limits import Limits
from rag.sync.plan import Plan, Seen
from rag.sync.progress import Meter


@dataclass(frozen=True, slots=True)
class Changed:
    """A document that the library does not hold as it is now. `size` are the bytes of its file that it stands for."""

    document: Document
    stat: SourceStat
    size: int


@dataclass(slots=True)
class Tally:
    """What has become of the files of a plan.

    `claimed` are the sources that some file holds now. `whole` are the files that were read without a failure,
    `unread` those of which nothing could be read. `settled` are files, with what is to be noted of them, of which the
    library knows no more than a part until all is written. `updated` are sources that were there before. `elsewhere`
    are sources that, unchanged, stand in another file than before. `robbed` are the files that lost sources to others,
    and that therefore have to be read again, if they are there.
    """

    plan: Plan
    known: Files
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    claimed: set[str] = field(default_factory=set)
    whole: list[Seen] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    settled: dict[str, FileStat] = field(default_factory=dict)
    updated: set[str] = field(default_factory=set)
    elsewhere: dict[str, SourceStat] = field(default_factory=dict)
    robbed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with what the plan has settled already."""
        self.failed += self.plan.failed
        for sources in self.known.sources_of(self.plan.unchanged).values():
            self.unchanged += sources
        self.claimed.update(self.unchanged)
        formerly = self.known.sources_of([former for former, _ in self.plan.moves])
        for former, seen in self.plan.moves:
            sources = formerly[former]
            self.claimed.update([seen.source] if sources == [former] else sources)

    def refuse(self, failed: Sequence[Failure]) -> None:
        """What the library could not take."""
        self.failed += failed
        for failure in failed:
            self.unread.add(failure.path)
            self.settled.pop(failure.path, None)

    def vanished(self) -> list[str]:
        """The sources that no file holds any more: those of files that are gone, and what files that were read
        without a failure have lost."""
        files = [*self.plan.gone, *(seen.source for seen in self.whole)]
        return [
            source
            for sources in self.known.sources_of(files).values()
            for source in sources
            if source not in self.claimed
        ]

    def duplicates(self) -> list[tuple[str, str]]:
        """The copies whose origin is in the library. The others are failures, as their origins are."""
        found = list(self.plan.repeated)
        for seen, origin in self.plan.copies:
            if origin in self.unread:
                self.failed.append(_shares_failure(seen.source, origin))
            else:
                found.append((seen.source, origin))
        return found

    def report(
        self, written: list[str], removed: list[str], duplicates: list[tuple[str, str]], meter: Meter
    ) -> SyncReport:
        """What there is to say in the end."""
        moved = [(former, seen.source) for former, seen in self.plan.moves if seen.source not in self.unread]
        return SyncReport(
            added=tuple(source for source in written if source not in self.updated),
            updated=tuple(source for source in written if source in self.updated),
            unchanged=tuple(self.unchanged),
            removed=tuple(removed),
            failed=tuple(self.failed),
            passages=meter.passages,
            seconds=meter.seconds,
            moved=tuple(moved),
            duplicates=tuple(duplicates),
        )


def changed_documents(tally: Tally, limits: Limits, meter: Meter) -> Iterator[Changed]:
    """The new and changed documents of the files that are to be read; the tally is told of all others."""
    files = [FileToRead(seen.path, seen.source, seen.size) for seen in tally.plan.reads]
    with parsing(files, limits.parse) as parsed:
        for seen, (_, loaded) in zip(tally.plan.reads, parsed, strict=True):
            meter.begin_file(seen.source)
            yield from _changed_of_file(seen, loaded, tally, limits.reader)
            meter.end_file()


def _changed_of_file(seen: Seen, loaded: Iterator[Loaded], tally: Tally, reader: str) -> Iterator[Changed]:
    failures, left, sources = [], seen.size, 0
    whole: Document | None = None
    for item in loaded:
        if isinstance(item, LoadError):
            failures.append(Failure(seen.source, en=item.en, ar=item.ar))
        elif item.source in tally.claimed:
            failures.append(_doubled(seen.source, item.source))
        else:
            tally.claimed.add(item.source)
            sources += 1
            if item.source == seen.source:
                whole = item
                continue
            size = min(left, _size(item))
            left -= size
            stat = SourceStat(_digest(item), seen.size, seen.mtime_ns, seen.source, seen.place)
            if _is_new(item.source, stat, tally):
                yield Changed(item, stat, size)
    tally.failed += failures
    if not failures:
        tally.whole.append(seen)
    elif not sources:
        tally.unread.add(seen.source)
    is_simple = whole is not None and sources == 1 and not failures
    if whole is not None:
        if tally.known.source(whole.source):
            tally.updated.add(whole.source)
        # The library knows the file with its source, where there is no more to know of it.
        known = is_simple and _is_as_seen(seen)
        sha256, size = (seen.sha256, seen.size) if known else ("", -1)
        stat = SourceStat(sha256, size, seen.mtime_ns, seen.source, seen.place)
        yield Changed(whole, stat, left)
    if sources and not is_simple and _is_as_seen(seen):
        tally.settled[seen.source] = seen.stat(seen.source, failures, reader)


def _is_new(source: str, stat: SourceStat, tally: Tally) -> bool:
    """Whether the library holds no such record as it is now; if it does, the tally is told."""
    before = tally.known.source(source)
    if before and before.origin != stat.origin:
        tally.robbed.add(before.origin)
    if before and before.sha256 == stat.sha256:
        tally.unchanged.append(source)
        if before.origin != stat.origin:
            tally.elsewhere[source] = stat
        return False
    if before:
        tally.updated.add(source)
    return True


def _is_as_seen(seen: Seen) -> bool:
    try:
        status = seen.path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (seen.size, seen.mtime_ns)


def _size(document: Document) -> int:
    return sum(len(page.text.encode("utf-8", "surrogatepass")) for page in document.pages)


def _digest(document: Document) -> str:
    """SHA-256 over what the library would hold of a record: its text and its titles."""
    digest = hashlib.sha256()
    for part in (document.title, document.headline, *(page.text for page in document.pages)):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _doubled(path: str, source: str) -> Failure:
    return Failure(
        path,
        en=f"{path}: the id '{source}' is taken by another document of this sync. Give each its own id.",
        ar=f"{path}: المعرّف «{source}» مستعمل لوثيقة أخرى في هذه المزامنة. اجعل لكل وثيقة معرّفًا خاصًا.",
    )


def _shares_failure(path: str, origin: str) -> Failure:
    return Failure(
        path,
        en=f"{path}: has the same bytes as {origin}, which could not be read as a whole. See what is said of it.",
        ar=f"{path}: مطابق لـ {origin} الذي تعذّرت قراءته كاملًا. انظر ما قيل عنه.",
    )

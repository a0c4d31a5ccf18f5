"""Doing what the plan says; or, for `preview`, only saying it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.index import Files, Index, SourceStat
from rag.schema import Embedder, SyncReport
from rag.sync.limits import Limits
from rag.sync.plan import Plan, make_plan
from rag.sync.progress import Meter, OnProgress
from rag.sync.reading import Tally, changed_documents
from rag.sync.writer import Writer


def sync(
    paths: Sequence[Path],
    *,
    index: Index,
    embedder: Embedder,
    limits: Limits,
    on_progress: OnProgress | None = None,
    start: Path = Path(),
) -> SyncReport:
    """Make the library hold what `paths` (files and folders) hold now. Relative ones are below `start`.

    New and changed files are read, unchanged ones cost a stat, moved ones and copies are known by their bytes, and
    sources that stood under a given folder or in a given file and no longer do are removed. A relative name that means
    another file than when it was synced is a Failure: neither takes the place of the other. What cannot be read is a
    Failure in the report and keeps what the library already has of it. Raises LibraryError where the library cannot
    be written.
    """
    known = index.files
    plan = make_plan(paths, known=known, limits=limits, leave_out=index.home, start=start)
    meter = _meter(plan, on_progress)
    writer = Writer(index, embedder, limits, meter)
    tally = Tally(plan, known)
    try:
        _move(plan, index, writer)
        known.note(plan.noted)
        for changed in changed_documents(tally, limits, meter):
            writer.add(changed.document, changed.stat, size=changed.size)
        writer.write()
        tally.refuse(writer.failed)
        known.rehome(tally.elsewhere)
        duplicates = tally.duplicates()
        _join_copies(plan, {copy for copy, _ in duplicates}, index)
        removed = index.remove_sources(tally.vanished())
        known.forget([*plan.forgotten, *tally.robbed])
        known.note(tally.settled)
        if tally.updated or removed or plan.copies:
            # It looks through all of them: not where sources only came, or moved with the texts that they have.
            index.discard_unused_embeddings()
    finally:
        index.flush()
    meter.finish()
    return tally.report(writer.written, removed, duplicates, meter)


def preview(
    paths: Sequence[Path], *, known: Files, limits: Limits, leave_out: Path | None = None
) -> SyncReport:
    """What a sync would report, without the passages: it reads what a sync would read, and writes nothing.
    `leave_out` is the data folder."""
    plan = make_plan(paths, known=known, limits=limits, leave_out=leave_out)
    meter = _meter(plan, None)
    tally = Tally(plan, known)
    written = [changed.document.source for changed in changed_documents(tally, limits, meter)]
    duplicates = tally.duplicates()
    return tally.report(written, tally.vanished(), duplicates, meter)


def _meter(plan: Plan, on_progress: OnProgress | None) -> Meter:
    total_bytes = sum(seen.size for seen in plan.reads)
    return Meter(on_progress, plan.total_files, total_bytes, files=plan.total_files - len(plan.reads))


def _move(plan: Plan, index: Index, writer: Writer) -> None:
    """Let the sources of moved files go by their new names. Their texts have their vectors already."""
    sources = index.files.sources_of([former for former, _ in plan.moves])
    for former, seen in plan.moves:
        if sources[former] == [former]:
            stat = SourceStat(seen.sha256, seen.size, seen.mtime_ns, seen.source, seen.place)
            document = replace(index.document(former), source=seen.source)
            writer.add(document, stat, size=0, formerly=former)
        else:
            index.files.rename(former, seen.source, seen.stat(seen.source))


def _join_copies(plan: Plan, joined: set[str], index: Index) -> None:
    """Note which files share the sources of another. What they were sources of before is that one's now."""
    files = {seen.source: (seen, origin) for seen, origin in plan.copies if seen.source in joined}
    for name, sources in index.files.sources_of(list(files)).items():
        if sources == [name]:
            index.remove_source(name)
        else:
            index.files.fold(name, files[name][1])
    index.files.note({name: seen.stat(origin) for name, (seen, origin) in files.items()})

"""Whether the library is sound, who has it, and whether Chroma and the keyword index agree with it."""

from __future__ import annotations

from collections.abc import Iterator

from rag.doctor.finding import Finding
from rag.errors import LibraryError
from rag.index import Fault, LibrarySummary, audit, in_use, peek, unfinished_rebuilds
from rag.settings import Settings


def look_at_library(settings: Settings, *, deep: bool) -> Iterator[Finding]:
    """The library of RAG_HOME; with `deep` every passage of it, in all three stores."""
    try:
        summary = peek(settings.home)
    except LibraryError as error:
        yield Finding("library", "broken", error.en, error.ar)
        return
    yield _of_summary(settings, summary)
    busy = in_use(settings.home)
    if busy:
        yield Finding("owner", "good", busy.en, busy.ar)
    # One that is under way is nothing to speak of.
    for made_with in () if busy else unfinished_rebuilds(settings.home):
        yield Finding(
            "rebuild",
            "missing",
            f"A rebuild was not finished ({made_with or 'stopped as it began'}); the library is as it was before.",
            f"لم تكتمل إعادة بناء ({made_with or 'توقّفت في أولها'})، والمكتبة كما كانت قبلها.",
            "`rag rebuild` with the same settings goes on with it; "
            f"to drop it, delete {settings.home / 'rebuild'}",
            f"يتابعها `rag rebuild` بالإعدادات نفسها؛ ولإلغائها احذف {settings.home / 'rebuild'}",
        )
    if deep:
        yield from _deep(settings)


def _of_summary(settings: Settings, summary: LibrarySummary | None) -> Finding:
    if summary is None or summary.sources == 0:
        return Finding(
            "library",
            "missing",
            f"Library: empty ({settings.home}).",
            f"المكتبة: فارغة ({settings.home}).",
            "Add documents with: rag sync PATH",
            "أضف وثائق بالأمر: rag sync PATH",
        )
    if summary.stale_sources:
        return Finding(
            "library",
            "broken",
            f"Library: {summary.stale_sources} sources wait for the rebuild to finish.",
            f"المكتبة: {summary.stale_sources} مصدرًا بانتظار إتمام إعادة البناء.",
            "Run: rag rebuild",
            "نفّذ: rag rebuild",
            "rag rebuild",
        )
    return Finding(
        "library",
        "good",
        f"Library: {summary.sources} sources, {summary.passages} passages ({settings.home}).",
        f"المكتبة: {summary.sources} مصدرًا و{summary.passages} مقطعًا ({settings.home}).",
    )


def _deep(settings: Settings) -> Iterator[Finding]:
    try:
        found = audit(settings.home, chroma_url=settings.chroma_url)
    except LibraryError as error:
        yield Finding("stores", "broken", error.en, error.ar)
        return
    if found is None:
        return
    for fault in found.faults:
        yield _of_fault(fault)
    if found.in_use:
        yield Finding(
            "stores",
            "missing",
            "Chroma and the keyword index were not compared with the library: another process has them.",
            "لم يُقارَن Chroma وفهرس الكلمات بالمكتبة: عملية أخرى تستعملهما.",
            found.in_use.en,
            found.in_use.ar,
        )
    elif not found.faults:
        yield Finding(
            "stores",
            "good",
            f"Library, Chroma and keyword index agree on all {found.passages} passages.",
            f"تتفق المكتبة وChroma وفهرس الكلمات على كل المقاطع ({found.passages}).",
        )


def _of_fault(fault: Fault) -> Finding:
    if fault.heals:
        return Finding(fault.where, "missing", fault.en, fault.ar, "Run: rag sources", "نفّذ: rag sources")
    if fault.where == "library":
        return Finding(
            fault.where,
            "broken",
            fault.en,
            fault.ar,
            "Sync your documents into another RAG_HOME, or put a backup of this folder in its place.",
            "زامن وثائقك في مجلد RAG_HOME آخر، أو استعد هذا المجلد من نسخة احتياطية.",
        )
    return Finding(fault.where, "broken", fault.en, fault.ar, "Run: rag rebuild", "نفّذ: rag rebuild")

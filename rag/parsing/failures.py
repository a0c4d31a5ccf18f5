"""Sentences for files that a parser could not cope with."""

from __future__ import annotations

from rag.errors import LoadError


def too_slow(source: str, seconds: float) -> LoadError:
    """It was not done within its time."""
    return LoadError(
        en=f"{source}: reading it takes more than {seconds:g} seconds, so it was stopped. Split it, save it in another "
        "format, or raise RAG_FILE_SECONDS.",
        ar=f"{source}: تستغرق قراءته أكثر من {seconds:g} ثانية فأُوقفت. قسّمه، أو احفظه بصيغة أخرى، "
        "أو ارفع RAG_FILE_SECONDS.",
    )


def too_large(source: str, memory_mb: int) -> LoadError:
    """It needs more memory than it may have."""
    return LoadError(
        en=f"{source}: reading it needs more than {memory_mb:,} MB of memory, so it was stopped. Split it, save it in "
        "another format, or raise RAG_FILE_MEMORY_MB.",
        ar=f"{source}: تحتاج قراءته إلى أكثر من {memory_mb:,} ميغابايت من الذاكرة فأُوقفت. قسّمه، أو احفظه بصيغة "
        "أخرى، أو ارفع RAG_FILE_MEMORY_MB.",
    )


def too_long(source: str, characters: int, most: int) -> LoadError:
    """It holds more text than one document may."""
    return LoadError(
        en=f"{source} holds {characters:,} characters, and a document may have {most:,}. Split it into several files.",
        ar=f"في {source} {characters:,} محرف، والحدّ للمستند {most:,}. قسّمه إلى عدة ملفات.",
    )


def crashed(source: str, reason: str) -> LoadError:
    """Its parser ended without an answer."""
    return LoadError(
        en=f"{source}: the reader of this format broke off on it ({reason}). It may be damaged: open it in its own "
        "program and save it again, or leave it out.",
        ar=f"{source}: تعطّل قارئ هذه الصيغة عنده ({reason}). ربما كان تالفًا: افتحه في برنامجه واحفظه من جديد، "
        "أو استبعده.",
    )


def not_started(source: str, reason: str) -> LoadError:
    """No process could be had to read it in."""
    return LoadError(
        en=f"{source}: no process could be started to read it ({reason}). Close other programs and sync again.",
        ar=f"{source}: تعذّر تشغيل عملية لقراءته ({reason}). أغلق برامج أخرى ثم أعد المزامنة.",
    )

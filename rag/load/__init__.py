"""A file → Documents: one function a format family, chosen by the file's suffix.

A new format is a module with a function like `read_plain`, and a line in the table below.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.html import read_html
from rag.load.jsonl import read_jsonl
from rag.load.markdown import read_markdown
from rag.load.plain import read_plain
from rag.schema import Document

__all__ = ["SUFFIXES", "Loaded", "load_path"]


class _ReadsWhole(Protocol):
    def __call__(self, data: bytes, *, source: str) -> Document: ...


_WHOLE_FILES: dict[str, _ReadsWhole] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
_RECORDS = ".jsonl"

SUFFIXES: frozenset[str] = frozenset({*_WHOLE_FILES, _RECORDS})
"""Suffixes, in lower case, of the files that can be read."""


def load_path(path: Path, *, source: str, max_bytes: int) -> Iterator[Loaded]:
    """The documents of a file, and a LoadError for each one that cannot be read; at least one item in all.

    Failures are values here and nothing is raised, so that a bad record does not hide the good ones after it.
    A file is one document whose source is `source`, except JSON Lines: there each line is one, and its id is
    its source. `max_bytes` bounds a document: the file, or one line of JSON Lines. `source` also names the
    file in errors.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == _RECORDS:
            yield from read_jsonl(path, source=source, max_bytes=max_bytes)
        else:
            yield _load_whole(path, suffix, source, max_bytes)
    except LoadError as error:
        yield error
    except OSError as error:
        yield LoadError(
            en=f"{source} cannot be read: {error.strerror}. Check that the file exists and may be read.",
            ar=f"تعذّرت قراءة {source}: {error.strerror}. تحقّق من وجود الملف ومن إذن قراءته.",
        )


def _load_whole(path: Path, suffix: str, source: str, max_bytes: int) -> Document:
    read = _WHOLE_FILES.get(suffix)
    if read is None:
        supported = " ".join(sorted(SUFFIXES))
        raise LoadError(
            en=f"{source}: files with the suffix '{suffix}' cannot be read. Convert it to one of: {supported}.",
            ar=f"{source}: لا تُقرأ الملفات ذات الامتداد «{suffix}». حوّله إلى أحد هذه: {supported}.",
        )
    size = path.stat().st_size
    if size > max_bytes:
        raise LoadError(
            en=f"{source} has {size:,} bytes, over the limit of {max_bytes:,}. Split it or raise RAG_MAX_FILE_MB.",
            ar=f"حجم {source} هو {size:,} بايت، وهو فوق الحدّ {max_bytes:,}. قسّمه أو ارفع RAG_MAX_FILE_MB.",
        )
    return read(path.read_bytes(), source=source)

"""A file → Documents: one function a format family, chosen by the file's suffix.

A new format is a module with a function like `read_plain`, and a line in one of the tables below. Libraries that only
one format needs are imported when such a file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rag.errors import LoadError
from rag.load.csv import read_csv
from rag.load.document import Loaded
from rag.load.docx import read_docx
from rag.load.eml import read_eml
from rag.load.epub import read_epub
from rag.load.html import read_html
from rag.load.json_records import read_json
from rag.load.jsonl import read_jsonl
from rag.load.markdown import read_markdown
from rag.load.ocr import OcrProblem, Recognise, Tesseract, ocr_problem
from rag.load.ocr_words import PictureText
from rag.load.odf import read_odp, read_ods, read_odt
from rag.load.pdf import read_pdf
from rag.load.pictures import PICTURE_TYPES, read_picture
from rag.load.plain import read_plain
from rag.load.pptx import read_pptx
from rag.load.refusals import empty_file, too_deep
from rag.load.refused import refusal
from rag.load.rtf import read_rtf
from rag.load.sheets import read_workbook
from rag.schema import Document

__all__ = [
    "SUFFIXES",
    "Loaded",
    "OcrProblem",
    "PictureText",
    "Recognise",
    "Tesseract",
    "load_path",
    "ocr_problem",
    "readable_suffixes",
]


class _ReadsWhole(Protocol):
    def __call__(self, data: bytes, *, source: str) -> Document: ...


class _ReadsParts(Protocol):
    def __call__(self, data: bytes, *, source: str) -> Iterator[Loaded]: ...


_WHOLE_FILES: dict[str, _ReadsWhole] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".docm": read_docx,
    ".odt": read_odt,
    ".odp": read_odp,
    ".ods": read_ods,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".eml": read_eml,
}
# Formats whose pages can be damaged one by one, or that hold several documents.
_FILES_IN_PARTS: dict[str, _ReadsParts] = {
    ".pptx": read_pptx,
    ".pptm": read_pptx,
    ".ppsx": read_pptx,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".xls": read_workbook,
    ".epub": read_epub,
    ".rtf": read_rtf,
    ".json": read_json,
}
_RECORDS = ".jsonl"
_PDF = ".pdf"

SUFFIXES: frozenset[str] = frozenset({*_WHOLE_FILES, *_FILES_IN_PARTS, _RECORDS, _PDF})
"""Suffixes, in lower case, of the files that can be read."""


def readable_suffixes(*, ocr: bool) -> frozenset[str]:
    """Suffixes, in lower case, of the files that can be read, where pictures may be or not."""
    return SUFFIXES | PICTURE_TYPES.keys() if ocr else SUFFIXES


def load_path(
    path: Path, *, source: str, max_bytes: int, recognise: Recognise | None = None
) -> Iterator[Loaded]:
    """The documents of a file, and a LoadError for each one that cannot be read; at least one item in all.

    Failures are values here and nothing is raised, so that a bad record does not hide the good ones after it.
    A file is one document whose source is `source`, except JSON Lines and JSON lists of the same records: there each
    record is one, and its id is its source. A document some of whose pages are damaged is followed by a LoadError
    that names them. Pictures are read where `recognise` is there to do it. `max_bytes` bounds a document: the file, or
    one line of JSON Lines. `source` also names the file in errors.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == _RECORDS:
            yield from read_jsonl(path, source=source, max_bytes=max_bytes)
        else:
            yield from _load_whole(path, suffix, source, max_bytes, recognise)
    except LoadError as error:
        yield error
    except RecursionError:
        yield too_deep(source)
    except OSError as error:
        yield LoadError(
            en=f"{source} cannot be read: {error.strerror}. Check that the file exists and may be read.",
            ar=f"تعذّرت قراءة {source}: {error.strerror}. تحقّق من وجود الملف ومن إذن قراءته.",
        )


def _load_whole(
    path: Path, suffix: str, source: str, max_bytes: int, recognise: Recognise | None
) -> Iterator[Loaded]:
    if suffix not in readable_suffixes(ocr=recognise is not None):
        raise refusal(source, suffix, " ".join(sorted(SUFFIXES)))
    size = path.stat().st_size
    if size > max_bytes:
        raise LoadError(
            en=f"{source} has {size:,} bytes, over the limit of {max_bytes:,}. Split it or raise RAG_MAX_FILE_MB.",
            ar=f"حجم {source} هو {size:,} بايت، وهو فوق الحدّ {max_bytes:,}. قسّمه أو ارفع RAG_MAX_FILE_MB.",
        )
    data = path.read_bytes()
    if not data:
        raise empty_file(source)
    if suffix == _PDF:
        yield from read_pdf(data, source=source, recognise=recognise)
    elif recognise and suffix in PICTURE_TYPES:
        yield from read_picture(data, source=source, media_type=PICTURE_TYPES[suffix], recognise=recognise)
    elif suffix in _WHOLE_FILES:
        yield _WHOLE_FILES[suffix](data, source=source)
    else:
        yield from _FILES_IN_PARTS[suffix](data, source=source)

"""Numbered rows and records → Documents: a workbook with a page a sheet, or a file that is one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, islice
from pathlib import PurePosixPath

from rag.errors import LoadError
from rag.load.document import make_document, make_paged_document
from rag.load.refusals import no_text
from rag.load.tables import Row, row_label, table_paragraphs
from rag.schema import Document, Page

MAX_CHARACTERS = 100_000_000
"""Of a table's text, in which every row repeats the names of the columns: a file may grow tenfold. This much makes a
million sentences, hours of embedding."""

# Enough to tell which language a sheet is in.
_SAMPLE_ROWS = 20
_PARAGRAPH_BREAK = "\n\n"


def sheet_page(name: str, rows: Iterable[Row], *, number: int, source: str) -> Page:
    """The page of a sheet: its rows, under labels that name the sheet. Its text is empty where the sheet is.

    Raises LoadError where the text has more than `MAX_CHARACTERS`.
    """
    return Page(_text(" ".join(name.split()), rows, source), number=number)


def make_workbook(pages: list[Page], *, source: str, headline: str, media_type: str) -> Document:
    """The document of a workbook's sheets; its title is the name of the file where it states none."""
    document = make_paged_document(pages, source=source, headline=headline, media_type=media_type)
    return _named_by_file(document)


def make_table(rows: Iterable[Row], *, source: str, media_type: str) -> Document:
    """The document of a file that is one table; its title is the name of the file.

    Raises LoadError where its cells are blank, or make more than `MAX_CHARACTERS`.
    """
    return _one_page(_text("", rows, source), source, "", media_type)


def make_records(paragraphs: Iterable[str], *, source: str, headline: str, media_type: str) -> Document:
    """The document of a file of records; its title is the name of the file where it states none.

    Raises LoadError where it holds no text, or more than `MAX_CHARACTERS`.
    """
    return _one_page(_joined(paragraphs, source), source, headline, media_type)


def _one_page(text: str, source: str, headline: str, media_type: str) -> Document:
    if not text:
        raise no_text(source, has_pictures=False)
    return _named_by_file(
        make_document(text, source=source, headline=headline, furniture=(), media_type=media_type)
    )


def _named_by_file(document: Document) -> Document:
    """The document under the name of its file, which is what people know a table by, where it states no title."""
    name = PurePosixPath(document.source).name
    return document if document.headline or not name else replace(document, title=name)


def _text(name: str, rows: Iterable[Row], source: str) -> str:
    rows = iter(rows)
    sample = list(islice(rows, _SAMPLE_ROWS))
    label = row_label(name, "\n".join([name, *(cell for _, cells in sample for cell in cells)]))
    return _joined(table_paragraphs(chain(sample, rows), label=label), source)


def _joined(paragraphs: Iterable[str], source: str) -> str:
    kept: list[str] = []
    characters = 0
    for paragraph in paragraphs:
        characters += len(paragraph) + len(_PARAGRAPH_BREAK)
        if characters > MAX_CHARACTERS:
            raise LoadError(
                en=f"{source} makes more than {MAX_CHARACTERS:,} characters of text, its column names repeated in "
                "each row. Split it into smaller files.",
                ar=f"نص {source} يتجاوز {MAX_CHARACTERS:,} حرف، إذ تتكرّر أسماء أعمدته في كل صف. "
                "قسّمه إلى ملفات أصغر.",
            )
        kept.append(paragraph)
    return _PARAGRAPH_BREAK.join(kept)

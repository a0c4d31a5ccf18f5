"""PDF → Document, one Page a page, its text in reading order; and what of it cannot be read, said.

The only module that opens PDFs to read their text; what is a picture is drawn by rag.load.pdf_pictures.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import LoadError
from rag.load import pdf_failures as failures
from rag.load.document import Loaded, make_paged_document, merge_spans
from rag.load.furniture import find_furniture
from rag.load.ocr import Recognise
from rag.load.pdf_breaks import find_steps
from rag.load.pdf_columns import Block, lay_out
from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_hyphens import words_inside
from rag.load.pdf_interpreter import FontCache, draw
from rag.load.pdf_malformed import malformed_errors
from rag.load.pdf_operators import TooComplexError
from rag.load.pdf_order import LTR, RTL, kind
from rag.load.pdf_paragraphs import Style, compose
from rag.load.pdf_pictures import recognise_pages
from rag.load.pdf_reading import find_conventions
from rag.load.pdf_running import find_running
from rag.load.pdf_verdict import Verdict, judge
from rag.schema import Document, Page
from rag.text import normalise

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MEDIA_TYPE = "application/pdf"
_SIGNATURE, _ENCRYPTION = b"%PDF-", b"/Encrypt"
# Readers accept bytes before the signature, such as a mail gateway's, up to here (ISO 32000-1, annex H.3).
_SIGNATURE_WITHIN_BYTES = 1024
# Compressed, an empty stream has up to a dozen bytes.
_EMPTY_STREAM_BYTES = 32
# Readers show a page without a size as one of US letter paper.
_DEFAULT_BOX = (0.0, 0.0, 612.0, 792.0)
# A title says something; one word is a file's name or a label.
_MIN_TITLE_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Read:
    """A page whose glyphs are read and stand in lines."""

    number: int
    blocks: tuple[Block, ...]
    is_rtl: bool


def read_pdf(data: bytes, *, source: str, recognise: Recognise | None = None) -> Iterator[Loaded]:
    """The document of a PDF, and then a LoadError that names the pages of it that give no text, if there are any.

    Its pages are those with text, numbered from 1 as in the file. Running headers, footers and page numbers are
    furniture. The headline is the title that the file states, if the first page prints it too. Where no page gives
    text, and where the file cannot be opened, there is only the LoadError. `recognise` reads the pages that are
    pictures, or whose fonts do not tell their letters.
    """
    try:
        reader = _open(data, source)
        pages, unread, count = _read_pages(reader, source)
    except LoadError as error:
        yield error
        return
    recognised = recognise_pages(data, unread, recognise) if recognise else []
    if pages or recognised:
        yield _document(pages, recognised, _stated_title(reader), source)
    if not (pages or recognised) or unread.keys() - {Verdict.BLANK}:
        yield failures.unread_pages(source, unread, pages=count)


def _open(data: bytes, source: str) -> PdfReader:
    """The file, opened with the empty password if it has one. Raises LoadError."""
    from pypdf import PasswordType, PdfReader

    if not data:
        raise failures.empty(source)
    if _SIGNATURE not in data[:_SIGNATURE_WITHIN_BYTES]:
        raise failures.not_a_pdf(source)
    # It logs each oddity that it repairs; what matters to a reader is in the errors here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(data))
        is_locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except malformed_errors() as error:
        if isinstance(error, NotImplementedError) and _ENCRYPTION in data:
            raise failures.unknown_encryption(source) from error
        raise failures.damaged(source) from error
    if is_locked:
        raise failures.locked(source)
    return reader


def _stated_title(reader: PdfReader) -> str:
    try:
        return (reader.metadata.title if reader.metadata else None) or ""
    except malformed_errors():
        return ""


def _read_pages(reader: PdfReader, source: str) -> tuple[list[_Read], dict[Verdict, list[int]], int]:
    """The pages with text, the numbers of the others by what they are, and how many there are in all. Raises LoadError
    where there are none."""
    try:
        found = list(reader.pages)
    except malformed_errors() as error:
        raise failures.damaged(source) from error
    if not found:
        raise failures.no_pages(source)
    fonts: FontCache = {}
    pages: list[_Read] = []
    unread: dict[Verdict, list[int]] = defaultdict(list)
    for number, page in enumerate(found, start=1):
        verdict, glyphs = _draw(page, fonts)
        if verdict is Verdict.READABLE:
            is_rtl = _is_rtl(glyphs)
            pages.append(_Read(number, tuple(lay_out(glyphs, is_rtl=is_rtl)), is_rtl))
        else:
            unread[verdict].append(number)
    return pages, unread, len(found)


def _draw(page: PageObject, fonts: FontCache) -> tuple[Verdict, list[Glyph]]:
    """What a page is, and its glyphs if it can be read."""
    try:
        if _has_lost_contents(page):
            return Verdict.DAMAGED, []
        drawing = draw(page, fonts)
    except TooComplexError:
        return Verdict.DAMAGED, []
    except malformed_errors():
        return Verdict.DAMAGED, []
    left, bottom, right, top = _visible_box(page)
    # What lies outside is not seen: printers' marks, and text that is meant to be found and not read.
    glyphs = [
        glyph
        for glyph in drawing.glyphs
        if glyph.angle
        or (left <= (glyph.left + glyph.right) / 2 <= right and bottom <= glyph.baseline <= top)
    ]
    return judge(glyphs, drawing.picture_area / ((right - left) * (top - bottom))), glyphs


def _visible_box(page: PageObject) -> tuple[float, float, float, float]:
    """The left, bottom, right and top of what is seen of a page, in points."""
    try:
        x, y, other_x, other_y = (float(edge) for edge in page.cropbox)
    except malformed_errors():
        return _DEFAULT_BOX
    if x == other_x or y == other_y:
        return _DEFAULT_BOX
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _has_lost_contents(page: PageObject) -> bool:
    """Whether a page names contents that are missing or decode to nothing."""
    if "/Contents" not in page:
        return False
    contents = page.get_contents()
    if contents is None:
        return True
    entry = page["/Contents"]
    streams = [part.get_object() for part in entry] if isinstance(entry, list) else [entry]
    stored = sum(int(stream.get("/Length", 0)) for stream in streams if isinstance(stream, dict))
    return stored > _EMPTY_STREAM_BYTES and not contents.get_data().strip()


def _is_rtl(glyphs: Sequence[Glyph]) -> bool:
    """Whether most letters of a page are of a right-to-left script."""
    kinds = [kind(glyph.text) for glyph in glyphs]
    return kinds.count(RTL) > kinds.count(LTR)


def _document(pages: Sequence[_Read], recognised: Sequence[Page], title: str, source: str) -> Document:
    lines = [line for page in pages for block in page.blocks for row in block.rows for line in row]
    conventions = find_conventions(lines)
    style = Style(
        find_steps(block for page in pages for block in page.blocks),
        words_inside(line.visual for line in lines),
    )
    running = find_running([(page.number, page.blocks) for page in pages])
    composed = [
        compose(
            page.blocks,
            positions,
            number=page.number,
            conventions=conventions,
            style=style,
            is_rtl=page.is_rtl,
        )
        for page, positions in zip(pages, running, strict=True)
    ]
    read = sorted([*map(_with_boilerplate, composed), *recognised], key=lambda page: page.number or 0)
    return make_paged_document(
        read,
        source=source,
        headline=_printed_title(title, read[0]),
        media_type=_MEDIA_TYPE,
    )


def _with_boilerplate(page: Page) -> Page:
    """The page with what `find_furniture` knows of web pages, which people print, as furniture too."""
    return Page(page.text, page.number, merge_spans([*page.furniture, *find_furniture(page.text)]))


def _printed_title(title: str, first: Page) -> str:
    """The title that a file states, if its first page prints it: many are names of files and programs."""
    words = normalise(title).split()
    printed = f" {' '.join(normalise(first.text).split())} "
    is_printed = len(words) >= _MIN_TITLE_WORDS and f" {' '.join(words)} " in printed
    return " ".join(title.split()) if is_printed else ""

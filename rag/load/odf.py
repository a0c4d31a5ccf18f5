"""OpenDocument files, as LibreOffice writes them → Document: texts (.odt), presentations (.odp), spreadsheets (.ods).

Spreadsheets are not given to calamine, which unrolls a repeated row or cell as often as the file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rag.load.document import make_paged_document
from rag.load.kinds import OPEN_SHEET, OPEN_SLIDES, OPEN_TEXT, Kind, binary_kind
from rag.load.paragraphs import Paragraph, Role, make_flowing
from rag.load.refusals import locked, no_text
from rag.load.slides import slide_text
from rag.load.tables import Row, table_paragraphs
from rag.load.titles import stated_title
from rag.load.workbook import make_workbook, sheet_page
from rag.load.zipped import Package, attribute, child, local_name, open_package
from rag.schema import Document, Page

_MEDIA_TYPE = "application/vnd.oasis.opendocument."
_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
_KINDS = frozenset({OPEN_TEXT, OPEN_SLIDES, OPEN_SHEET})
_ENCRYPTED = b"encryption-data"

# Blocks inside blocks.
_WRAPPERS = frozenset(
    {"section", "list", "list-item", "list-header", "numbered-paragraph", "index-body", "index-title"}
    | {"frame", "text-box", "g", "custom-shape", "note-body"}
)
_CONTENTS = frozenset({"table-of-content", "illustration-index", "table-index"})
_ROW_GROUPS = frozenset({"table-rows", "table-header-rows", "table-row-group"})
# No text of the document: comments, the numbers of footnotes, readings over a word.
_LEFT_OUT = frozenset({"annotation", "note-citation", "ruby-text"})
# What stands inside a paragraph and is read after it.
_ASIDE = frozenset({"note-body", "text-box", "custom-shape"})
_CHARACTERS = {"tab": "\t", "line-break": "\n"}
_SPACES = "s"
# Titles and descriptions of pictures; a field that prints the document's title has the same name in another namespace.
_OF_PICTURES = ":svg-compatible:"
_SPACE = re.compile(r"[ \t\r\n]+")
_PICTURES = frozenset({"image", "object"})

# A file may say that a blank cell is repeated 16,384 times, and a space a billion times.
_MAX_COLUMNS = 1024
_MAX_REPEATED_CHARACTERS = 100
_MAX_SPACES = 100


def read_odt(data: bytes, *, source: str) -> Document:
    """The document of a text. Raises LoadError where it is locked, damaged, something else, or holds no text."""
    package, content = _open(data, source, OPEN_TEXT)
    reader = _Reader(_title_styles(package, content))
    paragraphs = list(reader.blocks(package.inside(content, "body", "text")))
    if not paragraphs:
        raise no_text(source, has_pictures=reader.has_pictures)
    return make_flowing(paragraphs, source=source, title=_title(package), media_type=_MEDIA_TYPE + "text")


def read_odp(data: bytes, *, source: str) -> Document:
    """The document of a presentation, a page a slide; its headline is the title in its properties. Raises LoadError
    where it is locked, damaged, something else, or holds no text."""
    package, content = _open(data, source, OPEN_SLIDES)
    reader = _Reader()
    slides = (part for part in package.inside(content, "body", "presentation") if local_name(part) == "page")
    pages = [Page(reader.slide(slide), number=number) for number, slide in enumerate(slides, start=1)]
    pages = [page for page in pages if page.text]
    if not pages:
        raise no_text(source, has_pictures=reader.has_pictures)
    return make_paged_document(
        pages, source=source, headline=_title(package), media_type=_MEDIA_TYPE + "presentation"
    )


def read_ods(data: bytes, *, source: str) -> Document:
    """The document of a spreadsheet, a page a sheet; its headline is the title in its properties. Raises LoadError
    where it is locked, damaged, something else, or holds no text."""
    package, content = _open(data, source, OPEN_SHEET)
    reader = _Reader()
    pages = [
        sheet_page(name, rows, number=number, source=source)
        for number, (name, rows) in enumerate(reader.sheets(package.events(content)), start=1)
    ]
    pages = [page for page in pages if page.text]
    if not pages:
        raise no_text(source, has_pictures=reader.has_pictures)
    return make_workbook(
        pages, source=source, headline=_title(package), media_type=_MEDIA_TYPE + "spreadsheet"
    )


def _open(data: bytes, source: str, kind: Kind) -> tuple[Package, bytes]:
    """The package and the XML of its content."""
    package = open_package(data, source=source, kind=kind)
    found = binary_kind(data)
    if _CONTENT not in package or (found in _KINDS and found != kind):
        raise package.other_kind()
    if _MANIFEST in package and _ENCRYPTED in package.read(_MANIFEST):
        raise locked(source)
    return package, package.read(_CONTENT)


def _title(package: Package) -> str:
    title = child(package.xml(_META), "meta", "title") if _META in package else None
    return stated_title((title.text or "") if title is not None else "")


def _title_styles(package: Package, content: bytes) -> frozenset[str]:
    """The names of the style Title and of those that only vary it."""
    styles = package.inside(content, "automatic-styles", is_required=False)
    varied = (
        attribute(style, "name") for style in styles if attribute(style, "parent-style-name") == "Title"
    )
    return frozenset({"Title", *varied})


@dataclass(slots=True)
class _Reader:
    title_styles: frozenset[str] = frozenset()
    has_pictures: bool = False
    _aside: list[Element] = field(default_factory=list)

    def blocks(self, parent: Iterable[Element], role: Role = "") -> Iterator[Paragraph]:
        """The paragraphs of a body, section, list, text box or note that hold text, rows of tables among them.
        Footnotes and text boxes come after the paragraph that holds them."""
        for element in parent:
            name = local_name(element)
            self.has_pictures |= name in _PICTURES
            if name in {"p", "h"}:
                text = self._text(element).strip()
                if text:
                    yield Paragraph(text, role or self._role(element))
                aside, self._aside = self._aside, []
                for box in aside:
                    yield from self.blocks(box)
            elif name == "table":
                rows = ([self.cell(cell) for cell in row] for row in _rows(element))
                yield from (Paragraph(text, role) for text in table_paragraphs(enumerate(rows)))
            elif name in _CONTENTS:
                yield from self.blocks(element, "contents")
            elif name in _WRAPPERS:
                yield from self.blocks(element, role)

    def slide(self, page: Element) -> str:
        """The text of a slide and its notes."""
        notes = child(page, "notes")
        return slide_text(
            [paragraph.text for paragraph in self.blocks(page)],
            [paragraph.text for paragraph in self.blocks(notes)] if notes is not None else [],
        )

    def sheets(self, events: Iterator[tuple[str, Element]]) -> Iterator[tuple[str, Iterator[Row]]]:
        """The name and the rows of each sheet; a sheet's rows are to be read before the next sheet."""
        for event, element in events:
            if event == "start" and local_name(element) == "table":
                yield attribute(element, "name"), self._numbered_rows(events)

    def _numbered_rows(self, events: Iterator[tuple[str, Element]]) -> Iterator[Row]:
        """The rows up to the end of the sheet; one that is repeated is given once."""
        number, tables = 1, 1
        for event, element in events:
            name = local_name(element)
            if name == "table":
                # A cell may hold a table of its own.
                tables += 1 if event == "start" else -1
                if not tables:
                    return
            elif event == "end" and name == "table-row":
                cells: list[str] = []
                for cell in element:
                    text = self.cell(cell)
                    repeated = _count(cell, "number-columns-repeated")
                    repeated = repeated if len(text) <= _MAX_REPEATED_CHARACTERS else 1
                    cells += [text] * min(repeated, _MAX_COLUMNS - len(cells))
                yield number, cells
                number += _count(element, "number-rows-repeated")
                element.clear()

    def cell(self, cell: Element) -> str:
        """The text of a table's cell."""
        return "\n".join(paragraph.text for paragraph in self.blocks(cell))

    def _role(self, element: Element) -> Role:
        if attribute(element, "style-name") in self.title_styles:
            return "title"
        return "heading" if attribute(element, "outline-level") == "1" else ""

    def _text(self, paragraph: Element) -> str:
        """What is written in a paragraph; its notes and text boxes are put aside."""
        pieces = [_collapsed(paragraph.text)]
        stack = [iter(paragraph)]
        ends = [""]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                pieces.append(ends.pop())
                continue
            name = local_name(element)
            self.has_pictures |= name in _PICTURES
            if name in _ASIDE:
                self._aside.append(element)
            elif name in _CHARACTERS:
                pieces.append(_CHARACTERS[name])
            elif name == _SPACES:
                pieces.append(" " * min(_count(element, "c"), _MAX_SPACES))
            elif name not in _LEFT_OUT and _OF_PICTURES not in element.tag:
                pieces.append(_collapsed(element.text))
                stack.append(iter(element))
                ends.append(_collapsed(element.tail))
                continue
            pieces.append(_collapsed(element.tail))
        return "".join(pieces)


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        name = local_name(element)
        if name == "table-row":
            yield element
        elif name in _ROW_GROUPS:
            yield from _rows(element)


def _collapsed(text: str | None) -> str:
    """Runs of white space are one space in OpenDocument; more have elements of their own."""
    return _SPACE.sub(" ", text or "")


def _count(element: Element, name: str) -> int:
    """How often the element says it stands there, once where it does not say."""
    value = attribute(element, name)
    return int(value) if value.isdecimal() and len(value) < 10 else 1

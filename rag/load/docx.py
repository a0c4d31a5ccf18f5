"""Word documents (.docx, .docm) → Document: paragraphs, headings, tables, text boxes and footnotes in their order.

Headers, footers, comments and what tracked changes have deleted are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rag.load.kinds import WORD
from rag.load.ooxml import core_title, main_part, relations
from rag.load.paragraphs import Paragraph, Role, make_flowing
from rag.load.refusals import no_text
from rag.load.tables import MAX_KEY_CHARACTERS, table_paragraphs
from rag.load.zipped import Package, attribute, child, local_name, open_package
from rag.schema import Document

_USUAL_PART = "word/document.xml"
_STYLES = "styles"
_NOTES = {"footnotes": "footnoteReference", "endnotes": "endnoteReference"}
_REFERENCES = frozenset(_NOTES.values())

# Blocks inside blocks: content controls, tracked insertions, alternatives for newer versions of Word.
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice"})
# No text of the document: properties, what was deleted or moved away, codes of fields, copies for older versions.
_LEFT_OUT = frozenset({"pPr", "rPr", "del", "moveFrom", "instrText", "delText", "Fallback", "rt"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_PICTURES = frozenset({"drawing", "pict", "object"})
_OFF = frozenset({"0", "false", "off"})
# Word's own limit for the columns of a table.
_MAX_COLUMNS = 63

# What a built-in style says of its paragraph; Word stores the names in English in every language.
_ROLES: dict[str, Role] = {
    "title": "title",
    "heading 1": "heading",
    "toc heading": "contents",
    "table of figures": "contents",
}
_CONTENTS = "toc "


def read_docx(data: bytes, *, source: str) -> Document:
    """The document of a Word file.

    Raises LoadError where the file is locked, damaged, something else, or holds no text.
    """
    package = open_package(data, source=source, kind=WORD)
    part = main_part(package, _USUAL_PART)
    related = {relation.kind: relation.target for relation in relations(package, part).values()}
    reader = _Reader(_roles(package, related.get(_STYLES, "")), _notes(package, related))
    paragraphs = [
        paragraph for paragraph in reader.blocks(package.inside(package.read(part), "body")) if paragraph.text
    ]
    if not paragraphs:
        raise no_text(source, has_pictures=reader.has_pictures)
    return make_flowing(
        paragraphs,
        source=source,
        title=core_title(package),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )


@dataclass(slots=True)
class _Reader:
    """`roles` gives what a style says of a paragraph, `notes` the footnote that a reference means."""

    roles: dict[str, Role]
    notes: dict[tuple[str, str], Element]
    has_pictures: bool = False
    _aside: list[Element] = field(default_factory=list)

    def blocks(self, parent: Iterable[Element]) -> Iterator[Paragraph]:
        """The paragraphs of a body, cell, text box or note, rows of tables among them. A footnote and a text box come
        after the paragraph that holds them."""
        for element in parent:
            name = local_name(element)
            if name == "p":
                yield Paragraph(self._text(element).strip(), self._role(element))
                aside, self._aside = self._aside, []
                for box in aside:
                    yield from self.blocks(box)
            elif name == "tbl":
                rows = enumerate(_carried_down(self._rows(element)))
                yield from map(Paragraph, table_paragraphs(rows))
            elif name in _WRAPPERS:
                yield from self.blocks(element)

    def _text(self, paragraph: Element) -> str:
        """What is written in a paragraph; its text boxes and notes are put aside."""
        pieces: list[str] = []
        stack = [iter(paragraph)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            name = local_name(element)
            self.has_pictures |= name in _PICTURES
            if name == "t":
                pieces.append(element.text or "")
            elif name in _CHARACTERS:
                pieces.append(_CHARACTERS[name])
            elif name == "txbxContent":
                self._aside.append(element)
            elif name in _REFERENCES:
                # Each is read once: a note may refer to itself.
                note = self.notes.pop((name, attribute(element, "id")), None)
                self._aside += [note] if note is not None else []
            elif name not in _LEFT_OUT and not (name == "r" and _is_hidden(element)):
                stack.append(iter(element))
        return "".join(pieces)

    def _role(self, paragraph: Element) -> Role:
        style = child(paragraph, "pPr", "pStyle")
        return self.roles.get(attribute(style, "val"), "") if style is not None else ""

    def _rows(self, table: Element) -> Iterator[list[str | None]]:
        """Rows of cells in the columns of the table's grid; None goes on with the cell above."""
        for row in _inside(table, "tr"):
            cells: list[str | None] = []
            for cell in _inside(row, "tc"):
                text = "\n".join(paragraph.text for paragraph in self.blocks(cell) if paragraph.text)
                merged = child(cell, "tcPr", "vMerge")
                goes_on = merged is not None and attribute(merged, "val") != "restart"
                cells.append(None if goes_on else text)
                span = child(cell, "tcPr", "gridSpan")
                width = attribute(span, "val") if span is not None else ""
                cells += [""] * (min(int(width), _MAX_COLUMNS) - 1 if width.isdecimal() else 0)
            yield cells


def _carried_down(rows: Iterable[Sequence[str | None]]) -> Iterator[list[str]]:
    """The rows, a short text that was merged downwards in each of them."""
    carried: dict[int, str] = {}
    for row in rows:
        carried |= {
            column: cell if len(cell) <= MAX_KEY_CHARACTERS else ""
            for column, cell in enumerate(row)
            if cell is not None
        }
        yield [carried.get(column, "") if cell is None else cell for column, cell in enumerate(row)]


def _inside(parent: Element, wanted: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in wrappers."""
    for element in parent:
        name = local_name(element)
        if name == wanted:
            yield element
        elif name in _WRAPPERS:
            yield from _inside(element, wanted)


def _is_hidden(run: Element) -> bool:
    hidden = child(run, "rPr", "vanish")
    return hidden is not None and attribute(hidden, "val") not in _OFF


def _roles(package: Package, part: str) -> dict[str, Role]:
    """The role of each style that has one, by its own name or that of a style it is based on."""
    if part not in package:
        return {}
    styles = {
        attribute(style, "styleId"): (_value(style, "name").lower(), _value(style, "basedOn"))
        for style in package.xml(part)
        if local_name(style) == "style"
    }
    roles: dict[str, Role] = {}
    for style in styles:
        at, seen = style, set[str]()
        while at in styles and at not in seen:
            seen.add(at)
            name, base = styles[at]
            role: Role = "contents" if name.startswith(_CONTENTS) else _ROLES.get(name, "")
            if role:
                roles[style] = role
                break
            at = base
    return roles


def _value(element: Element, name: str) -> str:
    found = child(element, name)
    return attribute(found, "val") if found is not None else ""


def _notes(package: Package, related: dict[str, str]) -> dict[tuple[str, str], Element]:
    """Footnotes and endnotes by the element that refers to them and their id, without the lines that part them off."""
    return {
        (reference, attribute(note, "id")): note
        for kind, reference in _NOTES.items()
        if related.get(kind, "") in package
        for note in package.xml(related[kind])
        if not attribute(note, "type")
    }

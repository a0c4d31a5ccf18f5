"""The lines of a page → its text: paragraphs with a blank line between them, each on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.load.pdf_breaks import Break, Steps, find_break, is_justified
from rag.load.pdf_columns import Block, Row
from rag.load.pdf_hyphens import SOFT_HYPHEN, Vocabulary, joined
from rag.load.pdf_lines import Line
from rag.load.pdf_reading import Conventions, ends_in_arabic, is_line_rtl, read_line
from rag.schema import Page, Span
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS

_CELL_SEPARATOR = " | "
_SEPARATORS = {Break.LINE: "\n", Break.PARAGRAPH: "\n\n"}

_LIST_MARKER = re.compile(r"[•▪◦●■○□◆➢✓‣⁃]|[-–*]\s|\(?[\d\u0660-\u0669]{1,2}[.)\-]\s")
_ENDS_SENTENCE = re.compile(r"[.!?؟:؛…][\"'”’»)\]]*$")
_INNER_TATWEEL = re.compile(f"(?<=[{ARABIC_LETTERS}{ARABIC_MARKS}])\u0640+(?=[{ARABIC_LETTERS}])")


@dataclass(frozen=True, slots=True)
class Style:
    """How a document is set: the usual steps between lines, and its words, which tell the hyphen of a broken word from
    one of its own."""

    steps: Steps
    vocabulary: Vocabulary


@dataclass(slots=True)
class _Paragraph:
    """A paragraph so far: what parts it from the one before, its text, and its last line, if it has single lines
    that more can follow."""

    before: Break
    text: str
    last: Line | None = None
    is_running: bool = False
    lines: int = 1

    @property
    def begins_item(self) -> bool:
        """Whether it is the first line of a list item so far."""
        return self.lines == 1 and _LIST_MARKER.match(self.text) is not None


def compose(
    blocks: Sequence[Block],
    running: frozenset[int],
    *,
    number: int,
    conventions: Conventions,
    style: Style,
    is_rtl: bool,
) -> Page:
    """The text of a page. `running` are the positions, among all rows of its blocks, of headers and footers: they
    come in paragraphs of their own, marked as furniture."""
    text = ""
    furniture: list[Span] = []
    position = 0
    for block in blocks:
        rows = [(row, at in running) for at, row in enumerate(block.rows, start=position)]
        position += len(rows)
        for paragraph in _paragraphs(block, rows, conventions, style, is_rtl=is_rtl):
            if text:
                text += _SEPARATORS[paragraph.before]
            start = len(text)
            text += paragraph.text
            if paragraph.is_running:
                furniture.append(Span(start, len(text)))
    # A soft hyphen that is drawn inside a line is a hyphen: fonts have one glyph for both.
    return Page(text.replace(SOFT_HYPHEN, "-"), number=number, furniture=tuple(furniture))


def _paragraphs(
    block: Block,
    rows: Iterable[tuple[Row, bool]],
    conventions: Conventions,
    style: Style,
    *,
    is_rtl: bool,
) -> Iterator[_Paragraph]:
    is_stretched = is_justified(block)

    def read(line: Line, before: str) -> str:
        text = read_line(line, conventions, is_rtl=is_rtl, after_arabic=ends_in_arabic(before))
        # Lines are stretched to both edges with tatweel; elsewhere it is the writer's own.
        return _INNER_TATWEEL.sub("", text) if is_stretched else text

    current = _Paragraph(Break.PARAGRAPH, "")
    for row, is_running in rows:
        found = Break.PARAGRAPH
        if not is_running and not current.is_running:
            found = _break_before(row, current, block, style.steps, is_rtl=is_rtl)
        before = "" if found is Break.PARAGRAPH else current.text
        text = _CELL_SEPARATOR.join(read(line, before) for line in row)
        if len(row) == 1:
            found = _by_words(current.text, text, found)
        if found is Break.NONE:
            current.text, current.last = joined(current.text, text, style.vocabulary), row[0]
            current.lines += 1
            continue
        if current.text:
            yield current
        current = _Paragraph(found, text, row[0] if len(row) == 1 else None, is_running)
    yield current


def _break_before(row: Row, current: _Paragraph, block: Block, steps: Steps, *, is_rtl: bool) -> Break:
    """What stands between a paragraph and the row after it, by their places."""
    if current.last is None:
        # Rows of one table.
        return Break.LINE if len(row) > 1 and current.text else Break.PARAGRAPH
    if len(row) > 1:
        return Break.PARAGRAPH
    direction = is_line_rtl(row[0])
    return find_break(
        current.last,
        row[0],
        block,
        steps,
        is_rtl=is_rtl if direction is None else direction,
        may_hang=current.begins_item,
    )


def _by_words(before: str, text: str, found: Break) -> Break:
    """What parts two lines, given what their places say and what is in them."""
    ends_sentence = _ENDS_SENTENCE.search(before) is not None
    if found is Break.EARLY:
        return Break.NONE if text[:1].islower() and not ends_sentence else Break.LINE
    is_item = _LIST_MARKER.match(text) is not None
    if found is Break.NONE and is_item and (ends_sentence or _LIST_MARKER.match(before)):
        return Break.LINE
    return found

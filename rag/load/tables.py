"""Tables as text: each row a paragraph that says by itself what its cells are, "City: Cairo | Population: 9".

Rows are apart by blank lines in the text, so that no sentence runs over two of them, and carry no number of their
own: it would be one of the numbers that the row states, and the same row in two files would seem to contradict
itself. Where rows have numbers (a sheet's), a line above every few of them tells which they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rag.text import language
from rag.text.splitting import LONG_SENTENCE

Row = tuple[int, Sequence[str]]
"""A row's number as the reader counts it, and its cells."""

RowLabel = Callable[[int, int], str]
"""What to print above the rows from the first number to the second."""

SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Words:
    """How one is named by its number, and several by the first and the last."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a label counts, in both languages."""

    en: Words
    ar: Words


ROWS = Counted(Words("row {}", "rows {}–{}"), Words("الصف {}", "الصفوف من {} إلى {}"))
RECORDS = Counted(Words("record {}", "records {}–{}"), Words("السجل {}", "السجلات من {} إلى {}"))

# About what one passage holds, so that the passage which is shown has a label in it or right before it.
ROWS_PER_LABEL = 10

# Above a table's header stand a title, a date and notes.
_HEADER_WITHIN_ROWS = 20
# What is longer describes nothing: it is content.
_MAX_HEADER_CHARACTERS = 80
MAX_KEY_CHARACTERS = 100
"""A longer text names nothing: it is not repeated in every line or row that it stands for."""

_LETTER = re.compile(r"[^\W\d_]")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:\.0)?")
_ADDRESS = re.compile(r"@|://")
_NUMBER = re.compile(r"\W*\d[\d\s.,٫٬/:%-]*\W*")


def table_paragraphs(rows: Iterable[Row], *, label: RowLabel | None = None) -> Iterator[str]:
    """The paragraphs of a table: what stands above its header, then each row under it. Blank rows say nothing."""
    filled = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
    head = list(islice(filled, _HEADER_WITHIN_ROWS))
    header_at = _header_position([cells for _, cells in head])
    for _, cells in head[: max(header_at, 0)]:
        yield from row_paragraphs([("", cell) for cell in cells])
    header = [_on_one_line(cell).rstrip(" :：") for cell in head[header_at][1]] if header_at >= 0 else []
    body = chain(head[header_at + 1 :], filled)
    is_form = not header and _is_form([cells for _, cells in head])
    while group := list(islice(body, ROWS_PER_LABEL)):
        if label is not None:
            yield label(group[0][0], group[-1][0])
        for _, cells in group:
            yield from row_paragraphs(_named(header, cells, is_form=is_form))


def row_paragraphs(fields: Iterable[tuple[str, str]]) -> list[str]:
    """A row of (name, value) as one paragraph, in several where it is long.

    Each further one begins with the row's first field, which says what the row is about. A value that is long by
    itself is a paragraph of its own and keeps its lines.
    """
    paragraphs: list[str] = []
    key: str | None = None
    line = ""
    for name, value in fields:
        content = value.strip()
        if not content:
            continue
        prefix = f"{name}: " if name else ""
        field = prefix + _on_one_line(content)
        if len(content) > LONG_SENTENCE:
            paragraphs += [line, prefix + content] if line else [prefix + content]
            line = ""
        elif line and len(line) + len(SEPARATOR) + len(field) > LONG_SENTENCE:
            paragraphs.append(line)
            line = key + SEPARATOR + field if key else field
        else:
            line = SEPARATOR.join(filter(None, (line or key, field)))
        if key is None:
            key = field if len(field) <= MAX_KEY_CHARACTERS else ""
    return [*paragraphs, line] if line else paragraphs


def row_label(name: str, sample: str, *, counted: Counted = ROWS) -> RowLabel:
    """A label in the language of `sample`: "Cities, rows 2–11". `name` may be empty."""
    words, separator = (counted.ar, "، ") if language(sample) == "ar" else (counted.en, ", ")

    def label(first: int, last: int) -> str:
        where = (words.one if first == last else words.many).format(first, last)
        return name + separator + where if name else where.capitalize()

    return label


def _named(header: Sequence[str], cells: Sequence[str], *, is_form: bool) -> list[tuple[str, str]]:
    if is_form:
        filled = [cell for cell in cells if cell.strip()]
        return (
            [(_on_one_line(filled[0]).rstrip(" :："), filled[1])] if len(filled) == 2 else [("", filled[0])]
        )
    names = chain(header, [""] * len(cells))
    return list(zip(names, cells, strict=False))


def _header_position(rows: Sequence[Sequence[str]]) -> int:
    """Where among the first rows the names of the columns stand, -1 where there are none."""
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    width = max(map(len, filled), default=0)
    if width < 2 or _is_form(rows):
        return -1
    wide = (width + 1) // 2
    at = next(index for index, cells in enumerate(filled) if len(cells) >= max(2, wide))
    cells = filled[at]
    may_name = all(map(_may_name, cells)) and any(map(_LETTER.search, cells)) and len(set(cells)) > 1
    return at if may_name and at + 1 < len(rows) else -1


def _may_name(cell: str) -> bool:
    if len(cell) > _MAX_HEADER_CHARACTERS or _ADDRESS.search(cell):
        return False
    return _LETTER.search(cell) is not None or _YEAR.fullmatch(cell) is not None


def _is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Whether two columns hold names and values ("Age | 30"): the names end with a colon, or the values are words
    and now and then a number."""
    pairs = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    if max(map(len, pairs), default=0) != 2:
        return False
    pairs = [pair for pair in pairs if len(pair) == 2]
    if sum(name.endswith((":", "：")) for name, _ in pairs) * 2 > len(pairs):
        return True
    # The first row may be a header over numbers, of which some may be missing.
    numbers = sum(_is_number(value) for _, value in pairs[1:])
    return 0 < numbers <= len(pairs[1:]) / 2 and not any(_is_number(name) for name, _ in pairs)


def _is_number(cell: str) -> bool:
    return len(cell) <= _MAX_HEADER_CHARACTERS and _NUMBER.fullmatch(cell) is not None


def _on_one_line(cell: str) -> str:
    return " ".join(cell.split())

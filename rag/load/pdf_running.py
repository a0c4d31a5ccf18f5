"""Which lines of a document's pages are running headers, footers and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from rag.load.pdf_columns import Block, Row
from rag.load.pdf_lines import Line

# Headers and footers have one or two lines each, rarely three.
_ZONE_LINES = 3
# On fewer pages the same words at the same place may be chance; a document of two pages must agree on both.
_MIN_PAGES = 3
# Places, in sizes of the font, that count as the same height.
_SAME_HEIGHT = 0.6
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
# A page number alone, or dressed: "- 12 -", "12 / 80", "[12]".
_BARE_NUMBER = re.compile(r"[^\w]*(\d{1,4})(?:\s*/\s*\d{1,4})?[^\w]*")


class _Place(NamedTuple):
    """A row of a page, both by position, and its first line."""

    page: int
    row: int
    line: Line


def find_running(pages: Sequence[tuple[int, Sequence[Block]]]) -> list[frozenset[int]]:
    """For each page, given by its number and its blocks, the positions among all rows of the blocks of those that run
    through the document: the same words, numbers aside, at the same height near the top or bottom of several pages;
    numbers there that count the pages; and what the file itself marks as header or footer."""
    found: list[set[int]] = [set() for _ in pages]
    repeated: dict[tuple[str, bool], list[_Place]] = defaultdict(list)
    numbers: dict[tuple[int, bool], list[_Place]] = defaultdict(list)
    for index, (number, blocks) in enumerate(pages):
        rows = [row for block in blocks for row in block.rows]
        found[index].update(at for at, row in enumerate(rows) if all(line.is_pagination for line in row))
        for at, is_top in _zone(rows):
            line = rows[at][0]
            text = " ".join(cell.visual for cell in rows[at])
            if _LETTER.search(text):
                repeated[_DIGITS.sub("#", text), is_top].append(_Place(index, at, line))
            elif bare := _BARE_NUMBER.fullmatch(text):
                numbers[int(bare.group(1)) - number, is_top].append(_Place(index, at, line))
    enough = min(_MIN_PAGES, max(2, len(pages)))
    for places in (*repeated.values(), *numbers.values()):
        level = _level(places)
        if len({place.page for place in level}) >= enough:
            for place in level:
                found[place.page].add(place.row)
    return [frozenset(positions) for positions in found]


def _zone(rows: Sequence[Row]) -> list[tuple[int, bool]]:
    """The positions of the rows nearest to the top and the bottom, each with whether it is the top."""
    order = sorted(range(len(rows)), key=lambda at: -rows[at][0].baseline)
    top, bottom = order[:_ZONE_LINES], order[_ZONE_LINES:][-_ZONE_LINES:]
    return [*((at, True) for at in top), *((at, False) for at in bottom)]


def _level(places: list[_Place]) -> list[_Place]:
    """Those of the places that stand at the usual height."""
    height = median(place.line.baseline for place in places)
    return [place for place in places if abs(place.line.baseline - height) <= _SAME_HEIGHT * place.line.size]

"""Where a page's text stands: its glyphs → blocks of lines in reading order, columns one after the other.

A gutter is a strip that stays empty over several lines with text on both sides of it. Where both sides hold full
lines of prose they are columns and are read one by one; else they are the cells of a table, and its rows are read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_gutters import Band, Gutter, bands, gaps, gutters, in_bands, rows, sides
from rag.load.pdf_lines import Line, make_line

# Columns are set one size apart or more; gaps between words that wide do not line up over several lines.
_MIN_GUTTER = 0.7
_MIN_COLUMN_LINES = 3
# Between the words of a justified line gaps can be wide as well, and a few of them may stand in a row.
_MIN_TABLE_GUTTER, _MIN_ROWS = 1.0, 4
_WIDE_GUTTER, _MIN_ROWS_AT_WIDE_GUTTER = 2.0, 2
# Lines of prose nearly all fill their column, and hold several words; cells of a table do not.
_MIN_FILL = 0.75
_MIN_COLUMN_CHARACTERS = 14
# "12." and "•" before the items of a list are no column of their own.
_MAX_MARKER_CHARACTERS = 4
# Text that goes on below its neighbour ends the column where it steps down by more than anywhere in it.
_WIDER_STEP = 1.3
# The next letter of a word begins no further back, no further on, and no higher or lower than this, in sizes.
_STEP_BACK, _STEP_ON, _MAX_CLIMB = 0.5, 0.5, 2.0
# Text drawn again this close, in sizes, is a way to make it bold.
_OVERPRINT = 0.15


Row = tuple[Line, ...]
"""A line, or the cells of a table's row in reading order."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one column, or rows of a table, from top to bottom, and the edges of it all in points."""

    rows: tuple[Row, ...]
    left: float
    right: float


def lay_out(glyphs: Iterable[Glyph], *, is_rtl: bool) -> list[Block]:
    """The blocks of a page in reading order; `is_rtl` says that columns are read from the right.

    Text at another angle than most of the page comes last.
    """
    glyphs = _levelled(glyphs)
    blocks: list[Block] = []
    for angle, _ in Counter(glyph.angle for glyph in glyphs).most_common():
        turned = _without_overprints(glyph for glyph in glyphs if glyph.angle == angle)
        size = median(glyph.size for glyph in turned)
        blocks.extend(_blocks(turned, size, is_rtl=is_rtl))
    return blocks


def _levelled(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The glyphs, those of a right-to-left run that the file marks on the baseline on which it begins: slanting scripts
    let a word climb by more than its size."""
    found: list[Glyph] = []
    for glyph in glyphs:
        before = found[-1] if found else glyph
        if glyph.reversed_run and glyph.reversed_run == before.reversed_run and _goes_on(before, glyph):
            glyph = glyph._replace(baseline=before.baseline)
        found.append(glyph)
    return found


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    """Whether a glyph stands where the next one on the same line does."""
    return (
        glyph.angle == before.angle
        and before.left - _STEP_BACK * glyph.size <= glyph.left <= before.right + _STEP_ON * glyph.size
        and abs(glyph.baseline - before.baseline) <= _MAX_CLIMB * glyph.size
    )


def _without_overprints(glyphs: Iterable[Glyph]) -> list[Glyph]:
    kept: list[Glyph] = []
    seen: dict[tuple[str, int], list[float]] = {}
    for glyph in glyphs:
        reach = _OVERPRINT * glyph.size
        if glyph.right - glyph.left > reach > 0:
            places = seen.setdefault((glyph.text, round(glyph.baseline / reach)), [])
            if any(abs(place - glyph.left) < reach for place in places):
                continue
            places.append(glyph.left)
        kept.append(glyph)
    return kept


def _blocks(glyphs: list[Glyph], size: float, *, is_rtl: bool) -> Iterator[Block]:
    """The blocks of a region: what is above its best gutter, what is on both sides of it, what is below."""
    min_gap = _MIN_GUTTER * size
    page = bands(glyphs, min_gap)
    for gutter in gutters(page, min_gap):
        is_columns = all(map(_is_column, gutter.sides))
        if not is_columns and not _is_table(gutter, size, is_rtl=is_rtl):
            continue
        first, last = _extent(page, gutter, is_columns=is_columns)
        above, within, below = (
            in_bands(page[:first]),
            in_bands(page[first : last + 1]),
            in_bands(page[last + 1 :]),
        )
        columns = sides(within, gutter.strip)
        if is_columns:
            ordered = columns[::-1] if is_rtl else columns
            main, tail = _without_tail(*ordered, min_gap)
            middle = [block for side in (main, ordered[1]) for block in _blocks(side, size, is_rtl=is_rtl)]
            below = tail + below
        else:
            middle = [_table(within, min_gap, is_rtl=is_rtl)]
        yield from _blocks(above, size, is_rtl=is_rtl)
        yield from middle
        yield from _blocks(below, size, is_rtl=is_rtl)
        return
    yield from _plain(glyphs)


def _is_column(glyphs: list[Glyph]) -> bool:
    """Whether the glyphs of one side of a gutter are lines of prose."""
    lines = [line for row in rows(glyphs) if (line := make_line(row))]
    if len(lines) < _MIN_COLUMN_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    fill = median(line.right - line.left for line in lines) / width if width else 0.0
    return fill >= _MIN_FILL and median(len(line.units) for line in lines) >= _MIN_COLUMN_CHARACTERS


def _is_table(gutter: Gutter, size: float, *, is_rtl: bool) -> bool:
    """Whether the sides of a gutter are cells: it runs over rows enough for its width, and what is read first is
    more than the markers of a list."""
    width = gutter.strip[1] - gutter.strip[0]
    enough = _MIN_ROWS_AT_WIDE_GUTTER if width >= _WIDE_GUTTER * size else _MIN_ROWS
    are_markers = all(
        sum(not glyph.text.isspace() for glyph in row) <= _MAX_MARKER_CHARACTERS
        for row in rows(gutter.sides[1] if is_rtl else gutter.sides[0])
    )
    return gutter.lines >= enough and width >= _MIN_TABLE_GUTTER * size and not are_markers


def _extent(page: list[Band], gutter: Gutter, *, is_columns: bool) -> tuple[int, int]:
    """The first and last band of columns or a table, without lines on one side that only seem to belong to it."""
    first, last = gutter.first, gutter.last

    def is_one_sided(band: Band) -> bool:
        return not all(sides(band.glyphs, gutter.strip))

    if is_columns:
        # The last line of a paragraph above them keeps to its paragraph.
        while (
            0 < first < last and is_one_sided(page[first]) and _space(page, first) < _space(page, first + 1)
        ):
            first += 1
    else:
        while is_one_sided(page[first]):
            first += 1
        while is_one_sided(page[last]):
            last -= 1
    return first, last


def _space(page: list[Band], index: int) -> float:
    """The empty height above a band."""
    return page[index - 1].bottom - page[index].top


def _without_tail(column: list[Glyph], other: list[Glyph], min_gap: float) -> tuple[list[Glyph], list[Glyph]]:
    """The column that is read first without what stands apart below it and its neighbour: a short paragraph over the
    whole width."""
    lines = bands(column, min_gap)
    bottom = min(glyph.baseline for glyph in other)
    widest = 0.0
    for index in range(1, len(lines)):
        space = _space(lines, index)
        if lines[index].top < bottom and index > 1 and space > _WIDER_STEP * widest:
            return in_bands(lines[:index]), in_bands(lines[index:])
        widest = max(widest, space)
    return column, []


def _plain(glyphs: list[Glyph]) -> Iterator[Block]:
    found = [(line,) for row in rows(glyphs) if (line := make_line(row))]
    if found:
        yield _block(found)


def _table(glyphs: list[Glyph], min_gap: float, *, is_rtl: bool) -> Block:
    """A table, its cells parted by the strips that are empty in all its rows."""
    cuts = [strip[1] for strip in gaps(glyphs, min_gap)[1:-1]]
    found: list[Row] = []
    for row in rows(glyphs):
        cells: list[list[Glyph]] = [[] for _ in range(len(cuts) + 1)]
        for glyph in row:
            cells[bisect_right(cuts, (glyph.left + glyph.right) / 2)].append(glyph)
        lines = [line for cell in cells if (line := make_line(cell))]
        if lines:
            found.append(tuple(reversed(lines) if is_rtl else lines))
    return _block(found)


def _block(found: Sequence[Row]) -> Block:
    lines = [line for row in found for line in row]
    return Block(tuple(found), min(line.left for line in lines), max(line.right for line in lines))

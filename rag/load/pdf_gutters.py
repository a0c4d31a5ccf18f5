"""The empty strips of a page: heights at which nothing stands, and gutters that run down between columns or cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median
from typing import NamedTuple

from rag.load.pdf_glyphs import Glyph

Interval = tuple[float, float]

# All in sizes of the font. Letters reach from about here to here around the baseline.
_ASCENT, _DESCENT = 0.7, 0.2
# Baselines closer than this belong to one line: raised notes stay within it, lines of solid type (1.0) do not.
_SAME_LINE = 0.45


class Band(NamedTuple):
    """Glyphs whose lines overlap in height, with nothing else beside them, in drawing order; how high they reach; and
    the strips that are empty in them, the first and last without end."""

    glyphs: list[Glyph]
    top: float
    bottom: float
    gaps: list[Interval]


class Gutter(NamedTuple):
    """A strip that is empty from the band `first` to the band `last`, the glyphs to its left and right, and how many
    lines the side with fewer has."""

    first: int
    last: int
    strip: Interval
    sides: tuple[list[Glyph], list[Glyph]]
    lines: int


def bands(glyphs: list[Glyph], min_gap: float) -> list[Band]:
    """The glyphs cut wherever nothing stands at a height, from top to bottom."""
    found: list[Band] = []
    group: list[int] = []
    top = bottom = 0.0
    heights = [
        (glyph.baseline + _ASCENT * glyph.size, glyph.baseline - _DESCENT * glyph.size) for glyph in glyphs
    ]
    for index in sorted(range(len(glyphs)), key=lambda index: -heights[index][0]):
        if group and heights[index][0] < bottom:
            found.append(_band(glyphs, group, top, bottom, min_gap))
            group = []
        if not group:
            top, bottom = heights[index]
        bottom = min(bottom, heights[index][1])
        group.append(index)
    return [*found, _band(glyphs, group, top, bottom, min_gap)] if group else found


def _band(glyphs: list[Glyph], group: list[int], top: float, bottom: float, min_gap: float) -> Band:
    members = [glyphs[index] for index in sorted(group)]
    return Band(members, top, bottom, gaps(members, min_gap))


def gaps(glyphs: Iterable[Glyph], min_gap: float) -> list[Interval]:
    """The strips of at least `min_gap` without ink, from left to right; the first and the last have no end."""
    found: list[Interval] = []
    edge = -float("inf")
    for left, right in sorted((glyph.left, glyph.right) for glyph in glyphs if not glyph.text.isspace()):
        if left - edge >= min_gap:
            found.append((edge, left))
        edge = max(edge, right)
    return [*found, (edge, float("inf"))]


def gutters(page: list[Band], min_gap: float) -> list[Gutter]:
    """All gutters with text on both sides, those with the most lines on their poorer side first."""
    found: list[Gutter] = []
    for index, band in enumerate(page):
        for gap in band.gaps[1:-1]:
            if any(
                gutter.first <= index <= gutter.last
                and gap[0] <= gutter.strip[0]
                and gutter.strip[1] <= gap[1]
                for gutter in found
            ):
                continue
            first, last, strip = _stretch(page, index, gap, min_gap)
            beside = sides(in_bands(page[first : last + 1]), strip)
            found.append(Gutter(first, last, strip, beside, min(map(_count_lines, beside))))
    return sorted(found, key=lambda gutter: -gutter.lines)


def _stretch(page: list[Band], index: int, gap: Interval, min_gap: float) -> tuple[int, int, Interval]:
    """How far a gap goes on up and down, and what is left of its width."""
    first = last = index
    while first > 0 and (narrowed := _narrowed(page[first - 1].gaps, gap, min_gap)):
        first, gap = first - 1, narrowed
    while last + 1 < len(page) and (narrowed := _narrowed(page[last + 1].gaps, gap, min_gap)):
        last, gap = last + 1, narrowed
    return first, last, gap


def _narrowed(empty: list[Interval], gap: Interval, min_gap: float) -> Interval | None:
    """The widest part of `gap` that is also `empty`, if it is wide enough."""
    common = ((max(left, gap[0]), min(right, gap[1])) for left, right in empty)
    widest = max(common, key=lambda strip: strip[1] - strip[0])
    return widest if widest[1] - widest[0] >= min_gap else None


def in_bands(page: Iterable[Band]) -> list[Glyph]:
    """All glyphs of the bands."""
    return [glyph for band in page for glyph in band.glyphs]


def sides(glyphs: Iterable[Glyph], strip: Interval) -> tuple[list[Glyph], list[Glyph]]:
    """The glyphs to the left and to the right of an empty strip."""
    left: list[Glyph] = []
    right: list[Glyph] = []
    for glyph in glyphs:
        (left if glyph.left + glyph.right < strip[0] + strip[1] else right).append(glyph)
    return left, right


def _count_lines(glyphs: list[Glyph]) -> int:
    return sum(1 for _ in rows([glyph for glyph in glyphs if not glyph.text.isspace()]))


def rows(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """The glyphs by baseline, from top to bottom, each line in drawing order."""
    if not glyphs:
        return
    reach = _SAME_LINE * median(glyph.size for glyph in glyphs)
    row: list[int] = []
    for index in sorted(range(len(glyphs)), key=lambda index: -glyphs[index].baseline):
        if row and glyphs[row[-1]].baseline - glyphs[index].baseline > reach:
            yield [glyphs[at] for at in sorted(row)]
            row = []
        row.append(index)
    yield [glyphs[at] for at in sorted(row)]

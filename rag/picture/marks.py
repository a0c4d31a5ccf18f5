"""Where a quote stands among the words that are printed on a page.

A PDF draws words wherever it likes and in any order, Arabic ones often with their letters reversed or as presentation
forms. So only what is seen counts: words stand on lines, lines below one another in columns, and a word is known by
the letters it has, in whatever order. A quote is found where most of its words follow one another; where they do not,
nothing is marked rather than something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import text
from rag.picture.leaf import Box, PrintedWord

# Of the words of a quote. Numbers inside Arabic, hyphens and ligatures cost a few; another sentence of the same
# document shares about a third.
FOUND_SHARE = 0.75
# A few words may stand anywhere: of these all have to be there.
FEW_WORDS = 4
# The beginning finds a sentence; comparing more of a very long one would take quadratic time.
MAX_WORDS = 150
# A quote begins with one of these many of its words, where some cannot be read in the picture.
FIRST_WORDS = 3

# Of the height of a line: how far apart the baselines of one line may be, and from what gap on a line is two.
_SAME_LINE = 0.35
_GUTTER = 1.2
# Of the width of the narrower one: lines of one column overlap at least so much.
_SAME_COLUMN = 0.3
# In heights of a line: a paragraph further below does not go on from here.
_NEXT_LINE = 4.0


@dataclass(frozen=True, slots=True)
class _Token:
    """A printed word by its letters."""

    key: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of one column, its words in reading order."""

    tokens: tuple[_Token, ...]
    box: Box
    baseline: float

    @property
    def height(self) -> float:
        return self.box.bottom - self.box.top


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words of a quote were found: lines, and the positions of words in them."""

    score: int
    words: tuple[tuple[int, int], ...]


def find_marks(words: Sequence[PrintedWord], quote: str, *, occurrence: int = 0) -> tuple[Box, ...]:
    """The boxes of the lines on which `quote` stands, from its first to its last word; empty where it is not found for
    certain. Of equal sentences the one with so many before it."""
    wanted = [key for key in map(_key, quote.split()[:MAX_WORDS]) if key]
    if not wanted:
        return ()
    is_rtl = text.direction(quote) == "rtl"
    lines = list(_lines(words, is_rtl=is_rtl))
    places = sorted(set(_places(lines, wanted, is_rtl=is_rtl)), key=lambda place: place.words)
    needed = len(wanted) if len(wanted) < FEW_WORDS else FOUND_SHARE * len(wanted)
    best = max((place.score for place in places), default=0)
    if best < needed:
        return ()
    equal = _apart([place for place in places if place.score == best])
    return _boxes(lines, equal[min(occurrence, len(equal) - 1)])


def _key(word: str) -> str:
    """The letters and digits of a word, in no order."""
    return "".join(sorted(filter(str.isalnum, text.normalise(word))))


def _lines(words: Sequence[PrintedWord], *, is_rtl: bool) -> Iterator[_Line]:
    """The words by the lines they stand on, from top to bottom."""
    tokens = [(word, _Token(key, word.box)) for word in words if (key := _key(word.text))]
    tokens.sort(key=lambda pair: pair[0].baseline)
    row: list[tuple[PrintedWord, _Token]] = []
    for pair in tokens:
        if row and pair[0].baseline - row[0][0].baseline > _SAME_LINE * _height(row[0][1].box):
            yield from _columns(row, is_rtl=is_rtl)
            row = []
        row.append(pair)
    if row:
        yield from _columns(row, is_rtl=is_rtl)


def _columns(row: Sequence[tuple[PrintedWord, _Token]], *, is_rtl: bool) -> Iterator[_Line]:
    """What stands on one height, cut at the gutters."""
    ordered = sorted((token for _, token in row), key=lambda token: token.box.left)
    height = max(_height(token.box) for token in ordered)
    baseline = row[0][0].baseline
    part = [ordered[0]]
    for token in ordered[1:]:
        # Heights and widths are fractions of different lengths, alike enough on pages of paper.
        if token.box.left - max(one.box.right for one in part) > _GUTTER * height:
            yield _line(part, baseline, is_rtl=is_rtl)
            part = []
        part.append(token)
    yield _line(part, baseline, is_rtl=is_rtl)


def _line(tokens: Sequence[_Token], baseline: float, *, is_rtl: bool) -> _Line:
    return _Line(tuple(reversed(tokens) if is_rtl else tokens), _around(tokens), baseline)


def _places(lines: Sequence[_Line], wanted: Sequence[str], *, is_rtl: bool) -> Iterator[_Place]:
    """Every place where the quote may begin, with the words of it that follow there."""
    beginnings = set(wanted[:FIRST_WORDS])
    for number, line in enumerate(lines):
        for position, token in enumerate(line.tokens):
            if token.key in beginnings:
                run = list(_run(lines, number, position, len(wanted) + len(wanted) // 4 + 4, is_rtl=is_rtl))
                yield _compare(lines, run, wanted)


def _run(
    lines: Sequence[_Line], number: int, position: int, count: int, *, is_rtl: bool
) -> Iterator[tuple[int, int]]:
    """The places of the next `count` words as they are read from one on."""
    seen: set[int] = set()
    at: int | None = number
    while at is not None and at not in seen and count > 0:
        seen.add(at)
        for word in range(position, len(lines[at].tokens)):
            yield at, word
            count -= 1
        position = 0
        at = _next_line(lines, at, is_rtl=is_rtl)


def _next_line(lines: Sequence[_Line], number: int, *, is_rtl: bool) -> int | None:
    """The line below in the same column; else the first of the next column."""
    line = lines[number]
    below = [
        other
        for other in range(len(lines))
        if lines[other].baseline > line.baseline and _overlap(line.box, lines[other].box) >= _SAME_COLUMN
    ]
    nearest = min(below, key=lambda other: lines[other].baseline, default=None)
    if nearest is not None and lines[nearest].baseline - line.baseline <= _NEXT_LINE * line.height:
        return nearest
    beside = [
        other
        for other in range(len(lines))
        if (lines[other].box.right <= line.box.left if is_rtl else lines[other].box.left >= line.box.right)
    ]
    return min(beside, key=lambda other: lines[other].baseline, default=nearest)


def _compare(lines: Sequence[_Line], run: Sequence[tuple[int, int]], wanted: Sequence[str]) -> _Place:
    """The longest common subsequence, ending as early and, from there, beginning as late as can be."""
    keys = [lines[number].tokens[position].key for number, position in run]
    table = [[0] * (len(wanted) + 1)]
    for key in keys:
        above, row = table[-1], [0]
        for at, word in enumerate(wanted):
            row.append(above[at] + 1 if key == word else max(above[at + 1], row[at]))
        table.append(row)
    score = table[-1][-1]
    here = next(n for n, row in enumerate(table) if row[-1] == score)
    there = len(wanted)
    matched = []
    while here and there:
        if keys[here - 1] == wanted[there - 1] and table[here][there] == table[here - 1][there - 1] + 1:
            here, there = here - 1, there - 1
            matched.append(run[here])
        elif table[here - 1][there] == table[here][there]:
            here -= 1
        else:
            there -= 1
    return _Place(score, tuple(reversed(matched)))


def _apart(places: Sequence[_Place]) -> list[_Place]:
    """Of places that share words the first."""
    kept: list[_Place] = []
    taken: set[tuple[int, int]] = set()
    for place in places:
        if taken.isdisjoint(place.words):
            kept.append(place)
            taken.update(place.words)
    return kept


def _boxes(lines: Sequence[_Line], place: _Place) -> tuple[Box, ...]:
    """A box for each line: the whole of it, but from the first word on the first and to the last on the last."""
    found: dict[int, list[int]] = {}
    for number, position in place.words:
        found.setdefault(number, []).append(position)
    numbers = list(found)
    boxes = []
    for number in numbers:
        line = lines[number]
        first = min(found[number]) if number == numbers[0] else 0
        last = max(found[number]) if number == numbers[-1] else len(line.tokens) - 1
        around = _around(line.tokens[first : last + 1])
        boxes.append(Box(around.left, line.box.top, around.right, line.box.bottom))
    return tuple(boxes)


def _around(tokens: Sequence[_Token]) -> Box:
    boxes = [token.box for token in tokens]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _height(box: Box) -> float:
    return box.bottom - box.top


def _overlap(one: Box, other: Box) -> float:
    """How much of the narrower one the two have side by side."""
    common = min(one.right, other.right) - max(one.left, other.left)
    return common / max(min(one.right - one.left, other.right - other.left), 1e-9)

"""The order in which a drawn line is read: the Unicode Bidirectional Algorithm (UAX #9), run backwards.

Running the algorithm forwards on what it has drawn gives the text back only in part: it judges a number by what
stands to its left, which in Arabic is read after it (2010-2015 is drawn 2015-2010 and would stay so at the end of a
line), and it mirrors brackets and tears ligatures that the file gives as they are read. Here units stay whole, a
number is judged by what is read before it, and mirroring is left to the caller. Where two texts are drawn alike, the
likelier is taken: a number to the right of a Latin word ("NATO 2015") belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.load.pdf_lines import SPACE

# What a unit is to the algorithm, by the classes of UAX #9 table 4; all that is left is neutral.
RTL, LTR, _NUMBER, _ARABIC_NUMBER, _JOINT, _SIGN, _UNIT, _NEUTRAL = "RLEAC+% "
_KINDS = {
    "R": RTL,
    "AL": RTL,
    "L": LTR,
    "EN": _NUMBER,
    "AN": _ARABIC_NUMBER,
    "CS": _JOINT,
    "ES": _SIGN,
    "ET": _UNIT,
}
_DIGITS = _NUMBER + _ARABIC_NUMBER
_CLOSING = {")": "(", "]": "[", "}": "{", "»": "«", ">": "<"}
_BROKEN_BEHIND = frozenset("-?&=_#/%")
_RANGE = re.compile(r"(\d{2,})-(\d{2,})")
_CLAUSE_ENDS = frozenset(".,;:!?،؛؟")


@lru_cache(maxsize=4096)
def kind(unit: str) -> str:
    """The kind of a unit: that of its first letter (RTL or LTR) or digit, else of its first character."""
    kinds = [_KINDS.get(unicodedata.bidirectional(character), _NEUTRAL) for character in unit]
    return next((found for found in kinds if found in "RLEA"), kinds[0] if kinds else _NEUTRAL)


def reading_order(
    units: Sequence[str], reversed_units: bytes, *, is_rtl: bool, after_arabic: bool
) -> list[tuple[int, bool]]:
    """The units' positions as they are read, each with whether it stands in a right-to-left run.

    `units` stand from left to right; `reversed_units` marks those that the file puts in a right-to-left run, all 0
    where it says nothing. `is_rtl` is the paragraph's direction, `after_arabic` whether the text before the line
    ended in Arabic letters: numbers are then drawn like those after Arabic words.
    """
    if is_rtl:
        levels = _rtl_levels(units, _kinds(units, reversed_units), after_arabic=after_arabic)
    else:
        levels = _ltr_levels(units, _kinds(units, reversed_units))
    return [(index, levels[index] % 2 == 1) for index in _reordered(levels)]


def _reordered(levels: Sequence[int]) -> list[int]:
    """Rule L2, which is its own inverse: from the highest level down to 1, runs at or above it are reversed."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = order[at:end][::-1]
            at = end + 1
    return order


def _kinds(units: Sequence[str], reversed_units: bytes) -> list[str]:
    """The kinds of the units; spaces and signs in a right-to-left run are part of it."""
    return [
        RTL if is_reversed else kind(unit) for unit, is_reversed in zip(units, reversed_units, strict=True)
    ]


def _ltr_levels(units: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """Levels in a left-to-right paragraph: 0, and those of `_rtl_levels` from one Arabic word to the last before
    something Latin."""
    levels = [0] * len(units)
    at = 0
    while at < len(units):
        if kinds[at] != RTL:
            at += 1
            continue
        last = at
        for index in range(at, len(units)):
            if kinds[index] == LTR:
                break
            if kinds[index] == RTL:
                last = index
        levels[at : last + 1] = _rtl_levels(units[at : last + 1], kinds[at : last + 1], after_arabic=True)
        at = last + 1
    return levels


def _rtl_levels(units: Sequence[str], kinds: Sequence[str], *, after_arabic: bool) -> list[int]:
    """Levels in a right-to-left paragraph: 2 for Latin words and numbers, 1 for all else."""
    levels = [1] * len(units)
    at = 0
    while at < len(units):
        end = at + 1
        if kinds[at] == LTR:
            end = _latin_end(units, kinds, at)
            levels[at:end] = [2] * (end - at)
        at = end
    # What begins the line is judged by the text before it, unless that was drawn without a view to it.
    after_arabic = after_arabic and not _is_rising_range("".join(units[_line_start(kinds) :]))
    for start, end in _numbers(kinds, levels):
        if not _follows_arabic(kinds, start, end, after_arabic=after_arabic):
            start, end = _with_signs(kinds, start, end)
        levels[start:end] = [2] * (end - start)
    return levels


def _line_start(kinds: Sequence[str]) -> int:
    """Where the letters end and what is read first begins, at the right."""
    start = len(kinds)
    while start > 0 and kinds[start - 1] not in (RTL, LTR, _NEUTRAL):
        start -= 1
    return start


def _is_rising_range(text: str) -> bool:
    """Whether the text is two numbers as they are read in English, the smaller one first."""
    numbers = _RANGE.fullmatch(text)
    return numbers is not None and int(numbers[1]) < int(numbers[2])


def _latin_end(units: Sequence[str], kinds: Sequence[str], start: int) -> int:
    """Where the Latin run that begins at `start` ends: behind its last word, or what belongs to that."""
    end = start + 1
    opened: list[str] = []
    for index in range(start + 1, len(units)):
        unit, is_adjacent = units[index], index == end
        if kinds[index] in (RTL, _ARABIC_NUMBER):
            break
        if unit in _CLOSING.values():
            opened.append(unit)
        elif (
            kinds[index] == LTR
            or (kinds[index] == _NUMBER and not _starts_clause(units[end:index]))
            or (kinds[index] == _UNIT and is_adjacent and kinds[index - 1] in (_NUMBER, _UNIT))
            or (is_adjacent and opened and opened[-1] == _CLOSING.get(unit))
        ):
            end = index + 1
    # A word or address broken at the end of the line, which is its left end: what it is broken behind is part of it.
    is_broken = start == 0 and end < len(units) and units[end] in _BROKEN_BEHIND
    return end + 1 if is_broken and kind("".join(units[end + 1 : end + 2])) != RTL else end


def _starts_clause(between: Sequence[str]) -> bool:
    """Whether a number is parted from the Latin word to its left: by a space, and a mark that precedes it in Arabic
    reading order."""
    return len(between) > 1 and between[-1] in _CLAUSE_ENDS and between[-2] == SPACE


def _numbers(kinds: Sequence[str], levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The numbers outside Latin runs, as half-open ranges: digits, and single points or slashes between them."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and levels[end] == 1 and kinds[end] in _DIGITS:
            end += 1
            if kinds[end : end + 1] == [_JOINT] and kinds[end + 1 : end + 2] and kinds[end + 1] in _DIGITS:
                end += 1
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _follows_arabic(kinds: Sequence[str], start: int, end: int, *, after_arabic: bool) -> bool:
    """Whether the number is drawn as after Arabic letters: Arabic digits are so everywhere, others after what is read
    before them, which stands to their right."""
    if _ARABIC_NUMBER in kinds[start:end]:
        return True
    # A Latin word to the right cannot be what precedes the number: the number would stand to the right of it.
    return any(found in (RTL, LTR) for found in kinds[end:]) or after_arabic


def _with_signs(kinds: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Rules W4 and W5, which hold only for numbers that do not follow Arabic letters: a sign between two numbers
    joins them, and signs of units go with their number."""
    if kinds[end : end + 1] == [_SIGN] and kinds[end + 1 : end + 2] == [_NUMBER]:
        return start, end + 1
    while start > 0 and kinds[start - 1] == _UNIT:
        start -= 1
    while end < len(kinds) and kinds[end] == _UNIT:
        end += 1
    return start, end

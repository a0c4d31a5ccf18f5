"""Lines as they look → their text as it is read, by the conventions that a document's own lines give away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rag.load.pdf_forms import written
from rag.load.pdf_lines import SPACE, Line
from rag.load.pdf_order import LTR, RTL, kind, reading_order
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS

_MARKS = re.compile(f"[{ARABIC_MARKS}\u0640]+")
_NOT_LETTERS = re.compile(f"[^{ARABIC_LETTERS}]+")
# Words that are frequent in any Arabic text, and none of which is a word backwards.
_COMMON = """
    في من على إلى الى عن مع أن إن التي الذي هذا هذه ذلك تلك كان كانت بين بعد قبل عند كل غير حيث منذ خلال حتى كما
"""
_COMMON_WORDS = frozenset(_COMMON.split())
# The article opens a fifth of all words; ة and ى end words and are never inside one.
_ARTICLE = "ال"
_MIN_WORD_WITH_ARTICLE = 4
_ONLY_AT_END = ("ة", "ى")
# A line that shows this much more of one order than of the other decides for itself; others go with the document.
_DECISIVE = 2

_MIRRORED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")
_OPENING, _CLOSING = frozenset("([{«‹"), frozenset(")]}»›")
_ENDS_SENTENCE = frozenset(".!?؟،؛,;:")


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a document's producer puts right-to-left text on paper.

    `is_visual`: letters run from right to left, as they should; programs that know no Arabic draw them from left to
    right, and what looks wrong on paper is in reading order. `mirrors_brackets`: brackets come as they look, so that
    the ones in Arabic text must be turned round.
    """

    is_visual: bool
    mirrors_brackets: bool


def find_conventions(lines: Sequence[Line]) -> Conventions:
    """What the lines of a document show of its conventions."""
    return Conventions(
        is_visual=sum(map(_visual_evidence, lines)) >= 0,
        mirrors_brackets=sum(map(_mirror_evidence, lines)) > 0,
    )


def read_line(line: Line, conventions: Conventions, *, is_rtl: bool, after_arabic: bool) -> str:
    """The line's text in reading order, in written characters.

    `is_rtl` is the direction of the text around it, `after_arabic` says that the text it continues ends in Arabic.
    """
    if _has_arabic(line) and not _is_visual(line, conventions):
        return written(_words_in_drawing_order(line))
    base = _base_direction(line, is_rtl=is_rtl)
    order = reading_order(line.units, line.reversed_units, is_rtl=base, after_arabic=after_arabic)
    return written(
        "".join(
            line.units[index].translate(_MIRRORED)
            if mirrored and conventions.mirrors_brackets
            else line.units[index]
            for index, mirrored in order
        )
    )


def ends_in_arabic(text: str) -> bool:
    """Whether the last letter of a text is of a right-to-left script."""
    return next(
        (kind(character) == RTL for character in reversed(text) if kind(character) in (RTL, LTR)), False
    )


def _has_arabic(line: Line) -> bool:
    return any(kind(unit) == RTL for unit in line.units)


def _is_visual(line: Line, conventions: Conventions) -> bool:
    if any(line.reversed_units):
        return True
    evidence = _visual_evidence(line)
    return evidence > 0 if abs(evidence) >= _DECISIVE else conventions.is_visual


def _visual_evidence(line: Line) -> int:
    """How much more the line's words look like Arabic from right to left than from left to right."""
    evidence = 0
    for is_word, word in groupby(line.units, key=lambda unit: unit != SPACE):
        if is_word:
            units = tuple(word)
            evidence += _arabic_evidence(units[::-1]) - _arabic_evidence(units)
    return evidence


@lru_cache(maxsize=65536)
def _arabic_evidence(units: tuple[str, ...]) -> int:
    if not any(kind(unit) == RTL for unit in units):
        return 0
    word = unicodedata.normalize("NFKC", _MARKS.sub("", written("".join(units))))
    word = _NOT_LETTERS.sub("", word)
    return (
        (word.startswith(_ARTICLE) and len(word) >= _MIN_WORD_WITH_ARTICLE)
        + word.endswith(_ONLY_AT_END)
        + (word in _COMMON_WORDS)
    )


def _mirror_evidence(line: Line) -> int:
    """How many more brackets in Arabic text stand right once they are turned round."""
    if not any(unit in _OPENING or unit in _CLOSING for unit in line.units) or not _has_arabic(line):
        return 0
    order = reading_order(line.units, line.reversed_units, is_rtl=True, after_arabic=True)
    units = [SPACE, *(line.units[index] for index, _ in order), SPACE]
    evidence = 0
    for at, (_, is_mirrored) in enumerate(order, start=1):
        if not is_mirrored:
            continue
        opens = units[at - 1] == SPACE and units[at + 1] != SPACE
        closes = units[at - 1] != SPACE and (units[at + 1] == SPACE or units[at + 1] in _ENDS_SENTENCE)
        if opens != closes:
            evidence += opens if units[at] in _CLOSING else -opens if units[at] in _OPENING else 0
            evidence += closes if units[at] in _OPENING else -closes if units[at] in _CLOSING else 0
    return evidence


def is_line_rtl(line: Line) -> bool | None:
    """Whether most letters of a line are of a right-to-left script; None if it has none or as many of both."""
    arabic, latin = _letters(line)
    return None if arabic == latin else arabic > latin


def _letters(line: Line) -> tuple[int, int]:
    kinds = [kind(unit) for unit in line.units]
    return kinds.count(RTL), kinds.count(LTR)


def _base_direction(line: Line, *, is_rtl: bool) -> bool:
    arabic, latin = _letters(line)
    if not is_rtl:
        return arabic > latin
    if arabic or not latin:
        return True
    # English on an Arabic page: in an Arabic paragraph its full stop stands at the left.
    first, last = line.units[0], line.units[-1]
    return first in _ENDS_SENTENCE and line.units[1] != SPACE and last not in _ENDS_SENTENCE


def _words_in_drawing_order(line: Line) -> str:
    """The text of a line whose letters run from left to right; its words may have been placed from right to left, as
    in the invisible text of some scans."""
    words = "".join(line.units).split(SPACE)
    return SPACE.join(reversed(words) if line.drawn_leftward else words)

"""Citation markers as small models write them, tied to the sentence they speak for.

[1], [1,3], [1][3], [1-3], [١], 【1】, (1), [Source 1], [المصدر ١], [^1], <source n="1">: before the full stop or after
it, behind a closing quote, or in front of what they speak for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import text

# Repetitions are bounded or possessive and never cross an opening bracket: a reply of a hundred thousand brackets
# is read in one pass.
_SPACE = r"[ \t\u00a0\u200e\u200f]{0,9}+"
_AND = r"(?:,|،|;|؛|&|and\b|و)"
_LABEL = (
    r"(?:(?:sources?|passages?|documents?|docs?|references?|refs?"
    r"|(?:ال)?(?:مصدران|مصدرين|مصدر|مصادر|مراجع|مرجع|وثيقة|وثائق))"
    rf"{_SPACE}(?:رقم|no\.?|n)?{_SPACE}[:#=]?{_SPACE}[\"']?)"
)
_ITEM = rf"{_LABEL}?\^?\d{{1,3}}(?!\d)[\"']?"
_ITEMS = rf"{_ITEM}(?:{_SPACE}(?:{_AND}|[-–—])?{_SPACE}{_ITEM})*+"
_MARKER = re.compile(
    rf"[\[【]{_SPACE}(?P<square>{_ITEMS}){_SPACE}[\]】]"
    rf"|[(（]{_SPACE}(?P<labelled>{_LABEL}{_ITEMS}){_SPACE}[)）]"
    rf"|[(（]{_SPACE}(?P<round>{_ITEMS}){_SPACE}[)）]"
    # The fences of the prompt, which the smallest models copy into their answer.
    r"|</?(?P<fence>source\b[^<>\n]{0,300}+)>",
    re.IGNORECASE,
)
_NUMBER_OR_RANGE = re.compile(rf"(\d{{1,3}})(?:{_SPACE}[-–—]{_SPACE}(\d{{1,3}}))?")
_FENCE_NUMBER = re.compile(r"n=[\"']?(\d{1,3})")
_LONGEST_RANGE = 20

# "القرار رقم (3)": these name a thing by its number, in round brackets that are no marker.
_NUMBERED_THINGS = frozenset(
    text.normalise(
        "رقم القرار قرار المادة مادة البند الفقرة العدد number no resolution article section item page"
    ).split()
)

# Words that only lead to a marker go with it: "According to [1], he left", "Sources: [1], [2]".
_LEAD_IN = re.compile(
    r"(?<!\w)(?:(?:according to|as stated in|as reported in|based on)(?: the)?(?: sources?)?"
    r"|(?:وفق[اً]{0,2} لـ?|طبق[اً]{0,2} لـ?|بحسب|حسب|بناء[اً]{0,2} على)[ ]?(?:ال|ل)?(?:مصدر|مصادر)?"
    r"|(?:sources?|references?|المصادر|المصدر|المراجع|المرجع):)[ \t]{0,9}\Z",
    re.IGNORECASE,
)
_LEAD_IN_LENGTH = 40
_JOINS_MARKERS = re.compile(rf"{_SPACE}{_AND}?{_SPACE}", re.IGNORECASE)
_COMMA = re.compile(r"[ \t]{0,9}[,،:]?[ \t]{0,9}")
_HORIZONTAL = " \t\u00a0"

# What stands in front of an item of a list, or of a heading: no part of the sentence, and its number no fact.
_BULLET = re.compile(r"(?:[-*•·▪◦–]|#{1,6}|>)\s+")
_LIST_NUMBER = re.compile(r"\(?(\d{1,3})[.)]\s+")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of an answer without its markers, and the numbers of shown sources that they name.

    `invented` counts numbers that name no shown source. `gap` is what stands before the sentence and states
    nothing: white space, the marks and numbers of a list, a ruling.
    """

    text: str
    sources: tuple[int, ...]
    invented: int
    gap: str


@dataclass(frozen=True, slots=True)
class _Marker:
    """Numbers that were written at `position` of the answer without markers."""

    position: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A sentence of the answer without markers: `text` at `start`, and the `gap` before it."""

    text: str
    start: int
    end: int
    gap: str


def split_marked(answer: str, *, shown: int) -> list[MarkedSentence]:
    """The sentences of an answer that was written from `shown` numbered sources.

    Gaps and texts joined are the answer without its markers. Empty where the answer has no letter or digit.
    """
    plain, markers = _without_markers(answer.strip(), shown)
    sentences = _spoken(plain)
    if not sentences:
        return []
    named: list[list[int]] = [[] for _ in sentences]
    for marker, position in _tied(plain, sentences, markers):
        named[position].extend(marker.numbers)
    return [
        MarkedSentence(
            text=sentence.text,
            sources=tuple(dict.fromkeys(number for number in numbers if 1 <= number <= shown)),
            invented=sum(not 1 <= number <= shown for number in numbers),
            gap=sentence.gap,
        )
        for sentence, numbers in zip(sentences, named, strict=True)
    ]


def _without_markers(answer: str, shown: int) -> tuple[str, list[_Marker]]:
    """The answer as it reads without markers, and where they were."""
    kept: list[str] = []
    markers: list[_Marker] = []
    length = end = 0
    for start, stop, numbers in _removals(answer, shown):
        kept.append(answer[end:start])
        length += start - end
        markers.append(_Marker(length, numbers))
        end = stop
        if start and not answer[start - 1].isspace() and answer[stop : stop + 1].isalnum():
            kept.append(" ")
            length += 1
    kept.append(answer[end:])
    return "".join(kept), markers


def _removals(answer: str, shown: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """(start, end, numbers) of every marker, with the white space, comma or lead-in that goes with it."""
    end = 0
    for match in _MARKER.finditer(answer):
        start, stop = match.span()
        numbers = _numbers(match)
        if match["round"] and not _is_round_marker(answer, start, numbers, shown):
            continue
        if end and _JOINS_MARKERS.fullmatch(answer, end, start):
            start = end
        elif lead_in := _LEAD_IN.search(answer, max(end, start - _LEAD_IN_LENGTH), start):
            start = lead_in.start()
            stop = _matched_end(_COMMA, answer, stop)
            before = answer[end:start].rstrip(_HORIZONTAL + ",،")
            if not answer[stop : stop + 1].isalnum():
                start = end + len(before)
        else:
            start = end + len(answer[end:start].rstrip(_HORIZONTAL))
        if start == 0 or answer[start - 1] == "\n":
            stop = _matched_end(_COMMA, answer, stop)
        yield start, stop, numbers
        end = stop


def _matched_end(pattern: re.Pattern[str], answer: str, position: int) -> int:
    match = pattern.match(answer, position)
    return match.end() if match else position


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    """ "1-3, 5" → (1, 2, 3, 5); digits of any script."""
    if match["fence"]:
        return tuple(int(number) for number in _FENCE_NUMBER.findall(match["fence"]))
    found: list[int] = []
    for first, last in _NUMBER_OR_RANGE.findall(match[match.lastgroup or 0]):
        low, high = int(first), int(last or first)
        found.extend(range(low, high + 1) if low <= high <= low + _LONGEST_RANGE else (low, high))
    return tuple(found)


def _is_round_marker(answer: str, start: int, numbers: Sequence[int], shown: int) -> bool:
    """Whether a bare number in round brackets is a marker: they hold years, resolutions and list numbers too."""
    before = answer[max(0, start - _LEAD_IN_LENGTH) : start].rpartition("\n")[2].split()
    if not before or not all(1 <= number <= shown for number in numbers):
        return False
    return not (text.words(before[-1])[-1:] and text.words(before[-1])[-1] in _NUMBERED_THINGS)


def _spoken(plain: str) -> list[_Spoken]:
    """Sentences with a letter or digit; what lies between them becomes their gaps, what follows the last its text."""
    found: list[_Spoken] = []
    end_of_last = list_number = 0
    for start, end in text.sentences(plain):
        while layout := _BULLET.match(plain, start, end):
            start = layout.end()
        numbered = _LIST_NUMBER.match(plain, start, end)
        # "81. That is all" is no item of a list: a list counts from one.
        if numbered and int(numbered[1]) in {1, list_number + 1}:
            list_number = int(numbered[1])
            start = numbered.end()
        if any(character.isalnum() for character in plain[start:end]):
            found.append(_Spoken(plain[start:end], start, end, plain[end_of_last:start]))
            end_of_last = end
    if found:
        last = found[-1]
        found[-1] = _Spoken(plain[last.start :].rstrip(), last.start, len(plain), last.gap)
    return found


def _tied(
    plain: str, sentences: Sequence[_Spoken], markers: Sequence[_Marker]
) -> Iterator[tuple[_Marker, int]]:
    """Each marker with the position of the sentence it speaks for: the one before it, except on a line that begins
    with a marker, where markers stand in front."""
    starts = [sentence.start for sentence in sentences]
    end_of_front_line = -1
    for marker in markers:
        before = bisect_left(starts, marker.position) - 1
        if before < 0:
            in_front = True
        elif before + 1 == len(sentences) or marker.position < sentences[before].end:
            in_front = False
        else:
            left = plain[sentences[before].end : marker.position]
            right = plain[marker.position : starts[before + 1]]
            starts_line = "\n" in left or marker.position < end_of_front_line
            in_front = starts_line and "\n" not in right
        if in_front and marker.position > end_of_front_line:
            line_break = plain.find("\n", marker.position)
            end_of_front_line = line_break if line_break >= 0 else len(plain)
        yield marker, before + 1 if in_front else before

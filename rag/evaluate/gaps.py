"""What of a sentence can be asked for by leaving it out: its numbers, years and names, in Arabic and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag import text
from rag.schema import Language
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS
from rag.text.places import places
from rag.text.stop_words import STOP_WORDS

GapKind = Literal["number", "year", "name"]


@dataclass(frozen=True, slots=True)
class Gap:
    """`sentence[start:end]` can be left out and asked for."""

    start: int
    end: int
    kind: GapKind


_YEAR = re.compile(r"(?:1[0-9]|20)\d{2}|[١۱][٠-٩۰-۹]{3}|[٢۲][٠۰][٠-٩۰-۹]{2}")
# "oxygen-18" and "the 1980s": a part of a word makes no gap.
_PART_BEFORE, _PART_AFTER = re.compile(r"(?:[^\W\d_]|\w-|\d[–⁄/:])$"), re.compile(r"[^\W\d_]|-\w|[–⁄/:]\d")
_LIST_NUMBER = re.compile(r"\s*[).:\-–]")

_LATIN_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:(?:of|the|bin|al|de|von|van)\s+)?[A-Z][\w’'-]*)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_MIN_LONE_NAME = 4  # "He", "The", "Mr": shorter words with a capital are rarely names

# Arabic names carry no sign. Surest are the two words behind an office, behind the country or ministry it is of.
_WORD = rf"[{ARABIC_LETTERS}{ARABIC_MARKS}]+"
_OFFICE = re.compile(
    rf"(?<![{ARABIC_LETTERS}])[ولبف]?(?:الرئيس|الأمير|الملك|الدكتور|الدكتورة|الشيخ|السيد|السيدة|اللواء|العقيد|الجنرال"
    rf"|المهندس|النائب|الوزير|الوزيرة|نظيره|نظيرها|(?:وزير|وزيرة|رئيس|رئيسة|أمين|مدير|قائد)(?:\s+(?:ال{_WORD}|{_WORD}ها))?)"
    rf"(?:\s+ال{_WORD}(?:ي|ية))?\s+(?P<name>(?!ال){_WORD}\s+{_WORD})"
)
_PLACE = re.compile(
    rf"(?<![{ARABIC_LETTERS}])(?:في|إلى|الى|مدينة|العاصمة|عاصمتها|دولة|جمهورية)\s+(?P<name>{_WORD})"
)
_QUOTED = re.compile(r"[«“\"](?P<name>[^«»“”\"\n]{3,40})[»”\"]")
_MOST_QUOTED_WORDS = 4
# "الشيخ وأفراد العشيرة": a word that long behind "and" is no first name as وليد and وائل are.
_LONGEST_NAME_WITH_WAW = 5
# Words that end no name: what follows an office is then not a name but the rest of a sentence.
_NOT_OF_A_NAME = frozenset(
    text.words("على في من إلى عن مع أن إن كما الذي التي وقد قد قال أكد أعلن أشار خلال إنه أنه")
)


def find_gaps(sentence: str, language: Language) -> list[Gap]:
    """The gaps of a sentence, in order and without overlaps; never what the rest of the sentence says again."""
    found: list[Gap] = []
    candidates = [
        *_numbers(sentence),
        *(_arabic_names(sentence) if language == "ar" else _latin_names(sentence)),
    ]
    for gap in sorted(candidates, key=lambda gap: (gap.start, -gap.end)):
        if (not found or found[-1].end <= gap.start) and not _is_said_again(sentence, gap):
            found.append(gap)
    return found


def _numbers(sentence: str) -> Iterator[Gap]:
    for number in text.numbers(sentence):
        printed = sentence[number.start : number.end]
        opens_a_list = not sentence[: number.start].strip() and _LIST_NUMBER.match(sentence, number.end)
        is_part = _PART_BEFORE.search(sentence, 0, number.start) or _PART_AFTER.match(sentence, number.end)
        if not opens_a_list and not is_part:
            yield Gap(number.start, number.end, "year" if _YEAR.fullmatch(printed) else "number")


def _latin_names(sentence: str) -> Iterator[Gap]:
    for match in _LATIN_NAME.finditer(sentence):
        start, end = match.span()
        first, *others = match.group().split()
        if first.lower() in STOP_WORDS:
            if not others:
                continue
            start += match.group().index(others[0], len(first))
        name = _POSSESSIVE.sub("", sentence[start:end])
        end = start + len(name)
        lone = len(name.split()) == 1
        # The first word of a sentence has its capital from there.
        if lone and (not any(map(str.isalpha, sentence[:start])) or len(name) < _MIN_LONE_NAME):
            continue
        if not text.dates(f"on {name} 1"):
            yield Gap(start, end, "name")


def _arabic_names(sentence: str) -> Iterator[Gap]:
    for match in _OFFICE.finditer(sentence):
        first, *_ = words = text.words(match["name"])
        joined = first.startswith("و") and len(first) > _LONGEST_NAME_WITH_WAW
        if not joined and not _NOT_OF_A_NAME & set(words):
            yield Gap(*match.span("name"), "name")
    for match in _PLACE.finditer(sentence):
        if places(match["name"]):
            yield Gap(*match.span("name"), "name")
    for match in _QUOTED.finditer(sentence):
        if len(match["name"].split()) <= _MOST_QUOTED_WORDS and any(map(str.isalpha, match["name"])):
            start = match.start("name") + len(match["name"]) - len(match["name"].lstrip())
            yield Gap(start, start + len(match["name"].strip()), "name")


def _is_said_again(sentence: str, gap: Gap) -> bool:
    """Whether the rest of the sentence gives the answer away."""
    wanted = set(text.words(sentence[gap.start : gap.end])) - STOP_WORDS
    rest = set(text.words(f"{sentence[: gap.start]} {sentence[gap.end :]}"))
    return not wanted or bool(wanted & rest)

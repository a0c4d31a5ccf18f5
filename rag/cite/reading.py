"""A claim, a question or a sentence of a source, read once and compared often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rag import text
from rag.cite.negation import Denials
from rag.schema import Language
from rag.statement import Statement
from rag.text.places import places
from rag.text.stop_words import STOP_WORDS
from rag.text.units import unit_name

# "81 different member countries": what is counted stands among the words behind the number.
_UNIT_WORDS = 3
_STOPS = re.compile(r"[.,;:!?،؛؟()\"“”«»]")
_PRINTED_UNIT = re.compile(r"\s*[%٪$€]")
_DECIMALS = 6

# A number of four digits is more often a year than a count, unless it is money.
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_COUNTED_IN_THOUSANDS = frozenset({"%", "$", "€"})

# A capital inside a sentence; one at its start says nothing, unless a name goes on behind it.
_NAME = re.compile(r"(?<![.!?:] )(?<![.!?:\"“«(] )(?<!^)(?<!^[\"“«(])\b[A-Z][\w’'-]+")
_ONE = re.compile(r"\b(?:one|single|واحد|واحده|وحيد|وحيده)\b")


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and stems of what it counts: the words behind it, and their keys across languages."""

    value: float
    words: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """What a text says, by kind. Everything is found when it is first asked for."""

    words: str
    spoken: Language = "en"

    @cached_property
    def language(self) -> Language:
        """By its script; `spoken` where it has no letters ("308")."""
        return text.language(self.words, default=self.spoken)

    @cached_property
    def statement(self) -> Statement:
        """Numbers, and stems of the other words."""
        return Statement.of(self.words)

    @cached_property
    def skeletons(self) -> frozenset[str]:
        """Consonants of its words, for the other language."""
        return frozenset(text.skeletons(self.words))

    @cached_property
    def roots(self) -> frozenset[str]:
        """Roots of its Arabic words."""
        return frozenset(text.roots(self.words))

    @cached_property
    def denials(self) -> Denials:
        """What it denies."""
        return Denials.of(self.words)

    @cached_property
    def dates(self) -> frozenset[str]:
        """Months and week days."""
        return text.dates(self.words)

    @cached_property
    def ordinals(self) -> frozenset[float]:
        """Places in an order, in words."""
        return text.ordinals(self.words)

    @cached_property
    def places(self) -> frozenset[str]:
        """Well-known places and organisations, under one key for both languages."""
        return places(self.words)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Words with a capital that a sentence does not ask for, as printed. Arabic has none."""
        dated = self.dates
        return tuple(
            match.group()
            for match in _NAME.finditer(self.words)
            if not (dated and text.dates(f"on {match.group()} 1"))
        )

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """Its numbers with what they count."""
        return tuple(
            _count(round(number.value, _DECIMALS), self._counted(number))
            for number in text.numbers(self.words)
        )

    @cached_property
    def ones(self) -> tuple[Count, ...]:
        """What it says there is one of: "one country", «دولة واحدة»."""
        found: list[Count] = []
        plain = text.normalise(self._without_numbers())
        for match in _ONE.finditer(plain):
            near = (
                plain[match.end() :].split()[:2]
                if match.group().isascii()
                else plain[: match.start()].split()[-1:]
            )
            found.append(_count(1.0, _stems(near)))
        return tuple(found)

    def _without_numbers(self) -> str:
        """ "Sixty-one" is not one."""
        kept, end = [], 0
        for number in text.numbers(self.words):
            kept.append(self.words[end : number.start])
            end = number.end
        return " # ".join([*kept, self.words[end:]])

    def _counted(self, number: text.Number) -> list[str]:
        """The unit of a number and the stems behind it; none where it is a year or a day of a month."""
        before = self.words[: number.start].split()[-1:]
        behind = _STOPS.split(self.words[number.end :], maxsplit=1)[0]
        following = text.normalise(behind).split()[:_UNIT_WORDS]
        if text.dates(" ".join([*before, "1", *following[:1]])):
            return []
        if (
            _YEAR.fullmatch(self.words[number.start : number.end])
            and number.unit not in _COUNTED_IN_THOUSANDS
        ):
            return []
        if _PRINTED_UNIT.match(self.words[number.end :]) or not number.unit:
            return [number.unit] if number.unit else _stems(following)
        return [number.unit, *_stems(following)]


def _stems(words: list[str]) -> list[str]:
    return [text.stem(part) for word in words for part in text.words(word) if part not in STOP_WORDS]


def _count(value: float, stems: list[str]) -> Count:
    units = frozenset(name for stem in stems if (name := unit_name(stem)))
    return Count(value, frozenset(stems), units)

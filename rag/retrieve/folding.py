"""One Hit for one statement: the same sentence in several sources, and near copies, do not fill the places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag import text
from rag.schema import Hit, Passage, Place, Sentence
from rag.statement import Statement

# Sentences that share fewer of their words (Jaccard, digits aside) are not read for their numbers, which takes ten
# times as long. Less than what makes a statement repeat another, since one may write its numbers in words.
MIN_SHARED_WORDS = 0.6


def fold_duplicates(hits: Iterable[Hit], *, limit: int) -> list[Hit]:
    """The first `limit` hits whose best sentences differ; later twins of them are named in their `also_in`."""
    kept: list[Hit] = []
    printed: list[_Printed] = []
    for hit in hits:
        own = _Printed(hit.best_sentence.text)
        twin = next((i for i, other in enumerate(printed) if own.repeats(other)), None)
        if twin is not None:
            kept[twin] = _with_place(kept[twin], hit)
        elif len(kept) < limit:
            kept.append(hit)
            printed.append(own)
    return kept


@dataclass(frozen=True)
class _Printed:
    """A sentence, read as closely as comparing it with others needs."""

    sentence: str

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for stem in text.stems(self.sentence) if not stem[0].isdecimal())

    @cached_property
    def statement(self) -> Statement:
        return Statement.of(self.sentence)

    def repeats(self, other: _Printed) -> bool:
        shared = len(self.stems & other.stems)
        enough = shared >= MIN_SHARED_WORDS * len(self.stems | other.stems)
        return enough and self.statement.repeats(other.statement)


def _with_place(hit: Hit, twin: Hit) -> Hit:
    places = [*hit.also_in, place_of(twin.passage, twin.best_sentence), *twin.also_in]
    return replace(hit, also_in=_one_per_source(hit.passage.source, places))


def _one_per_source(own_source: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """The first place of each source other than the hit's own."""
    first: dict[str, Place] = {}
    for place in places:
        if place.source != own_source:
            first.setdefault(place.source, place)
    return tuple(first.values())


def place_of(passage: Passage, sentence: Sentence) -> Place:
    """Where a sentence of a passage stands."""
    return Place(passage.source, passage.title, passage.page, sentence.start, sentence.end)

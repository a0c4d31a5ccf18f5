"""Sources that give different values for what was asked: 81 countries here, 83 there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag import text
from rag.question import unit_key, what_is_asked
from rag.schema import DraftConflict, Evidence, Hit
from rag.statement import Statement, evidence_at

# Only sentences that answer nearly as well as the best one count, on a scale where the weakest sentence of the hits is
# 0 and the best 1: the seeds' counts of countries lie at 0.69 and above, and at 0.53 counts of other things begin.
RELEVANT_FROM = 0.55

# Two sentences are about the same thing when the shorter shares this much of its words with the other, numbers and
# unit apart: the seeds' two counts of countries share 0.28 and 0.38, their counts of different people at most 0.13.
SAME_SUBJECT_OVERLAP = 0.2

# 2.3 million and 2,300,000 differ in the last bit of a float.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class _Value:
    value: float
    printed: str
    counted: str
    evidence: Evidence
    statement: Statement


def find_conflicts(question: str, hits: Sequence[Hit]) -> tuple[DraftConflict, ...]:
    """Quantities with one unit and different values, from different sources, where a quantity was asked for.

    Where the question names the unit in the sources' own language ("how many countries" of English sources), only
    that unit counts; across languages every unit does whose sentences answer the question.
    """
    asked = what_is_asked(question)
    if asked.kind != "quantity":
        return ()
    by_unit: dict[str, list[_Value]] = defaultdict(list)
    for evidence in _relevant_sentences(hits):
        for unit, value in _values(evidence):
            by_unit[unit].append(value)
    if asked.unit in by_unit:
        by_unit = defaultdict(list, {asked.unit: by_unit[asked.unit]})
    return tuple(conflict for values in by_unit.values() if (conflict := _conflict(values)) is not None)


def _relevant_sentences(hits: Sequence[Hit]) -> list[Evidence]:
    scores = [scored.score for hit in hits for scored in hit.sentences]
    if not scores:
        return []
    floor = min(scores) + RELEVANT_FROM * (max(scores) - min(scores))
    found: dict[tuple[str, int | None, int, int], Evidence] = {}
    for hit in hits:
        for position, scored in enumerate(hit.sentences):
            if scored.score >= floor:
                evidence = evidence_at(hit, position)
                found.setdefault(evidence.key, evidence)
    return list(found.values())


def _values(evidence: Evidence) -> list[tuple[str, _Value]]:
    """(unit, value) of every number of a sentence that counts something. A value's statement is without its unit,
    which every value it is compared with shares."""
    sentence = evidence.sentence.text
    statement = Statement.of(sentence)
    return [
        (
            unit_key(number.unit),
            _Value(
                value=round(number.value, _DECIMALS),
                printed=sentence[number.start : number.end],
                counted=_counted(sentence[number.end :], number.unit),
                evidence=evidence,
                statement=Statement(
                    frozenset(stem for stem in statement.stems if unit_key(stem) != unit_key(number.unit)),
                    statement.numbers,
                ),
            ),
        )
        for number in text.numbers(sentence)
        if number.unit
    ]


def _counted(behind: str, unit: str) -> str:
    """The unit as it is printed `behind` its number: a stem is no word for a reader."""
    for printed in behind.split():
        if [text.stem(word) for word in text.words(printed)][-1:] == [unit]:
            return printed.strip(".,:;!?،؛؟…\"'”“»«()[]")
    return unit


def _conflict(values: Sequence[_Value]) -> DraftConflict | None:
    """The values that some other source contradicts, in the order in which they were found."""
    disputed: dict[float, list[_Value]] = defaultdict(list)
    for value in values:
        if any(_contradict(value, other) for other in values):
            disputed[value.value].append(value)
    if len(disputed) < 2:
        return None
    return DraftConflict(
        about=next(iter(disputed.values()))[0].counted,
        values=tuple(
            (group[0].printed, tuple(value.evidence for value in group)) for group in disputed.values()
        ),
    )


def _contradict(one: _Value, other: _Value) -> bool:
    """Two sources on one subject, neither of which says the other's value as well ("81 of the 83 countries")."""
    return (
        one.value not in other.statement.numbers
        and other.value not in one.statement.numbers
        and one.evidence.passage.source != other.evidence.passage.source
        and one.statement.overlap(other.statement) >= SAME_SUBJECT_OVERLAP
    )

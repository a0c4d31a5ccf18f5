"""Sources that give different values for what was asked: 81 countries here, 83 there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from rag import text
from rag.cite.values import Given, date_of, exchanged, may_be_name, place_of
from rag.question import Asked, Kind, unit_key, what_is_asked
from rag.schema import DraftConflict, Evidence, Hit, Language
from rag.statement import Statement, evidence_at
from rag.text.places import places
from rag.text.units import unit_name

# Only sentences that answer nearly as well as the best one count, on a scale where the weakest sentence of the hits is
# 0 and the best 1: the seeds' counts of countries lie at 0.69 and above, and at 0.53 counts of other things begin.
RELEVANT_FROM = 0.55

# Two sentences are about the same thing when the shorter shares this much of its words with the other, numbers and
# unit apart: the seeds' two counts of countries share 0.28 and 0.38, their counts of different people at most 0.13.
SAME_SUBJECT_OVERLAP = 0.2

# A date or a place stands in many sentences that are about the same thing and tell something else of it: those that
# tell the same share this much.
SAME_EVENT_OVERLAP = 0.6

# 2.3 million and 2,300,000 differ in the last bit of a float.
_DECIMALS = 6

_YEAR = re.compile(r"[12]\d{3}")

# What the reader is told to differ, where no unit names it.
_ABOUT: dict[Kind, dict[Language, str]] = {
    "time": {"en": "date", "ar": "التاريخ"},
    "place": {"en": "place", "ar": "المكان"},
    "person": {"en": "name", "ar": "الاسم"},
    "other": {"en": "answer", "ar": "الجواب"},
}


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a sentence. Values with one `key` are the same."""

    key: Hashable
    printed: str
    counted: str
    evidence: Evidence
    statement: Statement


def find_conflicts(question: str, hits: Sequence[Hit]) -> tuple[DraftConflict, ...]:
    """Different values from different sources for what the question asks.

    A quantity: numbers with one unit, where the question names it that unit ("how many countries", in either language
    for common units). A date or a well-known place: sentences that tell the same and differ in it. A name or anything
    else: sentences of one language that are the same but for it.
    """
    asked = what_is_asked(question)
    relevant = _relevant_sentences(hits)
    if asked.kind == "quantity":
        return _quantities(asked, relevant)
    about = _ABOUT[asked.kind][text.language(question)]
    conflict = _conflict(_valued(asked.kind, question, relevant, about), _tell_the_same)
    if conflict is None and asked.kind != "time":
        conflict = _exchanged(question, relevant, about, named=asked.kind != "other")
    return () if conflict is None else (conflict,)


def _quantities(asked: Asked, relevant: Sequence[Evidence]) -> tuple[DraftConflict, ...]:
    by_unit: dict[str, list[_Value]] = defaultdict(list)
    for evidence in relevant:
        for unit, value in _counts(evidence):
            by_unit[unit].append(value)
    named = unit_name(asked.unit) or asked.unit
    if named in by_unit:
        conflicts = [_conflict(by_unit[named], _count_the_same)]
    else:
        # What is counted is not known ("the population of"): only sentences that tell the same can contradict.
        conflicts = [_conflict(values, _tell_the_same) for unit, values in by_unit.items() if unit != "%"]
    return tuple(conflict for conflict in conflicts if conflict is not None)


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


def _counts(evidence: Evidence) -> list[tuple[str, _Value]]:
    """(unit, value) of every number of a sentence that counts something. A value's statement is without its unit,
    which every value it is compared with shares."""
    sentence = evidence.sentence.text
    statement = Statement.of(sentence)
    return [
        (
            unit_name(number.unit) or unit_key(number.unit),
            _Value(
                key=round(number.value, _DECIMALS),
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
        if number.unit and not _may_be_year(sentence[number.start : number.end], number.unit)
    ]


def _may_be_year(printed: str, unit: str) -> bool:
    """ "The 2011 census" counts nothing."""
    return _YEAR.fullmatch(printed) is not None and not unit_name(unit)


def _counted(behind: str, unit: str) -> str:
    """The unit as it is printed `behind` its number: a stem is no word for a reader."""
    for printed in behind.split():
        if [text.stem(word) for word in text.words(printed)][-1:] == [unit]:
            return printed.strip(".,:;!?،؛؟…\"'”“»«()[]")
    return unit


def _valued(kind: Kind, question: str, relevant: Sequence[Evidence], about: str) -> list[_Value]:
    """The dates or places that the sentences give; none for other kinds."""

    def given(sentence: str) -> Given | None:
        if kind == "time":
            return date_of(sentence)
        return place_of(sentence, question) if kind == "place" else None

    return [
        _Value(found.keys, found.printed, about, evidence, Statement.of(evidence.sentence.text))
        for evidence in relevant
        if (found := given(evidence.sentence.text)) is not None
    ]


def _exchanged(
    question: str, relevant: Sequence[Evidence], about: str, *, named: bool
) -> DraftConflict | None:
    """The first two sentences of different sources that answer the question in the same words but for a few: a name,
    where it asks for one (`named`)."""
    for position, one in enumerate(relevant):
        for other in relevant[position + 1 :]:
            if one.passage.source == other.passage.source:
                continue
            found = exchanged(one.sentence.text, other.sentence.text, question=question)
            if found and (not named or all(may_be_name(printed) for printed in found)):
                return DraftConflict(about, ((found[0], (one,)), (found[1], (other,))))
    return None


def _conflict(
    values: Sequence[_Value], about_the_same: Callable[[_Value, _Value], bool]
) -> DraftConflict | None:
    """The values that some other source contradicts, in the order in which they were found."""
    disputed: dict[Hashable, list[_Value]] = defaultdict(list)
    for value in values:
        if any(_contradict(value, other, about_the_same) for other in values):
            disputed[value.key].append(value)
    if len(disputed) < 2:
        return None
    return DraftConflict(
        about=next(iter(disputed.values()))[0].counted,
        values=tuple(
            (group[0].printed, tuple(value.evidence for value in group)) for group in disputed.values()
        ),
    )


def _contradict(one: _Value, other: _Value, about_the_same: Callable[[_Value, _Value], bool]) -> bool:
    return (
        one.key != other.key
        and one.evidence.passage.source != other.evidence.passage.source
        and about_the_same(one, other)
    )


def _count_the_same(one: _Value, other: _Value) -> bool:
    """Two sentences on one subject, neither of which says the other's value as well ("81 of the 83 countries"). Across
    languages they share a name or another number."""
    if one.key in other.statement.numbers or other.key in one.statement.numbers:
        return False
    first, second = one.evidence.sentence.text, other.evidence.sentence.text
    if text.language(first) == text.language(second):
        return one.statement.overlap(other.statement) >= SAME_SUBJECT_OVERLAP
    return bool(_recognisable(first) & _recognisable(second))


def _recognisable(sentence: str) -> frozenset[str]:
    """What can be recognised in either language: names by their consonants, well-known places."""
    return places(sentence) | frozenset(text.skeletons(sentence))


def _tell_the_same(one: _Value, other: _Value) -> bool:
    """Two sentences of one language that share most of their words."""
    return one.statement.overlap(other.statement) >= SAME_EVENT_OVERLAP

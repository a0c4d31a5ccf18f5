"""The extractive answerer: quotes the one to four sentences that answer, each with its evidence.

It needs no model and cannot make anything up: a claim is a sentence of a document, letter for letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import text
from rag.question import DURATION, Asked, unit_key, what_is_asked
from rag.schema import QUOTED, DraftClaim, Evidence, Hit
from rag.statement import Statement, evidence_at
from rag.text.units import unit_name

# Resolution 2254 is none.
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_TIMES = frozenset(["second", "minute", "hour", "day", "week", "month", "year", "decade", "century"])
_MONEY = frozenset({"%", "$", "€"})

# Documents that disagree need room for each of their answers: of RAMDocs' questions, which have up to three valid
# ones, 41 % get all of them in four claims and 36 % in three.
MAX_CLAIMS = 4

# A sentence is ranked by its own likeness to the question and its passage's score, half and half: the passage carries
# the context (who, where) that a sentence of running text leaves out. Likeness is spread over 0 to 1 first, since
# cosines of one result lie within a tenth: as they are, the passages alone decided (of 44 seed questions 31 had the
# answer in the first claim and 34 in any; spread, 33 and 37). Weights from 0.5 to 0.8 gave the same.
SENTENCE_WEIGHT = 0.5

# Sentences nearer to each other than this are equally good: spread over 0 to 1, noise would decide.
MIN_SPREAD = 0.05

# "How many" is not answered by a sentence without a number, nor "when" by one without a date; a year counts nothing,
# and a number of something else answers less often. Of RAMDocs' questions 37 % got every valid answer without this.
# The same for persons and places, by capitals and known names, cost more answers than it found (XQuAD).
MISSING_NUMBER_PENALTY = 0.3
OTHER_UNIT_PENALTY = 0.1
MISSING_DATE_PENALTY = 0.2

# A further sentence is quoted only while it is nearly as good as the first: 2.4 claims an answer on the seed questions,
# and no answer lost against a wider margin.
MARGIN = 0.2

# A sentence of another article that tells the same fact in other words shares at least this much of its words and
# every number: it becomes a second source of the first claim, not a second claim.
CORROBORATES_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    evidence: Evidence
    statement: Statement
    score: float


def extract_claims(
    question: str, hits: Sequence[Hit], *, max_claims: int = MAX_CLAIMS
) -> tuple[DraftClaim, ...]:
    """Claims that answer `question`, best first. Empty where there are no hits."""
    candidates = _ranked(question, hits)
    if not candidates:
        return ()
    groups: list[list[_Candidate]] = []
    floor = candidates[0].score - MARGIN
    for candidate in candidates:
        group = next((group for group in groups if _same_fact(group, candidate)), None)
        if group is not None:
            group.append(candidate)
        elif len(groups) < max_claims and candidate.score >= floor:
            groups.append([candidate])
    return tuple(
        DraftClaim(
            text=group[0].evidence.sentence.text,
            evidence=tuple(candidate.evidence for candidate in group),
            status="supported",
            reason=QUOTED,
        )
        for group in groups
    )


def gives_what_is_asked(question: str, claims: Sequence[DraftClaim]) -> bool:
    """Whether any of the claims has a number where a number is asked for, and a date where a time is.

    Where none has, none is the answer: true of 12 of 340 such XQuAD questions that pass the gate, of which the
    extractive answer to none was right.
    """
    asked = what_is_asked(question)
    missing = {"quantity": MISSING_NUMBER_PENALTY, "time": MISSING_DATE_PENALTY}.get(asked.kind)
    return missing is None or any(penalty(asked, claim.text) < missing for claim in claims)


def _ranked(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    """Every sentence of the hits once, scored by its own likeness to the question and its passage's rank."""
    asked = what_is_asked(question)
    likenesses = [scored.score for hit in hits for scored in hit.sentences]
    nearest = max(likenesses, default=0.0)
    spread = max(nearest - min(likenesses, default=0.0), MIN_SPREAD)
    best: dict[tuple[str, int | None, int, int], _Candidate] = {}
    for hit in hits:
        for position, scored in enumerate(hit.sentences):
            evidence = evidence_at(hit, position)
            statement = Statement.of(scored.sentence.text)
            likeness = 1 - (nearest - scored.score) / spread
            score = SENTENCE_WEIGHT * likeness + (1 - SENTENCE_WEIGHT) * hit.score
            score -= penalty(asked, scored.sentence.text)
            if evidence.key not in best or best[evidence.key].score < score:
                best[evidence.key] = _Candidate(evidence, statement, score)
    return sorted(best.values(), key=lambda candidate: -candidate.score)


def penalty(asked: Asked, sentence: str) -> float:
    """What a sentence, or a part of one, loses for not having the kind of thing that is asked for."""
    if asked.kind == "time":
        dated = text.dates(sentence) or any(_is_year(number, sentence) for number in text.numbers(sentence))
        return 0.0 if dated else MISSING_DATE_PENALTY
    if asked.kind != "quantity":
        return 0.0
    counts = [number for number in text.numbers(sentence) if not _is_year(number, sentence)]
    if not counts:
        return MISSING_NUMBER_PENALTY
    return 0.0 if any(_counts(asked.unit, number.unit) for number in counts) else OTHER_UNIT_PENALTY


def _counts(asked: str, unit: str) -> bool:
    """Whether a number's unit is the one asked for, in either language."""
    if asked == DURATION:
        return unit_name(unit) in _TIMES
    named = unit_name(asked)
    return not asked or unit_key(unit) == asked or bool(named and unit_name(unit) == named)


def _is_year(number: text.Number, sentence: str) -> bool:
    return _YEAR.fullmatch(sentence, number.start, number.end) is not None and number.unit not in _MONEY


def _same_fact(group: Sequence[_Candidate], candidate: _Candidate) -> bool:
    told, further = group[0].statement, candidate.statement
    if told.repeats(further):
        return True
    elsewhere = candidate.evidence.passage.source not in {member.evidence.passage.source for member in group}
    agree = bool(told.numbers) and told.numbers == further.numbers
    return elsewhere and agree and told.overlap(further) >= CORROBORATES_OVERLAP

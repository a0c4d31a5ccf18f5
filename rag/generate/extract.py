"""The extractive answerer: quotes the one to three sentences that answer, each with its evidence.

It needs no model and cannot make anything up: a claim is a sentence of a document, letter for letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.question import what_is_asked
from rag.schema import DraftClaim, Evidence, Hit
from rag.statement import Statement, evidence_at

MAX_CLAIMS = 3

# A sentence is ranked by its own likeness to the question and its passage's score, half and half: the passage carries
# the context (who, where) that a sentence of running text leaves out. Likeness is spread over 0 to 1 first, since
# cosines of one result lie within a tenth: as they are, the passages alone decided (of 46 seed questions 33 had the
# answer in the first claim and 36 in any; spread, 35 and 39). Weights from 0.5 to 0.8 gave the same.
SENTENCE_WEIGHT = 0.5

# "How many" is not answered by a sentence without a number.
MISSING_NUMBER_PENALTY = 0.3

# A further sentence is quoted only while it is nearly as good as the first: 2.2 claims an answer on the seed questions,
# and no answer lost against a wider margin.
MARGIN = 0.2

# A quoted sentence that tells the same fact as another in other words shares at least this much of its words and
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
        if candidate.score < floor:
            break
        group = next((group for group in groups if _same_fact(group[0].statement, candidate.statement)), None)
        if group is not None:
            group.append(candidate)
        elif len(groups) < max_claims:
            groups.append([candidate])
    return tuple(
        DraftClaim(
            text=group[0].evidence.sentence.text,
            evidence=tuple(candidate.evidence for candidate in group),
            status="supported",
            reason="quoted",
        )
        for group in groups
    )


def _ranked(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    """Every sentence of the hits once, scored by its own likeness to the question and its passage's rank."""
    wants_number = what_is_asked(question).kind == "quantity"
    likenesses = [scored.score for hit in hits for scored in hit.sentences]
    lowest, span = min(likenesses, default=0.0), max(likenesses, default=0.0) - min(likenesses, default=0.0)
    best: dict[tuple[str, int | None, int, int], _Candidate] = {}
    for hit in hits:
        for position, scored in enumerate(hit.sentences):
            evidence = evidence_at(hit, position)
            statement = Statement.of(scored.sentence.text)
            likeness = (scored.score - lowest) / span if span else 1.0
            score = SENTENCE_WEIGHT * likeness + (1 - SENTENCE_WEIGHT) * hit.score
            if wants_number and not statement.numbers:
                score -= MISSING_NUMBER_PENALTY
            if evidence.key not in best or best[evidence.key].score < score:
                best[evidence.key] = _Candidate(evidence, statement, score)
    return sorted(best.values(), key=lambda candidate: -candidate.score)


def _same_fact(one: Statement, other: Statement) -> bool:
    if one.repeats(other):
        return True
    return bool(one.numbers) and one.numbers == other.numbers and one.overlap(other) >= CORROBORATES_OVERLAP

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
# cosines of one result lie within a tenth: as they are, the passages alone decided (of 44 seed questions 31 had the
# answer in the first claim and 34 in any; spread, 33 and 37). Weights from 0.5 to 0.8 gave the same.
SENTENCE_WEIGHT = 0.5

# Sentences nearer to each other than this are equally good: spread over 0 to 1, noise would decide.
MIN_SPREAD = 0.05

# "How many" is not answered by a sentence without a number.
MISSING_NUMBER_PENALTY = 0.3

# A further sentence is quoted only while it is nearly as good as the first: 2.2 claims an answer on the seed questions,
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
            reason="quoted",
        )
        for group in groups
    )


def _ranked(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    """Every sentence of the hits once, scored by its own likeness to the question and its passage's rank."""
    wants_number = what_is_asked(question).kind == "quantity"
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
            if wants_number and not statement.numbers:
                score -= MISSING_NUMBER_PENALTY
            if evidence.key not in best or best[evidence.key].score < score:
                best[evidence.key] = _Candidate(evidence, statement, score)
    return sorted(best.values(), key=lambda candidate: -candidate.score)


def _same_fact(group: Sequence[_Candidate], candidate: _Candidate) -> bool:
    told, further = group[0].statement, candidate.statement
    if told.repeats(further):
        return True
    elsewhere = candidate.evidence.passage.source not in {member.evidence.passage.source for member in group}
    agree = bool(told.numbers) and told.numbers == further.numbers
    return elsewhere and agree and told.overlap(further) >= CORROBORATES_OVERLAP

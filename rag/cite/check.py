"""Every claim of an answer against everything that was shown: which sentence carries it, and how far.

Nothing is taken on trust: a claim keeps the sources it names only as far as they carry it. How one claim is judged
against one sentence is told in judge.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import text
from rag.cite.comparing import Comparing
from rag.cite.facts import Piece, echoes, foreign_words
from rag.cite.judge import RANK, Likeness, Verdict, judge, judge_answer, reason
from rag.cite.markers import MarkedSentence
from rag.cite.memory import TextEmbedder
from rag.cite.reading import Reading
from rag.cite.support import support_scores
from rag.schema import DraftClaim, Embedder, Evidence, Hit
from rag.statement import evidence_at

# An answer of at most this many words that say anything is judged together with its question: "Rome [1]."
_TERSE_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Source:
    """A piece of the source shown as number `shown_as`, and the sentences it consists of."""

    evidence: tuple[Evidence, ...]
    piece: Piece
    shown_as: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A source and what judging a claim by it gave."""

    source: _Source
    verdict: Verdict


def check_answer(
    sentences: Sequence[MarkedSentence], shown: Sequence[Hit], *, embedder: Embedder, question: str = ""
) -> list[DraftClaim]:
    """One checked claim per sentence of an answer to `question`.

    A claim keeps the sources it names as far as they carry it. Where none does, or another shown source carries it
    in full and they only in part, or it names none, the sentence that carries it best is attached, or two sentences
    that follow each other where it tells both; where no sentence of any shown source does, it ends as unsupported,
    without evidence. A terse answer is judged together with the question, but its own words and numbers must stand
    in the source.
    """
    spoken = text.language(question)
    claims = [Reading(sentence.text, spoken) for sentence in sentences]
    sources = _sources(shown)
    if not claims or not sources:
        return [
            DraftClaim(claim.words, (), "unsupported", reason("unshown", claim.language)) for claim in claims
        ]
    asked = [with_question(claim, question) for claim in claims]
    comparing = Comparing(embedder)
    shown_readings = [source.piece.reading for source in sources]
    alone = comparing.likeness(claims, shown_readings)
    together = comparing.likeness(
        [whole or claim for whole, claim in zip(asked, claims, strict=True)], shown_readings
    )
    checked = [
        _unless_empty_or_foreign(
            claim,
            question,
            _check(
                claim,
                sentence.sources,
                _judge_all(claim, whole, likeness, asked_likeness, sources),
                comparing,
            ),
        )
        for claim, whole, sentence, likeness, asked_likeness in zip(
            claims, asked, sentences, alone, together, strict=True
        )
    ]
    return _with_support(checked, question, comparing.embedder)


def _unless_empty_or_foreign(claim: Reading, question: str, checked: DraftClaim) -> DraftClaim:
    """`checked`, weak where the claim repeats the question, or has a name or a quotation that its sources in the other
    language do not show."""
    if checked.status != "supported":
        return checked
    if echoes(claim, question):
        return replace(checked, status="weak", reason=reason("echo", claim.language))
    shown = Reading("\n".join(f"{item.passage.title}\n{item.passage.text}" for item in checked.evidence))
    if foreign := foreign_words(claim, shown, question):
        return replace(checked, status="weak", reason=reason("name", claim.language, foreign))
    return checked


def with_question(claim: Reading, question: str) -> Reading | None:
    """Question and claim together, where the claim is too short to be judged alone."""
    if not question or len(text.content_words(claim.words)) > _TERSE_WORDS:
        return None
    return Reading(f"{question} {claim.words}")


def _sources(shown: Sequence[Hit]) -> list[_Source]:
    return [
        _Source((evidence_at(hit, position),), _piece(hit, position), number)
        for number, hit in enumerate(shown, start=1)
        for position in range(len(hit.sentences))
    ]


def _piece(hit: Hit, position: int) -> Piece:
    texts = [scored.sentence.text for scored in hit.sentences]
    around = [hit.passage.title, *texts[max(0, position - 1) : position + 2]]
    return Piece(Reading(texts[position]), Reading(" ".join(around)))


def _judge_all(
    claim: Reading,
    asked: Reading | None,
    likeness: Sequence[Likeness],
    asked_likeness: Sequence[Likeness],
    sources: Sequence[_Source],
) -> list[_Found]:
    return [
        _Found(source, judge_answer(claim, source.piece, alone, asked, together))
        for source, alone, together in zip(sources, likeness, asked_likeness, strict=True)
    ]


def _check(claim: Reading, named: Sequence[int], found: Sequence[_Found], comparing: Comparing) -> DraftClaim:
    ranked = sorted(found, key=lambda one: one.verdict.rank)
    best_of_hit = {one.source.shown_as: one for one in ranked}
    if ranked[-1].verdict.status != "supported":
        for one in _judge_joined(claim, ranked, found, comparing):
            best_of_hit[one.source.shown_as] = one
            ranked = [*ranked, one]
    best = ranked[-1]
    carrying = [
        best_of_hit[number]
        for number in named
        if number in best_of_hit and best_of_hit[number].verdict.status != "unsupported"
    ]
    in_full = any(one.verdict.status == "supported" for one in carrying)
    if not in_full and RANK[best.verdict.status] > (RANK["weak"] if carrying else RANK["unsupported"]):
        carrying = [best]
    if not carrying:
        closest = max((one.verdict for one in found), key=lambda verdict: verdict.strength)
        return DraftClaim(claim.words, (), "unsupported", closest.reason)
    strongest = max(carrying, key=lambda one: one.verdict.rank).verdict
    evidence = {item.key: item for one in carrying for item in one.source.evidence}
    return DraftClaim(claim.words, tuple(evidence.values()), strongest.status, strongest.reason)


def _judge_joined(
    claim: Reading, ranked: Sequence[_Found], found: Sequence[_Found], comparing: Comparing
) -> list[_Found]:
    """The nearest sentence joined with the one before and the one behind it, as far as both have words of the claim
    that the other lacks, and the claim is then supported."""
    nearest = max(ranked, key=lambda one: one.verdict.strength)
    at = next(position for position, one in enumerate(found) if one is nearest)
    pairs = [
        _join(found[left].source, found[left + 1].source)
        for left in (at - 1, at)
        if 0 <= left < len(found) - 1
        and found[left].source.shown_as == found[left + 1].source.shown_as
        and _each_adds(claim, found[left].source.piece.reading, found[left + 1].source.piece.reading)
    ]
    if not pairs:
        return []
    (likeness,) = comparing.likeness([claim], [pair.piece.reading for pair in pairs])
    judged = [
        _Found(pair, judge(claim, pair.piece, near)) for pair, near in zip(pairs, likeness, strict=True)
    ]
    better = [one for one in judged if one.verdict.status == "supported"]
    return sorted(better, key=lambda one: one.verdict.rank)[-1:]


def _join(left: _Source, right: _Source) -> _Source:
    around = Reading(f"{left.piece.around.words} {right.piece.around.words}")
    reading = Reading(f"{left.piece.reading.words} {right.piece.reading.words}")
    return _Source((*left.evidence, *right.evidence), Piece(reading, around, joined=True), left.shown_as)


def _each_adds(claim: Reading, left: Reading, right: Reading) -> bool:
    """Whether each sentence has something of the claim that the other has not."""
    if claim.language == left.language:
        own, first, second = claim.statement.stems, left.statement.stems, right.statement.stems
    else:
        own, first, second = claim.skeletons, left.skeletons, right.skeletons
    own_numbers = claim.statement.numbers
    adds_left = (own & first) - second or (own_numbers & left.statement.numbers) - right.statement.numbers
    adds_right = (own & second) - first or (own_numbers & right.statement.numbers) - left.statement.numbers
    return bool(adds_left and adds_right)


def _with_support(claims: Sequence[DraftClaim], question: str, embedder: TextEmbedder) -> list[DraftClaim]:
    """The claims with the support score of the passages they cite."""
    cited = [claim for claim in claims if claim.evidence]
    sources = [[sentence.text for sentence in claim.evidence[0].passage.sentences] for claim in cited]
    scores = iter(
        support_scores([claim.text for claim in cited], sources, question=question, embedder=embedder)
        if cited
        else ()
    )
    return [replace(claim, support=next(scores)) if claim.evidence else claim for claim in claims]

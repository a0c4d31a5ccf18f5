"""Citation recall and precision per claim, after ALCE (Gao et al. 2023, section 3), with a judge of support.

ALCE's judge is an NLI model that reads the cited passages, with their titles, one behind the other. Here it is the
product's own claim check, or a chat model (judge.py); what it reads are the cited sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag import text
from rag.cite import MarkedSentence, check_answer
from rag.schema import Answer, Citation, Embedder, Hit, Passage, ScoredSentence, Sentence


class SupportJudge(Protocol):
    """Says whether a claim stands in what is cited for it."""

    def supports(self, claim: str, cited: Sequence[Citation], *, question: str) -> bool:
        """Whether all the cited sentences together, at least one, carry the claim."""


@dataclass(frozen=True, slots=True)
class CitationMarks:
    """Recall and precision of one answer, and for each claim whether its citations carry it."""

    recall: float
    precision: float
    claims: tuple[bool, ...]


def mark_citations(answer: Answer, judge: SupportJudge) -> CitationMarks | None:
    """Recall: share of the claims that their citations, together, carry. Precision: share of the citations that
    count, where one counts if it stands with a carried claim and either carries it alone or the others do not carry
    it without it. An answer that cites nothing has 0 of both. None where nothing is claimed.
    """
    if answer.refused or not answer.claims:
        return None
    by_number = {citation.n: citation for citation in answer.citations}
    carried: list[bool] = []
    cited_count = counting = 0
    for claim in answer.claims:
        cited = [by_number[n] for n in claim.citations]
        carried.append(bool(cited) and judge.supports(claim.text, cited, question=answer.question))
        cited_count += len(cited)
        if carried[-1]:
            counting += _counting(claim.text, cited, judge, answer.question)
    return CitationMarks(
        recall=sum(carried) / len(carried),
        precision=counting / cited_count if cited_count else 0.0,
        claims=tuple(carried),
    )


def _counting(claim: str, cited: Sequence[Citation], judge: SupportJudge, question: str) -> int:
    """How many of the citations of a carried claim are not beside the point."""
    if len(cited) == 1:
        return 1
    return sum(
        judge.supports(claim, [one], question=question)
        or not judge.supports(claim, [other for other in cited if other is not one], question=question)
        for one in cited
    )


@dataclass(frozen=True, slots=True)
class CheckerJudge:
    """The product's own claim check (`rag.cite`), asked about the cited sentences alone."""

    embedder: Embedder

    def supports(self, claim: str, cited: Sequence[Citation], *, question: str) -> bool:
        """See SupportJudge."""
        # A quotation carries itself; the check would agree, at the price of an embedding.
        if any(text.words(claim) == text.words(citation.quote) for citation in cited):
            return True
        (checked,) = check_answer(
            [MarkedSentence(claim, (1,), 0, "")], [_as_hit(cited)], embedder=self.embedder, question=question
        )
        return checked.status == "supported"


def _as_hit(cited: Sequence[Citation]) -> Hit:
    """The cited sentences as the sentences of one passage, in the order of their numbers."""
    quotes = [citation.quote for citation in cited]
    whole = " ".join(quotes)
    starts = [sum(len(quote) + 1 for quote in quotes[:position]) for position in range(len(quotes))]
    sentences = tuple(
        Sentence(start, start + len(quote), quote) for start, quote in zip(starts, quotes, strict=True)
    )
    passage = Passage(
        id="cited",
        source="cited",
        title=" ".join(dict.fromkeys(citation.title for citation in cited)),
        headline="",
        page=None,
        start=0,
        end=len(whole),
        text=whole,
        language=text.language(whole),
        sentences=sentences,
    )
    return Hit(passage, 1.0, 1.0, 0.0, tuple(ScoredSentence(sentence, 1.0) for sentence in sentences), 0)

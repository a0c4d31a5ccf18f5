"""Hits and answers as short as a test can say them."""

from __future__ import annotations

from collections.abc import Sequence

from rag.schema import (
    Answer,
    Citation,
    Claim,
    ClaimStatus,
    Hit,
    Passage,
    Place,
    Retrieval,
    ScoredSentence,
    Sentence,
)


def hit(source: str, sentence: str = "نص.", *, also_in: Sequence[str] = ()) -> Hit:
    """A hit whose passage is one sentence."""
    own = Sentence(0, len(sentence), sentence)
    passage = Passage(
        id=f"{source}:{sentence}",
        source=source,
        title=source,
        headline="",
        page=None,
        start=0,
        end=len(sentence),
        text=sentence,
        language="ar",
        sentences=(own,),
    )
    return Hit(passage, 0.9, 0.9, 0.5, (ScoredSentence(own, 0.9),), 0, _places(also_in))


def retrieval(question: str, *hits: Hit) -> Retrieval:
    """What a search found."""
    return Retrieval(question, "ar", hits, 0.8)


def citation(source: str, quote: str = "نص.", *, n: int = 1, also_in: Sequence[str] = ()) -> Citation:
    """A citation of the first characters of a source."""
    return Citation(n, source, source, None, 0, len(quote), quote, _places(also_in))


def answer(
    *claims: str | tuple[str, ClaimStatus], citations: Sequence[Citation] = (), text: str | None = None
) -> Answer:
    """An answer of these claims, supported unless it says otherwise."""
    made: list[tuple[str, ClaimStatus]] = [
        (claim, "supported") if isinstance(claim, str) else claim for claim in claims
    ]
    return Answer(
        question="؟",
        language="ar",
        engine="extractive",
        text=" ".join(f"{words} [1]" for words, _ in made) if text is None else text,
        refused=False,
        reason=None,
        claims=tuple(Claim(words, status, (1,)) for words, status in made),
        citations=tuple(citations),
        conflicts=(),
        nearest=(),
        answerability=0.8,
        timings={"total": 0.5},
    )


def refusal() -> Answer:
    """An answer that says that there is none."""
    return Answer(
        question="؟",
        language="ar",
        engine="extractive",
        text="لا أجد في الوثائق جوابًا عن 81.",
        refused=True,
        reason="not_answered",
        claims=(),
        citations=(),
        conflicts=(),
        nearest=(),
        answerability=0.1,
    )


def _places(sources: Sequence[str]) -> tuple[Place, ...]:
    return tuple(Place(source, source, None, 0, 1) for source in sources)

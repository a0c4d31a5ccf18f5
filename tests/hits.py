"""Hits put together from sentences, for the stages behind retrieval."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rag.schema import Hit, Passage, Place, ScoredSentence, Sentence
from rag.text import language


def hit_of(
    source: str,
    *sentences: str,
    scores: Sequence[float] = (),
    score: float = 1.0,
    start: int = 0,
    title: str = "",
    also_in: tuple[Place, ...] = (),
) -> Hit:
    """A hit whose passage begins at `start` and is `sentences` joined by spaces.

    `scores` are those of the sentences (1.0 where there is none); `score` is the hit's own.
    """
    text = " ".join(sentences)
    found: list[Sentence] = []
    position = start
    for sentence in sentences:
        found.append(Sentence(position, position + len(sentence), sentence))
        position += len(sentence) + 1
    values = [*scores, *[1.0] * (len(sentences) - len(scores))]
    passage = Passage(
        id=hashlib.blake2b(f"{source} {start} {text}".encode(), digest_size=8).hexdigest(),
        source=source,
        title=title or source,
        headline="",
        page=None,
        start=start,
        end=start + len(text),
        text=text,
        language=language(text),
        sentences=tuple(found),
    )
    return Hit(
        passage=passage,
        score=score,
        similarity=max(values),
        keyword=0.0,
        sentences=tuple(
            ScoredSentence(sentence, value) for sentence, value in zip(found, values, strict=True)
        ),
        best=values.index(max(values)),
        also_in=also_in,
    )

"""How likely an expert would call a source the support of a claim: one number in [0, 1] from what was measured.

Experts judge a claim as part of the answer to its question, and a source as a whole; so this looks at the question as
well, and at windows of sentences rather than single ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from rag import text
from rag.cite.memory import TextEmbedder

# Claims are seldom told in one sentence of a web page; of one, three, and the whole page three told most (ExpertQA).
WINDOW_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class SupportFeatures:
    """`window`: cosine of question and claim with the nearest window of the source; `question`: mean cosine of its
    sentences with the question; `echoed`: share of the source's words that are words of the question or the claim."""

    window: float
    question: float
    echoed: float


# A logistic regression on the 597 development claims of ExpertQA that experts called completely or not supported,
# by benchmarks/answers.py --fit: AUC .67 over folds that share no question, with the bundled model. Words alone tell
# nothing there (.52); at equal similarity a source that is near because it repeats the claim's words carries it less.
INTERCEPT = -23.33
WEIGHTS = SupportFeatures(window=13.36, question=15.93, echoed=-2.49)


def support_scores(
    claims: Sequence[str], sources: Sequence[Sequence[str]], *, question: str, embedder: TextEmbedder
) -> list[float]:
    """For each claim, how far its own source carries it, in [0, 1]: `sources[i]` are the sentences of claim i's, and
    0.0 comes of none. Not a probability for other models than the bundled one, only an order."""
    features = support_features(claims, sources, questions=[question] * len(claims), embedder=embedder)
    return [support_score(found) if source else 0.0 for found, source in zip(features, sources, strict=True)]


def support_score(found: SupportFeatures) -> float:
    """The logistic model's value."""
    logit = INTERCEPT + sum(
        getattr(WEIGHTS, field.name) * getattr(found, field.name) for field in fields(SupportFeatures)
    )
    return 1 / (1 + math.exp(-logit))


def support_features(
    claims: Sequence[str],
    sources: Sequence[Sequence[str]],
    *,
    questions: Sequence[str],
    embedder: TextEmbedder,
) -> list[SupportFeatures]:
    """The features of each claim, of its question and its own source. Every text is embedded once."""
    windows = [_windows(source) for source in sources]
    asked = [f"{question} {claim}".strip() for question, claim in zip(questions, claims, strict=True)]
    distinct = list(dict.fromkeys([*asked, *(part for parts in (*windows, *sources) for part in parts)]))
    if not distinct:
        return []
    row_of = {part: row for row, part in enumerate(distinct)}
    vectors = embedder.embed_passages(distinct)
    question_row = {question: row for row, question in enumerate(dict.fromkeys(questions))}
    question_vectors = embedder.embed_queries(list(question_row))

    def features(position: int) -> SupportFeatures:
        source = sources[position]
        if not source:
            return SupportFeatures(0.0, 0.0, 0.0)
        near = vectors[[row_of[window] for window in windows[position]]] @ vectors[row_of[asked[position]]]
        about = (
            vectors[[row_of[part] for part in source]] @ question_vectors[question_row[questions[position]]]
        )
        told = set(text.stems(asked[position]))
        held = [stem for part in source for stem in text.stems(part)]
        return SupportFeatures(
            window=float(near.max()),
            question=float(np.mean(about)),
            echoed=sum(stem in told for stem in held) / max(1, len(held)),
        )

    return [features(position) for position in range(len(claims))]


def _windows(sentences: Sequence[str]) -> list[str]:
    last = max(1, len(sentences) - WINDOW_SENTENCES + 1)
    return (
        [" ".join(sentences[start : start + WINDOW_SENTENCES]) for start in range(last)] if sentences else []
    )

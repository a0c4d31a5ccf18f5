"""Do the passages hold an answer at all? A score in [0, 1] from a few measured features, not from a model's word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from rag.schema import Hit, Language

# Features look at this many hits, however many are shown: the means depend on it.
LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Features:
    """What is known before answering. Cosines are on the bundled model's scale.

    `evidence`: score of the best sentence (centred similarity and the question's words); `margin` and `lead`: how far
    it stands above the mean of the other hits' best sentences, and above the second; `cosine` and `mean_cosine`: the
    plain similarity of the first passage, and of all that were looked at.
    """

    evidence: float
    margin: float
    lead: float
    cosine: float
    mean_cosine: float


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Coefficients of a logistic regression over Features."""

    intercept: float
    weights: Features


# One model for each direction: the same cosine means less within Arabic than within English, and less again across.
# Fitted by benchmarks/answerability.py on NoMIRACL and on leave-out XQuAD and ARCD (the index holds half of the
# paragraphs, the questions ask about all).
ARABIC = LogisticModel(-18.8, Features(evidence=3.5, margin=8.4, lead=10.5, cosine=9.8, mean_cosine=12.3))
ENGLISH = LogisticModel(-17.3, Features(evidence=3.7, margin=13.0, lead=9.7, cosine=15.3, mean_cosine=2.0))
ACROSS = LogisticModel(-23.4, Features(evidence=20.9, margin=26.8, lead=28.6, cosine=11.2, mean_cosine=17.6))

# Below ANSWERABLE a question is refused; below RELATED nothing that was found is even about it.
ANSWERABLE = 0.5
RELATED = 0.1


def answerability(language: Language, hits: Sequence[Hit]) -> float:
    """The chance in [0, 1] that `hits`, best first, hold an answer to a question in `language`. 0.0 without hits."""
    if not hits:
        return 0.0
    across = hits[0].passage.language != language
    return probability(features(hits), ACROSS if across else ARABIC if language == "ar" else ENGLISH)


def features(hits: Sequence[Hit]) -> Features:
    """The features of at least one hit."""
    seen = hits[:LOOKED_AT]
    best = sorted((hit.sentences[hit.best].score for hit in seen), reverse=True)
    others = best[1:] or best
    return Features(
        evidence=best[0],
        margin=best[0] - sum(others) / len(others),
        lead=best[0] - others[0],
        cosine=seen[0].similarity,
        mean_cosine=sum(hit.similarity for hit in seen) / len(seen),
    )


def probability(found: Features, model: LogisticModel) -> float:
    """The logistic model's value."""
    logit = model.intercept + sum(
        getattr(model.weights, field.name) * getattr(found, field.name) for field in fields(Features)
    )
    return 1 / (1 + math.exp(-logit))

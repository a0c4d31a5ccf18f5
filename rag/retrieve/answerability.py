"""Do the passages hold an answer at all? A score in [0, 1] from a few measured features, not from a model's word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from rag.question import what_is_asked
from rag.retrieve.ranking import AskedWords
from rag.schema import Hit

# Features look at this many hits, however many are shown: the means depend on it.
LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Features:
    """What is known before answering. Cosines are on the bundled model's scale.

    `evidence`: score of the best sentence (centred similarity and the question's words); `margin` and `lead`: how far
    it stands above the mean of the other hits' best sentences, and above the second; `cosine` and `mean_cosine`: the
    plain similarity of the first passage, and of all that were looked at; `cover`: share, by idf, of the question's
    informative words that the first passage holds; `asks_value`: 1 where a quantity or a time is asked for, which
    passages on the subject often do not give; `looked_share`: how much of the index was looked at, in a small library
    of one subject every passage is near and margins are small.
    """

    evidence: float
    margin: float
    lead: float
    cosine: float
    mean_cosine: float
    cover: float
    asks_value: float
    looked_share: float


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Coefficients of a logistic regression over Features."""

    intercept: float
    weights: Features


# One model for each direction: the same cosine means less within Arabic than within English, and less again across.
# Fitted on NoMIRACL, on leave-out XQuAD and ARCD (the index holds half of the paragraphs, the questions ask about
# all), and on the seed questions; the weight of `looked_share` on the seeds alone, the only small library among them.
# Wrong refusals + wrong answers: NoMIRACL .11 + .50 (ar), .27 + .23 (en); XQuAD .25 + .09 (ar), .15 + .04 (en).
ARABIC = LogisticModel(
    -41.8,
    Features(
        evidence=-9.4,
        margin=11.3,
        lead=21.7,
        cosine=0.5,
        mean_cosine=50.4,
        cover=0.83,
        asks_value=-1.25,
        looked_share=1.5,
    ),
)
ENGLISH = LogisticModel(
    -29.1,
    Features(
        evidence=0.0,
        margin=21.6,
        lead=0.0,
        cosine=30.9,
        mean_cosine=0.0,
        cover=0.59,
        asks_value=-1.11,
        looked_share=1.5,
    ),
)
ACROSS = LogisticModel(
    -23.8,
    Features(
        evidence=20.9,
        margin=26.8,
        lead=28.6,
        cosine=11.2,
        mean_cosine=17.6,
        cover=0.0,
        asks_value=0.0,
        looked_share=1.5,
    ),
)

# Below ANSWERABLE a question is refused; below RELATED nothing that was found is even about it.
ANSWERABLE = 0.5
RELATED = 0.2


def answerability(question: str, asked: AskedWords, hits: Sequence[Hit], *, passage_count: int) -> float:
    """The chance in [0, 1] that `hits`, best first, of an index of `passage_count` passages hold an answer.

    0.0 without hits.
    """
    if not hits:
        return 0.0
    across = hits[0].passage.language != asked.language
    model = ACROSS if across else ARABIC if asked.language == "ar" else ENGLISH
    return probability(features(question, asked, hits, passage_count=passage_count), model)


def features(question: str, asked: AskedWords, hits: Sequence[Hit], *, passage_count: int) -> Features:
    """The features of at least one hit."""
    seen = hits[:LOOKED_AT]
    best = sorted((hit.sentences[hit.best].score for hit in seen), reverse=True)
    others = best[1:] or best
    first = seen[0].passage
    return Features(
        evidence=best[0],
        margin=best[0] - sum(others) / len(others),
        lead=best[0] - others[0],
        cosine=seen[0].similarity,
        mean_cosine=sum(hit.similarity for hit in seen) / len(seen),
        cover=asked.cover(asked.held_by(f"{first.headline} {first.text}", first.language)),
        asks_value=float(what_is_asked(question).kind in {"quantity", "time"}),
        looked_share=min(1.0, len(seen) / passage_count),
    )


def probability(found: Features, model: LogisticModel) -> float:
    """The logistic model's value."""
    logit = model.intercept + sum(
        getattr(model.weights, field.name) * getattr(found, field.name) for field in fields(Features)
    )
    return 1 / (1 + math.exp(-logit))

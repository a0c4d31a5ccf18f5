"""Do the passages hold an answer at all? A score in [0, 1] from a few measured features, not from a model's word."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from rag import text
from rag.question import what_is_asked
from rag.retrieve.interaction import Closeness
from rag.retrieve.ranking import AskedWords
from rag.schema import Hit
from rag.text.places import countries

# Features look at this many hits, however many are shown: the means depend on it.
LOOKED_AT = 10


# From this many passages on, the nearest ten are all on the question's subject, and how near they are tells more than
# how far the first stands out.
LARGE_LIBRARY = 1000


@dataclass(frozen=True, slots=True)
class Features:
    """What is known before answering. Cosines are on the bundled model's scale.

    `evidence`: score of the best sentence, centred similarity and the names it shares with the question;
    `cosine` and `mean_cosine`: the plain similarity of the first passage, and of all that were looked at; `margin` and
    `lead`: how far the best sentence's score stands above the mean of the other hits' best, and above the second;
    `asks_value`: 1 where a quantity or a time is asked for, which passages on the subject often do not give;
    `missing_name`: 1 where the question names something that no hit of the other language has; `looked_share`: how
    much of the index was looked at, since in a small library of one subject every passage is near and margins are
    small; `token_best` and `token_margin`: how near the sentences read token by token come (interaction.py).
    """

    evidence: float = 0.0
    cosine: float = 0.0
    mean_cosine: float = 0.0
    margin: float = 0.0
    lead: float = 0.0
    asks_value: float = 0.0
    missing_name: float = 0.0
    looked_share: float = 0.0
    token_best: float = 0.0
    token_margin: float = 0.0


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Coefficients of a logistic regression over Features."""

    intercept: float
    weights: Features


# One model for each direction: the same cosine means less within Arabic than within English, and less again across.
# Fitted on NoMIRACL (ten given passages of an index of 1,900), on leave-out XQuAD and ARCD (the index holds half of
# the paragraphs, the questions ask about all), and on the seed questions with 32 short ones; the weight of
# `looked_share` on the seeds alone, the only library of a few dozen passages among them. Few features, because more of
# them fitted one of these sets and lost another. Wrong refusals + wrong answers, eightfold cross-validation:
# NoMIRACL .24 + .31 (ar), .30 + .22 (en). On all data: XQuAD .12 + .11 (ar), .21 + .04 (en), ARCD .14 + .25, seeds
# with short questions .09 + .17 (ar).
ARABIC_LARGE = LogisticModel(-30.4, Features(mean_cosine=36.4, asks_value=-1.25))
ARABIC_SMALL = LogisticModel(-38.1, Features(mean_cosine=44.1, margin=28.7, looked_share=1.2))
ENGLISH = LogisticModel(-30.1, Features(cosine=32.9, margin=16.5, asks_value=-1.13, looked_share=1.1))
ACROSS = LogisticModel(
    -27.7,
    Features(
        evidence=5.0,
        cosine=10.2,
        mean_cosine=25.3,
        margin=23.8,
        lead=16.7,
        missing_name=-0.64,
        looked_share=1.4,
    ),
)

# Across languages where the first hits were read token by token. Fitted on XQuAD in both directions, on half of its
# paragraphs and on libraries of 3 to 60 of them that have the answer or do not, and on the English seed and short
# questions, five times each; then moved by .8 towards answering, so that no more of these are refused than before:
# vectors of one text differ a little from index to index (int8), and this score by up to .05 with them.
# Wrong refusals + wrong answers, eightfold cross-validation, and before it: half .15 + .40 and .13 + .36 (.10 + .51 and
# .20 + .30), 3 paragraphs .06 + .16 (.05 + .46), 6 .10 + .32 (.07 + .60), 20 .09 + .36 (.09 + .55), 60 .11 + .44
# (.13 + .49), seeds with short questions .09 + .17 (.12 + .17).
ACROSS_READ = LogisticModel(
    -25.2,
    Features(
        mean_cosine=26.2,
        lead=19.1,
        missing_name=-0.32,
        looked_share=0.84,
        token_best=14.9,
        token_margin=5.8,
    ),
)

# Below ANSWERABLE a question is refused; below RELATED nothing that was found is even about it.
ANSWERABLE = 0.5
RELATED = 0.25

# What names something that is nowhere in the hits is just short of answered: the subject may be right. Of 440 XQuAD and
# ARCD questions with a number or a well-known place that pass otherwise, 21 are stopped by this, and the extractive
# answer to none of them was right; of NoMIRACL's it stops one that has an answer and three that have none.
NAMES_SOMETHING_ELSE = ANSWERABLE - 0.01

# Days of a month and small counts are written as words, duals and ordinals that are not always seen.
_LARGEST_OFTEN_HIDDEN = 31

# A capitalised word inside an English question. Arabic has no capitals to tell names by.
_NAME = re.compile(r"(?<=\s)[A-Z][\w'’-]+")


def answerability(
    question: str,
    asked: AskedWords,
    hits: Sequence[Hit],
    *,
    passage_count: int,
    closeness: Closeness | None = None,
) -> float:
    """The chance in [0, 1] that `hits`, best first, of an index of `passage_count` passages hold an answer.

    `hits` are as they were before the first of them were read token by token, which gave `closeness`. 0.0 without hits.
    """
    if not hits:
        return 0.0
    chance = _chance(question, asked, hits, passage_count, closeness)
    return min(chance, NAMES_SOMETHING_ELSE) if _names_something_else(question, hits) else chance


def _chance(
    question: str, asked: AskedWords, hits: Sequence[Hit], passage_count: int, closeness: Closeness | None
) -> float:
    found = features(question, asked, hits, passage_count=passage_count)
    if hits[0].passage.language != asked.language:
        if closeness is None:
            return probability(found, ACROSS)
        read = replace(found, token_best=closeness.best, token_margin=closeness.margin)
        return probability(read, ACROSS_READ)
    if asked.language == "en":
        return probability(found, ENGLISH)
    return probability(found, ARABIC_LARGE if passage_count >= LARGE_LIBRARY else ARABIC_SMALL)


def features(question: str, asked: AskedWords, hits: Sequence[Hit], *, passage_count: int) -> Features:
    """The features of at least one hit."""
    seen = hits[:LOOKED_AT]
    best = sorted((hit.sentences[hit.best].score for hit in seen), reverse=True)
    others = best[1:] or best
    return Features(
        evidence=best[0],
        cosine=seen[0].similarity,
        mean_cosine=sum(hit.similarity for hit in seen) / len(seen),
        margin=best[0] - sum(others) / len(others),
        lead=best[0] - others[0],
        asks_value=float(what_is_asked(question).kind in {"quantity", "time"}),
        missing_name=_missing_name(question, asked, seen),
        looked_share=min(1.0, len(seen) / passage_count),
    )


def probability(found: Features, model: LogisticModel) -> float:
    """The logistic model's value."""
    logit = model.intercept + sum(
        getattr(model.weights, field.name) * getattr(found, field.name) for field in fields(Features)
    )
    return 1 / (1 + math.exp(-logit))


def _names_something_else(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the question names a well-known place or a number that stands in none of the hits, in either language."""
    asked_places = countries(question)
    asked_numbers = {
        number.value for number in text.numbers(question) if number.value > _LARGEST_OFTEN_HIDDEN
    }
    for hit in hits[:LOOKED_AT]:
        if not asked_places and not asked_numbers:
            return False
        shown = f"{hit.passage.title}\n{hit.passage.text}"
        asked_places -= countries(shown)
        asked_numbers -= {number.value for number in text.numbers(shown)}
    return bool(asked_places or asked_numbers)


def _missing_name(question: str, asked: AskedWords, hits: Sequence[Hit]) -> float:
    """1.0 where a name of the question stands in no hit of the other language, in either script."""
    names = [found for name in _NAME.findall(question) if (found := set(text.skeletons(name)))]
    if not names:
        return 0.0
    held = frozenset[str]().union(
        *(
            asked.held_by(f"{hit.passage.headline} {hit.passage.text}", hit.passage.language).skeletons
            for hit in hits
            if hit.passage.language != asked.language
        )
    )
    return float(any(not name & held for name in names))

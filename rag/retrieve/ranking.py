"""Scores candidates: sentences by meaning and by the question's words, passages by both searches together.

Dense and keyword scores come to one scale, min-max over the candidates for meaning and share of the best for BM25,
and are summed by weight (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval": a convex
combination beats reciprocal rank fusion, and does here too).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag import text
from rag.schema import Language, Passage

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts. Chosen by benchmarks/retrieval.py on the development questions.

    Passages: `sentence` is the best sentence's share in meaning; `keyword` and `skeleton` are the words' shares in the
    score of a passage in the question's language; `skeleton_across` the only words' share of one in the other.
    Sentences: `cover` is what holding all of the question's informative words adds to a sentence's similarity,
    `cover_across` the same for names and numbers across languages; `context_cover` adds for words held together with
    the sentence before, where the answer says "he" and the sentence before has the name, and decides between the
    sentences of a passage only.
    """

    sentence: float = 0.5
    keyword: float = 0.4
    skeleton: float = 0.1
    skeleton_across: float = 0.2
    cover: float = 0.06
    cover_across: float = 0.03
    context_cover: float = 0.08


DEFAULT_WEIGHTS = Weights()


# The best BM25 score counts in full only if it reaches this share of what all the question's words would score: in a
# corpus of two languages the best match in the question's own may hold its "when" and "of" and nothing else. Up to
# these values the floors change nothing on XQuAD within a language, and at most .002 across.
KEYWORD_FLOOR = 0.6
SKELETON_FLOOR = 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that a search proposed, with its raw scores.

    `similarity` and `sentence_similarities` are centred (see rag.centring): comparable between the candidates of one
    question, not between questions. `cosine` is the plain one.
    """

    passage: Passage
    cosine: float
    similarity: float
    sentence_similarities: Scores
    keyword: float
    skeleton: float


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """Scores of one passage's sentences: `ranking` (its best one counts for the passage) and `evidence` (which of
    them answers)."""

    ranking: Scores
    evidence: Scores


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A question's informative words with their idf, as stems (its own language) and skeletons (the other).

    `full_keyword` is the BM25 score of a passage of average length that has all words of the question once, stop
    words included; `full_skeleton` the same over skeletons.
    """

    language: Language
    stems: Mapping[str, float]
    skeletons: Mapping[str, float]
    full_keyword: float
    full_skeleton: float

    @classmethod
    def of(
        cls,
        question: str,
        language: Language,
        *,
        document_frequency: Callable[[str, str], int],
        passage_count: int,
    ) -> AskedWords:
        """The words of `question`, weighed as BM25 weighs them."""

        def weigh(field: str, tokens: Sequence[str]) -> dict[str, float]:
            frequencies = {token: document_frequency(field, token) for token in tokens}
            return {token: _idf(found, passage_count) for token, found in frequencies.items()}

        every_stem = weigh("stems", text.stems(question, drop_stop_words=False))
        skeletons = weigh("skeletons", text.skeletons(question))
        return cls(
            language,
            stems={stem: every_stem[stem] for stem in text.stems(question)},
            skeletons=skeletons,
            full_keyword=sum(every_stem.values()),
            full_skeleton=sum(skeletons.values()),
        )

    def cover(self, held: frozenset[str], language: Language) -> float:
        """Share, by idf, of the words that `held` (tokens as `tokens` gives them) has, in [0, 1]."""
        asked = self.stems if language == self.language else self.skeletons
        sought = sum(asked.values())
        return sum(weight for token, weight in asked.items() if token in held) / sought if sought else 0.0

    def tokens(self, sentence: str, language: Language) -> frozenset[str]:
        """The tokens of a sentence that can be compared with the question's."""
        return frozenset(text.stems(sentence) if language == self.language else text.skeletons(sentence))


def _idf(found: int, total: int) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


def score_sentences(candidate: Candidate, asked: AskedWords, weights: Weights) -> SentenceScores:
    """Similarity plus cover, for each sentence of a candidate."""
    language = candidate.passage.language
    across = language != asked.language
    held = [asked.tokens(sentence.text, language) for sentence in candidate.passage.sentences]
    cover = np.array([asked.cover(tokens, language) for tokens in held])
    ranking = candidate.sentence_similarities + (weights.cover_across if across else weights.cover) * cover
    if across:
        return SentenceScores(ranking, ranking)
    before = [frozenset[str](), *held[:-1]]
    context = np.array(
        [asked.cover(own | previous, language) for own, previous in zip(held, before, strict=True)]
    )
    return SentenceScores(ranking, ranking + weights.context_cover * context)


def score_passages(
    candidates: Sequence[Candidate], sentences: Sequence[SentenceScores], asked: AskedWords, weights: Weights
) -> Scores:
    """One score in [0, 1] per candidate.

    A passage of the other language shares no stems with the question, only names and numbers: it is scored by its
    skeletons, so that keywords neither crown nor bury it.
    """
    passage = np.array([candidate.similarity for candidate in candidates])
    sentence = np.array([scores.ranking.max() for scores in sentences])
    meaning = _min_max((1 - weights.sentence) * passage + weights.sentence * sentence)
    keyword = _share_of_best(
        np.array([candidate.keyword for candidate in candidates]), KEYWORD_FLOOR * asked.full_keyword
    )
    skeleton = _share_of_best(
        np.array([candidate.skeleton for candidate in candidates]), SKELETON_FLOOR * asked.full_skeleton
    )
    own = (
        (1 - weights.keyword - weights.skeleton) * meaning
        + weights.keyword * keyword
        + weights.skeleton * skeleton
    )
    across = (1 - weights.skeleton_across) * meaning + weights.skeleton_across * skeleton
    same_language = np.array([candidate.passage.language == asked.language for candidate in candidates])
    scores: Scores = np.where(same_language, own, across)
    return scores


def _min_max(values: Scores) -> Scores:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def _share_of_best(values: Scores, floor: float) -> Scores:
    """BM25 scores by the best of them, or by `floor` where even the best has too little to stand for the words."""
    best = max(values.max(), floor)
    return values / best if best > 0 else values

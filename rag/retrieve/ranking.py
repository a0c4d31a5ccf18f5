"""Scores candidates: sentences by meaning and by the question's words, passages by both searches together.

Dense and keyword scores come to one scale, min-max over the candidates for meaning and share of the best for BM25,
and are summed by weight (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval": a convex
combination beats reciprocal rank fusion, and does here too).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from rag import text
from rag.schema import Language, Passage

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts. Chosen by benchmarks/retrieval.py on the development questions.

    Passages: `sentence` is the best sentence's share in meaning; `keyword`, `root` and `skeleton` are the words' shares
    in the score of a passage in the question's language (a question without Arabic words leaves its roots' share to
    the stems); `skeleton_across` is the only words' share of a passage in the other.
    Sentences: `cover` is what holding all of the question's informative words adds to a sentence's similarity,
    `cover_across` the same for names and numbers across languages. `evidence_cover` decides between the sentences of
    a passage only, and counts twice: for the sentence, and for the sentence with the one before, since where the
    answer says "he" the sentence before has the name.
    `interaction` is the share of what reading a passage of the other language token by token says (interaction.py).
    """

    sentence: float = 0.5
    keyword: float = 0.3
    root: float = 0.1
    skeleton: float = 0.1
    skeleton_across: float = 0.15
    cover: float = 0.1
    cover_across: float = 0.03
    evidence_cover: float = 0.1
    interaction: float = 0.5


DEFAULT_WEIGHTS = Weights()

# A word whose root alone is held counts this much of one whose stem is: roots are shared by different words.
ROOT_MATCH = 0.7


# The best BM25 score counts in full only if it reaches what all the question's words would score: in a corpus of two
# languages the best match in the question's own may hold its "when" and "of" and nothing else. Asking for .6 of that
# instead moves XQuAD by less than .002 within a language, and lowers the mixed corpus from .932 to .909. Of skeletons
# a question has many that are no names, so this share is enough.
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
    root: float
    skeleton: float


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """Scores of one passage's sentences: `ranking` (its best one counts for the passage) and `evidence` (which of
    them answers)."""

    ranking: Scores
    evidence: Scores


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The words of a text: its stems and roots where it is in the question's language, else its skeletons."""

    language: Language
    stems: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    skeletons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AskedWord:
    """An informative word of a question. `root` is empty for words that are not Arabic."""

    stem: str
    root: str
    idf: float


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A question's informative words: as stems and roots for its own language, as skeletons for the other.

    `full_keyword` is the BM25 score of a passage of average length that has all words of the question once, stop
    words included; `full_root` and `full_skeleton` the same over roots and skeletons.
    """

    language: Language
    words: tuple[AskedWord, ...]
    skeletons: Mapping[str, float]
    full_keyword: float
    full_root: float
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

        stems = weigh("stems", text.stems(question, drop_stop_words=False))
        informative = {text.stem(word): text.root(word) for word in text.content_words(question)}
        skeletons = weigh("skeletons", text.skeletons(question))
        return cls(
            language,
            words=tuple(AskedWord(stem, root, stems[stem]) for stem, root in informative.items()),
            skeletons=skeletons,
            full_keyword=sum(stems.values()),
            full_root=sum(weigh("roots", text.roots(question)).values()),
            full_skeleton=sum(skeletons.values()),
        )

    def cover(self, held: HeldWords) -> float:
        """Share, by idf, of the words that a text holds, in [0, 1]."""
        if held.language != self.language:
            sought = sum(self.skeletons.values())
            found = sum(weight for skeleton, weight in self.skeletons.items() if skeleton in held.skeletons)
        else:
            sought = sum(word.idf for word in self.words)
            found = sum(word.idf * match for word, match in zip(self.words, self.matches(held), strict=True))
        return found / sought if sought else 0.0

    def matches(self, held: HeldWords) -> list[float]:
        """How far a text in the question's language holds each of its words, in [0, 1]."""
        return [
            1.0 if word.stem in held.stems else ROOT_MATCH if word.root in held.roots else 0.0
            for word in self.words
        ]

    def held_by(self, searched: str, language: Language) -> HeldWords:
        """The words of a text in `language`, as far as they can be compared with the question's."""
        return (
            _skeletons_held(searched, language)
            if language != self.language
            else _words_held(searched, language)
        )


# Sentences whose words are kept from question to question, about 3 kB each: candidates of one conversation recur.
CACHED_SENTENCES = 4096


@lru_cache(maxsize=CACHED_SENTENCES)
def _words_held(searched: str, language: Language) -> HeldWords:
    words = text.content_words(searched)
    return HeldWords(
        language, frozenset(text.stem(word) for word in words), frozenset(filter(None, map(text.root, words)))
    )


@lru_cache(maxsize=CACHED_SENTENCES)
def _skeletons_held(searched: str, language: Language) -> HeldWords:
    return HeldWords(language, skeletons=frozenset(text.skeletons(searched)))


def _idf(found: int, total: int) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


def unworded(candidate: Candidate) -> SentenceScores:
    """The sentences by similarity alone, whose words have not been looked at."""
    return SentenceScores(candidate.sentence_similarities, candidate.sentence_similarities)


def score_sentences(candidate: Candidate, asked: AskedWords, weights: Weights) -> SentenceScores:
    """Similarity plus cover, for each sentence of a candidate."""
    language = candidate.passage.language
    similarities = candidate.sentence_similarities
    held = [asked.held_by(sentence.text, language) for sentence in candidate.passage.sentences]
    if language != asked.language:
        ranking = similarities + weights.cover_across * np.array([asked.cover(words) for words in held])
        return SentenceScores(ranking, ranking)
    idf = np.array([word.idf for word in asked.words])
    sought = idf.sum() or 1.0
    own = np.array([asked.matches(words) for words in held]).reshape(len(held), len(idf))
    with_previous = np.maximum(own, np.vstack([own[:1], own[:-1]]))
    ranking = similarities + weights.cover * (own @ idf) / sought
    # A word that all sentences of the passage hold does not tell which of them answers.
    telling = idf * (1 - own.mean(axis=0))
    evidence = similarities + weights.evidence_cover * ((own + with_previous) @ telling) / sought
    # Between passages the same word may be what tells: there its evidence counts in full.
    in_full = ranking + weights.evidence_cover * (with_previous @ idf) / sought
    return SentenceScores(ranking, evidence - evidence.max() + in_full.max())


def score_passages(
    candidates: Sequence[Candidate], sentences: Sequence[SentenceScores], asked: AskedWords, weights: Weights
) -> Scores:
    """One score in [0, 1] per candidate.

    A passage of the other language shares no stems with the question, only names and numbers: it is scored by its
    skeletons, so that keywords neither crown nor bury it.
    """
    passage = np.array([candidate.similarity for candidate in candidates])
    sentence = np.array([scores.ranking.max() for scores in sentences])
    meaning = min_max((1 - weights.sentence) * passage + weights.sentence * sentence)
    keyword = _share_of_best([one.keyword for one in candidates], asked.full_keyword)
    root = _share_of_best([one.root for one in candidates], asked.full_root)
    skeleton = _share_of_best([one.skeleton for one in candidates], SKELETON_FLOOR * asked.full_skeleton)
    root_weight = weights.root if asked.full_root else 0.0
    keyword_weight = weights.keyword + weights.root - root_weight
    words = keyword_weight * keyword + root_weight * root + weights.skeleton * skeleton
    own = (1 - keyword_weight - root_weight - weights.skeleton) * meaning + words
    across = (1 - weights.skeleton_across) * meaning + weights.skeleton_across * skeleton
    same_language = np.array([candidate.passage.language == asked.language for candidate in candidates])
    scores: Scores = np.where(same_language, own, across)
    return scores


def min_max(values: Scores) -> Scores:
    """Values brought to [0, 1]; all 1 where they are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def _share_of_best(bm25: Sequence[float], floor: float) -> Scores:
    """BM25 scores by the best of them, or by `floor` where even the best has too little to stand for the words."""
    values = np.array(bm25)
    best = max(values.max(), floor)
    return values / best if best > 0 else values

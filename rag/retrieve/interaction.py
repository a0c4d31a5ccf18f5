"""Reads the first hits of the other language once more, token by token.

Late interaction (Khattab & Zaharia 2020, "ColBERT"): each token of the question looks for the token of a sentence that
is most like it, and the mean of these likenesses is the sentence's. One vector a text blurs what a sentence says
besides; across languages, where no shared word tells sentences apart, that costs most. The tokens are those of the
embedding model as it is, without what their language puts into them: with that, Arabic questions over English gain
nothing.

XQuAD, development questions, Arabic over English and English over Arabic (benchmarks/retrieval.py, rows "+ skeletons"
and "default"): nDCG@10 .906 → .921 and .926 → .940; the first hit's best sentence is a gold sentence for
.641 → .669 and .620 → .686. Within a language the question's own words say more: in the place of BM25 and cover this
loses 3 points of that, beside them it gains nothing. A linear layer trained on top, on three quarters of these
questions and ARCD's, fitted them and gained nothing on the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.likeness import nearest_tokens
from rag.retrieve.folding import fold_duplicates
from rag.retrieve.ranking import Scores, min_max
from rag.schema import Embedder, Hit, Language, ScoredSentence

# Some 800 tokens, a tenth of a second on two cores. All sentences of ten hits are 2,000, and gain .002 nDCG@10 and
# nothing in evidence@1; two sentences a hit lose 1 point of evidence@1.
READ_HITS = 6
READ_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near the best of the sentences read comes to the question, and how far it stands above the mean of the other
    hits' best. Centred similarities of tokens on the bundled model's scale."""

    best: float
    margin: float


@dataclass(frozen=True, slots=True)
class _Read:
    """One hit and the sentences of it that were read: their positions, and for each the likeness of its nearest token
    to every token of the question, (n_sentences, n_question_tokens)."""

    hit: int
    positions: tuple[int, ...]
    likeness: Scores

    @property
    def sentences(self) -> Scores:
        """A likeness for each sentence."""
        found: Scores = self.likeness.mean(axis=1)
        return found

    @property
    def passage(self) -> float:
        """The likeness of the sentences together and of the best alone."""
        return float(self.likeness.max(axis=0).mean() + self.sentences.max())


def read_across(
    question: str,
    language: Language,
    hits: Sequence[Hit],
    *,
    share: float,
    embedder: Embedder,
) -> tuple[list[Hit], Closeness | None]:
    """`hits`, best first, with the first of the other language scored anew among themselves, in the range that their
    scores had; `share` of it is what reading says, the rest the old score. None, and the hits as they are, where there
    are none or the model has no tokens to show."""
    found = _first_across(hits, language)
    if not share or not found or embedder.tokens is None:
        return list(hits), None
    (asked,) = embedder.tokens.embed_query_tokens([question])
    if not len(asked):
        return list(hits), None
    chosen = [(i, _best_positions(hits[i])) for i in found]
    sentences = [
        hits[i].sentences[position].sentence.text for i, positions in chosen for position in positions
    ]
    distinct = list(dict.fromkeys(sentences))
    tokens = dict(zip(distinct, embedder.tokens.embed_passage_tokens(distinct), strict=True))

    def likeness(hit: Hit, position: int) -> Scores:
        return nearest_tokens(asked, tokens[hit.sentences[position].sentence.text])

    read = [
        _Read(i, positions, np.array([likeness(hits[i], position) for position in positions]))
        for i, positions in chosen
    ]
    rescored = _rescored(hits, read, share)
    again = [rescored.get(i, hit) for i, hit in enumerate(hits)]
    return sorted(again, key=lambda hit: -hit.score), _closeness(read)


def _first_across(hits: Sequence[Hit], language: Language) -> list[int]:
    """Where those of the other language stand among the first READ_HITS and the twins between them: of the same
    sentence read in one and not in the other it would no longer be seen that it is the same."""
    last = fold_duplicates(hits, limit=READ_HITS)[-1].passage.id if hits else ""
    found: list[int] = []
    for i, hit in enumerate(hits):
        if hit.passage.language != language:
            found.append(i)
        if hit.passage.id == last:
            break
    return found


def _best_positions(hit: Hit) -> tuple[int, ...]:
    """Where its best sentences stand, in the order of the passage."""
    best = sorted(range(len(hit.sentences)), key=lambda position: -hit.sentences[position].score)
    return tuple(sorted(best[:READ_SENTENCES]))


def _rescored(hits: Sequence[Hit], read: Sequence[_Read], share: float) -> dict[int, Hit]:
    """The hits that were read, by their position, with new scores."""
    scores = np.array([hits[one.hit].score for one in read])
    passages = np.array([one.passage for one in read])
    mixed = (1 - share) * min_max(scores) + share * min_max(passages)
    new_scores = scores.min() + (scores.max() - scores.min()) * min_max(mixed)

    before = np.concatenate(
        [[hits[one.hit].sentences[position].score for position in one.positions] for one in read]
    )
    low, high = float(before.min()), float(before.max())
    new_sentences = low + (high - low) * min_max(np.concatenate([one.sentences for one in read]))
    by_hit = np.split(new_sentences, np.cumsum([len(one.positions) for one in read])[:-1])
    return {
        one.hit: _with_scores(
            hits[one.hit], float(score), dict(zip(one.positions, map(float, own), strict=True)), low
        )
        for one, score, own in zip(read, new_scores, by_hit, strict=True)
    }


def _with_scores(hit: Hit, score: float, read: dict[int, float], low: float) -> Hit:
    """A hit with this score and these of its sentences; those not read stay below all that were."""
    sentences = tuple(
        ScoredSentence(scored.sentence, read.get(position, min(scored.score, low)))
        for position, scored in enumerate(hit.sentences)
    )
    return replace(hit, score=score, sentences=sentences, best=max(read, key=lambda position: read[position]))


def _closeness(read: Sequence[_Read]) -> Closeness:
    best = sorted((float(one.sentences.max()) for one in read), reverse=True)
    others = best[1:] or best
    return Closeness(best[0], best[0] - sum(others) / len(others))

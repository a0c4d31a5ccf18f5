"""Searching among chosen sources.

The stores of the index know nothing of sources: an approximate index of vectors cannot be asked for a few of them, and
a filter by metadata takes longer than everything else. So few passages are compared one by one, which is exact; of
many, the best of the whole index are asked for, and those that are not chosen left out, unless too few are left. Of
50,000 passages 1,000 chosen ones take 25 ms, and more of them at most 0.11 s.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rag.schema import Language, Vectors

# Up to so many passages are compared one by one: that takes 25 ms.
FEW_PASSAGES = 1000
# So many of the whole index are asked for where more are chosen.
ASKED_FOR = 2000
# Vectors in memory at one time where many have to be compared after all.
BATCH = 5000


class ChoosableIndex(Protocol):
    """What is asked of the index."""

    def nearest(self, vector: Vectors, k: int, language: Language | None = None) -> list[tuple[str, float]]:
        """Passage ids with their cosine similarity, best first; of one language where one is named."""

    def keyword_search(
        self, field: str, tokens: Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with their BM25 score."""

    def passage_ids(self, sources: Collection[str], language: Language | None = None) -> list[str]:
        """The ids of all passages of some sources; of one language where one is named."""

    def passage_vectors(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Float32 (dimension,) per id."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passages of chosen sources, by language."""

    ids: Mapping[Language, Collection[str]]

    @classmethod
    def of(cls, index: ChoosableIndex, sources: Collection[str], languages: Collection[Language]) -> Chosen:
        """Those of `sources`, as far as the index has them."""
        return cls({language: frozenset(index.passage_ids(sources, language)) for language in languages})

    def __len__(self) -> int:
        return sum(map(len, self.ids.values()))

    def nearest(self, index: ChoosableIndex, vector: Vectors, k: int, language: Language) -> list[str]:
        """The `k` passages of a language that are nearest to `vector`, best first."""
        ids = self.ids[language]
        if len(ids) > FEW_PASSAGES:
            found = [id_ for id_, _ in index.nearest(vector, max(k, ASKED_FOR), language) if id_ in ids]
            if len(found) >= k:
                return found[:k]
        return _nearest_of(index, sorted(ids), vector, k)

    def keyword_search(
        self, index: ChoosableIndex, field: str, tokens: Sequence[str], k: int
    ) -> list[tuple[str, float]]:
        """See `ChoosableIndex.keyword_search`."""
        chosen = frozenset[str]().union(*self.ids.values())
        if len(chosen) > FEW_PASSAGES:
            everywhere = index.keyword_search(field, tokens, max(k, ASKED_FOR))
            found = [(id_, score) for id_, score in everywhere if id_ in chosen]
            if len(found) >= k or len(everywhere) < ASKED_FOR:
                return found[:k]
        return index.keyword_search(field, tokens, k, chosen)


def _nearest_of(index: ChoosableIndex, ids: Sequence[str], vector: Vectors, k: int) -> list[str]:
    """Exact search."""
    best: list[tuple[float, str]] = []
    for start in range(0, len(ids), BATCH):
        vectors = index.passage_vectors(ids[start : start + BATCH])
        if vectors:
            similarities = np.stack(list(vectors.values())) @ vector
            best = heapq.nlargest(k, [*best, *zip(similarities.tolist(), vectors, strict=True)])
    return [id_ for _, id_ in best]

"""No sentence is embedded twice in one check."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.cite import MarkedSentence, check_answer
from rag.cite.memory import RememberingEmbedder
from rag.schema import Vectors
from tests.fakes import FakeEmbedder
from tests.hits import hit_of


class CountingEmbedder(FakeEmbedder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See FakeEmbedder."""
        self.embedded += texts
        return super().embed_passages(texts)


def test_the_same_vectors_in_the_same_order() -> None:
    plain, counting = FakeEmbedder(), CountingEmbedder()
    remembering = RememberingEmbedder(counting)
    for texts in (["a b", "c"], ["c", "a b", "c"], ["d", "a b"]):
        assert np.array_equal(remembering.embed_passages(texts), plain.embed_passages(texts))
    assert counting.embedded == ["a b", "c", "d"]


def test_a_check_embeds_each_sentence_once() -> None:
    counting = CountingEmbedder()
    hits = [hit_of("a", "One met.", "Two met."), hit_of("b", "Two met.", "Three met.")]
    claims = [MarkedSentence("Two met.", (1,), 0, ""), MarkedSentence("Two met in Rome.", (2,), 0, "")]
    check_answer(claims, hits, embedder=counting, question="Who met?")
    assert len(counting.embedded) == len(set(counting.embedded))

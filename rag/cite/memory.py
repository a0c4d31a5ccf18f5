"""Vectors of one check, each made once: the same sentences are compared with claims and make up windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.schema import Vectors


class TextEmbedder(Protocol):
    """What checking asks of an Embedder."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, float32 (n_texts, dimension), unit-norm rows."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences, float32 (n_texts, dimension), unit-norm rows."""


class RememberingEmbedder:
    """An embedder that embeds no passage twice."""

    def __init__(self, embedder: TextEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See TextEmbedder."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See TextEmbedder. At least one text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])

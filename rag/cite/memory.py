"""Vectors of one check, each made once: the same sentences are compared with claims and make up windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.schema import Embedder, Vectors


class TextEmbedder(Protocol):
    """What checking asks of an Embedder."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, float32 (n_texts, dimension), unit-norm rows."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences, float32 (n_texts, dimension), unit-norm rows."""


class RememberingEmbedder:
    """An embedder that embeds no passage twice."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self._known_tokens: dict[str, Vectors] = {}

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See TextEmbedder."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See TextEmbedder. At least one text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def embed_passage_tokens(self, texts: Sequence[str]) -> list[Vectors] | None:
        """See rag.schema.TokenEmbedder; None where the model has no tokens to compare."""
        if self._embedder.tokens is None:
            return None
        new = [text for text in dict.fromkeys(texts) if text not in self._known_tokens]
        if new:
            self._known_tokens.update(zip(new, self._embedder.tokens.embed_passage_tokens(new), strict=True))
        return [self._known_tokens[text] for text in texts]

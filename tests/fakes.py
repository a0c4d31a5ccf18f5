"""Deterministic stand-ins for what is slow or far away."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.errors import ModelError
from rag.generate import Reply
from rag.schema import Vectors


class FakeEmbedder:
    """Bags of words as unit vectors: texts that share words are near, equal texts are equal."""

    name = "fake"
    fingerprint = "fake-32"
    dimension = 32
    tokens = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        return np.stack([self._embed(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences."""
        return self.embed_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(text.split()) for text in texts]

    def _embed(self, text: str) -> Vectors:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            digest = hashlib.blake2b(word.strip('.,:;!?؟،؛«»"()').encode("utf-8"), digest_size=8).digest()
            vector[digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
        return vector / np.float32(np.linalg.norm(vector))


# Words that mean the same are one token along one axis, whatever their language.
AXES = np.eye(3, dtype=np.float32)
MEANINGS = {"who": 0, "chaired": 1, "it": 2, "من": 0, "ترأس": 1, "هو": 2}


class AxisTokens:
    """Tokens along three axes, of known words alone. Remembers what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed_query_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """One row a known word."""
        return [AXES[[MEANINGS[word] for word in text.split() if word in MEANINGS]] for text in texts]

    def embed_passage_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """One row a known word."""
        self.read += texts
        return self.embed_query_tokens(texts)


class TokenEmbedder(FakeEmbedder):
    """A fake whose tokens can be compared across languages."""

    def __init__(self) -> None:
        self.tokens = AxisTokens()


@dataclass(frozen=True, slots=True)
class _Reply:
    pieces: tuple[str, ...]
    error: ModelError | None
    said: Reply | None


class FakeChatEngine:
    """Says the replies it was given, in order, and remembers what it was asked and whether it was stopped."""

    name = "fake:chat"

    def __init__(self, *replies: str | Sequence[str]) -> None:
        self.history: list[tuple[str, str]] = []
        self.closed_early: list[bool] = []
        self._replies: list[_Reply] = []
        for reply in replies:
            self.enqueue(reply)

    def enqueue(
        self,
        reply: str | Sequence[str] = (),
        *,
        error: ModelError | None = None,
        after: int = 0,
        said: Reply | None = None,
    ) -> None:
        """Add a reply. A string streams word by word; a sequence piece by piece. With `error` only `after` pieces
        are said, and then it is raised. `said` is what the server says of the reply in the end."""
        if isinstance(reply, str):
            words = reply.split(" ")
            reply = [word + " " for word in words[:-1]] + words[-1:]
        pieces = tuple(reply)
        self._replies.append(_Reply(pieces[:after] if error else pieces, error, said))

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        """See rag.generate.ChatEngine. `closed_early[i]` says whether stream i was closed before its end."""
        self.history.append((system, user))
        number = len(self.closed_early)
        self.closed_early.append(False)
        reply = self._replies.pop(0)
        try:
            yield from reply.pieces
        except GeneratorExit:
            self.closed_early[number] = True
            raise
        if reply.error:
            raise reply.error
        return reply.said

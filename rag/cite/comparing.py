"""How near claims and sentences are to each other: by their vectors, and across languages token by token too."""

from __future__ import annotations

from collections.abc import Sequence

from rag.cite.judge import Likeness
from rag.cite.memory import RememberingEmbedder
from rag.cite.reading import Reading
from rag.likeness import nearest_tokens
from rag.schema import Embedder


class Comparing:
    """Compares the texts of one check. Nothing is embedded twice."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = RememberingEmbedder(embedder)

    def likeness(self, claims: Sequence[Reading], sources: Sequence[Reading]) -> list[list[Likeness]]:
        """For each claim its likeness to every source. At least one of both."""
        cosines = (
            self.embedder.embed_passages([claim.words for claim in claims])
            @ self.embedder.embed_passages([source.words for source in sources]).T
        )
        return [
            [
                Likeness(float(cosine), tokens)
                for cosine, tokens in zip(row, self._by_tokens(claim, sources), strict=True)
            ]
            for claim, row in zip(claims, cosines, strict=True)
        ]

    def _by_tokens(self, claim: Reading, sources: Sequence[Reading]) -> list[float | None]:
        """How near the claim's tokens come to theirs on average; None for sources in the claim's language, whose words
        tell more, and where the model has no tokens to compare or the claim none."""
        across = [source.words for source in sources if source.language != claim.language]
        tokens = self.embedder.embed_passage_tokens([claim.words, *across]) if across else None
        if tokens is None or not len(tokens[0]):
            return [None] * len(sources)
        found = iter(float(nearest_tokens(tokens[0], one).mean()) for one in tokens[1:])
        return [next(found) if source.language != claim.language else None for source in sources]

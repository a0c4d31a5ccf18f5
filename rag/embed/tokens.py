"""The bundled model token by token, comparable across languages.

As they are, all tokens of one language are alike (their mean has length .79), and an Arabic token is nearer to any
other Arabic one than to its translation. The mean token of ordinary texts of each language is therefore taken out, for
questions and for passages apart: the same step as for whole vectors (Mu & Viswanath 2018, "All-but-the-Top").
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from rag import text
from rag.embed.engine import DIMENSION, OnnxEngine, Prefix, damaged
from rag.schema import Language, Vectors
from rag.text.ordinary import ordinary

HalfVectors = npt.NDArray[np.float16]

MEANS_FILE = "token_means.f32"

_KINDS: Final[tuple[tuple[Prefix, Literal["questions", "statements"]], ...]] = (
    ("query: ", "questions"),
    ("passage: ", "statements"),
)
_LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")


# Tokens of passages that are kept from question to question, 25 MB: those of one conversation, or of several people
# asking about the same documents, come up again and again. Twenty who ask at once wait half as long.
KEPT_TOKENS = 32_768


class BundledTokens:
    """Satisfies `rag.schema.TokenEmbedder` with the prepared model. May be shared between threads."""

    def __init__(self, engine: OnnxEngine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._kept: OrderedDict[str, HalfVectors] = OrderedDict()
        self._kept_tokens = 0

    def embed_query_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Tokens of questions: float32 (n_tokens, 384) each, unit-norm rows. Raises EmbeddingModelError."""
        return self._embed(texts, "query: ")

    def embed_passage_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Tokens of passages or sentences, as above. Kept in half precision, which changes likenesses by .001."""
        with self._lock:
            known = {one: self._kept[one] for one in texts if one in self._kept}
            for one in known:
                self._kept.move_to_end(one)
        new = [one for one in dict.fromkeys(texts) if one not in known]
        found = dict(zip(new, self._embed(new, "passage: "), strict=True))
        halves = {one: vectors.astype(np.float16) for one, vectors in found.items()}
        self._keep(halves)
        known |= halves
        return [known[one].astype(np.float32) for one in texts]

    def _keep(self, found: Mapping[str, HalfVectors]) -> None:
        """Remember these, and forget what was asked for longest ago where that are too many."""
        with self._lock:
            for one, vectors in found.items():
                if one not in self._kept:
                    self._kept[one] = vectors
                    self._kept_tokens += len(vectors)
            while self._kept_tokens > KEPT_TOKENS:
                _, oldest = self._kept.popitem(last=False)
                self._kept_tokens -= len(oldest)

    @cached_property
    def _means(self) -> Mapping[tuple[Prefix, Language], Vectors]:
        return _read(self._engine.folder)

    def _embed(self, texts: Sequence[str], prefix: Prefix) -> list[Vectors]:
        return [
            _without(found, self._means[prefix, text.language(one)])
            for one, found in zip(texts, self._engine.embed_tokens(texts, prefix), strict=True)
        ]


def write_token_means(folder: Path) -> None:
    """Write MEANS_FILE beside the prepared model. Raises EmbeddingModelError where that cannot be loaded, OSError."""
    engine = OnnxEngine(folder)
    means = [
        np.concatenate(engine.embed_tokens(ordinary(kind, language), prefix)).mean(axis=0)
        for prefix, kind in _KINDS
        for language in _LANGUAGES
    ]
    (folder / MEANS_FILE).write_bytes(np.stack(means).astype("<f4").tobytes())


def _read(folder: Path) -> Mapping[tuple[Prefix, Language], Vectors]:
    try:
        means = np.frombuffer((folder / MEANS_FILE).read_bytes(), "<f4").reshape(-1, DIMENSION)
    except (OSError, ValueError) as error:
        raise damaged(folder) from error
    names = [(prefix, language) for prefix, _ in _KINDS for language in _LANGUAGES]
    return dict(zip(names, means, strict=True))


def _without(tokens: Vectors, mean: Vectors) -> Vectors:
    rest = tokens - mean
    centred: Vectors = rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), np.float32(1e-6))
    return centred

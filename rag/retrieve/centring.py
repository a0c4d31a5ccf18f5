"""Takes out of similarities what a language, rather than a meaning, puts into them.

Embedding models leave a large common part in all vectors of one language: an Arabic question is nearer to any Arabic
text than to the English text that answers it, and some passages are near to every question. Subtracting a mean
vector removes both (Mu & Viswanath 2018, "All-but-the-Top"; for several languages Libovický et al. 2020):

- from a question, a share of the mean of ordinary questions of its language: passages that are near to questions as
  such fall back;
- from a similarity, the similarity to the mean passage of that passage's language: languages become comparable.
  Within one language this second step changes no order.

Development questions of XQuAD, nDCG@10 (benchmarks/retrieval.py, rows "+ sentence" and "+ centring"): English questions
over Arabic passages .905 → .918, Arabic over English .867 → .893. Over a half Arabic, half English corpus .865 → .931,
and .741 → .916 where the answer stands in the other language only. Within one language nothing changes by .002.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from rag.schema import Embedder, Language, Vectors
from rag.text.ordinary import ordinary

LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")

# Share of the mean question that is taken out. .5 is best or within .003 of it on ARCD and in all directions of XQuAD.
QUESTION_SHARE = 0.5

# The bundled statements count as this many passages of the corpus: they speak for a language of which there are only
# a few passages, whose mean would be their subject rather than their language, and fade as soon as there are more.
PRIOR_PASSAGES = 16


@dataclass(frozen=True, slots=True)
class Centres:
    """Mean vectors by language, float32 (dimension,): of ordinary questions and of ordinary statements."""

    questions: Mapping[Language, Vectors]
    statements: Mapping[Language, Vectors]

    def centred_question(self, question: Vectors, language: Language) -> Vectors:
        """The question without the share of its language. Not of unit length: it is only compared."""
        centred: Vectors = question - np.float32(QUESTION_SHARE) * self.questions[language]
        return centred

    def passage_centre(self, language: Language, mean: Vectors | None, count: int) -> Vectors:
        """The mean passage of a language, from `count` passages of the corpus with this mean and the statements."""
        statements = self.statements[language]
        if mean is None or count == 0:
            return statements
        blended: Vectors = (count * mean + PRIOR_PASSAGES * statements) / np.float32(count + PRIOR_PASSAGES)
        return blended


class LanguageMeans(Protocol):
    """What the index knows of its languages."""

    def language_means(self) -> Mapping[Language, tuple[Vectors, int]]:
        """For each language of the index: the mean of a sample of its passages, and how many were sampled."""


def load_centres(embedder: Embedder, cache_folder: Path) -> Centres:
    """The centres of a model: embedded once (about two seconds), then read from the cache folder."""
    questions = {language: ordinary("questions", language) for language in LANGUAGES}
    statements = {language: ordinary("statements", language) for language in LANGUAGES}
    identity = repr((embedder.fingerprint, questions, statements)).encode("utf-8")
    path = cache_folder / f"centres-{hashlib.blake2b(identity, digest_size=8).hexdigest()}.f32"
    means = _read(path, embedder.dimension)
    if means is None:
        means = np.stack(
            [embedder.embed_queries(questions[language]).mean(axis=0) for language in LANGUAGES]
            + [embedder.embed_passages(statements[language]).mean(axis=0) for language in LANGUAGES]
        )
        _write(path, means)
    first, count = dict(enumerate(LANGUAGES)), len(LANGUAGES)
    return Centres(
        questions={language: means[row] for row, language in first.items()},
        statements={language: means[count + row] for row, language in first.items()},
    )


def _read(path: Path, dimension: int) -> Vectors | None:
    """The cached rows, float32 (4, dimension), or None where there are none that fit: they can be made again."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    rows = 2 * len(LANGUAGES)
    if len(content) != rows * dimension * np.dtype("<f4").itemsize:
        return None
    return np.frombuffer(content, "<f4").reshape(rows, dimension)


def _write(path: Path, means: Vectors) -> None:
    """Whole or not at all. A cache that cannot be written costs two seconds next time, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".partial")
        with os.fdopen(handle, "wb") as file:
            file.write(means.astype("<f4").tobytes())
        Path(temporary).replace(path)
    except OSError:
        return

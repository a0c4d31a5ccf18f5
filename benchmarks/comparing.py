"""Whether two data folders hold the same documents and answer the same: for benchmarks."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.homes import COMMAND, MODELS, open_embedder
from rag.assistant import Assistant
from rag.index.database import LIBRARY_FILE, connect_read_only
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder, Hit, Passage, Vectors
from rag.settings import Settings, load_settings
from rag.sync import searched_text

TOP_K = 10
# Scores are sums of float32 products, whose order depends on where in the stores a passage came to stand.
SCORE_TOLERANCE = 1e-4
# Cosine of two vectors of one text that was embedded in other company: .996 and more was seen.
SAME_TEXT = 0.99


def stored_texts(home: Path) -> dict[str, str]:
    """Source → its text, of the sources that a library holds with passages. Reads the file alone, without its lock."""
    path = home / LIBRARY_FILE
    if not path.exists():
        return {}
    with closing(connect_read_only(path)) as connection:
        try:
            rows = connection.execute(
                "SELECT s.source, g.text FROM sources s JOIN pages g ON g.source_id = s.id "
                "WHERE EXISTS (SELECT 1 FROM passages p WHERE p.source_id = s.id) ORDER BY g.ordinal"
            ).fetchall()
        except sqlite3.OperationalError:
            return {}  # killed before its tables were made
    found: dict[str, str] = {}
    for source, text in rows:
        found[source] = found.get(source, "") + text
    return found


def differences(home: Path, documents: Path, questions: Sequence[str]) -> list[str]:
    """What the library of `home` holds and answers otherwise than a clean build of the same folder of documents, as
    sentences.

    The bundled model's vector of a text depends a little on the texts it is embedded with (int8), so the clean build
    takes the stored vectors, and these are compared with fresh ones.
    """
    embedder = open_embedder()
    with _opened(home, embedder) as (_, assistant):
        held, found = _held(assistant), [assistant.search(question, TOP_K).hits for question in questions]
        strangers = _wrong_vectors(assistant)
    with tempfile.TemporaryDirectory() as clean, _opened(Path(clean), embedder) as (settings, assistant):
        assistant.index.store_embeddings(_stored_vectors(home))
        sync_paths(settings, assistant.index, embedder, [documents])
        expected = _held(assistant)
        clean_found = [assistant.search(question, TOP_K).hits for question in questions]
    problems = [f"{strangers} passages have the vector of another text"] if strangers else []
    problems += [
        f"{what}: {(held[what] - expected[what]).total()} too many, {(expected[what] - held[what]).total()} lost"
        for what in held
        if held[what] != expected[what]
    ]
    problems += [
        f"«{question}» gives {_shown(ours)}, a clean build {_shown(theirs)}"
        for question, ours, theirs in zip(questions, found, clean_found, strict=True)
        if not _alike(ours, theirs)
    ]
    return problems


@contextmanager
def _opened(home: Path, embedder: Embedder) -> Iterator[tuple[Settings, Assistant]]:
    settings = load_settings(home=home, cache=MODELS, llm="extractive")
    with open_index(settings, embedder, command=COMMAND) as index:
        yield settings, make_assistant(settings, index, embedder)


def _held(assistant: Assistant) -> dict[str, Counter[str]]:
    """What there is, and how often."""
    sources, passages = assistant.index.sources(), _passages(assistant)
    return {
        "documents": Counter(
            "".join(page.text for page in assistant.index.document(one.source).pages) for one in sources
        ),
        "files": Counter(path for one in sources for path in one.paths),
        "passages": Counter(one.text for one in passages),
    }


def _passages(assistant: Assistant) -> list[Passage]:
    index = assistant.index
    return index.passages(index.passage_ids([one.source for one in index.sources()]))


def _stored_vectors(home: Path) -> dict[bytes, Vectors]:
    with closing(connect_read_only(home / LIBRARY_FILE)) as connection:
        rows = connection.execute("SELECT key, vector FROM embeddings").fetchall()
    return {key: np.frombuffer(vector, "<f4") for key, vector in rows}


def _wrong_vectors(assistant: Assistant) -> int:
    """Passages whose stored vector is not near to the one that their text has today."""
    passages = _passages(assistant)
    stored = assistant.index.passage_vectors([one.id for one in passages])
    fresh = assistant.embedder.embed_passages([searched_text(one) for one in passages])
    return sum(
        float(stored[one.id] @ vector) < SAME_TEXT for one, vector in zip(passages, fresh, strict=True)
    )


def _alike(ours: Sequence[Hit], theirs: Sequence[Hit]) -> bool:
    """The same passages with the same scores, in the same order but for those that score alike."""
    return Counter(map(_said, ours)) == Counter(map(_said, theirs)) and all(
        abs(one.score - other.score) <= SCORE_TOLERANCE for one, other in zip(ours, theirs, strict=True)
    )


def _said(hit: Hit) -> tuple[Any, ...]:
    """A hit without the name of its source: of equal files either may stand for both."""
    return hit.passage.start, hit.passage.end, hit.passage.text, hit.best_sentence.text


def _shown(hits: Sequence[Hit]) -> str:
    return ", ".join(f"{hit.passage.source.rsplit('/', 1)[-1]} {hit.score:.4f}" for hit in hits[:3])

"""How long a question takes over many passages, and what the vector index loses there: part of benchmarks.retrieval.

There is not enough real text for 100,000 passages, and embedding it would take an hour: the passages of the sets are
repeated with a fifth of their words exchanged for others of the same language, and with vectors that are the real
ones plus noise. Questions are real, are embedded, and go through the product's `retrieve` as they come.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpora import Task, read_tasks
from benchmarks.homes import CACHE, COMMAND, MODELS, indexed, settings_of
from benchmarks.vectors import JITTER
from rag import text
from rag.index import Index, PassageKeys, SourceStat
from rag.index.rows import batches
from rag.pipeline import open_index
from rag.retrieve import Centres, load_centres, retrieve
from rag.schema import Document, Embedder, Language, Page, Passage, Sentence, Vectors

SETS = ("xquad", "arcd", "nomiracl")
SEED = 7
QUESTIONS = 400
WARM_UP = 20
TOP_K = 6
RECALL_AT = 50

EXCHANGED_WORDS = 0.2
PASSAGES_PER_DOCUMENT = 50


@dataclass(frozen=True, slots=True)
class Original:
    """A real passage with its vector and those of its sentences."""

    passage: Passage
    vector: Vectors
    sentence_vectors: Vectors


def measure_scale(data: Path, count: int, embedder: Embedder) -> dict[str, Any]:
    """Print and return the figures for `count` passages."""
    tasks = [task for name in SETS for task in read_tasks(data, name)]
    originals = _originals(tasks, embedder)
    questions = sorted({question.text for task in tasks for question in task.questions})
    random.Random(SEED).shuffle(questions)
    identity = repr((embedder.fingerprint, count, [one.passage.id for one in originals])).encode()
    home = CACHE / f"scale-{count}-{hashlib.blake2b(identity, digest_size=6).hexdigest()}"
    centres = load_centres(embedder, MODELS)
    with open_index(settings_of(home), embedder, command=COMMAND) as index:
        if index.count() < count:
            _fill(index, originals, count)
        timings = _timings(index, embedder, centres, questions[:QUESTIONS])
        recall = _recall(index, embedder, centres, questions[:QUESTIONS])
    p50, p95 = (float(value) for value in np.percentile(timings, (50, 95)))
    print(
        f"{count} passages, {min(count, len(originals))} of them real; the others repeat them with "
        f"{EXCHANGED_WORDS:.0%} of the words exchanged and noise of {JITTER} on the vectors, not embedded anew.\n"
        f"{len(timings)} questions, embedding included: p50 {p50:.1f} ms, p95 {p95:.1f} ms. "
        f"recall@{RECALL_AT} of the vector index in each language: {recall:.4f}"
    )
    return {
        "set": "scale",
        "variant": "default",
        "passages": count,
        "real": min(count, len(originals)),
        "n": len(timings),
        "p50_ms": p50,
        "p95_ms": p95,
        f"recall@{RECALL_AT}": recall,
    }


def _timings(index: Index, embedder: Embedder, centres: Centres, questions: Sequence[str]) -> list[float]:
    """Milliseconds of each question. The first few are asked twice: before them nothing is in memory yet."""
    found = []
    for question in (*questions[:WARM_UP], *questions):
        started = time.perf_counter()
        retrieve(question, index=index, embedder=embedder, centres=centres, top_k=TOP_K)
        found.append(1000 * (time.perf_counter() - started))
    return found[WARM_UP:]


def _recall(index: Index, embedder: Embedder, centres: Centres, questions: Sequence[str]) -> float:
    """Mean share of the exact nearest passages of a language that the vector index returns."""
    ids = index.passage_ids([info.source for info in index.sources()])
    vectors = index.passage_vectors(ids)
    languages = {
        passage.id: passage.language for batch in batches(ids, 1000) for passage in index.passages(batch)
    }
    shares = []
    for language in index.language_means():
        own = np.array([passage_id for passage_id in ids if languages[passage_id] == language])
        matrix = np.stack([vectors[passage_id] for passage_id in own])
        for question in questions:
            query = centres.centred_question(embedder.embed_queries([question])[0], text.language(question))
            exact = set(own[np.argpartition(matrix @ query, -RECALL_AT)[-RECALL_AT:]].tolist())
            found = {passage_id for passage_id, _ in index.nearest(query, RECALL_AT, language)}
            shares.append(len(exact & found) / len(exact))
    return statistics.mean(shares)


def _originals(tasks: Iterable[Task], embedder: Embedder) -> list[Original]:
    """Every passage of the sets' corpora."""
    corpora = {f"{task.set}.{task.direction.split('-')[-1]}": task.corpus for task in tasks}
    found = []
    for name, corpus in corpora.items():
        with indexed(name, corpus, embedder) as index:
            ids = index.passage_ids([record.id for record in corpus])
            whole, sentences = index.passage_vectors(ids), index.sentence_vectors(ids)
            found += [Original(one, whole[one.id], sentences[one.id]) for one in index.passages(ids)]
    return found


def _fill(index: Index, originals: Sequence[Original], count: int) -> None:
    """Put the originals, then variations of them, into an index."""
    print(f"indexing {count} passages …", file=sys.stderr)
    generator = random.Random(SEED)
    vocabulary: dict[Language, list[str]] = {
        language: [
            word for one in originals if one.passage.language == language for word in one.passage.text.split()
        ]
        for language in ("ar", "en")
    }
    everything = _variations(originals, vocabulary, count, generator)
    for number in range(0, count, PASSAGES_PER_DOCUMENT):
        some = [next(everything) for _ in range(min(PASSAGES_PER_DOCUMENT, count - number))]
        _put(index, f"scale-{number}", some)
    index.flush()


def _variations(
    originals: Sequence[Original],
    vocabulary: dict[Language, list[str]],
    count: int,
    generator: random.Random,
) -> Iterator[tuple[Original, list[str], Vectors]]:
    """(origin, sentences, vectors of the passage and of its sentences): the originals as they are, then variations."""
    noise = np.random.default_rng(SEED)
    for number in range(count):
        original = originals[number % len(originals)]
        vectors = np.vstack([original.vector, original.sentence_vectors])
        sentences = [sentence.text for sentence in original.passage.sentences]
        if number >= len(originals):
            words = vocabulary[original.passage.language]
            sentences = [
                " ".join(
                    generator.choice(words) if generator.random() < EXCHANGED_WORDS else word
                    for word in sentence.split()
                )
                for sentence in sentences
            ]
            vectors = vectors + noise.normal(0, JITTER, vectors.shape).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield original, sentences, vectors


def _put(index: Index, source: str, varied: Sequence[tuple[Original, list[str], Vectors]]) -> None:
    """One document with a page for each passage."""
    pages, passages, keys = [], [], []
    stored: dict[bytes, Vectors] = {}
    for number, (original, sentences, vectors) in enumerate(varied, start=1):
        passage = _passage(source, number, original.passage.language, sentences)
        named = [index.embedding_key(f"{passage.id} {row}") for row in range(len(vectors))]
        stored.update(zip(named, vectors, strict=True))
        pages.append(Page(passage.text, number))
        passages.append(passage)
        keys.append(PassageKeys(named[0], tuple(named[1:])))
    index.store_embeddings(stored)
    document = Document(source, source, "", tuple(pages), passages[0].language, "text/plain")
    index.replace_source(document, SourceStat(source, 0, 0, source), passages, keys)


def _passage(source: str, number: int, language: Language, sentences: Sequence[str]) -> Passage:
    placed, start = [], 0
    for sentence in sentences:
        placed.append(Sentence(start, start + len(sentence), sentence))
        start += len(sentence) + 1
    joined = " ".join(sentences)
    return Passage(
        id=hashlib.blake2b(f"{source} {number}".encode(), digest_size=8).hexdigest(),
        source=source,
        title=source,
        headline="",
        page=number,
        start=0,
        end=len(joined),
        text=joined,
        language=language,
        sentences=tuple(placed),
    )

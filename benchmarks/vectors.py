"""How much the vector index loses against exact search, and what each setting of it costs.

    python -m benchmarks.vectors [--data DIR] [--count N] [--json FILE]

Real text, real embeddings, held-out questions. recall@50 is the share of the exact 50 nearest that the index returns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rag import text
from rag.embed import open_embedder
from rag.index.rows import VectorRow
from rag.index.vectors import CHOSEN, Hnsw, open_folder
from rag.schema import Vectors

K = 50
QUESTIONS = 500
SEED = 7
CACHE = Path(".cache")
# Chroma's own defaults first, then denser graphs and wider searches.
SETTINGS = (
    Hnsw(16, 100, 100),
    Hnsw(16, 100, 200),
    Hnsw(32, 200, 100),
    Hnsw(32, 200, 200),
    Hnsw(32, 200, 400),
    Hnsw(48, 400, 200),
)
# Standard deviation, per dimension, of the variations that stand for text there is not enough of: a variation has
# a cosine of about 0.93 to its origin, like two sentences about the same thing.
JITTER = 0.02


@dataclass(frozen=True, slots=True)
class Line:
    """One way of searching: recall@50, and milliseconds of a query; inserts per second while building."""

    name: str
    recall: float
    p50_ms: float
    p95_ms: float
    inserts_per_second: float


def read_texts(data: Path) -> list[str]:
    """Every passage of the corpora and each of its sentences, once, shuffled."""
    found: dict[str, None] = {}
    for path in sorted(data.glob("*.corpus.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            passage = json.loads(line)["text"].strip()
            found[passage] = None
            found.update((passage[start:end], None) for start, end in text.sentences(passage))
    texts = list(found)
    random.Random(SEED).shuffle(texts)
    return texts


def read_questions(data: Path) -> list[str]:
    """Some of the questions, shuffled."""
    questions = [
        json.loads(line)["question"]
        for path in sorted(data.glob("*.questions.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    random.Random(SEED).shuffle(questions)
    return questions[:QUESTIONS]


def cached(kind: str, model: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """The vectors of `texts`, from the cache folder when they were made before."""
    digest = hashlib.sha256("\0".join((kind, model, *texts)).encode("utf-8")).hexdigest()[:16]
    path = CACHE / f"vectors-{kind}-{digest}.npy"
    if path.exists():
        loaded: Vectors = np.load(path)
        return loaded
    print(f"embedding {len(texts)} texts ({kind}) …", file=sys.stderr)
    vectors = embed(texts)
    CACHE.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors


def grow(vectors: Vectors, count: int) -> Vectors:
    """`count` vectors: those given, then variations of them."""
    generator = np.random.default_rng(SEED)
    missing = max(0, count - len(vectors))
    origins = vectors[generator.integers(len(vectors), size=missing)]
    varied = origins + generator.normal(0, JITTER, origins.shape).astype(np.float32)
    varied /= np.linalg.norm(varied, axis=1, keepdims=True)
    return np.concatenate([vectors[:count], varied])


def exact(vectors: Vectors, queries: Vectors) -> tuple[Line, list[set[int]]]:
    """Exact search with numpy, and what it finds."""
    found, timings = [], []
    for query in queries:
        started = time.perf_counter()
        found.append(set(np.argpartition(vectors @ query, -K)[-K:].tolist()))
        timings.append(time.perf_counter() - started)
    return _line("exact (numpy)", 1.0, timings, float("nan")), found


def indexed(vectors: Vectors, queries: Vectors, expected: Sequence[set[int]], hnsw: Hnsw) -> Line:
    """Build an index with `hnsw` and search it."""
    rows = [VectorRow(str(number), vector, "en") for number, vector in enumerate(vectors)]
    with tempfile.TemporaryDirectory() as folder:
        store = open_folder(Path(folder) / "chroma", hnsw)
        started = time.perf_counter()
        for start in range(0, len(rows), 500):
            store.put(rows[start : start + 500])
        seconds = time.perf_counter() - started
        timings, recalls = [], []
        for query, exactly in zip(queries, expected, strict=True):
            started = time.perf_counter()
            found = store.query(query, K, "en")
            timings.append(time.perf_counter() - started)
            recalls.append(len(exactly & {int(passage_id) for passage_id, _ in found}) / K)
        store.close()
    name = f"chroma M={hnsw.max_neighbors} efc={hnsw.ef_construction} ef={hnsw.ef_search}"
    mark = " (chosen)" if hnsw == CHOSEN else ""
    return _line(name + mark, float(np.mean(recalls)), timings, len(rows) / seconds)


def _line(name: str, recall: float, timings: Sequence[float], inserts_per_second: float) -> Line:
    p50, p95 = (1000 * float(value) for value in np.percentile(timings, (50, 95)))
    return Line(name, recall, p50, p95, inserts_per_second)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 when the data is absent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vectors", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--count", type=int, help="vectors to index (default: all the real text there is)")
    parser.add_argument("--json", type=Path, help="also write the result here")
    options = parser.parse_args(arguments)
    texts = read_texts(options.data)
    if not texts:
        print(f"No *.corpus.jsonl in {options.data}: give the folder with --data.", file=sys.stderr)
        return 2
    count = options.count or len(texts)
    embedder = open_embedder("bundled", cache_folder=CACHE)
    real = cached("passages", embedder.fingerprint, texts[:count], embedder.embed_passages)
    queries = cached("queries", embedder.fingerprint, read_questions(options.data), embedder.embed_queries)
    vectors = grow(real, count)
    line, expected = exact(vectors, queries)
    lines = [line]
    lines += [indexed(vectors, queries, expected, hnsw) for hnsw in SETTINGS]
    print(
        f"{count} vectors × {vectors.shape[1]} ({min(count, len(real))} of real text), {len(queries)} questions\n"
    )
    print("| search | recall@50 | p50 ms | p95 ms | inserts/s |\n|---|---|---|---|---|")
    for line in lines:
        rate = "–" if np.isnan(line.inserts_per_second) else f"{line.inserts_per_second:.0f}"
        print(f"| {line.name} | {line.recall:.3f} | {line.p50_ms:.1f} | {line.p95_ms:.1f} | {rate} |")
    if options.json:
        result = {
            "count": count,
            "real": len(real),
            "questions": len(queries),
            "lines": [asdict(x) for x in lines],
        }
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=2), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

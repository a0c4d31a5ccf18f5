"""Indexed corpora for the benchmarks: made by the product's own sync, and kept until corpus or model change."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpora import Record
from rag.index import Index
from rag.pipeline import index_fingerprint, make_embedder, open_index, sync_paths
from rag.schema import Embedder
from rag.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "benchmarks"
MODELS = ROOT / ".cache" / "models"

COMMAND = "benchmark"


def open_embedder() -> Embedder:
    """The product's default embedder, prepared once for all benchmarks and tests."""
    return make_embedder(settings_of(CACHE))


@contextmanager
def indexed(name: str, corpus: Sequence[Record], embedder: Embedder) -> Iterator[Index]:
    """An index of `corpus`, made as `rag sync corpus.jsonl` makes it, or as it was left by an earlier run."""
    lines = "".join(
        json.dumps({"id": record.id, "title": record.title, "text": record.text}, ensure_ascii=False) + "\n"
        for record in corpus
    )
    identity = f"{index_fingerprint(settings_of(CACHE), embedder)}\0{lines}".encode()
    folder = CACHE / f"{name}-{hashlib.blake2b(identity, digest_size=6).hexdigest()}"
    folder.mkdir(parents=True, exist_ok=True)
    file, settings = folder / "corpus.jsonl", settings_of(folder)
    if not file.exists():
        file.write_text(lines, encoding="utf-8")
    with open_index(settings, embedder, command=COMMAND) as index:
        if len(index.stats()) < len(corpus):
            print(f"indexing {name}: {len(corpus)} documents …", file=sys.stderr)
            report = sync_paths(settings, index, embedder, [file])
            for failure in report.failed:
                print(failure.en, file=sys.stderr)
        yield index


def settings_of(folder: Path) -> Settings:
    """The product's settings, with its data in a folder of the cache."""
    return load_settings(home=folder / "home", cache=MODELS, llm="extractive")

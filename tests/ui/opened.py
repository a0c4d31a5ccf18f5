"""A real library with two small documents, open for as long as a block lasts: what sheets work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.commands import OpenLibrary
from rag.pipeline import open_index, sync_paths
from rag.schema import Embedder
from rag.settings import load_settings
from tests.fakes import FakeEmbedder

DOCUMENTS = {
    "bridges.txt": "The harbour bridge is 81 metres long. The harbour bridge was opened in 1932.",
    "جسور.txt": "افتُتح جسر الميناء القديم عام 1932. ويبلغ طول جسر الميناء القديم 81 مترًا.",
}


@contextmanager
def opened_library(folder: Path, embedder: Embedder | None = None, **changes: Any) -> Iterator[OpenLibrary]:
    """The library below `folder`, made on the first call; with the fake embedder unless another is given."""
    documents = folder / "documents"
    documents.mkdir(exist_ok=True)
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text, encoding="utf-8")
    settings = load_settings(**{"home": folder / "home", "cache": folder / "cache", **changes})
    embedder = embedder or FakeEmbedder()
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [documents])
        yield OpenLibrary(settings, index, embedder)

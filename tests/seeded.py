"""The seed articles, indexed once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.assistant import Assistant
from rag.generate import ChatEngine
from rag.index import Index
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder
from rag.settings import Settings, load_settings

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def seed_settings(home: Path, cache: Path) -> Settings:
    """Settings of a test: its own home, the shared model cache, no chat model."""
    return load_settings(home=home, cache=cache, llm="extractive")


@contextmanager
def seeded_assistant(
    home: Path, cache: Path, embedder: Embedder, engine: ChatEngine | None = None, *, fall_back: bool = False
) -> Iterator[Assistant]:
    """An assistant over the seeds, with a chat engine where one is given."""
    settings = seed_settings(home, cache)
    with open_index(settings, embedder, command="test") as index:
        report = sync_paths(settings, index, embedder, [SEEDS])
        assert not report.failed
        yield with_engine(settings, index, embedder, engine, fall_back=fall_back)


def with_engine(
    settings: Settings, index: Index, embedder: Embedder, engine: ChatEngine | None, *, fall_back: bool
) -> Assistant:
    """The assistant that settings make, answering through `engine`."""
    from dataclasses import replace

    return replace(make_assistant(settings, index, embedder), engine=engine, fall_back=fall_back)

"""A library, an embedder that counts, and a folder to sync."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import Index
from tests.sync.syncing import CountingEmbedder, open_home


@pytest.fixture
def embedder() -> CountingEmbedder:
    """Overrides the real one."""
    return CountingEmbedder()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """A library of its own."""
    with open_home(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, named relative to where the test runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    return Path("docs")

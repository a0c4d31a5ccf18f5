"""The browser, and the real thing behind a real server: started once for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder
from rag.settings import load_settings
from tests.chromium import launched
from tests.ui.serving import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched(to="run the browser tests") as browser:
        yield browser


@pytest.fixture(scope="package")
def sample(embedder: Embedder, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real thing: the sample corpus, the bundled embedder, the extractive answerer."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"), cache=model_cache, llm="extractive")
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [ROOT / "seeds"])
        with serving(make_assistant(settings, index, embedder)) as address:
            yield address

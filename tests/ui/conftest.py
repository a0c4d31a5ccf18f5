"""The browser, and the real thing behind a real server: started once for all tests of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder
from rag.settings import load_settings
from tests.ui.serving import serving

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = "no Chromium is installed (install 'chromium' to run the browser tests)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sample(embedder: Embedder, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real thing: the sample corpus, the bundled embedder, the extractive answerer."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"), cache=model_cache, llm="extractive")
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [ROOT / "seeds"])
        with serving(make_assistant(settings, index, embedder)) as address:
            yield address

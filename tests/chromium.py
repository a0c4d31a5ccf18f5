"""The Chromium of this machine: for the page's tests, and as a producer of documents."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def launched(*, to: str) -> Iterator[Browser]:
    """A browser until the block ends.

    Where none is installed, the tests that want it `to` do something are skipped; in CI, where nobody would see
    that, they fail.
    """
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = f"no Chromium is installed (install 'chromium' to {to})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()

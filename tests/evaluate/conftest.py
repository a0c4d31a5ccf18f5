"""The browser of the page's tests, for reports."""

from __future__ import annotations

from tests.ui import conftest

browser = conftest.browser

"""The sheet of settings in a real Chromium: choosing, in several tabs, what is fixed, what is wrong, how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.schema import Embedder
from rag.ui.settings_present import Present
from rag.ui.settings_sheet import settings_sheet
from tests.generate.ollama import OllamaServer, ollama_server
from tests.generate.wire import MODEL
from tests.ui.browsing import ask_and_wait, go, opened, watch
from tests.ui.opened import opened_library
from tests.ui.serving import serving

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
NOWHERE = "http://127.0.0.1:9"
SAVED = {"ar": "حُفظت الإعدادات", "en": "Saved."}


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with ollama_server() as running:
        yield running


@pytest.fixture
def address(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real thing, over two small documents."""
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("RAG_TOP_K", "6")
    with opened_library(tmp_path, embedder, llm="extractive", llm_url=NOWHERE) as library:
        present = Present(library)
        with serving(present, sheets=[settings_sheet(present)]) as address:
            yield address


def open_settings(page: Page) -> None:
    page.locator('[data-opens="settings"]').click()
    page.locator("#settings-form").wait_for()


def save(page: Page, language: str) -> None:
    page.locator("#settings-form .primary").click()
    expect(page.locator("#settings .told")).to_contain_text(SAVED[language])


@pytest.mark.parametrize("language", ["ar"])
def test_what_is_chosen_holds_in_every_tab(
    browser: Browser, address: str, server: OllamaServer, language: str
) -> None:
    with opened(browser, address, language=language) as watched:
        page = watched.page
        other = watch(page.context)
        go(other, address)
        foot = page.locator("#footer .private")
        expect(foot).not_to_contain_text(MODEL)
        open_settings(page)
        expect(page.locator("#settings-checkup .finding")).not_to_have_count(0)
        expect(page.locator(".fixed")).to_contain_text("RAG_TOP_K")
        expect(page.locator("#settings-top-k")).to_be_disabled()
        page.locator("#settings-url").fill(server.url)
        page.locator("button[form=settings-address]").click()
        page.locator(f'[name="llm"][value="ollama:{MODEL}"]').check()
        page.locator('[name="answer_language"][value="ar"]').check()
        page.locator('[name="strict"][value="yes"]').check()
        save(page, language)
        expect(foot).to_contain_text(MODEL)
        page.keyboard.press("Escape")

        expect(other.page.locator("#footer .private")).not_to_contain_text(MODEL)
        ask_and_wait(other.page, "How long is the harbour bridge?")
        expect(other.page.locator("#footer .private")).to_contain_text(MODEL)
        assert any(request.path == "/api/chat" for request in server.requests)
        open_settings(other.page)
        expect(other.page.locator('[name="answer_language"][value="ar"]')).to_be_checked()
        assert other.errors == []
        other.page.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_model_that_is_not_there_is_said_with_a_command_to_copy(
    browser: Browser, address: str, server: OllamaServer, language: str
) -> None:
    with opened(browser, address, language=language) as watched:
        page = watched.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_settings(page)
        # Not looked at before it is saved: the address goes along all the same.
        page.locator("#settings-url").fill(server.url)
        page.locator('[name="llm"][value="other"]').check()
        page.locator("#settings-other").fill("qwen9:4b")
        page.locator("#settings-form .primary").click()
        wrong = page.locator("#settings .card.error")
        expect(wrong).to_be_visible()
        expect(wrong.locator("code")).to_have_text("ollama pull qwen9:4b")
        wrong.locator("[data-command]").click()
        expect(wrong.locator(".copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "ollama pull qwen9:4b"
        # What was typed is still there, to be corrected.
        expect(page.locator("#settings-other")).to_have_value("qwen9:4b")
        page.keyboard.press("Escape")
        open_settings(page)
        expect(page.locator('[name="llm"][value="extractive"]')).to_be_checked()
        expect(page.locator("#settings-url")).to_have_value(NOWHERE)


def test_the_appearance_is_kept_in_this_browser(browser: Browser, address: str) -> None:
    with opened(browser, address) as watched:
        page = watched.page
        open_settings(page)
        page.locator('[name="appearance"][value="dark"]').check()
        expect(page.locator("body.dark")).to_have_count(1)
        go(watched, address)
        expect(page.locator("body.dark")).to_have_count(1)
        open_settings(page)
        expect(page.locator('[name="appearance"][value="dark"]')).to_be_checked()
        page.locator('[name="appearance"][value="system"]').check()
        expect(page.locator("body.dark")).to_have_count(0)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_looks_right(browser: Browser, address: str, language: str, width: int) -> None:
    with opened(browser, address, language=language, width=width) as watched:
        page = watched.page
        open_settings(page)
        expect(page.locator("#settings-checkup .finding")).not_to_have_count(0)
        sheet = page.locator("#settings")
        assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"settings-{language}-{width}.png", animations="disabled")

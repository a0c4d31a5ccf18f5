"""The documents in a real Chromium: sent, found, asked alone, removed and put back, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.api import Commands
from rag.commands import OpenLibrary
from rag.pipeline import open_index
from rag.schema import Embedder
from rag.settings import load_settings
from rag.ui.library_sheet import library_sheet
from tests.ui.browsing import ask_and_wait, opened
from tests.ui.serving import serving

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
HARBOUR = "The harbour bridge was opened in March 1932 by the mayor. It is 81 metres long."
RIVER = "The river bridge was opened in May 1950 by the minister. It is 44 metres long."
ROME = "شاركت 81 دولة في اجتماع روما. ترأس بلينكن اجتماع روما."
SAID = {
    "en": ("Added: 3 · not added: 1", "Only 1 document", "Removed:", "All documents", "3 documents"),
    "ar": ("أُضيف: 3 · لم يُضف: 1", "وثيقة واحدة فقط", "أُزيلت:", "كل الوثائق", "3 وثائق"),
}


@pytest.fixture
def address(embedder: Embedder, model_cache: Path, tmp_path: Path) -> Iterator[str]:
    """An empty library behind the real server, with its sheet."""
    settings = load_settings(home=tmp_path / "home", cache=model_cache, llm="extractive")
    with open_index(settings, embedder, command="test") as index:
        library = OpenLibrary(settings, index, embedder)
        commands = Commands(library)
        sheets = [library_sheet(library, commands.change)]
        try:
            with serving(library.assistant(), commands=commands, sheets=sheets) as served:
                yield served
        finally:
            commands.close()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "وثائق"
    (folder / "bridges").mkdir(parents=True)
    (folder / "bridges" / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    (folder / "bridges" / "river.txt").write_text(RIVER, encoding="utf-8")
    (folder / "روما.txt").write_text(ROME, encoding="utf-8")
    (folder / "empty.txt").touch()
    return folder


def open_sheet(page: Page) -> None:
    page.locator("header [data-opens=library]").click()
    expect(page.locator("#library-drop")).to_be_visible()


def send_folder(page: Page, folder: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("[data-pick=folder]").click()
    chooser.value.set_files(folder)
    expect(page.locator("#library-progress [data-post$=dismiss]")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_documents_are_sent_asked_alone_removed_and_put_back(
    browser: Browser, address: str, docs: Path, language: str
) -> None:
    over, only, removed, everything, three = SAID[language]
    with opened(browser, address, language=language) as watched:
        page = watched.page
        expect(page.locator("#welcome .begin .primary")).to_be_visible()
        expect(page.locator(".choice")).to_contain_text(everything)
        open_sheet(page)
        send_folder(page, docs)
        expect(page.locator("#library-progress .said").first).to_have_text(over, use_inner_text=True)
        expect(page.locator("#library-list .total")).to_contain_text(three)
        expect(page.locator("#library-list .document")).to_have_count(3)
        page.screenshot(path=ARTEFACTS / f"library-{language}-1280.png")
        # The page behind it knows, without being loaded anew.
        expect(page.locator("#welcome .begin")).to_have_count(0)

        page.locator("#library-search-field").fill("harbour")
        expect(page.locator("#library-list .document")).to_have_count(1)
        page.locator("#library-list .pick").check()
        page.locator("[data-choose=selected]").click()
        expect(page.locator("#library")).not_to_be_visible()
        expect(page.locator(".choice")).to_contain_text(only)
        ask_and_wait(page, "When was the harbour bridge opened?")
        expect(page.locator("#live .card")).to_contain_text("1932")
        expect(page.locator("#live")).not_to_contain_text("1950")
        expect(page.locator(".choice")).to_contain_text(only)

        # The chat keeps it; a new one has all documents.
        page.reload()
        expect(page.locator(".choice")).to_contain_text(only)
        page.locator(".new-chat").click()
        expect(page.locator(".choice")).to_contain_text(everything)

        open_sheet(page)
        page.locator("#library-list .document", has_text="river.txt").locator("[data-post$=remove]").click()
        expect(page.locator("#library-list .removal")).to_contain_text(removed)
        expect(page.locator("#library-list .document")).to_have_count(2)
        page.locator("#library-list .removal .quiet").click()
        expect(page.locator("#library-list .removal")).to_have_count(0)
        expect(page.locator("#library-list .document")).to_have_count(3)


def test_files_that_are_dropped_anywhere_are_added(browser: Browser, address: str) -> None:
    with opened(browser, address) as watched:
        page = watched.page
        data = page.evaluate_handle(
            """text => {
                const data = new DataTransfer();
                data.items.add(new File([text], "harbour.txt", { type: "text/plain" }));
                return data;
            }""",
            HARBOUR,
        )
        page.dispatch_event("#talk", "drop", {"dataTransfer": data})
        expect(page.locator("#library-progress .entry.added")).to_contain_text("harbour.txt")
        # What was sent goes on without the page that sent it.
        page.reload()
        open_sheet(page)
        expect(page.locator("#library-list .document")).to_have_count(1)
        expect(page.locator("#library-progress .entry.added")).to_contain_text("harbour.txt")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_sample_is_one_click_away_on_a_telephone(browser: Browser, address: str, language: str) -> None:
    with opened(browser, address, language=language, width=360) as watched:
        page = watched.page
        page.locator("#welcome [data-sample]").click()
        question = page.locator("#library-progress .example-question").first
        expect(question).to_be_visible(timeout=30_000)
        page.screenshot(path=ARTEFACTS / f"library-{language}-360.png")
        wide = page.evaluate("document.querySelector('#library').scrollWidth")
        assert wide <= 360
        asked = question.inner_text()
        question.click()
        expect(page.locator("#question textarea")).to_have_value(asked)
        expect(page.locator("#examples")).to_be_visible()


def test_a_choice_of_a_chat_that_is_not_begun_survives_a_reload(
    browser: Browser, address: str, docs: Path
) -> None:
    with opened(browser, address) as watched:
        page = watched.page
        open_sheet(page)
        send_folder(page, docs)
        page.locator("[data-select=all]").click()
        expect(page.locator("#library-selected")).to_contain_text("3")
        page.locator("[data-choose=selected]").click()
        expect(page.locator(".choice")).to_contain_text("Only 3 documents")
        page.reload()
        expect(page.locator(".choice")).to_contain_text("Only 3 documents")
        assert len(json.loads(page.evaluate("sanad.draft()"))) == 3
        open_sheet(page)
        page.locator("[data-choose=all]").click()
        expect(page.locator(".choice")).to_contain_text("All documents")

"""The sheet of evaluation in a real Chromium: a file chosen, asked, stopped, gone on with, read and compared."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.schema import Embedder
from rag.ui.evaluation_runs import Evaluations
from rag.ui.evaluation_sheet import evaluation_sheet
from rag.ui.settings_present import Present
from tests.ui.browsing import ask_and_wait, opened
from tests.ui.opened import opened_library
from tests.ui.serving import serving
from tests.ui.test_evaluation_runs import CSV, WAIT_SECONDS

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
WORDS = {
    "ar": {
        "done": "اكتمل",
        "stopped": "متوقف",
        "so_far": "طُرح 1 من 3",
        "report": "تقرير التقييم",
        "line": "السطر 3",
    },
    "en": {
        "done": "Finished",
        "stopped": "Stopped",
        "so_far": "1 of 3",
        "report": "Evaluation",
        "line": "line 3",
    },
}


@pytest.fixture
def evaluations(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evaluations]:
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_TOP_K", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")
    with opened_library(tmp_path, embedder, llm="extractive") as library:
        evaluations = Evaluations(Present(library))
        yield evaluations
        evaluations.close()


@pytest.fixture
def address(evaluations: Evaluations) -> Iterator[str]:
    present = evaluations.present
    with serving(present, sheets=[evaluation_sheet(evaluations, present.page_text)]) as address:
        yield address


def open_evaluation(page: Page) -> None:
    page.locator('[data-opens="evaluation"]').click()
    page.locator("#evaluation .runs").wait_for()


def choose(page: Page, content: str, name: str = "أسئلة.csv") -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    page.locator("#evaluation-file").set_input_files([file])
    expect(page.locator("#evaluation-picked")).to_have_text(name)
    page.locator("#evaluation-new [type=submit]").click()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_file_is_asked_watched_stopped_and_gone_on_with(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from rag.assistant import Assistant

    let_through = threading.Semaphore(1)
    ask = Assistant.ask

    def waiting(assistant: Assistant, question: str) -> object:
        assert let_through.acquire(timeout=WAIT_SECONDS)
        return ask(assistant, question)

    monkeypatch.setattr(Assistant, "ask", waiting)
    words = WORDS[language]
    with opened(browser, address, language=language) as watched:
        page = watched.page
        open_evaluation(page)
        choose(page, CSV)
        expect(page.locator("#evaluation-going")).to_contain_text(words["so_far"])
        expect(page.locator("#evaluation-going .figure")).not_to_have_count(0)
        # The chat is there meanwhile, and so is the run when the sheet is opened again.
        page.keyboard.press("Escape")
        ask_and_wait(page, "How long is the harbour bridge?")
        open_evaluation(page)
        page.screenshot(path=_artefact(f"evaluation-going-{language}.png"), animations="disabled")
        page.locator("#evaluation-stop").click()
        let_through.release()
        expect(page.locator("#evaluation .state")).to_contain_text(words["stopped"])
        let_through.release(WAIT_SECONDS)
        page.locator('[data-post="/page/evaluation/go-on"]').click()
        expect(page.locator("#evaluation .state")).to_contain_text(words["done"])
        with page.context.expect_page() as reported:
            page.locator(f'#evaluation .actions a[lang="{language}"]').click()
        expect(reported.value.locator("h1")).to_contain_text(words["report"])
        expect(reported.value.locator("svg")).not_to_have_count(0)
        reported.value.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_line_that_is_wrong_is_named(browser: Browser, address: str, language: str) -> None:
    with opened(browser, address, language=language) as watched:
        open_evaluation(watched.page)
        choose(watched.page, "question,answers\nWhen?,1932\n,1933\n")
        expect(watched.page.locator("#evaluation .card.error")).to_contain_text(WORDS[language]["line"])


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_two_runs_are_compared_and_one_is_deleted(
    browser: Browser, address: str, evaluations: Evaluations, language: str, width: int
) -> None:
    for _ in range(2):
        evaluations.start("q.csv", CSV.encode())
        assert evaluations.going is None or evaluations.going.thread is not None
        if going := evaluations.going:
            assert going.thread
            going.thread.join(WAIT_SECONDS)
    with opened(browser, address, language=language, width=width) as watched:
        page = watched.page
        open_evaluation(page)
        page.screenshot(path=_artefact(f"evaluation-{language}-{width}.png"), animations="disabled")
        for tick in page.locator('#evaluation [name="run"]').all():
            tick.check()
        page.locator("#evaluation-compare [type=submit]").click()
        expect(page.locator(".comparison tbody tr")).not_to_have_count(0)
        page.screenshot(path=_artefact(f"comparison-{language}-{width}.png"), animations="disabled")
        assert page.locator("#evaluation").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
        page.locator("#evaluation .delete summary").first.click()
        page.locator("#evaluation .delete .danger").first.click()
        expect(page.locator("#evaluation li.run")).to_have_count(1)


def _artefact(name: str) -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS / name

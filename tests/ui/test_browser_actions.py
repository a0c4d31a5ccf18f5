"""What can be done with an answer, and with a question that lost its page, in a real Chromium."""

import threading

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.browsing import ask, ask_and_wait, go, opened, watch
from tests.ui.fakes import QUOTE, FakeAssistant, answering, make_answer
from tests.ui.serving import serving

QUESTION = "How long is the bridge?"


@pytest.mark.parametrize(
    ("language", "heading", "copied"), [("ar", "**المصادر**", "نُسخ"), ("en", "**Sources**", "Copied")]
)
def test_an_answer_is_copied_with_its_sources(
    browser: Browser, language: str, heading: str, copied: str
) -> None:
    with (
        serving(FakeAssistant(answering(make_answer()))) as address,
        opened(browser, address, language=language) as watched,
    ):
        page = watched.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask_and_wait(page, QUESTION)
        menu = page.locator("#live .copy")
        menu.locator("summary").click()
        page.keyboard.press("Escape")
        expect(menu.locator("[data-copy=markdown]")).not_to_be_visible()
        menu.locator("summary").click()
        menu.locator("[data-copy=markdown]").click()
        expect(page.locator("#live .copied")).to_have_text(copied, use_inner_text=True)
        said = page.evaluate("navigator.clipboard.readText()")
        assert heading in said
        assert QUOTE in said
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_rating_is_kept_with_a_word_and_found_again(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer()))
    with serving(assistant) as address, opened(browser, address, language="ar") as watched:
        page = watched.page
        ask_and_wait(page, QUESTION)
        page.locator("#live .thumb[data-good=false]").click()
        word = page.locator("#live .remark input")
        word.fill("الرقم خاطئ")
        word.press("Enter")
        expect(page.locator("#live .rating .told")).to_be_visible()
        expect(word).to_be_focused()
        # It stays when the turn is moved up by the next question, and when the page is loaded again.
        ask_and_wait(page, "How old is it?")
        for _ in range(2):
            first = page.locator("#past .turn").first
            expect(first.locator(".thumb[data-good=false]")).to_have_attribute("aria-pressed", "true")
            expect(first.locator(".remark input")).to_have_value("الرقم خاطئ")
            page.reload()
        (info,) = assistant.index.chats.list()
        rating = assistant.index.chats.get(info.id).messages[0].rating
        assert rating is not None
        assert (rating.is_good, rating.word) == (False, "الرقم خاطئ")
        page.locator("#past .turn").first.locator(".thumb[data-good=false]").click()
        expect(page.locator("#past .remark")).to_have_count(0)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_reload_during_an_answer_loses_nothing(browser: Browser, language: str) -> None:
    assistant = FakeAssistant(
        answering(make_answer(), "written ", "so ", "far "), gate=threading.Semaphore(2)
    )
    assert assistant.gate is not None
    with serving(assistant) as address, opened(browser, address, language=language) as watched:
        page = watched.page
        ask(page, QUESTION)
        expect(page.locator("#live-text .raw")).to_contain_text("written")
        expect(page.locator(".chat-name")).to_have_text(QUESTION)
        page.reload()
        expect(page.locator("#live .question")).to_have_text(QUESTION)
        expect(page.locator("#live-text .raw")).to_contain_text("written")
        expect(page.locator("#stop")).to_be_visible()
        # Somebody else with the address sees it being written too.
        other = go(watch(page.context), page.url)
        expect(other.locator("#live-text .raw")).to_contain_text("written")
        assistant.gate.release(10)
        for tab in (page, other):
            expect(tab.locator("#live .claim .chip")).to_have_count(1)
            expect(tab.locator("#send")).to_be_visible()
            assert tab.locator("#talk .question").count() == 1
        page.reload()
        expect(page.locator("#past .question")).to_have_text([QUESTION])
        assert assistant.questions == [QUESTION]


def test_a_question_that_the_server_took_with_it_is_there_to_be_asked_again(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer(), "written "), gate=threading.Semaphore(2))
    assert assistant.gate is not None
    with serving(assistant) as address, opened(browser, address) as watched:
        ask(watched.page, QUESTION)
        expect(watched.page.locator("#live-text .raw")).to_contain_text("written")
        chat = watched.page.url.rpartition("=")[2]
        watched.page.goto("about:blank")
    assistant.gate.release(1)
    assistant.gate = None
    with serving(assistant) as address, opened(browser, f"{address}/?chat={chat}") as watched:
        page = watched.page
        expect(page.locator("#past .stopped")).to_contain_text("has no answer yet", use_inner_text=True)
        page.locator("#past [data-again]").click()
        expect(page.locator("#live .claim .chip")).to_have_count(1)
        page.reload()
        expect(page.locator("#past .question")).to_have_text([QUESTION])
        expect(page.locator("#past .chip")).to_have_count(1)


def test_a_question_is_asked_again_as_it_was_understood(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer()))
    with serving(assistant) as address, opened(browser, address) as watched:
        page = watched.page
        ask_and_wait(page, QUESTION)
        ask_and_wait(page, "and who opened it?")
        page.locator("#live [data-again]").click()
        expect(page.locator("#talk .question")).to_have_count(3)
        expect(page.locator("#live .question")).to_have_text("and who opened it (long is the bridge)?")
        expect(page.locator("#send")).to_be_visible()
        assert assistant.questions[1] == assistant.questions[2]

"""Logging in with a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.ui.login import login_html
from rag.ui.words import WORDS
from tests.ui.browsing import ask_and_wait, watch
from tests.ui.fakes import FakeAssistant, answering, make_answer
from tests.ui.serving import serving

PASSWORD = "كلمة سر طويلة"
ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"


@pytest.fixture(scope="module")
def locked() -> Iterator[str]:
    with serving(FakeAssistant(answering(make_answer())), password=f"layla:{PASSWORD}") as address:
        yield address


def log_in(page: Page, password: str) -> None:
    page.locator("[name=user]").fill("layla")
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("en", 1280)])
def test_a_reader_logs_in_asks_and_logs_out(browser: Browser, locked: str, language: str, width: int) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    context = browser.new_context(locale=language, viewport={"width": width, "height": 800})
    watched = watch(context)
    page = watched.page
    words = {key: value[language == "ar"] for key, value in WORDS.items()}
    page.goto(f"{locked}/?chat=unknown")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["login_title"], use_inner_text=True)
    expect(page.locator("[name=user]")).to_be_focused()
    log_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text(words["login_wrong"], use_inner_text=True)
    page.screenshot(path=ARTEFACTS / f"{language}-{width}-login.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # A browser writes down every response of 4xx; nothing else went wrong.
    assert all("401" in error for error in watched.errors)
    watched.errors.clear()
    log_in(page, PASSWORD)
    expect(page).to_have_url(f"{locked}/?chat=unknown")
    ask_and_wait(page, "How long is the bridge?")
    (cookie,) = context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
    page.get_by_role("button", name=words["logout"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["login_title"], use_inner_text=True)
    assert context.cookies() == []
    assert watched.errors == []
    assert watched.hosts <= {"127.0.0.1", "data"}
    context.close()


def test_a_session_that_is_over_leads_back_to_the_chat(browser: Browser, locked: str) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(locked)
    log_in(page, PASSWORD)
    ask_and_wait(page, "How long is the bridge?")
    chat = page.url
    context.clear_cookies()
    page.locator("#question textarea").fill("And who built it?")
    page.keyboard.press("Enter")
    log_in(page, PASSWORD)
    expect(page).to_have_url(chat)
    expect(page.locator("#past .question")).to_have_text("How long is the bridge?")
    context.close()


def test_the_login_page_remembers_the_language(browser: Browser, locked: str) -> None:
    page = browser.new_page(locale="en", color_scheme="dark")
    page.goto(locked)
    page.locator("#switch-language").click()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    page.reload()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("document.body.classList.contains('dark')")
    page.close()


@pytest.mark.parametrize(("has_user", "fields"), [(True, ["user", "password"]), (False, ["password"])])
def test_a_name_is_asked_for_where_one_is_set(has_user: bool, fields: list[str]) -> None:
    html = login_html("ar", has_user=has_user, wanted="/")
    assert [name for name in ("user", "password") if f'name="{name}"' in html] == fields
    assert html.count(" autofocus") == 1
    assert 'role="alert"' not in html


def test_the_pages_of_others_have_no_way_out(browser: Browser) -> None:
    with serving(FakeAssistant()) as address:
        page = browser.new_page()
        page.goto(address)
        page.locator("#question textarea").wait_for()
        expect(page.locator(".logout")).to_have_count(0)
        page.close()

"""Chats in a real Chromium: asked on, found again, renamed, saved, deleted, and in several tabs at once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import ask, ask_and_wait, go, opened, watch
from tests.ui.fakes import QUOTE, FakeAssistant, answering, make_answer
from tests.ui.serving import serving
from tests.ui.test_render import HOSTILE

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
EXCHANGES = {
    "ar": ("كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟", "ومن ترأسه؟", "شكرا"),
    "en": (
        "How many countries attended the anti-ISIS coalition meeting in Rome?",
        "and who chaired it?",
        "thanks",
    ),
}
UNKNOWN = {"ar": "لا توجد محادثة على هذا العنوان", "en": "There is no chat at this address"}


@contextmanager
def fake_page(
    browser: Browser, *, language: str = "en", width: int = 1280
) -> Iterator[tuple[Page, FakeAssistant]]:
    assistant = FakeAssistant(answering(make_answer()))
    with (
        serving(assistant) as address,
        opened(browser, address, language=language, width=width) as watched,
    ):
        yield watched.page, assistant


def chat_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("chat", [""])[0]


def questions(page: Page) -> list[str]:
    return [question.inner_text() for question in page.locator("#talk .question").all()]


def open_menu(page: Page) -> None:
    page.locator(".menu > summary").click()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_follow_up_is_answered_and_the_chat_found_again(
    browser: Browser, sample: str, language: str
) -> None:
    first, second, thanks = EXCHANGES[language]
    with opened(browser, sample, language=language) as watched:
        page = watched.page
        ask_and_wait(page, first)
        expect(page.locator("#live .chip").first).to_be_visible()
        expect(page.locator("#live .searched")).to_have_count(0)
        address = page.url
        assert chat_of(page)
        ask_and_wait(page, second)
        label = {"ar": "بُحث عن:", "en": "Searched for:"}[language]
        expect(page.locator("#live .searched")).to_contain_text(label, use_inner_text=True)
        assert len(page.locator("#live .searched bdi:visible").inner_text()) > len(second)
        ask_and_wait(page, thanks)
        for absent in (".sources", ".meta", ".searched", ".chip"):
            expect(page.locator(f"#live {absent}")).to_have_count(0)
        assert page.url == address
        assert questions(page) == [first, second, thanks]
        page.reload()
        expect(page.locator("#past .question")).to_have_text([first, second, thanks])
        expect(page.locator(".chat[aria-current] .chat-title")).to_contain_text(first[:40])
    # Somebody who only has the address sees the same, with its sources at their places.
    with opened(browser, address, language=language) as watched:
        page = watched.page
        expect(page.locator("#past .question")).to_have_text([first, second, thanks])
        expect(page.locator("#past .searched")).to_have_count(1)
        chip = page.locator("#past .chip").first
        source = page.locator(f"#{chip.get_attribute('data-cites')}")
        source.locator("summary").click()
        expect(source.locator("mark")).to_be_visible()
        assert len(source.locator(".excerpt").inner_text()) > len(source.locator("mark").inner_text())
        expect(page).to_have_title(f"{page.locator('.chat-name').inner_text()} · Sanad")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_unknown_address_is_told_and_can_be_asked_from(browser: Browser, language: str) -> None:
    with (
        serving(FakeAssistant(answering(make_answer()))) as address,
        opened(browser, f"{address}/?chat=0123456789", language=language) as watched,
    ):
        page = watched.page
        expect(page.get_by_role("alert").and_(page.locator(".card"))).to_contain_text(
            UNKNOWN[language], use_inner_text=True
        )
        ask_and_wait(page, "How long is the bridge?")
        assert chat_of(page) not in {"", "0123456789"}
        expect(page.locator(".chat")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "title"), [("ar", "جسر موستار <b>القديم</b>"), ("en", "The old bridge & its height")]
)
def test_a_chat_is_renamed_and_found_by_its_words(browser: Browser, language: str, title: str) -> None:
    with fake_page(browser, language=language) as (page, _):
        ask_and_wait(page, "How long is the bridge?")
        open_menu(page)
        box = page.locator(".menu input")
        box.fill("  ")
        box.press("Enter")
        expect(page.locator(".menu .told")).to_be_visible()
        expect(page.locator(".menu .told")).to_have_attribute("role", "alert")
        box.fill(title)
        box.press("Enter")
        expect(page.locator(".chat-name")).to_have_text(title)
        expect(page.locator(".menu .told")).to_have_count(0)
        expect(page.locator(".chat-title")).to_have_text([title])
        page.locator("[data-act=new]").click()
        expect(page.locator("#opening h1")).to_be_visible()
        expect(page.locator("#question textarea")).to_be_focused()
        ask_and_wait(page, "كم عمر المدينة؟")
        expect(page.locator(".chat-title")).to_have_text(["كم عمر المدينة؟", title])
        search = page.locator("#chat-search input")
        search.fill("مدينه")
        expect(page.locator(".chat-title")).to_have_text(["كم عمر المدينة؟"])
        search.fill(title.split()[-1])
        expect(page.locator(".chat-title")).to_have_text([title])
        page.locator(".chat").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#past .question")).to_have_text("How long is the bridge?")
        search.fill("zebra")
        expect(page.locator("#chat-list .none")).to_be_visible()


def test_deleting_is_asked_for_twice_and_leaves_nothing(browser: Browser) -> None:
    with fake_page(browser, language="ar") as (page, assistant):
        ask_and_wait(page, "How long is the bridge?")
        address = page.url
        open_menu(page)
        delete = page.locator("[data-act=delete]")
        expect(delete).not_to_be_visible()
        page.locator(".delete summary").click()
        expect(delete).to_be_visible()
        page.keyboard.press("Escape")
        open_menu(page)
        expect(delete).not_to_be_visible()
        page.locator(".delete summary").click()
        delete.click()
        expect(page.locator("#chat-list .told")).to_contain_text("حُذفت المحادثة", use_inner_text=True)
        expect(page.locator("#opening h1")).to_be_visible()
        assert questions(page) == []
        assert chat_of(page) == ""
        assert assistant.index.chats.list() == ()
        page.goto(address)
        expect(page.locator("#past .card")).to_contain_text(UNKNOWN["ar"], use_inner_text=True)


@pytest.mark.parametrize(("language", "heading"), [("ar", "**المصادر**"), ("en", "**Sources**")])
def test_a_chat_is_saved_with_its_sources(browser: Browser, language: str, heading: str) -> None:
    with fake_page(browser, language=language) as (page, _):
        ask_and_wait(page, "كم طول الجسر؟")
        open_menu(page)
        links = page.locator(".save a:visible")
        expect(links).to_have_count(2)
        with page.expect_download() as download:
            links.nth(0).click()
        assert download.value.suggested_filename == "كم طول الجسر؟.md"
        markdown = Path(download.value.path()).read_text(encoding="utf-8")
        assert heading in markdown
        assert QUOTE in markdown
        with page.expect_download() as download:
            links.nth(1).click()
        saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert saved["id"] == chat_of(page)
        assert saved["messages"][0]["answer"]["citations"][0]["quote"] == QUOTE


def test_tabs_have_chats_of_their_own_and_share_one_without_harm(browser: Browser) -> None:
    with fake_page(browser) as (page, assistant):
        ask_and_wait(page, "How long is the bridge?")
        other = go(watch(page.context), page.url.partition("?")[0])
        ask_and_wait(other, "How wide is the bridge?")
        assert chat_of(other) != chat_of(page)
        assert questions(page) == ["How long is the bridge?"]
        other.locator(f'.chat[data-chat="{chat_of(page)}"]').click()
        expect(other.locator("#past .question")).to_have_text(["How long is the bridge?"])
        assert chat_of(other) == chat_of(page)
        ask_and_wait(other, "How old is the bridge of Mostar?")
        ask_and_wait(page, "Who built the bridge of Mostar?")
        together = [
            "How long is the bridge?",
            "How old is the bridge of Mostar?",
            "Who built the bridge of Mostar?",
        ]
        assert questions(page) == together
        other.reload()
        expect(other.locator("#past .question")).to_have_text(together)
        assert [message.question for message in assistant.index.chats.get(chat_of(page)).messages] == together
        assistant.index.chats.delete(chat_of(page))
        ask(page, "And now?")
        expect(page.locator("#live .card")).to_contain_text("deleted in another tab", use_inner_text=True)


def test_a_page_that_stayed_open_over_a_restart_goes_on_in_its_chat(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer()))
    page = browser.new_page()
    with serving(assistant) as address:
        page.goto(address)
        page.locator("#opening h1").wait_for()
        ask_and_wait(page, "How long is the bridge?")
        chat = chat_of(page)
    with serving(assistant, port=urlsplit(address).port or 0):
        ask_and_wait(page, "and who opened it?")
        assert questions(page) == ["How long is the bridge?", "and who opened it?"]
        assert chat_of(page) == chat
        assert assistant.questions[-1] == "and who opened it (long is the bridge)?"
    page.close()


def test_back_and_forward_lead_through_chats(browser: Browser) -> None:
    with fake_page(browser) as (page, _):
        ask_and_wait(page, "How long is the bridge?")
        page.locator("[data-act=new]").click()
        expect(page.locator("#opening h1")).to_be_visible()
        page.go_back()
        expect(page.locator("#past .question")).to_have_text(["How long is the bridge?"])
        page.go_forward()
        expect(page.locator("#opening h1")).to_be_visible()


def test_an_answer_goes_on_while_another_chat_is_read(browser: Browser) -> None:
    with fake_page(browser) as (page, assistant):
        ask_and_wait(page, "How long is the bridge?")
        first = chat_of(page)
        assistant.gate = threading.Semaphore(1)
        ask(page, "How old is the bridge of Mostar?")
        page.locator("#live-below .source").wait_for()
        page.locator("[data-act=new]").click()
        expect(page.locator("#opening h1")).to_be_visible()
        expect(page.locator("#send")).to_be_visible()
        page.locator(f'.chat[data-chat="{first}"]').click()
        expect(page.locator("#live .question")).to_have_text("How old is the bridge of Mostar?")
        expect(page.locator("#stop")).to_be_visible()
        page.locator("[data-act=new]").click()
        expect(page.locator("#opening h1")).to_be_visible()
        assistant.gate.release(10)
        assert assistant.closed.wait(timeout=10)
        expect(page.locator(".chat[aria-current]")).to_have_count(0)
        assert questions(page) == []
        page.locator(f'.chat[data-chat="{first}"]').click()
        expect(page.locator("#past .question")).to_have_text(
            ["How long is the bridge?", "How old is the bridge of Mostar?"]
        )


def test_a_question_does_not_draw_the_others_again(browser: Browser) -> None:
    with fake_page(browser) as (page, _):
        turns_sent: list[int] = []
        page.on(
            "response",
            lambda response: (
                turns_sent.append(response.text().count("<article"))
                if "/run/predict" in response.url
                else None
            ),
        )
        for n in range(4):
            ask_and_wait(page, f"How long is bridge number {n}?")
        assert len(questions(page)) == 4
        expect(page.locator("#past .turn")).to_have_count(3)
        assert max(turns_sent) == 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_telephone_the_chats_are_a_drawer(browser: Browser, language: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    with fake_page(browser, language=language, width=360) as (page, _):
        ask_and_wait(page, EXCHANGES[language][0])
        drawer, toggle = page.locator("#chats"), page.locator("#open-chats")
        expect(drawer).not_to_be_visible()
        toggle.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#close-chats")).to_be_focused()
        expect(toggle).to_have_attribute("aria-expanded", "true")
        page.wait_for_function("document.querySelector('#chats').getAnimations().length === 0")
        box = drawer.bounding_box()
        assert box is not None
        assert round(box["x"] if language == "en" else 360 - box["x"] - box["width"]) == 0
        page.screenshot(path=ARTEFACTS / f"{language}-360-chats.png")
        page.keyboard.press("Escape")
        expect(drawer).not_to_be_visible()
        expect(toggle).to_be_focused()
        open_menu(page)
        page.screenshot(path=ARTEFACTS / f"{language}-360-menu.png")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.keyboard.press("Escape")
        toggle.click()
        page.locator("[data-act=new]").click()
        expect(drawer).not_to_be_visible()
        expect(page.locator("#opening h1")).to_be_visible()


def test_a_hostile_title_is_text_everywhere(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer()))
    for title in HOSTILE:
        assistant.index.chats.create(title)
    with serving(assistant) as address, opened(browser, address) as watched:
        page = watched.page
        expect(page.locator(".chat-title")).to_have_text(HOSTILE[::-1])
        for n, title in enumerate(HOSTILE[:-4:-1]):
            page.locator(".chat").nth(n).click()
            expect(page.locator(".chat-name")).to_have_text(title)
            expect(page.locator(".menu input")).to_have_value(title)
        assert page.locator("#chats :is(script, img, iframe, form, style)").count() == 0
        assert page.locator("#chat-bar :is(script, img, iframe, style)").count() == 0

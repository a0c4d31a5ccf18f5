"""The page in a real Chromium: over the real assistant and the sample corpus, and over a fake where a moment in the
middle of an answer has to be held still."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.errors import ModelUnreachableError
from rag.schema import Conflict, ConflictValue
from tests.ui.browsing import ask, opened
from tests.ui.fakes import QUOTE, FakeAssistant, answering, make_answer, make_citation, make_claim, make_hit
from tests.ui.serving import serving
from tests.ui.test_render import HOSTILE

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"
QUESTIONS = {
    "ar": "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟",
    "en": "How many countries attended the anti-ISIS coalition meeting in Rome?",
}
DIRECTIONS = {"ar": "rtl", "en": "ltr"}


def direction(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.querySelector('#header header')).direction"))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_browsers_language_decides_words_and_direction(
    browser: Browser, sample: str, language: str
) -> None:
    with opened(browser, sample, language=language) as watched:
        assert watched.page.evaluate("document.documentElement.lang") == language
        assert direction(watched.page) == DIRECTIONS[language]
        title = {"ar": "اسأل وثائقك", "en": "Ask your documents"}[language]
        expect(watched.page.get_by_role("heading", level=1)).to_have_text(title, use_inner_text=True)
        placeholder = {"ar": "اسأل عن وثائقك …", "en": "Ask about your documents …"}[language]
        expect(watched.page.get_by_placeholder(placeholder)).to_be_focused()
        expect(watched.page.locator("#examples .example").first).to_be_visible()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_answer_leads_to_its_sentences(browser: Browser, sample: str, language: str) -> None:
    with opened(browser, sample, language=language) as watched:
        page = watched.page
        ask(page, QUESTIONS[language])
        chip = page.locator(".claim .chip").first
        chip.wait_for()
        source = page.locator(f"#{chip.get_attribute('data-cites')}")
        expect(source.locator("mark")).not_to_be_visible()
        source.locator("summary").click()
        expect(source.locator("mark")).to_be_visible()
        reply = page.request.post(f"{sample}/api/ask", data={"question": QUESTIONS[language]}).json()
        cited = {str(citation["n"]): citation for citation in reply["citations"]}
        citation = cited[source.locator(".number").inner_text()]
        assert source.locator("mark").text_content() == citation["quote"]
        assert source.locator(".file").inner_text() == Path(citation["source"]).name
        excerpt = source.locator(".excerpt").text_content() or ""
        assert len(excerpt) > len(citation["quote"])
        source.locator("summary").click()
        expect(source.locator("mark")).not_to_be_visible()
        expect(page.locator("#stop")).not_to_be_visible()


def test_a_question_off_the_subject_is_refused(browser: Browser, sample: str) -> None:
    with opened(browser, sample) as watched:
        ask(watched.page, "How long should an egg be boiled?")
        expect(watched.page.locator(".refused h3")).to_have_text(
            "No answer in the documents", use_inner_text=True
        )
        assert watched.page.locator(".chip").count() == 0


def test_an_example_is_asked_by_a_click(browser: Browser, sample: str) -> None:
    with opened(browser, sample) as watched:
        example = watched.page.locator("#examples .example").first
        question = example.inner_text()
        example.click()
        watched.page.locator("#live .card").wait_for()
        assert watched.page.locator("#live .question").inner_text() == question
        expect(watched.page.locator("#welcome")).not_to_be_visible()


def test_the_language_is_switched_everywhere_and_remembered(browser: Browser) -> None:
    with serving(FakeAssistant(answering(make_answer()))) as address, opened(browser, address) as watched:
        page = watched.page
        ask(page, "How long is the bridge?")
        expect(page.locator(".meta")).to_contain_text("Quoted from the documents", use_inner_text=True)
        page.locator("#switch-language").click()
        assert direction(page) == "rtl"
        expect(page.locator(".meta")).to_contain_text("منقول من الوثائق بنصه", use_inner_text=True)
        expect(page.locator(".sources h3")).to_have_text("المصادر", use_inner_text=True)
        page.reload()
        expect(page.locator("#past .meta")).to_contain_text("منقول من الوثائق بنصه", use_inner_text=True)
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
        page.locator("#switch-language").click()
        page.reload()
        page.locator("#past .meta").wait_for()
        assert direction(page) == "ltr"


@pytest.mark.parametrize(("setting", "browsers"), [("ar", "en"), ("en", "ar")])
def test_a_configured_language_comes_before_the_browsers(
    browser: Browser, setting: str, browsers: str
) -> None:
    with (
        serving(FakeAssistant(), ui_language=setting) as address,
        opened(browser, address, language=browsers) as watched,
    ):
        assert direction(watched.page) == DIRECTIONS[setting]


def test_stop_ends_the_model_and_keeps_what_was_written(browser: Browser) -> None:
    assistant = FakeAssistant(answering(make_answer(), "written ", "before "), gate=threading.Semaphore(2))
    with serving(assistant) as address, opened(browser, address) as watched:
        page = watched.page
        ask(page, "How long is the bridge?")
        expect(page.locator("#live-text .raw")).to_contain_text("written")
        expect(page.locator("#live-below .source")).to_have_count(1)
        ask(page, "another question meanwhile")
        page.locator("#stop").click()
        expect(page.locator(".stopped")).to_have_text(
            "Stopped. This part was not checked.", use_inner_text=True
        )
        assert assistant.gate is not None
        assistant.gate.release()
        assert assistant.closed.wait(timeout=10)
        expect(page.locator("#live .raw")).to_have_text("written ")
        expect(page.locator("#send")).to_be_visible()
        assert assistant.questions == ["How long is the bridge?"]
        assistant.gate.release(100)
        ask(page, "and now?")
        expect(page.locator("#live .claim .chip")).to_have_count(1)
        expect(page.locator("#past .stopped")).to_have_count(1)


def test_an_error_is_a_card_in_the_pages_language(browser: Browser) -> None:
    assistant = FakeAssistant([ModelUnreachableError(en="No server answers.", ar="لا يجيب أي خادم.")])
    with serving(assistant) as address, opened(browser, address, language="ar") as watched:
        ask(watched.page, "سؤال")
        expect(watched.page.get_by_role("alert").and_(watched.page.locator(".card"))).to_contain_text(
            "لا يجيب أي خادم."
        )
        expect(watched.page.locator(".card")).not_to_contain_text("No server answers.", use_inner_text=True)
        expect(watched.page.locator("#send")).to_be_visible()


def test_hostile_text_does_nothing(browser: Browser, hostile: str) -> None:
    text = " ".join(HOSTILE)
    with opened(browser, hostile) as watched:
        ask(watched.page, text)
        watched.page.locator(".claim").first.wait_for()
        assert watched.page.locator("#live .question").text_content() == text
        assert watched.page.locator("#live :is(script, img, iframe, form, style, a)").count() == 0


def test_an_injected_handler_would_not_run(browser: Browser, hostile: str) -> None:
    """The second line of defence: were markup ever to get through, the policy keeps it from acting or calling out."""
    with opened(browser, hostile) as watched:
        page = watched.page
        page.evaluate(
            """() => {
              document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>");
              document.body.insertAdjacentHTML("beforeend", "<img src='https://evil.invalid/leak.png'>");
              const script = document.createElement("script");
              script.textContent = "window.ran = 1";
              document.body.append(script);
            }"""
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran") is None
        assert watched.errors
        assert all("Content Security Policy" in error or "404" in error for error in watched.errors)
        watched.errors.clear()
        watched.hosts.discard("evil.invalid")


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    """The address of an assistant that answers with everything hostile at once."""
    text = " ".join(HOSTILE)
    citation = make_citation(start=0, quote=text, source=text, title=text)
    answer = make_answer(
        claims=[make_claim(text), make_claim(text, "unsupported", ())],
        citations=[citation],
        conflicts=[Conflict(text, (ConflictValue(text, (1,)),))],
        engine=f"ollama:{text}",
        notice=text,
    )
    hit = make_hit(page_text=text, quote=text, source=text, title=text)
    assistant = FakeAssistant(answering(answer, *HOSTILE, hits=[hit]), pages={(text, None): text})
    with serving(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def rich() -> Iterator[str]:
    """The address of an assistant whose answer has everything an answer can have."""
    quotes = ["وممثلين عن 81 دولة في التحالف", "شددت 83 دولةً غربيةً وعربية ممن شاركوا في الاجتماع الوزاري"]
    files = ["000_3731951351f0f5e4.txt", "003_1c787875b37093a0.txt"]
    pages = {(name, None): (ROOT / "seeds" / name).read_text(encoding="utf-8") for name in files}
    citations = [
        make_citation(
            n,
            source=name,
            title=f"تقرير {n} عن اجتماع روما",
            start=pages[name, None].index(quote),
            quote=quote,
        )
        for n, (name, quote) in enumerate(zip(files, quotes, strict=True), start=1)
    ]
    answer = make_answer(
        engine="ollama:qwen3:4b",
        claims=[
            make_claim("جاء في البيان الختامي أن ممثلين عن 81 دولة حضروا اجتماع روما."),
            make_claim("Another report counts 83 Western and Arab countries.", "weak", (2,)),
            make_claim("واستمر الاجتماع ثلاثة أيام.", "unsupported", ()),
        ],
        citations=citations,
        conflicts=[Conflict("عدد الدول", (ConflictValue("81 دولة", (1,)), ConflictValue("83 دولةً", (2,))))],
        notice="2 sources did not fit the model's context.",
    )
    with serving(FakeAssistant(answering(answer), pages=pages, engine_name="ollama:qwen3:4b")) as address:
        yield address


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_is_cut_off_at_any_width(
    browser: Browser, rich: str, language: str, width: int, colours: str
) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    with opened(browser, rich, language=language, width=width, colours=colours) as watched:
        page = watched.page
        page.screenshot(path=ARTEFACTS / f"{language}-{width}-{colours}-welcome.png")
        ask(page, QUESTIONS[language])
        page.locator(".source summary").first.click()
        expect(page.locator(".source mark").first).to_be_visible()
        page.screenshot(path=ARTEFACTS / f"{language}-{width}-{colours}-answer.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        expect(page.locator(".weak .status")).to_be_visible()
        expect(page.locator(".conflict .value")).to_have_count(2)


def test_a_very_long_word_stays_inside_the_page(browser: Browser) -> None:
    word = "كلمة" * 500
    answer = make_answer(claims=[make_claim(word)], citations=[make_citation(title=word)], notice=word)
    with (
        serving(FakeAssistant(answering(answer))) as address,
        opened(browser, address, width=360) as watched,
    ):
        ask(watched.page, "w" * 2000)
        watched.page.locator(".claim .chip").click()
        expect(watched.page.locator("#reader mark")).to_have_text(QUOTE)
        assert watched.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_can_be_used_by_keyboard_alone(browser: Browser) -> None:
    with serving(FakeAssistant(answering(make_answer()))) as address, opened(browser, address) as watched:
        page = watched.page
        page.keyboard.type("How long is the bridge?")
        page.keyboard.press("Enter")
        chip = page.get_by_role("button", name="Source 1")
        chip.wait_for()
        chip.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#reader mark")).to_be_visible()


def test_the_page_says_when_its_server_is_gone(browser: Browser) -> None:
    with serving(FakeAssistant()) as address:
        page = browser.new_page(locale="ar")
        page.goto(address)
        page.locator("#opening h1").wait_for()
    ask(page, "سؤال")
    expect(page.locator("#lost")).to_contain_text("سند لا يجيب", use_inner_text=True)
    page.close()

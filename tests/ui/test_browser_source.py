"""The document beside the chat, in a real Chromium: opened, followed, turned over, and closed again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder, Place
from rag.settings import load_settings
from tests.load import pdfs
from tests.ui.browsing import ask, opened
from tests.ui.fakes import PAGE, QUOTE, FakeAssistant, answering, make_answer, make_citation, make_claim
from tests.ui.serving import serving

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
OLD = "It was opened in 1932."
LONG = "\n".join(
    f"Line number {n} of a long document, which is as long as any other line of it." for n in range(4000)
)
FAR = "Line number 2000 of a long document, which is as long as any other line of it."


@pytest.fixture(scope="module")
def three() -> Iterator[str]:
    """The address of an assistant that cites three places: the last of them deep in a long document, the second also
    standing elsewhere."""
    also = Place("slides.pptx", "Slides", 2, 0, 7)
    citations = [
        make_citation(1),
        make_citation(2, start=PAGE.index(OLD), quote=OLD, also_in=(also,)),
        make_citation(3, source="long.txt", title="A long document", start=LONG.index(FAR), quote=FAR),
    ]
    claims = [make_claim(citations=(n,)) for n in (1, 2, 3)]
    pages: dict[tuple[str, int | None], str] = {
        ("bridges.txt", None): PAGE,
        ("long.txt", None): LONG,
        **{("slides.pptx", n): f"Slide {n} says that the bridge is old." for n in (1, 2, 3)},
    }
    assistant = FakeAssistant(answering(make_answer(claims=claims, citations=citations)), pages=pages)
    with serving(assistant) as address:
        yield address


def answered(page: Page) -> None:
    ask(page, "How long is the bridge?")
    page.locator("#live .claim .chip").nth(2).wait_for()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_chip_opens_the_document_beside_the_chat(browser: Browser, three: str, language: str) -> None:
    with opened(browser, three, language=language) as watched:
        page = watched.page
        answered(page)
        reader, mark = page.locator("#reader"), page.locator("#reader mark")
        chip = page.locator(".claim .chip").nth(2)
        chip.click()
        expect(mark).to_have_text(FAR)
        expect(mark).to_be_in_viewport()
        # The whole of a long document is not there, but more of it is a click away.
        lines = page.locator("#reader .paper p")
        before = lines.count()
        assert 50 < before < 500
        expect(reader.locator("h2")).to_contain_text("long.txt")
        where = {"ar": "المصدر 3 من 3", "en": "Source 3 of 3"}[language]
        expect(reader.locator(".names .where")).to_contain_text(where, use_inner_text=True)
        # Beside it, on the page's end side, and neither covers the other.
        chat, beside = page.locator("#talk").bounding_box(), reader.bounding_box()
        assert chat is not None
        assert beside is not None
        first, second = (chat, beside) if language == "en" else (beside, chat)
        assert first["x"] + first["width"] <= second["x"] + 1
        page.locator("#more-below").click()
        expect(page.locator("#reader .paper p").nth(before + 100)).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.keyboard.press("Escape")
        expect(reader).not_to_be_visible()
        expect(chip).to_be_focused()


def test_citations_are_followed_by_keys_and_buttons(browser: Browser, three: str) -> None:
    with opened(browser, three) as watched:
        page = watched.page
        answered(page)
        mark = page.locator("#reader mark")
        chips = page.locator(".claim .chip")
        chips.first.click()
        expect(mark).to_have_text(QUOTE)
        expect(page.locator("#previous-citation")).to_be_disabled()
        expect(page.locator(".source.read .number")).to_have_text("1")
        page.keyboard.press("BracketRight")
        expect(mark).to_have_text(OLD)
        expect(chips.nth(1)).to_have_attribute("aria-current", "true")
        expect(chips.first).not_to_have_attribute("aria-current", "true")
        page.locator("#next-citation").click()
        expect(mark).to_have_text(FAR)
        expect(page.locator("#next-citation")).to_be_disabled()
        page.keyboard.press("Alt+ArrowUp")
        expect(mark).to_have_text(OLD)
        page.keyboard.press("[")
        expect(mark).to_have_text(QUOTE)
        # In the question box a bracket is a bracket.
        page.locator("#question textarea").fill("a")
        page.keyboard.press("]")
        expect(page.locator("#question textarea")).to_have_value("a]")
        expect(mark).to_have_text(QUOTE)


def test_where_it_also_stands_is_a_click_away_and_so_is_the_way_back(browser: Browser, three: str) -> None:
    with opened(browser, three, language="ar") as watched:
        page = watched.page
        answered(page)
        page.locator(".source summary").nth(1).click()
        page.locator(".source .open-source:visible").click()
        mark = page.locator("#reader mark")
        expect(mark).to_have_text(OLD)
        page.locator("#reader .place").click()
        expect(mark).to_have_text("Slide 2")
        expect(page.locator("#reader .names .where")).to_contain_text("شريحة 2", use_inner_text=True)
        page.locator("#next-page").click()
        expect(page.locator("#reader .paper")).to_contain_text("Slide 3")
        expect(page.locator("#next-page")).to_be_disabled()
        page.locator("#reader-page").fill("1")
        page.keyboard.press("Enter")
        expect(page.locator("#reader .paper")).to_contain_text("Slide 1")
        page.locator("#reader .reader-line .link").click()
        expect(mark).to_have_text(OLD)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_telephone_the_document_is_over_the_chat(browser: Browser, three: str, language: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    with opened(browser, three, language=language, width=360) as watched:
        page = watched.page
        answered(page)
        chip = page.locator(".claim .chip").nth(1)
        chip.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#reader mark")).to_be_in_viewport()
        assert page.evaluate("document.querySelector('#reader').matches(':modal')")
        page.wait_for_function("document.querySelector('#reader').getAnimations().length === 0")
        box = page.locator("#reader").bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 360)
        page.screenshot(path=ARTEFACTS / f"{language}-360-source.png")
        page.keyboard.press("Escape")
        expect(page.locator("#reader")).not_to_be_visible()
        expect(chip).to_be_focused()


def test_another_chat_closes_the_document(browser: Browser, three: str) -> None:
    with opened(browser, three) as watched:
        page = watched.page
        answered(page)
        page.keyboard.press("Tab")
        page.locator("#talk").evaluate("() => document.activeElement.blur()")
        page.keyboard.press("]")
        expect(page.locator("#reader mark")).to_have_text(QUOTE)
        page.set_viewport_size({"width": 800, "height": 800})
        page.wait_for_function("document.querySelector('#reader').matches(':modal')")
        page.set_viewport_size({"width": 1700, "height": 800})
        page.wait_for_function("!document.querySelector('#reader').matches(':modal')")
        page.locator("[data-act=new]").click()
        expect(page.locator("#reader")).not_to_be_visible()


@pytest.fixture(scope="module")
def printed(embedder: Embedder, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real thing over one Arabic PDF."""
    file = tmp_path_factory.mktemp("pdf") / "بيان التحالف.pdf"
    file.write_bytes(pdfs.fpdf_pdf(pdfs.seeds()[0], "naskh"))
    settings = load_settings(home=tmp_path_factory.mktemp("home"), cache=model_cache, llm="extractive")
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [file])
        with serving(make_assistant(settings, index, embedder)) as address:
            yield address


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_pdf_is_shown_as_printed_with_the_lines_marked(
    browser: Browser, printed: str, language: str
) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    with opened(browser, printed, language=language) as watched:
        page = watched.page
        ask(page, "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟")
        page.locator("#live .claim .chip").first.click(timeout=20_000)
        spots = page.locator("#reader .spot")
        spots.first.wait_for()
        expect(spots.first).to_be_in_viewport()
        page.wait_for_function("document.querySelector('#reader img').complete")
        assert page.evaluate("document.querySelector('#reader img').naturalWidth") > 1000
        page.screenshot(path=ARTEFACTS / f"{language}-1280-pdf.png")
        quote = page.locator(".source.read .preview").text_content()
        page.locator("#view-text").click()
        expect(page.locator("#reader mark").first).to_be_visible()
        assert "".join(page.locator("#reader mark").all_text_contents()).split() == (quote or "").split()
        # The choice is remembered for the next source.
        page.keyboard.press("Escape")
        page.locator("#live .claim .chip").first.click()
        expect(page.locator("#reader mark").first).to_be_visible()
        expect(page.locator("#view-text")).to_have_attribute("aria-pressed", "true")

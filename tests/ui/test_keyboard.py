"""The page by keyboard and by ear: in which order things are reached, whether one sees where one is, what is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import ask_and_wait, opened
from tests.ui.states import QUESTIONS, scripted

# What has the focus, and whether that can be seen: an outline, or a shadow around a box.
_FOCUS = """
() => {
  const focused = document.activeElement;
  const style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const shadow = focused.matches("textarea") && style.boxShadow !== "none";
  return {
    name: (focused.closest("#chats, #header, #chat-bar, #past, #live, #composer, #opening, #examples")?.id || "") + " "
      + (focused.id || focused.getAttribute("class") || focused.tagName).toLowerCase(),
    seen: (ring || shadow) && box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth,
  };
}
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with scripted() as address:
        yield address


def tabbed(page: Page, most: int = 60) -> list[dict[str, object]]:
    """What Tab reaches from the top of the page, to its end."""
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    reached: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(page.evaluate(_FOCUS))
    return reached


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_is_reached_in_the_order_of_the_page_and_seen(
    browser: Browser, address: str, language: str
) -> None:
    with opened(browser, address, language=language) as watched:
        page = watched.page
        ask_and_wait(page, QUESTIONS["answer"][language])
        reached = tabbed(page)
        names = [str(one["name"]) for one in reached]
        assert [name for name, one in zip(names, reached, strict=True) if not one["seen"]] == []
        parts = list(dict.fromkeys(name.partition(" ")[0] for name in names if name.partition(" ")[0]))
        assert parts == ["header", "chats", "chat-bar", "live", "composer"]
        assert names[0] == "header skip"
        assert "header switch-language" in names
        assert names.index("live chip") < names.index("composer send")
        # The first leads past all the others.
        page.evaluate("document.querySelector('.skip').focus()")
        page.keyboard.press("Enter")
        expect(page.locator("#question textarea")).to_be_focused()
        assert "#" not in page.url


@pytest.mark.parametrize(
    ("language", "answered", "languages", "refused"),
    [
        (
            "en",
            "The answer is ready. Sources: 2.",
            ["en", "ar", "en", "ar"],
            "There is no answer in the documents.",
        ),
        ("ar", "الإجابة جاهزة. عدد مصادرها: 2.", ["ar", "ar", "en", "ar"], "لا جواب في الوثائق."),
    ],
)
def test_what_becomes_of_a_question_is_said_in_its_language(
    browser: Browser, address: str, language: str, answered: str, languages: list[str], refused: str
) -> None:
    with opened(browser, address, language=language) as watched:
        page = watched.page
        heard = page.get_by_role("status").and_(page.locator("#heard"))
        expect(heard).to_have_text("")
        ask_and_wait(page, QUESTIONS["answer"][language])
        expect(heard).to_contain_text(answered)
        assert [part.get_attribute("lang") for part in heard.locator("span").all()] == languages
        # What is said of a claim's support is not said as if it were the claim.
        expect(heard).not_to_contain_text("Partly supported")
        ask_and_wait(page, QUESTIONS["refusal"][language])
        expect(heard).to_have_text(refused)


def test_texts_say_their_language(browser: Browser, address: str) -> None:
    with opened(browser, address, language="en") as watched:
        page = watched.page
        ask_and_wait(page, QUESTIONS["answer"]["ar"])
        assert page.locator("#live .question").get_attribute("lang") == "ar"
        assert [claim.get_attribute("lang") for claim in page.locator("#live .claim").all()] == [
            "ar",
            "en",
            "ar",
        ]
        assert page.locator("#live .title").first.get_attribute("lang") == "ar"
        assert page.locator(".chat-name").get_attribute("lang") == "ar"


def test_the_name_of_a_file_stands_on_the_side_of_its_title(browser: Browser, address: str) -> None:
    """A text that says its direction has no say in that of what is around it."""
    with opened(browser, address, language="en") as watched:
        page = watched.page
        ask_and_wait(page, QUESTIONS["answer"]["ar"])
        side = "element => getComputedStyle(element).direction"
        assert page.locator("#live .source .where").first.evaluate(side) == "rtl"
        assert page.locator("#live .source .title").first.evaluate(side) == "rtl"

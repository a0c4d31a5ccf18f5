"""A page's text around a quote."""

import pytest

from rag.schema import Span
from rag.ui.source_text import Found, back, find_quote, forth, text_html, window
from tests.ui.test_render import HOSTILE, parse

PAGE = "Opening words.\nThe bridge is 81 metres long.\n\nIt was opened in 1932. The bridge is 81 metres long."
QUOTE = "The bridge is 81 metres long."
FIRST, SECOND = PAGE.index(QUOTE), PAGE.rindex(QUOTE)


def at(start: int, *, moved: bool) -> Found:
    return Found(Span(start, start + len(QUOTE)), moved=moved)


@pytest.mark.parametrize(
    ("quote", "start", "end", "found"),
    [
        (QUOTE, FIRST, FIRST + len(QUOTE), at(FIRST, moved=False)),
        (QUOTE, SECOND, SECOND + len(QUOTE), at(SECOND, moved=False)),
        (QUOTE, 3, 32, at(FIRST, moved=True)),
        (QUOTE, SECOND - 2, SECOND + 20, at(SECOND, moved=True)),
        ("The bridge\n is 81   metres long.", 0, 0, at(FIRST, moved=True)),
        ("The bridge is 83 metres long.", FIRST, FIRST + len(QUOTE), None),
        ("   ", 0, 3, None),
        ("", FIRST, FIRST + len(QUOTE), at(FIRST, moved=False)),
        ("", 0, 0, None),
        ("", 5, 4000, None),
    ],
)
def test_a_quote_is_found_where_it_stands_now(quote: str, start: int, end: int, found: Found | None) -> None:
    assert find_quote(PAGE, quote, start=start, end=end) == found


def test_a_quote_comes_back_from_the_page_as_it_was_shown() -> None:
    text = "before \u202e81\x00 countries <b>&amp;\r\nmet there after"
    start, end = text.index("\u202e"), text.index(" after")
    shown = "\ufffd81\ufffd countries <b>&amp;\nmet there"
    assert find_quote(text, shown, start=start, end=end) == Found(Span(start, end), moved=False)
    assert find_quote(text, shown, start=0, end=4) == Found(Span(start, end), moved=True)


def test_a_short_page_is_shown_whole_and_a_long_one_around_the_quote() -> None:
    assert window(PAGE, Span(FIRST, FIRST + 5)) == Span(0, len(PAGE))
    long = "\n".join(f"Line {n} of a very long document. " * 3 for n in range(4000))
    middle = long.index("Line 2000 ")
    shown = window(long, Span(middle, middle + 9), reach=5000)
    assert 4000 < middle - shown.start <= 5000
    assert 4000 < shown.end - middle <= 5010
    assert long[shown.start - 1] == long[shown.end - 1] == "\n"


@pytest.mark.parametrize("text", ["x" * 50_000, "كلمة " * 10_000, "line\n" * 10_000])
def test_whoever_goes_on_reading_sees_every_character_once(text: str) -> None:
    edge, read = 25_000, ""
    at = edge
    while at > 0:
        first = back(text, at, 7000)
        assert first < at
        read, at = text[first:at] + read, first
    at = edge
    while at < len(text):
        last = forth(text, at, 7000)
        assert last > at
        read, at = read + text[at:last], last
    assert read == text


def test_each_line_has_its_own_direction_and_the_quote_is_marked_across_lines() -> None:
    text = "أول سطر هنا.\nThe bridge is\n81 metres long.\n\nآخر سطر."
    quote = "The bridge is\n81 metres long."
    start = text.index(quote)
    body = parse(text_html(text, Span(0, len(text)), Span(start, start + len(quote))))
    assert [line.text() for line in body.css("p")] == [line for line in text.splitlines() if line]
    assert [line.attributes["dir"] for line in body.css("p")] == ["auto"] * 4
    assert [mark.text() for mark in body.css("mark")] == quote.splitlines()
    assert [line.attributes.get("class") for line in body.css("p")] == [None, None, "ends", "ends"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    body = parse(text_html(f"a {text} b", Span(0, len(text) + 4), Span(2, 2 + len(text))))
    assert {node.tag for node in body.css("*")} - {"body", "-text"} == {"p", "mark"}
    assert body.css_first("mark").text() == text

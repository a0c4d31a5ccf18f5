"""Which lines run through a document, and which only recur in it."""

from __future__ import annotations

import pytest

from rag.load.pdf_columns import Block
from rag.load.pdf_running import find_running
from tests.load import pdfs


def block(*texts: str, top: float = 780) -> Block:
    """Lines at the top, in the middle, and, from the fourth on, further down."""
    return Block(tuple((pdfs.line(text, baseline=top - 40 * at),) for at, text in enumerate(texts)), 50, 500)


def running(*pages: list[str], first: int = 1, tops: tuple[float, ...] = ()) -> list[set[str]]:
    """The texts of the running lines of each page."""
    blocks = [block(*texts, top=tops[index] if tops else 780) for index, texts in enumerate(pages)]
    found = find_running([(first + index, [made]) for index, made in enumerate(blocks)])
    return [{texts[at] for at in positions} for texts, positions in zip(pages, found, strict=True)]


def body(number: int) -> list[str]:
    names = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
    return [f"{names[number]} line {name}" for name in names[:6]]


@pytest.mark.parametrize(
    "footer",
    ["{n}", "- {n} -", "{n} / 40", "Page {n} of 40", "صفحة {n} من 40", "Report 2021, page {n}"],
)
def test_headers_and_counting_footers(footer: str) -> None:
    pages = [["The header", *body(number), footer.format(n=number + 7)] for number in range(4)]
    assert running(*pages) == [{"The header", page[-1]} for page in pages]


def test_arabic_numbers_count_too() -> None:
    pages = [[*body(number), "٤٥٦٧"[number]] for number in range(4)]
    assert running(*pages) == [{page[-1]} for page in pages]


def test_headers_of_chapters_run_through_some_pages() -> None:
    pages = [["Chapter one" if number < 3 else "Chapter two", *body(number)] for number in range(6)]
    assert running(*pages) == [{page[0]} for page in pages]


@pytest.mark.parametrize(
    "pages",
    [
        # Two pages of many, numbers that do not count, and a table that goes on.
        [["Same words", *body(0)], ["Same words", *body(1)], body(2), body(3)],
        [[*body(number), str(number * 7)] for number in range(4)],
        [["12 34", *body(number)] for number in range(4)],
        # In the middle of the page.
        [[*body(number)[:4], "Same words", *body(number)[2:]] for number in range(4)],
        # One page alone.
        [["The header", *body(0), "1"]],
    ],
)
def test_what_only_recurs_is_text(pages: list[list[str]]) -> None:
    assert running(*pages) == [set() for _ in pages]


def test_at_another_height_it_is_text() -> None:
    pages = [["The title", *body(number)] for number in range(4)]
    assert running(*pages, tops=(700, 780, 780, 780)) == [set(), {"The title"}, {"The title"}, {"The title"}]


def test_two_pages_must_agree() -> None:
    pages = [["The header", *body(number), str(number + 1)] for number in range(2)]
    assert running(*pages) == [{"The header", "1"}, {"The header", "2"}]


def test_what_the_file_marks_needs_no_repetition() -> None:
    marked = pdfs.make_line([glyph._replace(is_pagination=True) for glyph in pdfs.glyphs("Footer")])
    assert marked is not None
    page = Block(((pdfs.line("text"),), (marked,)), 50, 500)
    assert find_running([(1, [page])]) == [frozenset({1})]

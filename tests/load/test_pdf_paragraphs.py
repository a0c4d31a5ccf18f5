"""Lines of a page → paragraphs: by steps, indents, short lines, lists, and words."""

from __future__ import annotations

import pytest
from bidi import get_display

from rag.load.pdf_breaks import find_steps
from rag.load.pdf_columns import Block
from rag.load.pdf_lines import Line
from rag.load.pdf_paragraphs import Style, compose
from rag.load.pdf_reading import Conventions
from rag.schema import Page
from tests.load import pdfs

# 200 points wide at size 10.
FULL = "a line that fills its column all the way"
ARABIC = "وأضاف البيان أن التحالف سيواصل دعم العراق"


def page(*lines: Line, is_rtl: bool = False, running: frozenset[int] = frozenset()) -> Page:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    block = Block(tuple((line,) for line in lines), left, right)
    return compose(
        [block],
        running,
        number=1,
        conventions=Conventions(is_visual=True, mirrors_brackets=False),
        style=Style(find_steps([block]), frozenset()),
        is_rtl=is_rtl,
    )


def stacked(*texts: str, gaps: tuple[int, ...] = (), indents: tuple[int, ...] = ()) -> list[Line]:
    """Lines 14 points apart, with as much more above the ones whose positions are in `gaps`, and set in by 20 points
    in `indents`."""
    found = []
    baseline = 700.0
    for index, text in enumerate(texts):
        baseline -= 28 if index in gaps else 14
        found.append(pdfs.line(text, left=70 if index in indents else 50, baseline=baseline))
    return found


def test_lines_of_a_paragraph_are_joined() -> None:
    assert page(*stacked(FULL, FULL, "the end.")).text == f"{FULL} {FULL} the end."


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (stacked(FULL, FULL, FULL, FULL, gaps=(2,)), [f"{FULL} {FULL}", "", f"{FULL} {FULL}"]),
        (stacked(FULL, FULL, FULL, FULL, indents=(2,)), [f"{FULL} {FULL}", "", f"{FULL} {FULL}"]),
        # The first word of the next line had found room on the line before.
        (stacked(FULL, "It ends here.", "Another begins and fills the line as well"),
         [f"{FULL} It ends here.", "Another begins and fills the line as well"]),
        # What begins in lower case goes on, unless a sentence or most of the line has ended.
        (stacked(FULL, "a ragged line that ends rather", "early but goes on"),
         [f"{FULL} a ragged line that ends rather early but goes on"]),
        (stacked(FULL, "a ragged line that has ended.", "early in the morning"),
         [f"{FULL} a ragged line that has ended.", "early in the morning"]),
        (stacked(FULL, "return x", "raise y"), [f"{FULL} return x", "raise y"]),
        # Items of a list, full or not, and their hanging lines.
        (stacked("• " + FULL, "and goes on under its text", "• " + FULL, indents=(1,)),
         [f"• {FULL} and goes on under its text", f"• {FULL}"]),
        (stacked("1. " + FULL + ".", "2. " + FULL + "."), [f"1. {FULL}.", f"2. {FULL}."]),
        (stacked(f"{FULL} ab", f"12. {FULL}"), [f"{FULL} ab 12. {FULL}"]),
    ],
)  # fmt: skip
def test_where_paragraphs_end(lines: list[Line], expected: list[str]) -> None:
    assert page(*lines).text.split("\n") == expected


def test_another_size_is_another_paragraph() -> None:
    lines = [pdfs.line("A Heading", baseline=720, size=14), *stacked(FULL, FULL)]
    assert page(*lines).text == f"A Heading\n\n{FULL} {FULL}"


def test_arabic_lines_are_full_at_the_left() -> None:
    drawn = get_display(ARABIC, base_dir="R")
    short = get_display("وانتهى.", base_dir="R")
    right = 50 + len(drawn) * 5
    lines = [
        pdfs.line(drawn, baseline=700),
        pdfs.line(short, left=right - len(short) * 5, baseline=686),
        pdfs.line(drawn, baseline=672),
    ]
    assert page(*lines, is_rtl=True).text == f"{ARABIC} وانتهى.\n{ARABIC}"


def test_a_number_that_begins_a_line_is_read_with_the_text_before_it() -> None:
    following = "2021-06-28 انتهى"
    # As drawn after Arabic letters: the day is at the left.
    drawn = get_display("ا" + following, base_dir="R")[:-1]
    assert drawn.endswith("28-06-2021")
    above = get_display(ARABIC, base_dir="R")
    lines = [
        pdfs.line(above, baseline=700),
        pdfs.line(drawn, left=50 + (len(above) - len(drawn)) * 5, baseline=686),
    ]
    assert page(*lines, is_rtl=True).text == f"{ARABIC} {following}"


def test_tatweel_goes_where_it_stretches_lines_and_stays_where_it_is_written() -> None:
    stretched = [get_display(text, base_dir="R") for text in ("كتـــاب جديـد هنا", "وكتـاب قديــم هنا")]
    flush = [pdfs.line(text, baseline=700 - 14 * at) for at, text in enumerate(stretched)]
    assert flush[0].right == flush[1].right
    assert page(*flush, is_rtl=True).text == "كتاب جديد هنا وكتاب قديم هنا"
    ragged = [pdfs.line(text, left=50 + 20 * at, baseline=700 - 14 * at) for at, text in enumerate(stretched)]
    assert "كتـــاب" in page(*ragged, is_rtl=True).text


def test_rows_of_a_table_have_cells_and_lines_of_their_own() -> None:
    table = Block(((pdfs.line("City"), pdfs.line("People")), (pdfs.line("Cairo"), pdfs.line("12"))), 50, 200)
    prose = Block(((pdfs.line(FULL),),), 50, 250)
    composed = compose(
        [prose, table, prose],
        frozenset(),
        number=3,
        conventions=Conventions(is_visual=True, mirrors_brackets=False),
        style=Style({}, frozenset()),
        is_rtl=False,
    )
    assert composed.text == f"{FULL}\n\nCity | People\nCairo | 12\n\n{FULL}"
    assert composed.number == 3


def test_headers_and_footers_stand_alone_and_are_furniture() -> None:
    found = page(*stacked("Header", FULL, FULL, "7"), running=frozenset({0, 3}))
    assert found.text == f"Header\n\n{FULL} {FULL}\n\n7"
    assert [found.text[span.start : span.end] for span in found.furniture] == ["Header", "7"]


def test_soft_hyphens_that_are_drawn_are_hyphens() -> None:
    assert (
        page(*stacked("state\u00adof\u00adthe\u00adart soft\u00ad", "ware")).text
        == "state-of-the-art software"
    )

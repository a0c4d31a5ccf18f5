"""Glyphs of a page → blocks in reading order: columns, tables, and what only looks like them."""

from __future__ import annotations

import pytest

from rag.load.pdf_columns import lay_out
from rag.load.pdf_glyphs import Glyph
from tests.load import pdfs

LINE = "words that fill a line"  # 110 points wide at size 10


def column(prefix: str, left: float, *, lines: int = 6, top: float = 700, step: float = 14) -> list[Glyph]:
    """Lines of prose that are full but for the last one."""
    shown = [f"{prefix}{index} {LINE}" for index in range(lines - 1)] + [f"{prefix}{lines - 1} end."]
    return [
        glyph
        for index, text in enumerate(shown)
        for glyph in pdfs.glyphs(text, left=left, baseline=top - index * step)
    ]


def rows(glyphs: list[Glyph], *, is_rtl: bool = False) -> list[list[str]]:
    """The first word of each cell, by blocks and rows."""
    return [
        [" | ".join(line.visual.split()[0] for line in row) for row in block.rows]
        for block in lay_out(glyphs, is_rtl=is_rtl)
    ]


A = [f"a{index}" for index in range(6)]
B = [f"b{index}" for index in range(6)]
C = [f"c{index}" for index in range(6)]


@pytest.mark.parametrize("offset", [0, 5])
def test_columns_are_read_one_by_one_whether_their_lines_align_or_not(offset: float) -> None:
    page = column("a", 50) + column("b", 200, top=700 - offset)
    assert rows(page) == [A, B]
    assert rows(page, is_rtl=True) == [B, A]


def test_three_columns_under_a_title_and_over_a_footer() -> None:
    page = [
        *pdfs.glyphs(
            "Title across the page, as wide as all of its columns are together with their gutters",
            baseline=730,
        ),
        *column("a", 50),
        *column("b", 200),
        *column("c", 350),
        *pdfs.glyphs(
            "Footer across the page, as wide as all of its columns are together with their gutters",
            baseline=580,
        ),
    ]
    assert rows(page) == [["Title"], A, B, C, ["Footer"]]
    assert rows(page, is_rtl=True) == [["Title"], C, B, A, ["Footer"]]


def test_the_short_last_line_of_the_text_above_columns_stays_with_it() -> None:
    wide = "wide text above the columns that runs over both of them"
    above = [*pdfs.glyphs(wide, baseline=760), *pdfs.glyphs("ends here.", baseline=746)]
    assert rows(above + column("a", 50) + column("b", 200))[0] == ["wide", "ends"]


def test_a_short_paragraph_below_columns_is_read_after_them() -> None:
    page = column("a", 50, lines=6) + column("b", 200, lines=5) + pdfs.glyphs("after.", baseline=590)
    assert rows(page) == [A, ["b0", "b1", "b2", "b3", "b4"], ["after."]]
    # A column that is longer than its neighbour goes on below it.
    assert rows(column("a", 50, lines=6) + column("b", 200, lines=3)) == [A, ["b0", "b1", "b2"]]


def cells(*table: str, lefts: tuple[float, ...] = (50, 150, 250)) -> list[Glyph]:
    return [
        glyph
        for index, row in enumerate(table)
        for left, text in zip(lefts, row.split("|"), strict=False)
        for glyph in pdfs.glyphs(text, left=left, baseline=700 - index * 14)
    ]


def test_tables_are_read_row_by_row() -> None:
    page = cells("City|People|Area", "Cairo|9540000|606", "Riyadh|7676654|1798")
    assert rows(page) == [["City | People | Area", "Cairo | 9540000 | 606", "Riyadh | 7676654 | 1798"]]
    assert rows(page, is_rtl=True)[0][1] == "606 | 9540000 | Cairo"


def test_lines_on_one_side_beside_a_table_are_no_rows_of_it() -> None:
    page = pdfs.glyphs("Before", baseline=728) + cells("City|People", "Cairo|9540000", "Riyadh|7676654")
    assert rows(page) == [["Before"], ["City | People", "Cairo | 9540000", "Riyadh | 7676654"]]


def test_markers_of_a_list_are_no_column() -> None:
    page = cells("1.|first thing", "2.|second thing", "10.|tenth thing", lefts=(50, 90))
    assert rows(page) == [["1.", "2.", "10."]]
    (block,) = lay_out(page, is_rtl=False)
    assert block.rows[0][0].visual == "1. first thing"


def test_wide_spaces_of_justified_lines_are_no_table() -> None:
    page = [
        *pdfs.glyphs("a full line of words here", baseline=700),
        *pdfs.glyphs("two", baseline=686),
        *pdfs.glyphs("longer-words here", left=90, baseline=686),
        *pdfs.glyphs("few", baseline=672),
        *pdfs.glyphs("longer-words here", left=90, baseline=672),
        *pdfs.glyphs("a full line of words here", baseline=658),
    ]
    assert rows(page) == [["a", "two", "few", "a"]]


def test_raised_and_lowered_letters_stay_on_their_line() -> None:
    page = [
        *pdfs.glyphs("H", baseline=700),
        *pdfs.glyphs("2", left=55, baseline=697, size=6),
        *pdfs.glyphs("O and x", left=58, baseline=700),
        *pdfs.glyphs("2", left=93, baseline=704, size=6),
        *pdfs.glyphs("next line", baseline=689),
    ]
    assert rows(page) == [["H2O", "next"]]


def test_text_drawn_twice_to_be_bold_is_read_once() -> None:
    assert rows(pdfs.glyphs("bold") + pdfs.glyphs("bold", left=50.4)) == [["bold"]]
    assert rows(pdfs.glyphs("ll")) == [["ll"]]


def test_text_at_another_angle_comes_last() -> None:
    turned = [glyph._replace(angle=90) for glyph in pdfs.glyphs("margin", baseline=20)]
    assert rows(turned + pdfs.glyphs("main text")) == [["main"], ["margin"]]


def test_a_slanting_word_is_one_line() -> None:
    climbing = [
        glyph._replace(baseline=700 + 6 * at, reversed_run=1) for at, glyph in enumerate(pdfs.glyphs("قحلا"))
    ]
    assert rows(climbing) == [["قحلا"]]
    apart = [glyph._replace(reversed_run=0) for glyph in climbing]
    assert len(rows(apart)[0]) > 1

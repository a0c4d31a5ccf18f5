"""Glyphs on one line → its units and spaces."""

from __future__ import annotations

import pytest

from rag.load.pdf_font import UNKNOWN
from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_lines import make_line
from tests.load import pdfs


def glyph(text: str, left: float, right: float, run: int = 0) -> Glyph:
    return Glyph(text, left, right, 700, 10, 0, run, False)


def visual(*glyphs: Glyph) -> str:
    line = make_line(glyphs)
    assert line is not None
    return line.visual


@pytest.mark.parametrize(
    ("gap", "expected"), [(0, "abcd"), (1, "abcd"), (-1, "abcd"), (2, "ab cd"), (30, "ab cd")]
)
def test_a_gap_is_a_space(gap: float, expected: str) -> None:
    assert visual(*pdfs.glyphs("ab"), *pdfs.glyphs("cd", left=60 + gap)) == expected


def test_spaces_are_one_however_drawn() -> None:
    assert visual(*pdfs.glyphs("  a  b ")) == "a b"
    assert visual(glyph("a", 0, 5), glyph("b", 9, 14), glyph("\u00a0", 5, 7), glyph(" ", 7, 9)) == "a b"


def test_letters_set_apart_are_one_word() -> None:
    spread = [glyph(letter, at * 7, at * 7 + 5) for at, letter in enumerate("TITLE")]
    assert visual(*spread) == "TITLE"
    further = [glyph(letter, 42 + at * 7, 47 + at * 7) for at, letter in enumerate("TWO")]
    assert visual(*spread, *further) == "TITLE TWO"


def test_the_place_counts_and_not_the_time_of_drawing() -> None:
    assert visual(*pdfs.glyphs("cd", left=60), *pdfs.glyphs("ab")) == "abcd"


def test_letters_at_one_place_stay_as_their_line_is_drawn() -> None:
    """Lam-alef of two glyphs, of which the first does not move the pen."""
    rightward = [glyph("م", 0, 5), glyph("ا", 5, 5), glyph("ل", 5, 9), glyph("ك", 9, 14)]
    assert visual(*rightward) == "مالك"
    assert visual(*reversed(rightward)) == "مالك"


def test_letters_on_top_of_each_other_in_a_marked_run() -> None:
    stacked = [glyph("ق", 0, 5, 1), glyph("ح", 5, 12, 1), glyph("ل", 4, 6, 1), glyph("ا", 9, 12, 1)]
    assert visual(*stacked) == "قحلا"
    assert visual(*(found._replace(reversed_run=0) for found in stacked)) == "قلحا"


@pytest.mark.parametrize(
    ("glyphs", "expected"),
    [
        # Drawn from the left, the marks of a letter come before it, the last one first.
        (
            [glyph("م", 0, 5), glyph("\u064e", 7, 7), glyph("\u0651", 7, 7), glyph("ر", 5, 9)],
            ["م", "ر\u0651\u064e"],
        ),
        # Drawn from the right, after it.
        (
            [glyph("ر", 5, 9), glyph("\u0651", 7, 7), glyph("\u064e", 7, 7), glyph("م", 0, 5)],
            ["م", "ر\u0651\u064e"],
        ),
        # Latin accents come after their letter.
        ([glyph("e", 0, 5), glyph("\u0301", 2, 2), glyph("s", 5, 9)], ["e\u0301", "s"]),
        # The letter drawn next is away: the mark is that of the last one.
        ([glyph("م", 0, 5), glyph("\u064e", 3, 3), glyph("ر", 50, 55)], ["م\u064e", " ", "ر"]),
    ],
)
def test_marks_belong_to_letters(glyphs: list[Glyph], expected: list[str]) -> None:
    line = make_line(glyphs)
    assert line is not None
    assert list(line.units) == expected


def test_the_text_of_a_letter_may_be_given_to_its_mark() -> None:
    """As fpdf2 does: the letter itself has none."""
    assert visual(glyph("ن", 0, 6), glyph("إِ", 5.5, 5.5), glyph(UNKNOWN, 6, 9), glyph("ا", 9, 12)) == "نإِا"
    assert visual(glyph("a", 0, 5), glyph(UNKNOWN, 5, 9), glyph("b", 9, 12)) == f"a{UNKNOWN}b"


def test_the_widths_that_tell_whether_a_word_had_fitted() -> None:
    line = make_line(pdfs.glyphs("abc de f"))
    assert line is not None
    assert (line.left, line.right, line.size, line.baseline) == (50, 90, 10, 700)
    assert (line.first_left, line.first_right) == (15, 5)


def test_nothing_to_read_is_no_line() -> None:
    assert make_line(pdfs.glyphs("   ")) is None
    assert make_line([glyph("", 0, 5), glyph(UNKNOWN, 5, 5)]) is None

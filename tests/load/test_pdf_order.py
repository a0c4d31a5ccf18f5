"""From the order on paper to the order of reading, checked against the Unicode algorithm run forwards."""

from __future__ import annotations

import random

import pytest
from bidi import get_display

from rag.load.pdf_order import reading_order
from tests.load import pdfs

# Placed before a line so that the algorithm knows that Arabic text goes before it.
ARABIC = "ا"


def drawn(text: str, *, after_arabic: bool) -> str:
    """A line of an Arabic paragraph as it looks, from left to right."""
    return get_display(ARABIC + text, base_dir="R")[:-1] if after_arabic else get_display(text, base_dir="R")


def read(units: str, *, is_rtl: bool = True, after_arabic: bool = False, runs: str = "") -> str:
    """The units of a drawn line as they are read; `runs` marks those in right-to-left runs with R."""
    marked = bytes(mark == "R" for mark in runs) if runs else bytes(len(units))
    order = reading_order(units, marked, is_rtl=is_rtl, after_arabic=after_arabic)
    return "".join(units[index] for index, _ in order)


def test_lines_of_any_length_are_read_as_written() -> None:
    chance = random.Random(7)
    lines = []
    for paragraph in "\n".join([*pdfs.seeds(), pdfs.MIXED]).splitlines():
        words = paragraph.split()
        at = 0
        while at < len(words):
            size = chance.randint(3, 12)
            lines.append((" ".join(words[at : at + size]), at > 0))
            at += size
    assert len(lines) > 300
    for text, after_arabic in lines:
        assert read(drawn(text, after_arabic=after_arabic), after_arabic=after_arabic) == text


@pytest.mark.parametrize("after_arabic", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "السلام عليكم",
        "عام 2010-2015",
        "2010-2015 مقارنة بالعام",
        "50% من الناس",
        "بنسبة 3.5%",
        "في 12/05/2021.",
        "٢٠١٠-٢٠١٥ ثم ٣٫٥٪",
        "الهاتف +966 11 234 5678",
        "نموذج GPT-4 وبرنامج Python 3.11 معا",
        "شركة World Health Organization (WHO) التابعة",
        "موقع https://www.example.com/a?b=1 وبريد info@example.com",
        "الطراز 4K أو 3D",
        "قال: «نعم» [هامش] (ثم سكت)!",
        "Python لغة برمجة",
        "كتبها C++",
    ],
)
def test_arabic_lines(text: str, after_arabic: bool) -> None:
    assert read(drawn(text, after_arabic=after_arabic), after_arabic=after_arabic) == text


@pytest.mark.parametrize(
    "text",
    [
        "He said سلام عليكم to them in 2015.",
        "Born in 1950 (عمان), he moved.",
        "The word كتاب 12 كتاب is here",
        "plain English, 3.5% of it",
    ],
)
def test_english_lines(text: str) -> None:
    assert read(get_display(text, base_dir="L"), is_rtl=False) == text


def test_a_range_drawn_without_a_view_to_the_text_before_it() -> None:
    assert read("ةنراقم 2010-2015", after_arabic=True) == "2010-2015 مقارنة"
    assert read("ةنراقم 2015-2010", after_arabic=True) == "2010-2015 مقارنة"


def test_a_word_broken_at_the_end_of_a_line_keeps_its_hyphen() -> None:
    assert read("COVID-( نأ") == "أن (COVID-"
    assert read("COVID-سوريف") == "فيروس-COVID"


def test_runs_that_the_file_marks_settle_what_looks_alike() -> None:
    assert read("NATO 2015 ماع") == "عام NATO 2015"
    assert read("NATO 2015 ماع", runs="LLLLRLLLLRRRR") == "عام 2015 NATO"


def test_only_right_to_left_runs_are_mirrored() -> None:
    units = "(a) f(x) (ب)"
    order = reading_order(units, bytes(len(units)), is_rtl=True, after_arabic=False)
    mirrored = {index for index, is_mirrored in order if is_mirrored and units[index] in "()"}
    assert mirrored == {0, 9, 11}


def test_units_of_several_characters_stay_whole() -> None:
    units = ["م", "لا", "س"]
    order = reading_order(units, bytes(3), is_rtl=True, after_arabic=False)
    assert [units[index] for index, _ in order] == ["س", "لا", "م"]

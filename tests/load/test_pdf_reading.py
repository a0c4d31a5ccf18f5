"""Lines as they look → text, by the conventions that the document's lines show."""

from __future__ import annotations

import pytest
from bidi import get_display

from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_lines import make_line
from rag.load.pdf_reading import Conventions, ends_in_arabic, find_conventions, is_line_rtl, read_line
from tests.load import pdfs

TEXTS = [
    "أكد الوزراء في البيان الختامي التزامهم",
    "ورحبوا بانضمام أربع دول (منها اليمن) إلى التحالف",
    "وقال [المتحدث] إن «المعركة» لم تنته",
]
MIRRORED = str.maketrans("()[]«»", ")(][»«")


def read(lines: list[str], *, is_rtl: bool = True) -> list[str]:
    """The lines, drawn as given from left to right, as one document."""
    made = [pdfs.line(text) for text in lines]
    conventions = find_conventions(made)
    return [read_line(line, conventions, is_rtl=is_rtl, after_arabic=False) for line in made]


def test_visual_order_with_brackets_as_they_are_read() -> None:
    assert read([get_display(text, base_dir="R") for text in TEXTS]) == TEXTS


def test_visual_order_with_brackets_as_they_look() -> None:
    assert read([get_display(text, base_dir="R").translate(MIRRORED) for text in TEXTS]) == TEXTS


def test_letters_drawn_from_left_to_right_are_in_reading_order() -> None:
    assert read(TEXTS) == TEXTS


def test_a_line_with_evidence_of_its_own_goes_its_own_way() -> None:
    visual = [get_display(text, base_dir="R") for text in TEXTS]
    assert read([*visual, "في المدينة القديمة"])[-1] == "في المدينة القديمة"
    # A line with none goes with the others.
    assert read([*visual, "مان ديز"])[-1] == "زيد نام"
    assert read([*TEXTS, "زيد نام"])[-1] == "زيد نام"


def test_words_placed_from_the_right_with_their_letters_from_the_left() -> None:
    """As in the invisible text that some programs put on scans."""
    glyphs: list[Glyph] = []
    edge = 500.0
    for word in TEXTS[0].split():
        edge -= len(word) * 5 + 5
        glyphs += pdfs.glyphs(word, left=edge)
    line = make_line(glyphs)
    assert line is not None
    assert line.drawn_leftward
    assert read_line(line, find_conventions([line]), is_rtl=True, after_arabic=False) == TEXTS[0]


def test_presentation_forms_count_as_evidence_and_come_as_letters() -> None:
    assert read(["\ufe94\ufef4\ufe91\ufeae\ufecc\ufedf\ufe8d", "\ufefc\ufeb3"]) == ["العربية", "سلا"]


@pytest.mark.parametrize(
    ("drawn", "is_rtl", "expected"),
    [
        # An English paragraph of its own, and an English sentence in an Arabic paragraph.
        ("It ends here.", True, "It ends here."),
        (".It ends here", True, "It ends here."),
        ("12/05/2021", True, "12/05/2021"),
        ("He said مالس to us", False, "He said سلام to us"),
        ("Python ةغلب ةباتكلا", False, "الكتابة بلغة Python"),
    ],
)
def test_the_direction_of_a_line(drawn: str, is_rtl: bool, expected: str) -> None:
    assert read([drawn], is_rtl=is_rtl) == [expected]


@pytest.mark.parametrize(
    ("text", "in_arabic", "is_rtl"),
    [
        ("نعم", True, True),
        ("نعم 12.", True, True),
        ("yes", False, False),
        ("كتاب book", False, None),
        ("12 - 13", False, None),
    ],
)
def test_what_a_line_is_made_of(text: str, in_arabic: bool, is_rtl: bool | None) -> None:
    assert ends_in_arabic(text) is in_arabic
    assert is_line_rtl(pdfs.line(text)) is is_rtl


def test_conventions_of_a_document_without_arabic() -> None:
    assert find_conventions([pdfs.line("plain (text)")]) == Conventions(
        is_visual=True, mirrors_brackets=False
    )

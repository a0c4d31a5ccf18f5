import pytest

from rag import load
from rag.location import PARTS, Part, location, place_words
from rag.ui.words import WORDS


@pytest.mark.parametrize(
    ("source", "part", "english", "arabic"),
    [
        ("a.pdf", "page", "page 3", "صفحة 3"),
        ("عروض/عرض.PPTX", "slide", "slide 3", "شريحة 3"),
        ("a.odp", "slide", "slide 3", "شريحة 3"),
        ("مصنف.xlsx", "sheet", "sheet 3", "ورقة 3"),
        ("a.ods", "sheet", "sheet 3", "ورقة 3"),
        ("كتاب.epub", "chapter", "chapter 3", "فصل 3"),
        ("a.pptx.pdf", "page", "page 3", "صفحة 3"),
        ("an id of a record", "page", "page 3", "صفحة 3"),
    ],
)
def test_a_page_is_called_what_it_is(source: str, part: Part, english: str, arabic: str) -> None:
    assert place_words(source) == part
    assert (location(source, 3, "en"), location(source, 3, "ar")) == (english, arabic)


def test_the_page_has_the_words_too() -> None:
    for part, (english, arabic) in PARTS.items():
        assert WORDS[f"{part}_n"] == (f"{english} {{n}}", f"{arabic} {{n}}")


def test_only_what_can_be_read_has_a_word_of_its_own() -> None:
    others = {suffix for suffix in load.SUFFIXES if place_words(f"a{suffix}") != "page"}
    assert others == {".pptx", ".pptm", ".ppsx", ".odp", ".xlsx", ".xlsm", ".xls", ".ods", ".epub"}

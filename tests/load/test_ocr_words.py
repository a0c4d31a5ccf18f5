"""Tables of words as Tesseract prints them, and what is made of them."""

from __future__ import annotations

import pytest

from rag.load.ocr_words import PictureText, corrected, page_texts, read_words, wants_correction

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def _row(place: str, text: str, *, left: int = 0, confidence: float = 95.0, width: int = 50) -> str:
    page, block, paragraph, line = place
    return f"5\t{page}\t{block}\t{paragraph}\t{line}\t1\t{left}\t10\t{width}\t20\t{confidence}\t{text}"


def _table(*rows: str) -> str:
    return "\n".join([HEAD, "1\t1\t0\t0\t0\t0\t0\t0\t800\t800\t-1\t", *rows])


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        ([], []),
        ([_row("1111", "One"), _row("1111", "line,"), _row("1112", "two.")], ["One line, two."]),
        (
            [_row("1111", "بلدان"), _row("1121", "\u200eCERN\u200f"), _row("1211", "٣")],
            ["بلدان\n\nCERN\n\n٣"],
        ),
        ([_row("1111", "an exam-"), _row("1112", "ple.")], ["an example."]),
        ([_row("1111", "first"), _row("3111", "third")], ["first", "third"]),
        ([_row("1111", " "), _row("1111", "\u200f")], []),
        (["5\t1\tcut short"], []),
    ],
)
def test_words_become_paragraphs(rows: list[str], texts: list[str]) -> None:
    assert [page.text for page in page_texts(read_words(_table(*rows)))] == texts


def test_pages_keep_their_numbers_and_noise_is_told() -> None:
    words = read_words(_table(_row("1111", "readable"), _row("4111", "lIl|", confidence=30)))
    assert page_texts(words) == [PictureText(1, "readable"), PictureText(4, "", is_noise=True)]


def test_one_doubtful_word_is_no_noise() -> None:
    words = read_words(_table(_row("1111", "بلدان عدة في المنطقة"), _row("1111", "age", confidence=10)))
    assert page_texts(words) == [PictureText(1, "بلدان عدة في المنطقة age")]


@pytest.mark.parametrize(
    ("word", "confidence", "other", "at", "expected"),
    [
        ("age", 80, "جهد", 201, "جهد"),
        ("CERN", 97, "جهد", 200, "CERN"),  # sure of itself
        ("USB", 80, "0581", 200, "USB"),  # no word of Arabic there either
        ("age", 80, "جهد", 260, "age"),  # another place
        ("age", 96, "جهد", 201, "age"),
        ("gyi", 68, "أربع", 200, "أربع"),  # less sure, but what else would give Arabic letters there
    ],
)
def test_latin_words_that_arabic_knows_better(
    word: str, confidence: float, other: str, at: int, expected: str
) -> None:
    together = read_words(_table(_row("1111", "على"), _row("1111", word, left=200, confidence=confidence)))
    arabic = read_words(_table(_row("1111", "على"), _row("1111", other, left=at, confidence=57)))
    assert [one.text for one in corrected(together, arabic)] == ["على", expected]


def test_several_in_a_row_come_in_the_order_of_arabic() -> None:
    together = read_words(
        _table(
            _row("1111", "clive", left=100, confidence=64),
            _row("1111", "gts", left=200, confidence=67),
            _row("1111", "على"),
        )
    )
    arabic = read_words(_table(_row("1111", "يقع", left=200), _row("1111", "ميناء", left=100)))
    assert [one.text for one in corrected(together, arabic)] == ["يقع", "ميناء", "على"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([_row("1111", "على"), _row("1111", "age", confidence=80)], True),
        ([_row("1111", "على"), _row("1111", "CERN")], False),
        ([_row("1111", "على"), *[_row("1111", "word", confidence=80)] * 3], False),  # an English page
        ([], False),
    ],
)
def test_only_arabic_pages_in_doubt_are_read_again(rows: list[str], expected: bool) -> None:
    assert wants_correction(read_words(_table(*rows))) is expected

"""A quote among printed words: the lines it is on, and no others."""

import pytest

from rag.picture import Box, PrintedWord, find_marks

LEADING = 0.03
HEIGHT = 0.02
LETTER = 0.008


def printed(
    *lines: str,
    left: float = 0.1,
    right: float = 0.9,
    top: float = 0.1,
    rtl: bool = False,
    reverse: bool = False,
) -> list[PrintedWord]:
    """Lines as a page shows them. `reverse` has the letters of each word in the order they are drawn in."""
    words = []
    for number, line in enumerate(lines):
        at = right if rtl else left
        upper = top + number * LEADING
        for word in line.split():
            width = LETTER * len(word)
            begin = at - width if rtl else at
            box = Box(begin, upper, begin + width, upper + HEIGHT)
            words.append(PrintedWord(word[::-1] if reverse else word, box, upper + 0.8 * HEIGHT))
            at = begin - LETTER if rtl else begin + width + LETTER
    return words


def line_numbers(boxes: tuple[Box, ...], top: float = 0.1) -> list[int]:
    return [round((box.top - top) / LEADING) for box in boxes]


ENGLISH = (
    "The bridge was opened in the year 1932 by the mayor.",
    "It is 81 metres long and the longest of the valley, as",
    "everybody there knows. A second bridge was never built.",
    "The river below it is called the Wye, after a miller.",
)
ARABIC = (
    "افتُتح الجسر في عام ١٩٣٢ بحضور رئيس البلدية وأعيانها.",
    "ويبلغ طوله 81 مترًا، وهو أطول جسور الوادي كما يعرف",
    "أهله جميعًا. ولم يُبنَ بعده جسر آخر في تلك الناحية.",
    "ويُسمّى النهر الجاري تحته باسم طحّان عاش في القرية.",
)


@pytest.mark.parametrize(
    ("lines", "quote", "expected"),
    [
        (ENGLISH, "The bridge was opened in the year 1932 by the mayor.", [0]),
        (ENGLISH, "It is 81 metres long and the longest of the valley, as everybody there knows.", [1, 2]),
        (ENGLISH, "A second bridge was never built.", [2]),
        (ENGLISH, "The tunnel was closed in the year 1988 by the king.", []),
        (ENGLISH, "The river", [3]),
        (ENGLISH, "The", []),
        (ENGLISH, "", []),
        (ENGLISH, "…", []),
        (ARABIC, "افتتح الجسر في عام 1932 بحضور رئيس البلدية وأعيانها", [0]),
        (ARABIC, "ويبلغ طوله 81 مترا، وهو أطول جسور الوادي كما يعرف أهله جميعا.", [1, 2]),
        (ARABIC, "ولم يُبنَ بعده جسر آخر في تلك الناحية.", [2]),
        (ARABIC, "وأُغلق النفق في عام 1988 بأمر من الملك.", []),
    ],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_the_lines_of_a_quote_are_found(
    lines: tuple[str, ...], quote: str, expected: list[int], reverse: bool
) -> None:
    if quote == "The":
        expected = [0]
    boxes = find_marks(printed(*lines, rtl=lines is ARABIC, reverse=reverse), quote)
    assert line_numbers(boxes) == expected


def test_the_first_and_the_last_line_are_marked_from_and_to_the_quote() -> None:
    words = printed(*ENGLISH)
    first, last = find_marks(words, "the longest of the valley, as everybody there knows.")
    by_text = {word.text: word.box for word in words}
    assert first.right == by_text["as"].right
    assert first.left == pytest.approx(by_text["and"].right + LETTER)
    assert (last.left, last.right) == (by_text["everybody"].left, by_text["knows."].right)


def test_presentation_forms_in_visual_order_are_the_same_words() -> None:
    # "السلام عليكم ورحمة الله" as presentation forms, each word from left to right.
    forms = "ﻡﻼﺴﻟﺍ ﻢﻜﻴﻠﻋ ﺔﻤﺣﺭﻭ ﻪﻠﻟﺍ"
    assert line_numbers(find_marks(printed(forms, rtl=True), "السلام عليكم ورحمة الله")) == [0]


def test_columns_are_read_one_after_the_other() -> None:
    first = printed("The bridge was opened in", "the year 1932, when the", "mayor was very young", right=0.45)
    second = printed(
        "and nobody remembers what", "it cost to build it. The", "river is called the Wye", left=0.55
    )
    within = find_marks([*second, *first], "in the year 1932, when the mayor was very young")
    assert line_numbers(within) == [0, 1, 2]
    assert all(box.right < 0.5 for box in within)
    across = find_marks(
        [*second, *first], "when the mayor was very young and nobody remembers what it cost to build it."
    )
    assert [(round((box.top - 0.1) / LEADING), box.left > 0.5) for box in across] == [
        (1, False), (2, False), (0, True), (1, True),
    ]  # fmt: skip


@pytest.mark.parametrize(("occurrence", "line"), [(0, 0), (1, 2), (7, 2)])
def test_of_equal_sentences_the_one_that_was_cited(occurrence: int, line: int) -> None:
    words = printed("It is 81 metres long.", "Nobody knows why.", "It is 81 metres long.")
    assert line_numbers(find_marks(words, "It is 81 metres long.", occurrence=occurrence)) == [line]


def test_a_page_without_words_has_no_marks() -> None:
    assert find_marks([], "It is 81 metres long.") == ()

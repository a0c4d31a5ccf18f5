"""The words that Tesseract sees in a picture → text in paragraphs, and whether it is any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from rag.load.pdf_hyphens import joined, words_inside

# Columns of its tables: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
_COLUMNS, _WORD_LEVEL = 12, "5"
# Marks of direction that it puts around words of the other one. What is shown sets direction by itself.
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LATIN = re.compile("[A-Za-z]")
_ARABIC = re.compile("[\u0621-\u064a]")
# Real Latin words in Arabic pages come with 90 and more, Arabic ones taken for Latin with 17 to 82. Read as Arabic,
# real ones give digits and signs; so whatever gives Arabic letters there need not be as sure.
_SURE = 90.0
_LEAST_SHARE = 0.6
# Boxes of the same word differ by a pixel or two between two readings.
_MIN_SHARED_WIDTH = 0.6
# By letters. Clean pages have 90 and more, bad faxes 70; noise, drawings and other scripts stay below 50.
_MIN_CONFIDENCE = 55.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a picture, in pixels; `confidence` in percent. Words come in reading order."""

    page: int
    paragraph: tuple[int, int]
    line: int
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    text: str


@dataclass(frozen=True, slots=True)
class PictureText:
    """What a page of a picture file says; `number` counts from 1. `is_noise`: what is written cannot be told, and the
    text is empty."""

    number: int
    text: str
    is_noise: bool = False


def read_words(table: str) -> list[Word]:
    """The words of a table as Tesseract prints it."""
    return [word for line in table.splitlines() for word in _word(line)]


def wants_correction(words: Sequence[Word]) -> bool:
    """Whether words of an Arabic page may have been taken for Latin ones."""
    arabic = sum(bool(_ARABIC.search(word.text)) for word in words)
    return arabic > len(words) / 3 and any(map(_is_doubtful, words))


def corrected(words: Sequence[Word], arabic: Sequence[Word]) -> list[Word]:
    """The words, doubtful Latin ones replaced by the Arabic that reading as Arabic alone found in the same place.
    Several in a row are then in the order of Arabic."""
    better = [word for word in arabic if _ARABIC.search(word.text)]
    pairs = [(word, _corrected(word, better)) for word in words]
    found: list[Word] = []
    for (*_, is_replaced), run in groupby(pairs, key=_line_and_whether_replaced):
        replaced = [one for _, one in run]
        found += sorted(replaced, key=attrgetter("right"), reverse=True) if is_replaced else replaced
    return found


def page_texts(words: Sequence[Word]) -> list[PictureText]:
    """The text of each page that has words, in paragraphs with a blank line between them."""
    return [_page_text(number, list(page)) for number, page in groupby(words, key=attrgetter("page"))]


def _word(line: str) -> Iterator[Word]:
    fields = line.split("\t")
    if len(fields) != _COLUMNS or fields[0] != _WORD_LEVEL:
        return
    text = _MARKS.sub("", fields[-1]).strip()
    if text:
        page, block, paragraph, number, _, left, top, width, height = map(int, fields[1:10])
        box = (left, top, left + width, top + height)
        yield Word(page, (block, paragraph), number, *box, float(fields[10]), text)


def _is_doubtful(word: Word) -> bool:
    return word.confidence < _SURE and _LATIN.search(word.text) is not None


def _corrected(word: Word, better: Sequence[Word]) -> Word:
    """What stands in the place of a word; the word itself where nothing better does."""
    if not _is_doubtful(word):
        return word
    found = [
        one
        for one in better
        if one.page == word.page
        and one.confidence >= _LEAST_SHARE * word.confidence
        and _is_same_place(one, word)
    ]
    best = max(found, key=attrgetter("confidence"), default=None)
    return replace(word, text=best.text, confidence=best.confidence) if best else word


def _line_and_whether_replaced(pair: tuple[Word, Word]) -> tuple[int, tuple[int, int], int, bool]:
    word, found = pair
    return word.page, word.paragraph, word.line, found is not word


def _is_same_place(one: Word, other: Word) -> bool:
    if one.bottom <= other.top or other.bottom <= one.top:
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared >= _MIN_SHARED_WIDTH * max(one.right - one.left, other.right - other.left)


def _page_text(number: int, words: Sequence[Word]) -> PictureText:
    letters = sum(len(word.text) for word in words)
    if sum(word.confidence * len(word.text) for word in words) < _MIN_CONFIDENCE * letters:
        return PictureText(number, "", is_noise=True)
    paragraphs = [_lines(list(paragraph)) for _, paragraph in groupby(words, key=attrgetter("paragraph"))]
    vocabulary = words_inside(line for lines in paragraphs for line in lines)
    texts = []
    for first, *others in paragraphs:
        text = first
        for line in others:
            text = joined(text, line, vocabulary)
        texts.append(text)
    return PictureText(number, "\n\n".join(texts))


def _lines(words: Sequence[Word]) -> list[str]:
    return [" ".join(word.text for word in line) for _, line in groupby(words, key=attrgetter("line"))]

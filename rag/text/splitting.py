"""Where sentences begin and end, in Arabic and English prose as it is really found: news, PDF lines, lists.

Three passes, each linear: lines that a printer wrapped are joined again, what is left is cut where sentences
end, and what is still far too long is cut at the commas that Arabic newsrooms use for full stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.normalising import ARABIC_LETTERS, normalise

Span = tuple[int, int]

# Printed columns hold 60 to 140 characters. A shorter line is a headline or a list item, unless what
# follows is lower-case; a longer one is a whole paragraph.
_WRAPPED_MIN, _WRAPPED_MIN_BEFORE_LOWER_CASE, _WRAPPED_MAX = 60, 30, 140
# A wrapped line is one that had no room for the next line's first word. PDF columns are measured in points,
# so their lines vary by about a fifth in characters.
_WRAPPED_FULLNESS = 0.8
_LIST_MARKER = re.compile(r"[-*•·▪◦–—]|\(?(?:\d{1,3}|[A-Za-z])[.)]\s")

_MARK = "[.!?؟…。۔]"
_END = re.compile(
    rf"(?P<mark>{_MARK}+(?:[ \u00a0]{_MARK}+)*+|؛)"
    r"(?P<closers>(?:[\"'’”»›)\]}]|[ \u00a0][”»›)\]}])*+)"
    r"(?P<gap>\s*+)"
)
# A semicolon parts sentences only where keeping both would bury one; the shorter half of news sentences is
# below it.
SEMICOLON_ENDS_FROM = 150
_CONTINUES = frozenset(",،;؛:")
_PAUSE = ".."  # in Arabic prose a breath; before a capital letter a slip of the finger
_ARABIC = re.compile(f"[{ARABIC_LETTERS}]")
# "انتهى.وأضاف" ends a sentence though the space is missing; "ق.م" and "أ.د" do not.
_WORD_MIN_BEFORE_GLUED_END = 3

_ABBREVIATION_MAX = 16
_TITLE = re.compile("dr|mrs?|ms|prof|st|mt|vs|gen|col|lt|sgt|gov|sen|rep|rev|hon|capt|cmdr|approx|al|ود")
_BEFORE_NUMBER = re.compile("nos?|figs?|pp?|vols?|art|sec|ch|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec")
_MAY_END_SENTENCE = re.compile("etc|inc|ltd|co|corp|jr|sr|dept|est|am|pm|الخ")
_LIST_NUMBER_MAX = 3

# Above this a sentence is two or more in one, and its embedding a blur of them; below `_PIECE_MIN` a piece
# says too little to be cited.
LONG_SENTENCE = 350
_PIECE_MIN = 80
# No sentence is longer than this, whatever the text: models read some 500 tokens, about 1,500 characters.
MAX_SENTENCE = 1000
_NEWS_STOP = re.compile(r"\s,(?=\s)|؛|;(?=\s)")
_NEWS_COMMA = re.compile(r"\s،(?=\s)")
_ANY_COMMA = re.compile(r"[,،:](?=\s)")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+")


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as (start, end), without the white space around them.

    In order, not overlapping, covering every character that is not white space; none is longer than
    `MAX_SENTENCE`. A closing quote or bracket belongs to the sentence it closes. Points in numbers, initials
    and known abbreviations end nothing; a line break does, unless it is a wrapped line's.
    """
    return [
        piece
        for block in _blocks(text)
        for sentence in _sentences_of_block(text, *block)
        for piece in _pieces(text, *sentence)
    ]


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space around it; empty where there is nothing else. Linear in what it drops."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _blocks(text: str) -> Iterator[Span]:
    """Stretches of lines that no sentence crosses."""
    paragraph: list[Span] = []
    position = 0
    for line in text.splitlines(keepends=True):
        start, end = _trimmed(text, position, position + len(line))
        position += len(line)
        if start < end:
            paragraph.append((start, end))
        else:
            yield from _joined_lines(text, paragraph)
            paragraph = []
    yield from _joined_lines(text, paragraph)


def _joined_lines(text: str, lines: list[Span]) -> Iterator[Span]:
    """The lines of a paragraph, those that were only wrapped in one piece."""
    if not lines:
        return
    width = max(end - start for start, end in lines)
    block_start, (last_start, last_end) = lines[0][0], lines[0]
    for start, end in lines[1:]:
        if not _is_wrapped(text, (last_start, last_end), (start, end), width):
            yield block_start, last_end
            block_start = start
        last_start, last_end = start, end
    yield block_start, last_end


def _is_wrapped(text: str, line: Span, following: Span, width: int) -> bool:
    if width > _WRAPPED_MAX or text[line[1] - 1] == ":" or _LIST_MARKER.match(text, *following):
        return False
    length = line[1] - line[0]
    if text[line[0] : line[1]] == text[following[0] : following[1]]:  # a headline, printed twice
        return False
    if length < (_WRAPPED_MIN_BEFORE_LOWER_CASE if text[following[0]].islower() else _WRAPPED_MIN):
        return False
    first_word = _WORD.match(text, *following)
    return first_word is not None and length + 1 + len(first_word.group()) > _WRAPPED_FULLNESS * width


def _sentences_of_block(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, start, end, match):
            yield start, match.end("closers")
            start = match.end()
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, end: int, match: re.Match[str]) -> bool:
    mark, closers, gap = match.group("mark", "closers", "gap")
    if match.end() == end:
        return True
    following = text[match.end()]
    if mark == "؛":
        return match.start() - start >= SEMICOLON_ENDS_FROM
    if following in _CONTINUES or (mark == _PAUSE and not following.isupper()):
        return False
    printed, word = _word_before(text, start, match.start())
    if not gap:
        glued = _ARABIC.match(following) is not None
        return glued and (mark != "." or not word or len(word) >= _WORD_MIN_BEFORE_GLUED_END)
    if (closers or mark != ".") and following.islower():
        return False
    if mark != "." or closers:
        return True
    if word.isdecimal():
        is_list_number = match.start() - start == len(word) <= _LIST_NUMBER_MAX
        return not is_list_number
    return not _is_abbreviation(word, printed, following)


def _word_before(text: str, start: int, end: int) -> tuple[str, str]:
    """What is printed right before `end` up to white space, and the last word of it, normalised. Looks no further
    back than an abbreviation is long; the word is empty behind white space or a bracket."""
    pieces = text[max(start, end - _ABBREVIATION_MAX) : end].split()
    if not pieces or text[end - 1].isspace():
        return "", ""
    return pieces[-1], re.split(r"\W+", normalise(pieces[-1]))[-1]


def _is_abbreviation(word: str, printed: str, following: str) -> bool:
    """Whether the point after `word`, the end of `printed`, only shortens it, given what comes next."""
    if _TITLE.fullmatch(word):
        return True
    if _BEFORE_NUMBER.fullmatch(word):
        return following.isdecimal()
    whole = printed.lower().replace(".", "")
    if _MAY_END_SENTENCE.fullmatch(word) or _MAY_END_SENTENCE.fullmatch(whole):
        return following.islower() or following.isdecimal()
    return len(word) == 1 and word.isalpha()


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence, in pieces where it is too long, each cut behind its separator."""
    spans = [(start, end)]
    if end - start > LONG_SENTENCE:
        spans = [
            piece for span in spans for piece in _cut(text, span, _NEWS_STOP, LONG_SENTENCE, everywhere=True)
        ]
        spans = [piece for span in spans for piece in _cut(text, span, _NEWS_COMMA, LONG_SENTENCE)]
        spans = [piece for span in spans for piece in _cut(text, span, _ANY_COMMA, MAX_SENTENCE)]
        spans = [piece for span in spans for piece in _cut(text, span, _SPACE, MAX_SENTENCE)]
    for piece_start, piece_end in spans:
        for at in range(piece_start, piece_end, MAX_SENTENCE):
            trimmed = _trimmed(text, at, min(at + MAX_SENTENCE, piece_end))
            if trimmed[0] < trimmed[1]:
                yield trimmed


def _cut(
    text: str, span: Span, separator: re.Pattern[str], limit: int, *, everywhere: bool = False
) -> Iterator[Span]:
    """`span` cut behind separators if it is longer than `limit`: behind each (`everywhere`), else behind as
    few as keep pieces within `limit` where separators allow. Pieces stay at `_PIECE_MIN` or more."""
    start, end = span
    if end - start > limit:
        last = start
        for match in separator.finditer(text, start, end):
            at = match.end()
            if end - at < _PIECE_MIN:
                break
            if not everywhere and at - start > limit and last > start:
                yield start, last
                start = last
            if at - start < _PIECE_MIN:
                continue
            last = at
            if everywhere:
                yield start, at
                start = at
        if not everywhere and end - start > limit and last > start:
            yield start, last
            start = last
    yield start, end

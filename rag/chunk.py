"""A Document → Passages made of whole sentences, with character offsets into the original text.

A passage is what is searched: consecutive sentences of one page within a token budget. It shares a sentence
with the one before it, so that what spans both is found; it ends at a paragraph's end where that is not too
early; and it never runs over furniture, because its text is shown as it stands between its offsets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, pairwise

from rag.schema import Document, Page, Passage, Sentence, Span
from rag.text import language, sentences

SPLITTER_VERSION = "1"
"""Part of an index's fingerprint: raise it whenever the same document would give other passages."""

CountTokens = Callable[[Sequence[str]], list[int]]

# A paragraph's end is worth leaving at most this much of the budget unused.
_MIN_FILL_AT_PARAGRAPH = 0.6
# A longer sentence is no connection to the passage before but a second copy of much of it.
_MAX_OVERLAP_SHARE = 1 / 3
# What nobody reads (a table drawn in dashes) may not fill more of a passage.
_MAX_GAP_SHARE = 1 / 3
# A passage with less new text than this says little by itself; it joins the one before, within this limit.
_MIN_TAIL_SHARE = 0.15
_MAX_WITH_TAIL = 1.2

# Sixteen hexadecimal characters: among ten million passages, a chance of 3 in a million that two share one.
_ID_BYTES = 8

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r[^\S\r\n]*\r")
_LINE_BREAK = re.compile(r"[\r\n]")
# Where a sentence beyond the budget may be cut: after clause marks (not in 1,000 or 10:30), else between
# words.
_CLAUSE_ENDS = re.compile(r"[،؛](?!\d)|[,;:](?=\s)")
_WORD_ENDS = re.compile(r"\s+")
_ZERO_WIDTH_JOINER = "\u200d"
# A letter with all its marks, or an emoji of a family of four with skin tones: longer chains are cut anywhere.
_MAX_CLUSTER_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class _Piece:
    """A range of a page's text and its tokens."""

    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence and what it adds to a passage: its tokens, and those of the text without letters or digits
    (a row of stars, an emoji) between it and the sentence before."""

    sentence: Sentence
    tokens: int
    gap_tokens: int
    ends_paragraph: bool


def chunk_document(
    document: Document, *, count_tokens: CountTokens, max_tokens: int = 250, overlap_sentences: int = 1
) -> list[Passage]:
    """The passages of a document, in order.

    A passage has at most `max_tokens` tokens, a fifth more where it takes in a short last one. It repeats up
    to `overlap_sentences` sentences of the passage before. Sentences beyond `max_tokens` are cut at clause
    marks, then words, then characters. Text of furniture and text without a letter or digit is in no
    sentence. `count_tokens` gives the tokens of each text, without special tokens; it is called with all
    sentences of a page at once.
    """
    if max_tokens < 1 or overlap_sentences < 0:
        raise ValueError(
            f"max_tokens={max_tokens} must be positive, overlap_sentences={overlap_sentences} not negative"
        )
    return [
        _passage(document, page, units[begin:end])
        for page in document.pages
        for units in _stretches(page, count_tokens, max_tokens)
        for begin, end in _groups(units, max_tokens, overlap_sentences)
    ]


def _stretches(page: Page, count_tokens: CountTokens, max_tokens: int) -> Iterator[list[_Unit]]:
    """The sentences of a page in stretches; no passage runs over the end of one."""
    found = [
        [(begin + start, begin + end) for start, end in sentences(page.text[begin:stop])]
        for begin, stop in _between(page.furniture, len(page.text))
    ]
    counts = iter(count_tokens([page.text[start:end] for spans in found for start, end in spans]))
    paragraph_break = _BLANK_LINE if _BLANK_LINE.search(page.text) else _LINE_BREAK
    for spans in found:
        pieces = [
            piece
            for start, end in spans
            for piece in _fitting(page.text, _Piece(start, end, next(counts)), count_tokens, max_tokens)
        ]
        yield from _units(page.text, pieces, paragraph_break, max_gap=max_tokens * _MAX_GAP_SHARE)


def _between(furniture: Sequence[Span], length: int) -> Iterator[tuple[int, int]]:
    begin = 0
    for span in furniture:
        yield begin, span.start
        begin = span.end
    yield begin, length


def _units(
    text: str, pieces: list[_Piece], paragraph_break: re.Pattern[str], *, max_gap: float
) -> Iterator[list[_Unit]]:
    """Pieces that have a letter or digit as units, in lists; a gap of more than `max_gap` tokens begins a new
    one."""
    units: list[_Unit] = []
    readable = [
        index for index, piece in enumerate(pieces) if any(map(str.isalnum, text[piece.start : piece.end]))
    ]
    for position, index in enumerate(readable):
        piece = pieces[index]
        previous = readable[position - 1] if position else -1
        gap_tokens = sum(gap.tokens for gap in pieces[previous + 1 : index])
        if units and gap_tokens > max_gap:
            yield units
            units = []
        is_last = position + 1 == len(readable)
        following = len(text) if is_last else pieces[readable[position + 1]].start
        units.append(
            _Unit(
                Sentence(piece.start, piece.end, text[piece.start : piece.end]),
                piece.tokens,
                gap_tokens,
                is_last or paragraph_break.search(text, piece.end, following) is not None,
            )
        )
    if units:
        yield units


def _groups(units: list[_Unit], max_tokens: int, overlap_sentences: int) -> list[tuple[int, int]]:
    """Half-open ranges of units, one a passage."""
    totals = list(accumulate((unit.gap_tokens + unit.tokens for unit in units), initial=0))

    def cost(begin: int, end: int) -> int:
        return totals[end] - totals[begin] - units[begin].gap_tokens

    groups: list[tuple[int, int]] = []
    begin, first_new = 0, 0
    while first_new < len(units):
        end = first_new + 1
        while end < len(units) and cost(begin, end + 1) <= max_tokens:
            end += 1
        if end < len(units):
            for earlier in range(end, first_new, -1):
                if cost(begin, earlier) < max_tokens * _MIN_FILL_AT_PARAGRAPH:
                    break
                if units[earlier - 1].ends_paragraph:
                    end = earlier
                    break
        is_tail = end == len(units) and cost(first_new, end) < max_tokens * _MIN_TAIL_SHARE
        if groups and is_tail and cost(groups[-1][0], end) <= max_tokens * _MAX_WITH_TAIL:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((begin, end))
        if end == len(units):
            break
        # The first sentence of a passage is never repeated: else the next one would hold all of it.
        first_new, begin = end, end
        while (
            first_new - begin < overlap_sentences
            and begin - 1 > groups[-1][0]
            and cost(begin - 1, first_new) <= max_tokens * _MAX_OVERLAP_SHARE
            and cost(begin - 1, first_new + 1) <= max_tokens
        ):
            begin -= 1
    return groups


def _fitting(text: str, piece: _Piece, count_tokens: CountTokens, max_tokens: int) -> list[_Piece]:
    """The piece, cut into pieces within the budget if it is beyond it."""
    if piece.tokens <= max_tokens:
        return [piece]
    found: list[_Piece] = []
    for clause in _cut_at(text, piece, _CLAUSE_ENDS, count_tokens):
        if clause.tokens <= max_tokens:
            _join(found, clause, max_tokens)
            continue
        for word in _cut_at(text, clause, _WORD_ENDS, count_tokens):
            for part in _cut_by_characters(text, word, count_tokens, max_tokens):
                _join(found, part, max_tokens)
    return [_trimmed(text, part) for part in found]


def _cut_at(text: str, piece: _Piece, ends: re.Pattern[str], count_tokens: CountTokens) -> list[_Piece]:
    """The pieces that end where `ends` matches."""
    cuts = [piece.start, *(match.end() for match in ends.finditer(text, piece.start, piece.end)), piece.end]
    spans = [(start, end) for start, end in pairwise(cuts) if start < end]
    return _counted(text, spans, count_tokens)


def _join(pieces: list[_Piece], piece: _Piece, max_tokens: int) -> None:
    """Append `piece` to the last of `pieces` if both fit the budget, else after it."""
    if pieces and pieces[-1].tokens + piece.tokens <= max_tokens:
        last = pieces.pop()
        piece = _Piece(last.start, piece.end, last.tokens + piece.tokens)
    pieces.append(piece)


def _cut_by_characters(text: str, piece: _Piece, count_tokens: CountTokens, max_tokens: int) -> list[_Piece]:
    """A piece without a place to cut: even parts that should fit by their length, halved where they do
    not."""
    if piece.tokens <= max_tokens:
        return [piece]
    size = max(1, (piece.end - piece.start) * max_tokens // piece.tokens)
    found: list[_Piece] = []
    spans = _parts(text, piece.start, piece.end, size)
    while spans:
        counted = _counted(text, spans, count_tokens)
        found += [part for part in counted if part.tokens <= max_tokens or part.end - part.start == 1]
        large = [part for part in counted if part.tokens > max_tokens and part.end - part.start > 1]
        spans = [
            span
            for part in large
            for span in _parts(text, part.start, part.end, (part.end - part.start + 1) // 2)
        ]
    return sorted(found, key=lambda part: part.start)


def _parts(text: str, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Spans of `size` characters, a few less where a mark or joined emoji would be torn from its letter."""
    spans = []
    while end - start > size:
        latest = start + size
        earliest = max(start + 1, latest - _MAX_CLUSTER_CHARACTERS)
        cut = next((cut for cut in range(latest, earliest - 1, -1) if not _continues(text, cut)), latest)
        spans.append((start, cut))
        start = cut
    return [*spans, (start, end)]


def _continues(text: str, position: int) -> bool:
    """Whether the character belongs to the one before it."""
    return (
        unicodedata.category(text[position]).startswith("M")
        or text[position] == _ZERO_WIDTH_JOINER
        or text[position - 1] == _ZERO_WIDTH_JOINER
    )


def _counted(text: str, spans: list[tuple[int, int]], count_tokens: CountTokens) -> list[_Piece]:
    counts = count_tokens([text[start:end] for start, end in spans])
    return [_Piece(start, end, tokens) for (start, end), tokens in zip(spans, counts, strict=True)]


def _trimmed(text: str, piece: _Piece) -> _Piece:
    content = text[piece.start : piece.end]
    start = piece.start + len(content) - len(content.lstrip())
    return _Piece(start, start + len(content.strip()), piece.tokens)


def _passage(document: Document, page: Page, units: list[_Unit]) -> Passage:
    start, end = units[0].sentence.start, units[-1].sentence.end
    text = page.text[start:end]
    named = "\0".join((document.source, str(page.number), str(start), str(end), text))
    return Passage(
        id=blake2b(named.encode(), digest_size=_ID_BYTES).hexdigest(),
        source=document.source,
        title=document.title,
        headline=document.headline,
        page=page.number,
        start=start,
        end=end,
        text=text,
        language=language(text, default=document.language),
        sentences=tuple(unit.sentence for unit in units),
        ocr=page.ocr,
    )

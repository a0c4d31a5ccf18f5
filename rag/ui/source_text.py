"""The text of a page around a quote: where the quote stands now, a window of text, and that window as HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from rag.schema import Span
from rag.ui.markup import own, plain

# Characters on each side of a quote: some three pages of a book, read and drawn at once.
REACH_CHARACTERS = 6000
# How much more a click shows.
MORE_CHARACTERS = 20_000
# Of a window's edge: the end of a paragraph this near is a better one.
_EDGE_CHARACTERS = 800
# A line this long was not broken to fit a page: it is a paragraph.
_PARAGRAPH_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands. `moved`: not where it stood when it was cited."""

    span: Span
    moved: bool


def find_quote(page_text: str, quote: str, *, start: int, end: int) -> Found | None:
    """A quote as the page showed it, cited from `start` to `end`; where it stands nearest to that, or None. Without a
    quote the range itself, where the page has it."""
    if not quote:
        return Found(Span(start, end), moved=False) if 0 <= start < end <= len(page_text) else None
    words = _shown(quote).split()
    if words and _shown(page_text[start:end]).split() == words:
        return Found(Span(start, end), moved=False)
    if not words:
        return None
    # What could not be shown came back as U+FFFD.
    said = r"\s+".join(re.escape(word).replace("\ufffd", ".") for word in words)
    spans = [Span(*match.span()) for match in re.finditer(said, page_text)]
    nearest = min(spans, key=lambda span: abs(span.start - start), default=None)
    return Found(nearest, moved=True) if nearest else None


def window(page_text: str, span: Span, reach: int = REACH_CHARACTERS) -> Span:
    """The part of a page to be read around a span: whole paragraphs where they end near enough, else whole words."""
    return Span(back(page_text, span.start, reach), forth(page_text, span.end, reach))


def back(page_text: str, end: int, reach: int) -> int:
    """Where a window begins that ends at `end`."""
    first = end - reach
    if first <= _EDGE_CHARACTERS:
        return 0
    line = page_text.find("\n", first, min(end, first + _EDGE_CHARACTERS))
    space = page_text.find(" ", first, min(end, first + _EDGE_CHARACTERS))
    return next((at + 1 for at in (line, space) if at >= 0), first)


def forth(page_text: str, start: int, reach: int) -> int:
    """Where a window ends that begins at `start`."""
    last = start + reach
    if last >= len(page_text) - _EDGE_CHARACTERS:
        return len(page_text)
    line = page_text.rfind("\n", max(start, last - _EDGE_CHARACTERS), last)
    space = page_text.rfind(" ", max(start, last - _EDGE_CHARACTERS), last)
    return next((at + 1 for at in (line, space) if at >= 0), last)


def text_html(page_text: str, shown: Span, marked: Span | None = None) -> str:
    """A part of a page, each line in a direction of its own, with the quote marked."""
    lines = page_text[shown.start : shown.end].splitlines(keepends=True)
    parts = []
    at = shown.start
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.strip():
            # Where a paragraph ends there is more room below it.
            ends = len(line) >= _PARAGRAPH_CHARACTERS or not following.strip()
            inner = _marked(page_text, at, at + len(line.rstrip()), marked)
            parts.append(f"<p {own(line)}{' class=ends' if ends else ''}>{inner}</p>")
        at += len(line)
    return "".join(parts)


def _marked(page_text: str, start: int, end: int, marked: Span | None) -> str:
    first, last = (max(start, marked.start), min(end, marked.end)) if marked else (end, end)
    if first >= last:
        return plain(page_text[start:end])
    before, quote, after = page_text[start:first], page_text[first:last], page_text[last:end]
    return f"{plain(before)}<mark>{plain(quote)}</mark>{plain(after)}"


def _shown(text: str) -> str:
    """What a page shows of a text."""
    return html.unescape(plain(text))

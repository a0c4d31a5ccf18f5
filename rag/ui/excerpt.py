"""A quote inside the text around it, cut where a reader would cut it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.errors import RagError
from rag.schema import Citation, Hit

# Characters shown on each side of a quote: a paragraph, enough to see what the sentence is about.
REACH_CHARACTERS = 600

PageText = Callable[[str, int | None], str]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a quote stands. `before` and `after` touch the quote; `cut_before` and `cut_after` say that the page
    goes on beyond them. `found` is False where the page no longer has the quote: both sides are then empty."""

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool
    found: bool


def excerpt(page_text: str, *, start: int, end: int, quote: str, reach: int = REACH_CHARACTERS) -> Excerpt:
    """The quote with at most `reach` characters on each side, cut at white space."""
    if page_text[start:end] != quote:
        return Excerpt("", quote, "", cut_before=False, cut_after=False, found=False)
    first, last = max(0, start - reach), min(len(page_text), end + reach)
    before, after = page_text[first:start], page_text[end:last]
    if first > 0:
        before = _after_first_space(before)
    if last < len(page_text):
        after = _before_last_space(after)
    return Excerpt(
        before.lstrip(),
        quote,
        after.rstrip(),
        cut_before=first > 0,
        cut_after=last < len(page_text),
        found=True,
    )


def citation_excerpt(citation: Citation, page_text: PageText) -> Excerpt:
    """A citation in its page. A source that has gone since leaves the quote alone, which is what was cited."""
    try:
        text = page_text(citation.source, citation.page)
    except RagError:
        text = ""
    return excerpt(text, start=citation.start, end=citation.end, quote=citation.quote)


def hit_excerpt(hit: Hit) -> Excerpt:
    """The best sentence of a hit inside its own passage; nothing is read for it."""
    passage, best = hit.passage, hit.best_sentence
    return excerpt(
        passage.text, start=best.start - passage.start, end=best.end - passage.start, quote=best.text
    )


def _after_first_space(text: str) -> str:
    """Without the word that the cut went through; a text that is one long word stays."""
    cut = next((position for position, character in enumerate(text) if character.isspace()), None)
    return text if cut is None else text[cut:]


def _before_last_space(text: str) -> str:
    cut = next((position for position in range(len(text) - 1, -1, -1) if text[position].isspace()), None)
    return text if cut is None else text[:cut]

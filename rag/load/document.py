"""A text with what is known about it → Document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.errors import LoadError
from rag.schema import Document, Page, Span
from rag.text import language, sentences

Loaded = Document | LoadError
"""What reading a file yields: documents, and failures as values, so that one bad record does not hide the
others."""

# Enough to tell documents apart in a list, short enough for one line of it.
_TITLE_WORDS = 9


def make_document(
    text: str, *, source: str, headline: str, furniture: Iterable[Span], media_type: str
) -> Document:
    """A Document of one page without number. Its title is the headline or, where there is none, its first
    words."""
    page = Page(text, furniture=merge_spans(furniture))
    return make_paged_document([page], source=source, headline=headline, media_type=media_type)


def make_paged_document(pages: Sequence[Page], *, source: str, headline: str, media_type: str) -> Document:
    """A Document of pages, slides, sheets or chapters, each with its number. Its title is the headline or, where
    there is none, the first words there are."""
    return Document(
        source=source,
        title=headline or next(filter(None, map(_first_words, pages)), ""),
        headline=headline,
        pages=tuple(pages),
        language=language("\n".join(page.text for page in pages)),
        media_type=media_type,
    )


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that overlap joined into one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _first_words(page: Page) -> str:
    """The first words of the first sentence that is not furniture; of the whole text if all of it is."""
    text, begin = page.text, 0
    for span in (*page.furniture, Span(len(text), len(text))):
        found = sentences(text[begin : span.start])
        if found:
            start, end = found[0]
            return _shortened(text[begin + start : begin + end])
        begin = span.end
    return _shortened(text)


def _shortened(sentence: str) -> str:
    words = sentence.split()
    if len(words) <= _TITLE_WORDS:
        return " ".join(words)
    return " ".join(words[:_TITLE_WORDS]).rstrip(".,;:،؛") + "…"

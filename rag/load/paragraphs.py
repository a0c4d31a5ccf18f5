"""Paragraphs of a word processor's document → Document, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.load.document import make_document
from rag.load.furniture import find_headline
from rag.schema import Document, Span

Role = Literal["", "title", "heading", "contents"]
"""What the style of a paragraph says of it: the document's title, a heading of the first level, a line of its table
of contents."""

# A heading further down is one of a chapter, unless it is the only one.
_TITLE_WITHIN_PARAGRAPHS = 4
# A headline stands among the first lines; looking for its repeats in a whole book takes longer than reading it.
_BEGINNING_CHARACTERS = 5000
_PARAGRAPH_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a row of a table."""

    text: str
    role: Role = ""


def make_flowing(paragraphs: Sequence[Paragraph], *, source: str, title: str, media_type: str) -> Document:
    """The document of one page without number: where pages end is decided when the document is shown.

    Its headline is what the styles call its title, else the heading of it all, else `title` from its properties,
    else the one that its text prints. Its table of contents is furniture.
    """
    text = _PARAGRAPH_BREAK.join(paragraph.text for paragraph in paragraphs)
    return make_document(
        text,
        source=source,
        headline=_styled_title(paragraphs) or title or find_headline(text[:_BEGINNING_CHARACTERS]),
        furniture=_contents(paragraphs),
        media_type=media_type,
    )


def _styled_title(paragraphs: Sequence[Paragraph]) -> str:
    title = next((paragraph for paragraph in paragraphs if paragraph.role == "title"), None)
    headings = [at for at, paragraph in enumerate(paragraphs) if paragraph.role == "heading"]
    if title is None and headings and (len(headings) == 1 or headings[0] < _TITLE_WITHIN_PARAGRAPHS):
        title = paragraphs[headings[0]]
    return " ".join(title.text.split()) if title else ""


def _contents(paragraphs: Sequence[Paragraph]) -> Iterator[Span]:
    start = 0
    for paragraph in paragraphs:
        end = start + len(paragraph.text)
        if paragraph.role == "contents":
            yield Span(start, end)
        start = end + len(_PARAGRAPH_BREAK)

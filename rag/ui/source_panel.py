"""The document beside the chat, open where it was cited: its frame, and each of its pages as HTML.

source_panel.js fills the frame from `/page/source`: sheets.js posts what buttons and forms say in their data-… there,
and the reply takes the place of what was shown. See source_routes.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from rag.index import Outline
from rag.location import place_words
from rag.picture import Box, Leaf
from rag.schema import Span
from rag.ui.markup import both, exact, icon, own, plain, unseen
from rag.ui.source_text import MORE_CHARACTERS, Found, back, forth, text_html, window

# What JavaScript says, in templates: every word is in both languages.
_SAID = ("copied", "copy_failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see: a page of a source, and on it a quote from `start` to `end`, as source `n` of `total`
    of an answer. `picture` rather than text."""

    source: str
    page: int | None = None
    start: int = 0
    end: int = 0
    quote: str = ""
    n: int = 0
    total: int = 0
    picture: bool = True


def reader_html() -> str:
    """The frame, closed and still empty. Beside the chat it is a part of the page, and over it a dialog."""
    steps = "".join(
        f'<button type="button" class="icon-button" id="{key.replace("_", "-")}" data-step="{step}">'
        f"{icon(drawing)}{unseen(key)}</button>"
        for key, step, drawing in (("previous_citation", -1, "up"), ("next_citation", 1, "down"))
    )
    templates = "".join(f'<template id="says-{key}">{both(key)}</template>' for key in _SAID)
    return (
        '<dialog class="sheet reader" id="reader" aria-labelledby="reader-title"><div class="sheet-head">'
        f'<div class="names"><h2 id="reader-title" tabindex="-1" autofocus>{both("reader")}</h2></div>'
        f'<span class="steps">{steps}</span><button type="button" class="icon-button" data-closes>'
        f"{icon('close')}{unseen('close_source')}</button></div>"
        '<p class="sheet-error" role="alert" hidden></p>'
        f'<div class="sheet-body" id="reader-body"></div></dialog>{templates}'
    )


def page_html(outline: Outline, asked: Asked, page_text: str, found: Found | None, *, offered: bool) -> str:
    """A page of a document. `offered`: there is a picture of it to be had."""
    shows_picture = offered and asked.picture
    if shows_picture:
        body = f'<div class="leaf" data-leaf {_data(asked)}><p class="progress">{both("picture_loading")}</p></div>'
    else:
        body = paper_html(asked, page_text, found)
    views = _views(asked, shows_picture=shows_picture) if offered else ""
    return (
        f"{_head(outline, asked)}{_pages(outline, asked)}"
        f'<div class="reader-line">{views}{_back(asked)}</div>{_notice(asked, found)}{body}'
    )


def paper_html(asked: Asked, page_text: str, found: Found | None) -> str:
    """The text of a page: all of it, or of a long one what stands around the quote."""
    if not page_text.strip():
        return f'<div class="paper"><p class="note">{both("page_empty")}</p></div>'
    marked = found.span if found else None
    near = marked or Span(min(asked.start, len(page_text)), min(asked.start, len(page_text)))
    shown = window(page_text, near)
    above, below = more_html(asked, shown.start, above=True), ""
    if shown.end < len(page_text):
        below = more_html(asked, shown.end, above=False)
    return f'<div class="paper">{above}{text_html(page_text, shown, marked)}{below}</div>'


def more_html(asked: Asked, edge: int, *, above: bool) -> str:
    """A button for what stands beyond an edge of the text; nothing above the beginning."""
    if above and edge == 0:
        return ""
    key = "more_above" if above else "more_below"
    name = key.replace("_", "-")
    return (
        f'<div id="{name}-{edge}" class="more"><button type="button" class="quiet" id="{name}" '
        f'data-get="/page/source/more" data-into="#{name}-{edge}" data-source="{exact(asked.source)}" '
        f'data-page="{asked.page or ""}" data-edge="{edge}" data-above="{str(above).lower()}">'
        f"{both(key)}</button></div>"
    )


def beyond_html(asked: Asked, page_text: str, edge: int, *, above: bool) -> str:
    """What stands beyond an edge of the text, and the button for what is further away still."""
    edge = max(0, min(edge, len(page_text)))
    if above:
        first = back(page_text, edge, MORE_CHARACTERS)
        return more_html(asked, first, above=True) + text_html(page_text, Span(first, edge))
    last = forth(page_text, edge, MORE_CHARACTERS)
    more = more_html(asked, last, above=False) if last < len(page_text) else ""
    return text_html(page_text, Span(edge, last)) + more


def leaf_html(asked: Asked, leaf: Leaf, marks: tuple[Box, ...], found: Found | None) -> str:
    """A page as a picture with the quote's lines marked. Where they were not found, it says so."""
    query = f"source={quote(asked.source, safe='')}&amp;page={asked.page}"
    spots = "".join(
        f'<span class="spot" style="left:{box.left:.4%};top:{box.top:.4%};width:{box.right - box.left:.4%};'
        f'height:{box.bottom - box.top:.4%}"></span>'
        for box in marks
    )
    note = "" if marks or not found or not asked.quote else f'<p class="note">{both("picture_unmarked")}</p>'
    said = f"<span {own(asked.quote)}>{plain(asked.quote)}</span>" if marks else ""
    caption = f'<figcaption class="unseen">{both("page_picture", n=str(asked.page))} {said}</figcaption>'
    return (
        f'<div class="leaf">{note}<figure style="aspect-ratio:{leaf.width}/{leaf.height}">'
        f'<img src="/page/source/picture?{query}" width="{leaf.width}" height="{leaf.height}" alt="">'
        f"{spots}{caption}</figure></div>"
    )


def no_leaf_html(asked: Asked, page_text: str, found: Found | None) -> str:
    """The text in the place of a picture that is not to be had after all."""
    paper = paper_html(asked, page_text, found)
    return f'<div class="leaf"><p class="note">{both("picture_changed")}</p>{paper}</div>'


def _head(outline: Outline, asked: Asked) -> str:
    """The document's names, which source_panel.js puts above what scrolls, and room for where it also stands."""
    file_name = PurePath(outline.source).name or outline.source
    file = f'<bdi class="file" title="{plain(outline.source)}">{plain(file_name)}</bdi>'
    where = [file]
    if asked.n and asked.total:
        where.insert(0, both("citation_count", n=str(asked.n), total=str(asked.total)))
    if asked.page is not None:
        where.append(both(f"{place_words(outline.source)}_n", n=str(asked.page)))
    if asked.page in outline.ocr:
        where.append(both("read_by_ocr"))
    title = plain(outline.title or file_name)
    return (
        f'<div class="names"><h2 id="reader-title" tabindex="-1" {own(title)} title="{title}">{title}</h2>'
        f'<p class="where">{" · ".join(where)}</p></div><div class="reader-top"></div>'
    )


def _pages(outline: Outline, asked: Asked) -> str:
    """The way to other pages, where there are any."""
    numbers = [number for number in outline.pages if number is not None]
    if len(numbers) < 2 or asked.page is None:
        return ""
    before = max((number for number in numbers if number < asked.page), default=None)
    after = min((number for number in numbers if number > asked.page), default=None)
    told = _data(asked, only=("source", "n", "total", "picture"))
    field = (
        f'<input id="reader-page" name="page" type="number" inputmode="numeric" min="1" max="{max(numbers)}" '
    )
    return (
        f'<nav class="reader-pages">{_turn("previous_page", before, told)}'
        f'<form data-post="/page/source" {told}><label><span>{both(f"{place_words(outline.source)}_word")}</span> '
        f'{field}value="{asked.page}"></label> <span>{both("of_pages", total=str(max(numbers)))}</span></form>'
        f"{_turn('next_page', after, told)}</nav>"
    )


def _turn(key: str, page: int | None, told: str) -> str:
    target = f'data-post="/page/source" {told} data-page="{page}"' if page is not None else "disabled"
    return (
        f'<button type="button" class="icon-button turns-{key}" id="{key.replace("_", "-")}" {target}>'
        f"{icon('forth')}{unseen(key)}</button>"
    )


def _views(asked: Asked, *, shows_picture: bool) -> str:
    """As printed, where it can be seen larger, or as text."""
    buttons = "".join(
        f'<button type="button" id="{key.replace("_", "-")}" data-view="{view}" data-post="/page/source" '
        f'{_data(asked, picture=view == "picture")} aria-pressed="{str(pressed).lower()}">{both(key)}</button>'
        for key, view, pressed in (
            ("view_picture", "picture", shows_picture),
            ("view_text", "text", not shows_picture),
        )
    )
    zoom = f'<button type="button" class="quiet" data-zoom aria-pressed="false">{both("larger")}</button>'
    return f'<span class="views">{buttons}</span>{zoom if shows_picture else ""}'


def _back(asked: Asked) -> str:
    """The way back to the quote, from another page than its own."""
    if asked.quote or not asked.n:
        return ""
    return f'<button type="button" class="link" data-step="0">{both("back_to_quote")}</button>'


def _notice(asked: Asked, found: Found | None) -> str:
    if not asked.quote:
        return ""
    if found is None:
        said = f"<blockquote {own(asked.quote)}>{plain(asked.quote)}</blockquote>"
        return f'<div class="note">{both("quote_gone")}{said}</div>'
    return f'<p class="note">{both("quote_moved")}</p>' if found.moved else ""


def _data(asked: Asked, *, only: tuple[str, ...] = (), picture: bool | None = None) -> str:
    """The whole of what is asked for, or `only` some of it, as attributes of an element that asks for it."""
    shows = asked.picture if picture is None else picture
    values = {
        "source": asked.source,
        "page": str(asked.page or ""),
        "start": str(asked.start),
        "end": str(asked.end),
        "quote": asked.quote,
        "n": str(asked.n),
        "total": str(asked.total),
        "picture": str(shows).lower(),
    }
    return " ".join(
        f'data-{name}="{exact(value)}"' for name, value in values.items() if not only or name in only
    )

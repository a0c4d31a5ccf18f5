"""Sources as HTML: closed, one names itself and its quote; open, it shows the quote where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rag.location import place_words
from rag.schema import Citation, Hit, Place
from rag.ui.excerpt import Excerpt
from rag.ui.markup import both, exact, icon, own, plain, tongue


def sources_html(turn: str, title: str, items: Sequence[str], *, fit: str = "") -> str:
    """The list beside an answer, under the words of `title`; `fit` says below it what is not in it."""
    return (
        f'<aside class="sources" aria-labelledby="{turn}-sources"><h3 id="{turn}-sources">{both(title)}</h3>'
        f"<ol>{''.join(items)}</ol>{fit}</aside>"
    )


def citation_items(turn: str, citations: Sequence[Citation], excerpts: Sequence[Excerpt]) -> list[str]:
    """The sources that an answer cites, by the numbers it cites them with."""
    return [
        _source(
            f"{turn}-{citation.n}",
            str(citation.n),
            Place(citation.source, citation.title, citation.page, citation.start, citation.end),
            shown,
            citation.also_in,
            ocr=citation.ocr,
        )
        for citation, shown in zip(citations, excerpts, strict=True)
    ]


def hit_items(turn: str, hits: Sequence[Hit], excerpts: Sequence[Excerpt]) -> list[str]:
    """Passages as they were found, numbered from 1."""
    return [
        _source(
            f"{turn}-{n}",
            str(n),
            _best_place(hit),
            shown,
            hit.also_in,
            ocr=hit.passage.ocr,
        )
        for n, (hit, shown) in enumerate(zip(hits, excerpts, strict=True), start=1)
    ]


def _best_place(hit: Hit) -> Place:
    passage, best = hit.passage, hit.best_sentence
    return Place(passage.source, passage.title, passage.page, best.start, best.end)


def _source(
    name: str,
    number: str,
    place: Place,
    shown: Excerpt,
    also_in: Sequence[Place],
    *,
    ocr: bool,
) -> str:
    preview = f'<span class="preview" {own(shown.quote)}>{plain(shown.quote)}</span>'
    opens = (
        f'<button type="button" class="open-source" data-reads="{name}" aria-haspopup="dialog">{icon("document")}'
        f"{both('open_source')}</button>"
    )
    return (
        f'<li class="source" id="{name}" {place_data(place)}><details>'
        f'<summary><span class="number" aria-hidden="true">{number}</span>'
        f"{named_html(place.title, place.source, place.page, preview, ocr=ocr)}</summary>"
        f'<div class="excerpt" {own(shown.quote)}>{_marked(shown)}</div>{opens}{_also(also_in)}</details></li>'
    )


def place_data(place: Place) -> str:
    """Where something stands, for source_panel.js."""
    return (
        f'data-source="{exact(place.source)}" data-page="{"" if place.page is None else place.page}" '
        f'data-start="{place.start}" data-end="{place.end}"'
    )


def named_html(title: str, source: str, page: int | None, more: str = "", *, ocr: bool = False) -> str:
    """Title, file and page, in the direction of the title; without one (it would only repeat the file), the page's."""
    file_name = PurePath(source).name or source
    where = f'<bdi class="file" title="{plain(source)}">{plain(file_name)}</bdi>'
    if page is not None:
        where += f" · {both(f'{place_words(source)}_n', n=str(page))}"
    if ocr:
        where += f" · {both('read_by_ocr')}"
    if not title or title == file_name:
        return f'<span class="named"><span class="where">{where}</span>{more}</span>'
    heading = f'<span class="title"{tongue(title)}>{plain(title)}</span>'
    return f'<span class="named" dir="auto">{heading}<span class="where">{where}</span>{more}</span>'


def _marked(shown: Excerpt) -> str:
    quote = f"<mark>{plain(shown.quote)}</mark>"
    if not shown.found:
        return f'{quote}<p class="gone">{both("text_changed")}</p>'
    before = ("… " if shown.cut_before else "") + shown.before
    after = shown.after + (" …" if shown.cut_after else "")
    return plain(before) + quote + plain(after)


def _also(places: Sequence[Place]) -> str:
    if not places:
        return ""
    items = "".join(
        f'<li><button type="button" class="place" {place_data(place)}>'
        f"{named_html(place.title, place.source, place.page)}</button></li>"
        for place in places
    )
    return f'<div class="also"><span>{both("also_in")}</span><ul>{items}</ul></div>'

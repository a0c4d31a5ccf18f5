"""Sources as HTML: closed, one names itself and its quote; open, it shows the quote where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rag.schema import Citation, Hit, Place
from rag.ui.excerpt import Excerpt
from rag.ui.markup import both, plain


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
            citation.title,
            citation.source,
            citation.page,
            shown,
            citation.also_in,
        )
        for citation, shown in zip(citations, excerpts, strict=True)
    ]


def hit_items(turn: str, hits: Sequence[Hit], excerpts: Sequence[Excerpt]) -> list[str]:
    """Passages as they were found, numbered from 1."""
    return [
        _source(
            f"{turn}-{n}", str(n), hit.passage.title, hit.passage.source, hit.passage.page, shown, hit.also_in
        )
        for n, (hit, shown) in enumerate(zip(hits, excerpts, strict=True), start=1)
    ]


def _source(
    name: str,
    number: str,
    title: str,
    source: str,
    page: int | None,
    shown: Excerpt,
    also_in: Sequence[Place],
) -> str:
    preview = f'<span class="preview" dir="auto">{plain(shown.quote)}</span>'
    return (
        f'<li class="source" id="{name}"><details><summary><span class="number" aria-hidden="true">{number}</span>'
        f"{_named(title, source, page, preview)}</summary>"
        f'<div class="excerpt" dir="auto">{_marked(shown)}</div>{_also(also_in)}</details></li>'
    )


def _named(title: str, source: str, page: int | None, more: str = "") -> str:
    """Title, file and page, in the direction of the title; without one (it would only repeat the file), the page's."""
    file_name = PurePath(source).name or source
    where = f'<bdi class="file" title="{plain(source)}">{plain(file_name)}</bdi>'
    if page is not None:
        where += f" · {both('page_n', n=str(page))}"
    if not title or title == file_name:
        return f'<span class="named"><span class="where">{where}</span>{more}</span>'
    heading = f'<span class="title">{plain(title)}</span>'
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
    items = "".join(f"<li>{_named(place.title, place.source, place.page)}</li>" for place in places)
    return f'<div class="also"><span>{both("also_in")}</span><ul>{items}</ul></div>'

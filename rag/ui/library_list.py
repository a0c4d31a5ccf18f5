"""The documents of the library as the sheet lists them: searched, sorted, and a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from rag import text
from rag.index import Removal, SourceStat
from rag.schema import SourceInfo
from rag.ui.counted import counted, with_count
from rag.ui.markup import both, exact, icon, own, plain, unseen

PAGE_DOCUMENTS = 50
# Removals that can be undone are told at the top; an hour of tidying up does not push the list out of sight.
MOST_REMOVALS = 3

Sort = Literal["newest", "name", "size"]
SORTS: tuple[Sort, ...] = ("newest", "name", "size")

_MEGABYTE, _KILOBYTE = 1024 * 1024, 1024

_KINDS = (
    ("application/pdf", "kind_pdf"),
    ("wordprocessingml", "kind_word"),
    ("opendocument.text", "kind_word"),
    ("application/rtf", "kind_word"),
    ("presentation", "kind_slides"),
    ("spreadsheet", "kind_sheet"),
    ("ms-excel", "kind_sheet"),
    ("text/csv", "kind_sheet"),
    ("text/html", "kind_web"),
    ("epub", "kind_book"),
    ("message/", "kind_mail"),
    ("json", "kind_data"),
    ("image/", "kind_picture"),
)


@dataclass(frozen=True, slots=True)
class Query:
    """What part of the library is looked at. Pages count from 1."""

    search: str = ""
    sort: Sort = "newest"
    page: int = 1

    @property
    def attributes(self) -> str:
        """What a button of the list sends along, so that the same part comes back."""
        return f'data-search="{exact(self.search)}" data-sort="{self.sort}" data-page="{self.page}"'


def found(sources: Sequence[SourceInfo], stats: Mapping[str, SourceStat], query: Query) -> list[SourceInfo]:
    """The sources in whose title or name every word of the search stands, in whatever spelling, sorted."""
    words = text.words(query.search)
    hits = [one for one in sources if _has(one, words)] if words else list(sources)
    by_name = sorted(hits, key=lambda one: text.normalise(one.title or one.source))
    if query.sort == "newest":
        return sorted(by_name, key=lambda one: one.added_at, reverse=True)
    if query.sort == "size":
        return sorted(by_name, key=lambda one: -_bytes(one, stats))
    return by_name


def list_html(
    hits: Sequence[SourceInfo],
    stats: Mapping[str, SourceStat],
    query: Query,
    *,
    all_count: int,
    removals: Sequence[Removal] = (),
    told: str = "",
) -> str:
    """A page of what was `found`, in a library of `all_count` documents. `told` is HTML that says what was just
    done."""
    status = f'<p class="told" role="status">{told}</p>' if told else ""
    notes = "".join(_removal(removal, query) for removal in removals[:MOST_REMOVALS])
    if not hits:
        said = f'<p class="none">{both("library_none_found")}</p>' if all_count else _empty()
        return f"{notes}{status}{said}"
    pages = -(-len(hits) // PAGE_DOCUMENTS)
    page = min(max(query.page, 1), pages)
    first = (page - 1) * PAGE_DOCUMENTS
    shown = hits[first : first + PAGE_DOCUMENTS]
    rows = "".join(_row(one, stats, query) for one in shown)
    total, pager = _total(hits, query, all_count), _pager(query, page, pages)
    return f'{notes}{status}{total}<ul class="documents">{rows}</ul>{pager}'


def _has(source: SourceInfo, words: Sequence[str]) -> bool:
    searched = text.normalise(f"{source.title} {' '.join({source.source, *source.paths})}")
    return all(word in searched for word in words)


def _bytes(source: SourceInfo, stats: Mapping[str, SourceStat]) -> int:
    """The size of its file; of its text where the file holds other sources too."""
    stat = stats.get(source.source)
    return stat.size if stat and stat.origin == source.source and stat.size >= 0 else source.characters


def _empty() -> str:
    return f'<div class="empty"><h3>{both("library_empty")}</h3><p class="hint">{both("library_empty_hint")}</p></div>'


def _total(hits: Sequence[SourceInfo], query: Query, all_count: int) -> str:
    passages = counted("passages", sum(one.passages for one in hits))
    documents = (
        with_count("total_found", "documents", len(hits), all=f"{all_count:,}")
        if query.search.strip()
        else counted("documents", len(hits))
    )
    return (
        f'<div class="total"><p role="status">{documents} · {passages}</p>'
        f'<button type="button" class="plain-button" data-select="all">{both("select_found")}</button></div>'
    )


def _row(source: SourceInfo, stats: Mapping[str, SourceStat], query: Query) -> str:
    title = source.title or PurePath(source.source).name
    return (
        f'<li class="document"><input type="checkbox" class="pick" value="{exact(source.source)}" '
        f'aria-label="{plain(title)}"><div class="about"><span class="title" {own(title)}>{plain(title)}</span>'
        f'<span class="where">{_facts_html(_facts(source, stats))}</span></div>'
        f'<button type="button" class="icon-button" data-post="/page/library/remove" data-into="#library-list" '
        f'data-source="{exact(source.source)}" {query.attributes}>{icon("remove")}'
        f"{unseen('remove_document', title=title)}</button></li>"
    )


def _facts_html(facts: Sequence[str]) -> str:
    return " · ".join(f'<span class="fact">{fact}</span>' for fact in facts)


def _facts(source: SourceInfo, stats: Mapping[str, SourceStat]) -> list[str]:
    """What there is to know of a document, file name first."""
    name = PurePath(source.source).name or source.source
    facts = [f'<bdi title="{plain(source.source)}">{plain(name)}</bdi>']
    facts.append(both(kind_of(source)))
    facts.append(both(f"language_{source.language}"))
    if source.pages > 1:
        facts.append(counted("pages", source.pages))
    facts.append(counted("passages", source.passages))
    facts.append(size_html(_bytes(source, stats)))
    if source.ocr_pages:
        facts.append(both("read_by_ocr"))
    day = source.added_at.partition("T")[0]
    facts.append(f'<time datetime="{plain(source.added_at)}">{plain(day)}</time>')
    return facts


def kind_of(source: SourceInfo) -> str:
    """The key of what its file is."""
    return next((key for part, key in _KINDS if part in source.media_type), "kind_text")


def size_html(size: int) -> str:
    """Bytes, as people say them."""
    if size < _MEGABYTE:
        return both("size_kb", n=f"{max(1, round(size / _KILOBYTE)):,}")
    megabytes = size / _MEGABYTE
    return both("size_mb", n=f"{megabytes:.1f}" if megabytes < 10 else f"{megabytes:,.0f}")


def _pager(query: Query, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    before = _turn(query, page - 1, "page_before", there=page > 1)
    after = _turn(query, page + 1, "page_after", there=page < pages)
    where = both("page_of", page=f"{page:,}", pages=f"{pages:,}")
    return f'<div class="pager">{before}<span>{where}</span>{after}</div>'


def _turn(query: Query, page: int, key: str, *, there: bool) -> str:
    disabled = "" if there else " disabled"
    return (
        f'<button type="button" class="quiet" data-get="/page/library/list" data-into="#library-list" '
        f'data-search="{exact(query.search)}" data-sort="{query.sort}" data-page="{page}"{disabled}>'
        f"{both(key)}</button>"
    )


def _removal(removal: Removal, query: Query) -> str:
    """What was removed, and the way back."""
    if len(removal.titles) == 1:
        said = both("removed_one", title=removal.titles[0])
    else:
        said = with_count("removed_many", "documents", len(removal.titles))
    return (
        f'<div class="removal" role="status"><p>{said}</p><button type="button" class="quiet" '
        f'data-post="/page/library/undo" data-into="#library-list" data-removal="{exact(removal.name)}" '
        f"{query.attributes}>{both('undo')}</button></div>"
    )

"""The sheet of documents as HTML, around its list and what is being added."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ui.library_list import SORTS
from rag.ui.library_sample import sample_files
from rag.ui.markup import both, icon


def library_html(
    *, adding: str, listed: str, limit_mb: int, suffixes: Sequence[str], is_local: bool, has_sample: bool
) -> str:
    """The body of the sheet, around the HTML of what is being added and of the list."""
    return (
        f'<section class="add"><div class="drop" id="library-drop">{icon("upload")}'
        f'<p class="said">{both("drop_here")}</p>'
        f'<div class="buttons"><button type="button" class="primary" data-pick="files">{both("choose_files")}</button>'
        f'<button type="button" class="quiet" data-pick="folder">{both("choose_folder")}</button></div>'
        f'<input type="file" data-picked="files" multiple hidden accept="{",".join(suffixes)}">'
        f'<input type="file" data-picked="folder" webkitdirectory hidden>'
        f'<p class="hint">{both("drop_hint", limit=f"{limit_mb:,}")}</p></div>'
        f"{_path_form() if is_local else ''}{_sample() if has_sample else ''}"
        f'<div id="library-adding">{adding}</div></section>'
        f'<section class="shelf"><div id="library-choice"></div>{_search_form()}'
        f'<div id="library-list">{listed}</div>{_selected_bar()}</section>'
    )


def begin_html() -> str:
    """Where the library is empty: what the page begins with."""
    sample = (
        f'<button type="button" class="quiet" data-sample>{both("sample_try")}</button>'
        if sample_files()
        else ""
    )
    return (
        f'<div class="begin with-library"><button type="button" class="primary" data-opens="library">'
        f"{both('add_yours')}</button>{sample}</div>"
        f'<p class="library">{both("welcome_terminal", command="rag sync PATH")}</p>'
    )


def _path_form() -> str:
    return (
        f'<details id="library-path"><summary>{both("path_title")}</summary>'
        f'<form data-post="/page/library/folder" data-into="#library-adding"><label for="library-path-field">'
        f'{both("path_label")}</label><div class="beside"><input id="library-path-field" name="path" type="text" '
        f'dir="ltr" required autocomplete="off" spellcheck="false" aria-describedby="library-path-hint">'
        f'<button type="submit" class="quiet">{both("path_index")}</button></div>'
        f'<p class="hint" id="library-path-hint">{both("path_hint")}</p></form></details>'
    )


def _sample() -> str:
    return (
        f'<div class="sample"><button type="button" class="quiet" data-post="/page/library/sample" '
        f'data-into="#library-adding">{both("sample_try")}</button><p class="hint">{both("sample_hint")}</p></div>'
    )


def _search_form() -> str:
    """The order is chosen by buttons: options of a list can be in one language only."""
    orders = "".join(
        f'<label><input type="radio" name="sort" id="library-sort-{sort}" value="{sort}"'
        f"{' checked' if sort == SORTS[0] else ''}><span>{both(f'sort_{sort}')}</span></label>"
        for sort in SORTS
    )
    return (
        f'<form id="library-search" data-get="/page/library/list" data-into="#library-list" role="search">'
        f'<label for="library-search-field">{both("library_search")}</label>'
        f'<input id="library-search-field" name="search" type="search" dir="auto" autocomplete="off">'
        f'<fieldset class="orders"><legend class="unseen">{both("library_sort")}</legend>{orders}</fieldset></form>'
    )


def _selected_bar() -> str:
    """What can be done with the selected documents: library.js shows it while there are any."""
    return (
        f'<div id="library-selected" class="selected" hidden><p role="status">{both("selected", n="0")}</p>'
        f'<button type="button" class="primary" data-choose="selected">{both("selected_ask")}</button>'
        f'<button type="button" class="quiet" data-remove-selected>{both("selected_remove")}</button>'
        f'<button type="button" class="plain-button" data-select="none">{both("select_none")}</button>'
        f'<p class="hint">{both("remove_hint")}</p></div>'
    )

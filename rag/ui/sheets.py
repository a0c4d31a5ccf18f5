"""Sheets: parts of the page that open over the chat, each a native dialog with a button in the header.

A sheet's body is HTML that the server makes (with rag.ui.markup, so in both languages and with everything from outside
as text) and sheets.js fetches from `/page/<name>` whenever the sheet is opened. In it

    data-post="/page/…"     on a button or a form: sends its other data-… attributes and its fields as a JSON object
    data-get="/page/…"      on a button or a form: asks for that address, the fields in its query
    data-into="#id"         which part of the sheet the reply takes the place of; without it, the whole body
    data-poll="1500"        on the element that says how far something has come: after so many milliseconds the
                            address in its `data-get` is asked for, and the reply takes the element's place

What a reader has typed, opened (`<details id>`) and focused (by `id`) stays through a change. An error of the API is
shown at the top of the sheet, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.ui.markup import both, icon, unseen

if TYPE_CHECKING:
    from fastapi import APIRouter


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `name` is its id in the page and its address, `title` a key of WORDS, `icon` one of markup.icon.
    `router` answers `/page/<name>` and what is below it, each with an HTML fragment. `takes` are addresses that take
    files, and how many bytes of a request at most; to others go a few megabytes."""

    name: str
    title: str
    icon: str
    router: APIRouter
    takes: Mapping[str, int] = field(default_factory=dict)


def sheet_buttons(sheets: Sequence[Sheet]) -> str:
    """The buttons in the header. Where there is little room their words are only for screen readers."""
    return "".join(
        f'<button type="button" class="opens" data-opens="{sheet.name}" aria-haspopup="dialog">'
        f'{icon(sheet.icon)}<span class="label">{both(sheet.title)}</span></button>'
        for sheet in sheets
    )


def sheets_html(sheets: Sequence[Sheet]) -> str:
    """The dialogs, closed and still empty."""
    return "".join(
        f'<dialog class="sheet" id="{sheet.name}" aria-labelledby="{sheet.name}-title"><div class="sheet-head">'
        f'<h2 id="{sheet.name}-title" tabindex="-1" autofocus>{both(sheet.title)}</h2>'
        f'<button type="button" class="icon-button" data-closes>{icon("close")}{unseen("close_sheet")}</button></div>'
        f'<p class="sheet-error" role="alert" hidden></p>'
        f'<div class="sheet-body" id="{sheet.name}-body" data-address="/page/{sheet.name}"></div></dialog>'
        for sheet in sheets
    )

"""What can be done with an answer: copying it with its sources, asking again, and saying what one thinks of it.

answer.js carries the clicks to the addresses of answer_routes.py; asking again goes to the chat (see desk.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from rag.index import Rating
from rag.index.chats import RATING_CHARACTERS
from rag.ui.markup import both, icon, plain, unseen

# What an answer is copied as.
Form = Literal["plain", "markdown", "bibtex"]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer is kept in the library, and what its reader thinks of it."""

    chat_id: str
    ordinal: int
    rating: Rating | None = None


def actions_html(kept: Kept | None, question: str, *, cites: bool) -> str:
    """The row below an answer to `question`, as it was searched for. What is not kept can only be asked again; where
    nothing is cited there are no sources to copy alone."""
    again = again_html(question, stands_alone=True)
    if kept is None:
        return f'<div class="actions">{again}</div>'
    forms = "".join(
        f'<button type="button" data-copy="{form}">{both(f"copy_{form}")}</button>'
        for form in get_args(Form)
        if cites or form != "bibtex"
    )
    copy = (
        f'<details class="copy"><summary class="act">{icon("copy")}{both("copy")}</summary>'
        f'<div class="copy-items">{forms}</div></details>'
    )
    return (
        f'<div class="actions" data-chat="{plain(kept.chat_id)}" data-message="{kept.ordinal}">{copy}{again}'
        f'{rating_html(kept.rating)}<span class="copied" role="status"></span></div>'
    )


def again_html(question: str, asked: str | None = None, *, stands_alone: bool = False) -> str:
    """The button that asks a question again: as it was understood where it `stands_alone`; `asked` names one that has
    no answer."""
    which = " data-alone" if stands_alone else f' data-asked="{plain(asked)}"' if asked else ""
    return (
        f'<button type="button" class="act" data-again data-repeats="{plain(question)}"{which}>'
        f"{icon('again')}{both('ask_again')}</button>"
    )


def rating_html(rating: Rating | None) -> str:
    """Two thumbs; below the one that was given, room for a word."""
    thumbs = "".join(
        f'<button type="button" class="act thumb" data-good="{str(good).lower()}" '
        f'aria-pressed="{str(rating is not None and rating.is_good == good).lower()}">'
        f"{icon(key)}{unseen(f'rate_{key}')}</button>"
        for key, good in (("good", True), ("bad", False))
    )
    return f'<div class="rating"><span class="thumbs">{thumbs}</span>{_remark(rating)}</div>'


def _remark(rating: Rating | None) -> str:
    if rating is None:
        return ""
    asks = both("remark_good" if rating.is_good else "remark_bad")
    told = f'<p class="told" role="status">{both("remark_kept")}</p>' if rating.word else ""
    return (
        f'<form class="remark"><label>{asks}<input name="word" dir="auto" value="{plain(rating.word)}" '
        f'maxlength="{RATING_CHARACTERS}" autocomplete="off"></label>'
        f'<button type="submit" class="quiet">{both("remark_save")}</button></form>{told}'
    )

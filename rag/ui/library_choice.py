"""Which documents a chat is answered from, as HTML: beside the question box, and above the list of documents."""

from __future__ import annotations

import json

from rag.index import Choice
from rag.ui.counted import with_count
from rag.ui.markup import both, icon, unseen


def choice_button(choice: Choice) -> str:
    """The button beside the question box; it opens the documents."""
    limited = " limited" if choice.sources or choice.gone else ""
    return (
        f'<button type="button" class="choice{limited}" data-opens="library" aria-haspopup="dialog">'
        f"{icon('library')}{_label(choice)}{unseen('choice_open')}</button>"
    )


def read_draft(draft: str) -> tuple[str, ...]:
    """The sources that a browser has chosen for a chat that is not begun."""
    try:
        sources = json.loads(draft)
    except ValueError:
        return ()
    return tuple(map(str, sources)) if isinstance(sources, list) else ()


def choice_line(choice: Choice) -> str:
    """What the list says of it, with the way back; empty where there is no limit."""
    if not (choice.sources or choice.gone):
        return ""
    gone = ""
    if choice.sources:
        said = with_count("choice_line", "documents", len(choice.sources))
        if choice.gone:
            gone = f' <span class="hint">{both("choice_gone", n=f"{len(choice.gone):,}")}</span>'
    else:
        said = both("choice_line_gone")
    return (
        f'<div class="chosen"><p>{said}{gone}</p><button type="button" class="quiet" data-choose="all">'
        f"{both('choice_reset')}</button></div>"
    )


def _label(choice: Choice) -> str:
    if choice.sources:
        return with_count("choice_some", "documents", len(choice.sources))
    return both("choice_none" if choice.gone else "choice_all")

"""What all HTML of the page is made of.

Everything that comes from a document, a model or the reader passes through `plain`, and is text, never markup.
Words of the page are written in both languages side by side, and style.css shows the one of the page: what stands
there follows a change of language without being asked for again.
"""

from __future__ import annotations

import html
import re

from rag.errors import RagError
from rag.escaping import plain
from rag.text.script import language, letters
from rag.ui.words import WORDS

__all__ = ["alert", "both", "exact", "icon", "own", "plain", "sentence", "tongue", "unseen"]

# Halves of characters, which no page can carry.
_HALVES = re.compile("[\ud800-\udfff]")

_ICONS = {
    "weak": "M12 3 2.5 20h19L12 3Zm0 6v5m0 3v.01",
    "unsupported": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-3 6 6 6m0-6-6 6",
    "conflict": "M4 8h13m-4-4 4 4-4 4M20 16H7m4 4-4-4 4-4",
    "refused": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5M8.5 11h5",
    "error": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5v6m0 3v.01",
    "new": "M12 5v14M5 12h14",
    "list": "M4 6h16M4 12h16M4 18h16",
    "close": "M6 6l12 12M18 6 6 18",
    "library": "M4 5h6v15H4zM10 5h5v15h-5zM15 6l4-1 2.5 14-4 1z",
    "settings": "M4 7h10m4 0h2M4 17h2m4 0h10M16 4.5v5M8 14.5v5",
    "evaluation": "M4 20h16M7 20v-6M12 20V6M17 20v-9",
    "logout": "M14 4H5v16h9M10 12h11m-4-4 4 4-4 4",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "again": "M20 11a8 8 0 1 0-2.3 6.6M20 5v6h-6",
    "good": "M7 11v9H4v-9zM7 12l4-8c1.6 0 2.4 1 2.2 2.5L12.8 10H19a1.8 1.8 0 0 1 1.8 2.2l-1.4 6A2.4 2.4 0 0 1 17 20H7",
    "bad": "M7 13V4H4v9zM7 12l4 8c1.6 0 2.4-1 2.2-2.5l-.4-3.5H19a1.8 1.8 0 0 0 1.8-2.2l-1.4-6A2.4 2.4 0 0 0 17 4H7",
    "up": "M6 15l6-6 6 6",
    "forth": "M9 6l6 6-6 6",
    "down": "M6 9l6 6 6-6",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "done": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-4 9.5 2.8 2.8L16 9.5",
    "remove": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
    "upload": "M12 16V4m-5 5 5-5 5 5M4 16v4h16v-4",
    "more": "M5 12v.01M12 12v.01M19 12v.01",
}


def exact(value: str) -> str:
    """A value of an attribute that JavaScript reads back letter for letter; nobody sees it. Half a character, as in a
    file's name that is not UTF-8, cannot be sent at all, and with it the whole page would not be: it becomes U+FFFD."""
    return html.escape(_HALVES.sub("\ufffd", value)).replace("\r", "&#13;").replace("\n", "&#10;")


def own(text: str) -> str:
    """The attributes of an element that shows `text`: its own direction, and its language."""
    return f'dir="auto"{tongue(text)}'


def tongue(text: str) -> str:
    """The attribute for the language of `text`, for who reads it aloud; none where its letters do not tell. For an
    element within one that takes its direction from it: one with a direction of its own would not be asked."""
    return f' lang="{language(text)}"' if letters(text, "ar") != letters(text, "en") else ""


def both(key: str, **values: str) -> str:
    """The words of `key` in both languages; `values` are text, set apart so that their direction is their own."""
    filled = {name: f"<bdi>{plain(value)}</bdi>" for name, value in values.items()}
    en, ar = (html.escape(words).format(**filled) for words in WORDS[key])
    return _either(en, ar)


def sentence(error: RagError) -> str:
    """What an error says, in both languages."""
    return either(error.en, error.ar)


def either(en: str, ar: str) -> str:
    """Text in both languages."""
    return _either(plain(en), plain(ar))


def icon(name: str) -> str:
    """A drawing that says nothing to a screen reader: the words beside it do."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="{_ICONS[name]}"/></svg>'
    )


def alert(body: str) -> str:
    """A card that says what is wrong, read out at once."""
    return f'<section class="card error" role="alert">{body}</section>'


def unseen(key: str, **values: str) -> str:
    """The words of `key` for screen readers alone."""
    return f'<span class="unseen">{both(key, **values)}</span>'


def _either(en: str, ar: str) -> str:
    return f'<span class="words"><span lang="en" dir="ltr">{en}</span><span lang="ar" dir="rtl">{ar}</span></span>'

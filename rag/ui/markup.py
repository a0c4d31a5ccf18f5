"""What all HTML of the page is made of.

Everything that comes from a document, a model or the reader passes through `plain`, and is text, never markup.
Words of the page are written in both languages side by side, and style.css shows the one of the page: what stands
there follows a change of language without being asked for again.
"""

from __future__ import annotations

import html
import re

from rag.errors import RagError
from rag.ui.words import WORDS

# Bidi overrides can make a quote show other digits than it holds ("81" as "18"), and no prose needs them; control
# characters and lone surrogates are not text at all. They are shown as what they are: something unreadable.
_UNREADABLE = re.compile("[\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

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
    "more": "M5 12v.01M12 12v.01M19 12v.01",
}


def plain(text: str) -> str:
    """`text` as HTML that shows exactly it, and can neither become markup nor reorder what is around it."""
    return html.escape(_UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n")))


def both(key: str, **values: str) -> str:
    """The words of `key` in both languages; `values` are text, set apart so that their direction is their own."""
    filled = {name: f"<bdi>{plain(value)}</bdi>" for name, value in values.items()}
    en, ar = (html.escape(words).format(**filled) for words in WORDS[key])
    return _either(en, ar)


def sentence(error: RagError) -> str:
    """What an error says, in both languages."""
    return _either(plain(error.en), plain(error.ar))


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

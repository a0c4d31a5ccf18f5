"""Which language a text is in, and which way it runs."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from rag.schema import Language
from rag.text.normalising import ARABIC_LETTERS

_ARABIC = re.compile(f"[{ARABIC_LETTERS}\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")

_ISOLATE_STARTS = frozenset({"LRI", "RLI", "FSI"})


def language(text: str, *, default: Language = "en") -> Language:
    """The language whose script has more letters in `text`; `default` where neither has.

    A ratio of scripts, because statistical detectors call short mixed Arabic and English text French.
    """
    arabic, latin = letters(text, "ar"), letters(text, "en")
    if arabic == latin:
        return default
    return "ar" if arabic > latin else "en"


def letters(text: str, script: Language) -> int:
    """How many letters of a language's script `text` has: what `language` weighs."""
    return _count(_ARABIC if script == "ar" else _LATIN, text)


def _count(letter: re.Pattern[str], text: str) -> int:
    """How many there are. Listing them would take seventy bytes for each."""
    return len(text) - len(letter.sub("", text))


def direction(text: str) -> Literal["rtl", "ltr"]:
    """The base direction of `text`: that of its first strong character outside isolates, else "ltr".

    Rules P2 and P3 of the Unicode Bidirectional Algorithm (UAX #9). Digits and punctuation are not strong.
    """
    isolates = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _ISOLATE_STARTS:
            isolates += 1
        elif kind == "PDI":
            isolates = max(0, isolates - 1)
        elif isolates == 0 and kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"

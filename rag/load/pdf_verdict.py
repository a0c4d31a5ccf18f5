"""What can be made of a page: read it, or say why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from rag.load.pdf_font import UNKNOWN
from rag.load.pdf_glyphs import Glyph

# A page of formulas or bullets has some glyphs without a character; where a third is unknown, no sentence is whole.
_MAX_UNKNOWN_SHARE = 0.3
# On fewer characters a page of odd ones may be a table, a formula or a drawing.
_MIN_CHARACTERS = 50
# Fonts of other scripts without a character table are read as À, Ð, þ. No language has as many of these among its
# letters: Icelandic and Vietnamese, with the most, have a third.
_MAX_ACCENTED_SHARE = 0.5
# Fonts whose codes count the letters of the text as they come are read as !"#$%&'( and so on. Program code has such
# signs with twice as many letters, data has many of few kinds.
_MIN_SIGN_SHARE, _MAX_LETTER_SHARE, _MIN_SIGN_KINDS = 0.3, 0.25, 9
# A scan fills its page with one picture or several strips of it.
_MIN_SCAN_SHARE = 0.5

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ACCENTED = re.compile("[\u00c0-\u024f]")
# Without those that lines and leaders are made of (... --- ===).
_SIGN = re.compile(r"[!\"$%&'()/:;<>?@\[\\\]^`{}]")


class Verdict(Enum):
    """What a page is."""

    READABLE = "readable"
    BLANK = "blank"
    SCANNED = "scanned"
    GARBLED = "garbled"
    DAMAGED = "damaged"
    ILLEGIBLE = "illegible"
    """OCR could not tell what is written."""
    UNFINISHED = "unfinished"
    """OCR did not come to it in time."""


def judge(glyphs: Sequence[Glyph], picture_share: float) -> Verdict:
    """What a page with these glyphs is; `picture_share` is the area of its pictures by that of the page."""
    texts = [glyph.text for glyph in glyphs if not glyph.text.isspace() and glyph.left < glyph.right]
    if not texts:
        return Verdict.SCANNED if picture_share >= _MIN_SCAN_SHARE else Verdict.BLANK
    unknown = sum(text in ("", UNKNOWN) or _PRIVATE.search(text) is not None for text in texts)
    if unknown > _MAX_UNKNOWN_SHARE * len(texts) or _is_noise("".join(texts)):
        return Verdict.GARBLED
    return Verdict.READABLE


def _is_noise(text: str) -> bool:
    """Whether the characters are such as no writing has."""
    if len(text) < _MIN_CHARACTERS:
        return False
    latin, letters = len(_LATIN.findall(text)), sum(map(str.isalpha, text))
    accented, signs = len(_ACCENTED.findall(text)), _SIGN.findall(text)
    return (latin > letters / 2 and accented > _MAX_ACCENTED_SHARE * latin) or (
        len(signs) > _MIN_SIGN_SHARE * len(text)
        and letters < _MAX_LETTER_SHARE * len(text)
        and len(set(signs)) >= _MIN_SIGN_KINDS
    )

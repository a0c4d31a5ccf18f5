"""The characters that a PDF draws with → those that people write: letters for their shapes on paper."""

from __future__ import annotations

import re
import unicodedata

# Shapes of Arabic letters and ligatures (presentation forms A and B) and Latin ligatures. NFKC is for these alone:
# on all text it would write ½ as 1⁄2 and m² as m2. Signs that are typed as one (ﷺ, ﷻ, ﷼, ﷽) stay; so do ﴾ and ﴿,
# which NFKC leaves alone.
_SHAPES = re.compile("[\ufb00-\ufb06\ufb50-\ufdf9\ufe70-\ufefc]")
# Forms of a vowel mark standing alone are a space or a tatweel with the mark: only the mark was drawn on a letter.
_CARRIERS = str.maketrans("", "", " \u0640")
_SPACING_MARKS = re.compile("[\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f]")
# Bidi controls, zero-width marks and the byte-order mark say how to draw what is now drawn. The joiners stay: Persian
# writes words with them.
_CONTROLS = re.compile("[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_BREAK_SPACES = str.maketrans("\u00a0\u2007\u202f", "   ")
# Symbol fonts put their bullets in the private-use area, where characters mean what a font says.
_PRIVATE_BULLET = re.compile("^[\ue000-\uf8ff](?=\\s|$)")
_PRIVATE = re.compile("[\ue000-\uf8ff]")

BULLET = "•"


def written(text: str) -> str:
    """The text in the characters that writing uses; bidi controls are gone, private characters are U+FFFD, or a bullet
    at the start."""
    if text.isascii():
        return text
    text = _CONTROLS.sub("", text.translate(_NO_BREAK_SPACES))
    text = _SPACING_MARKS.sub(_mark, text)
    text = _SHAPES.sub(lambda shape: unicodedata.normalize("NFKC", shape.group()), text)
    return _PRIVATE.sub("\ufffd", _PRIVATE_BULLET.sub(BULLET, text))


def _mark(form: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", form.group()).translate(_CARRIERS)

"""The search copy of a text, and its words.

Original text is for eyes; this copy is for matching, and is made the same way on both sides: of the documents
when they are indexed, and of the question when it is asked.
"""

from __future__ import annotations

import re
import unicodedata

ARABIC_LETTERS = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u08a0-\u08c9"
)
"""The letters of the Arabic script, for use inside a pattern's `[...]`: no tatweel, marks or digits."""

ARABIC_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff"
"""Tashkeel, combining hamza and madda, and Quranic signs, for use inside `[...]`. Python's `\\w` matches
none of the combining ones, so a pattern for Arabic words in original text must allow them by name."""

# Invisible: tatweel, soft hyphen, bidi and zero-width controls. Then the spacing forms of tashkeel, which
# NFKC would turn into a space and a mark, cutting the word in two.
_INVISIBLE = re.compile(
    "[\u0640\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f]+"
)
# Accents on Latin letters, and the half rings of transliteration (Qurʾan): Wilmès must find Wilmes.
_ACCENTS = re.compile("[\u0300-\u036f\u02b9-\u02bf]+")
_ARABIC_MARKS = re.compile(f"[{ARABIC_MARKS}]+")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
# What Lucene's ArabicNormalizer folds (it leaves ؤ and ئ alone), Persian kaf and yeh, and number points.
_FOLDED = str.maketrans("أإآٱىةکی٫٬", "اااايهكي.,")

_LATIN = rf"[^\W\d_{ARABIC_LETTERS}]"
_WORD = re.compile(
    rf"(?P<initials>(?<!\w){_LATIN}(?:\.{_LATIN})+(?!\w))"
    rf"|(?P<letters>[{ARABIC_LETTERS}]+|{_LATIN}+(?:['’]{_LATIN}+)*)"
    r"|(?P<grouped>(?<!\d[.,])\d{1,3}(?:,\d{3})++(?!,?\d)(?:\.\d++(?!\.\d))?)"
    r"|(?P<number>(?<!\d\.)\d++\.\d++(?!\.\d)|\d++)"
)


def normalise(text: str) -> str:
    """The search copy of `text`: same words, one spelling. Idempotent; offsets do not survive it.

    Compatibility forms (NFKC) and letter case are folded; tashkeel, tatweel, invisible controls and Latin
    accents are gone; digits of every script are 0–9; alef, yeh, teh marbuta and Persian kaf and yeh have one
    form each.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFKD", _ACCENTS.sub("", text).casefold())
    # NFC puts the hamza back on ؤ and ئ before the marks that are left are dropped.
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", text))
    text = _ARABIC_MARKS.sub("", text).translate(_FOLDED)
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)


def words(text: str) -> list[str]:
    """The words and numbers of `text`, normalised, in order.

    Letters and digits part, and so do scripts: "بـ83" is ب and 83, "COVID-19" is covid and 19. Hyphens part
    words; apostrophes and the points of initials vanish inside them ("don't" is dont, "U.S." is us), and a
    possessive 's goes. Thousands separators vanish, decimals stay: 8000, 3.4. Signs of percent and currency
    are no words.
    """
    found: list[str] = []
    for match in _WORD.finditer(normalise(text)):
        word = match.group()
        if match.lastgroup == "initials":
            word = word.replace(".", "")
        elif match.lastgroup == "grouped":
            word = word.replace(",", "")
        elif not word.isalnum() and match.lastgroup == "letters":
            word = word.replace("’", "'").removesuffix("'s").replace("'", "")
        found.append(word)
    return found

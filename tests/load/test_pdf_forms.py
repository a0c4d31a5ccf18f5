"""Presentation forms and other characters of drawing → those of writing."""

from __future__ import annotations

import pytest

from rag.load.pdf_forms import written


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("plain", "plain"),
        ("\ufe8d\ufedf\ufecc\ufeae\ufe91\ufef4\ufe94", "العربية"),
        ("\ufefb \ufef5\ufef7\ufef9", "لا لآلألإ"),
        ("\ufdf2", "الله"),
        ("\ufb56\ufb7a\ufb92", "پچگ"),
        # Signs that are typed as one character.
        ("ﷺ ﷻ ﷼ ﷽ ﴾١﴿", "ﷺ ﷻ ﷼ ﷽ ﴾١﴿"),
        # A vowel mark in its spacing form belongs to the letter before it.
        ("م\ufe7cل", "م\u0651ل"),
        ("م\ufe77ل", "م\u064eل"),
        ("م\ufc60ل", "م\u064e\u0651ل"),
        ("ef\ufb01cient \ufb02uid o\ufb03ce", "efficient fluid office"),
        # NFKC would change these.
        ("½ m² H₂O № ™ …", "½ m² H₂O № ™ …"),
        ("لـ محـمد", "لـ محـمد"),
        ("\u202bعربي\u202c \u200fx\u200e\u2066y\u2069", "عربي xy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("10\u00a0000\u202fkm", "10 000 km"),
        ("\uf0b7 first", "• first"),
        ("a \uf0b7 b", "a \ufffd b"),
    ],
)
def test_written(drawn: str, text: str) -> None:
    assert written(drawn) == text

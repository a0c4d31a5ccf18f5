"""Language by script, direction by the first strong character."""

from __future__ import annotations

import pytest

from rag.schema import Language
from rag.text import direction, language


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("ما هو عدد الدول؟", "en", "ar"),
        ("مُـــحَمَّد", "en", "ar"),
        ("ﻻ ﻟﻪ", "en", "ar"),
        ("How many countries?", "ar", "en"),
        ("Wilmès à Évian", "ar", "en"),
        ("شركة Tesla الأمريكية", "en", "ar"),
        ("The word داعش in English", "ar", "en"),
        ("أب ab", "en", "en"),
        ("أب ab", "ar", "ar"),
        ("٢٠٢١ ۲۰۲۱ 2021 ؟!", "ar", "ar"),
        ("٢٠٢١ ۲۰۲۱ 2021 ؟!", "en", "en"),
        ("", "ar", "ar"),
    ],
)
def test_language(text: str, default: Language, expected: Language) -> None:
    assert language(text, default=default) == expected


def test_language_is_english_by_default() -> None:
    assert language("2021") == "en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مرحبا world", "rtl"),
        ("hello عالم", "ltr"),
        ("2021 - مرحبا", "rtl"),
        ("٢٠٢١ hello", "ltr"),
        ("«“(1) أولا", "rtl"),
        ("َأ", "rtl"),
        ("שלום", "rtl"),
        ("\u2067عربي\u2069 then English", "ltr"),
        ("\u2066English\u2069 ثم عربي", "rtl"),
        ("\u2069مرحبا", "rtl"),
        ("\u200eمرحبا", "ltr"),
        ("123 !?", "ltr"),
        ("123 ؟!", "rtl"),  # the Arabic question mark is a strong character
        ("", "ltr"),
    ],
)
def test_direction(text: str, expected: str) -> None:
    assert direction(text) == expected

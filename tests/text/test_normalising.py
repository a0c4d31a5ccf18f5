"""The search copy: one spelling for what readers take for the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import normalise, words

TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مُحَمَّدٌ", "محمد"),
        ("هٰذا", "هذا"),
        ("محـــمد", "محمد"),
        ("بِسْمِ ٱللَّهِ", "بسم الله"),
        ("أحمد إلى آل", "احمد الي ال"),
        ("\u0627\u0654حمد", "احمد"),  # hamza as a character of its own
        ("مدرسة على", "مدرسه علي"),
        ("مسؤول شيء قائما", "مسؤول شيء قائما"),  # Lucene leaves these alone
        ("\u0648\u0654", "ؤ"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("ﻻﻟﻪ", "لاله"),  # presentation forms
        ("داﹰعش", "داعش"),  # a spacing tanween is no gap
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
        ("३४ ８", "34 8"),
        ("٣٫٤ و٨٬٠٠٠", "3.4 و8,000"),
        ("\u202bعربي\u202c \u200eLatin\u200f", "عربي latin"),
        ("نمی\u200cخواهم", "نميخواهم"),
        ("ABC Straße", "abc strasse"),
        ("Wilmès Beyoncé Qurʾan", "wilmes beyonce quran"),
        ("\ufeffBOM co\u00adoperate", "bom cooperate"),
        ("", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قالَ مُحَمَّدٌ، وَذَهَبَ!", ["قال", "محمد", "وذهب"]),
        ("The quick, brown fox.", ["the", "quick", "brown", "fox"]),
        ("3.4 مليون", ["3.4", "مليون"]),
        ("٣٫٤ و٨٬٠٠٠", ["3.4", "و", "8000"]),
        ("8,000 and 1,234,567.89", ["8000", "and", "1234567.89"]),
        ("رقم 2254. وستواصل", ["رقم", "2254", "وستواصل"]),
        ("No. 2254. Then", ["no", "2254", "then"]),
        ("3.4.2021 1.2.3", ["3", "4", "2021", "1", "2", "3"]),
        ("12,34 1,2345", ["12", "34", "1", "2345"]),
        ("بـ83 عضواً", ["ب", "83", "عضوا"]),
        ("COVID-19 H2O", ["covid", "19", "h", "2", "o"]),
        ("15% ١٥٪ $436", ["15", "15", "436"]),
        ("don't Trudeau's Trudeau’s", ["dont", "trudeau", "trudeau"]),
        ("the U.S. and U.K, e.g. so. on", ["the", "us", "and", "uk", "eg", "so", "on"]),
        ("twenty-five snake_case", ["twenty", "five", "snake", "case"]),
        ("قناة BBCالعربية", ["قناه", "bbc", "العربيه"]),
        ("“داعش” «داعش» 'داعش'", ["داعش", "داعش", "داعش"]),
        ("؟!… ـــ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1),
            st.text(alphabet=TASHKEEL, max_size=3),
        ),
        min_size=1,
    )
)
def test_tashkeel_and_tatweel_cut_no_word(parts: list[tuple[str, str]]) -> None:
    plain = " ".join(letters for letters, _ in parts)
    decorated = " ".join(letters[0] + marks + letters[1:] + marks for letters, marks in parts)
    assert words(decorated) == words(plain)


@given(st.text())
def test_words_are_normalised_and_not_empty(text: str) -> None:
    assert all(word and normalise(word) == word for word in words(text))

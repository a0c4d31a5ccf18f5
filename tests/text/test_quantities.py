"""Numbers, in digits and in words, and what they count."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import Number, normalise, numbers, ordinals, stem

DIGITS = [
    ("ممثلين عن 81 دولة", 81, "81", "دولة"),
    ("بمشاركة 83 عضواً.", 83, "83", "عضوا"),
    ("بـ83 عضواً", 83, "83", "عضوا"),
    ("٨١ دولة", 81, "٨١", "دولة"),
    ("۱۲۳ کتاب", 123, "۱۲۳", "كتاب"),
    ("8 ملايين شخص", 8e6, "8 ملايين", "شخص"),
    ("3.4 مليون شخص", 3.4e6, "3.4 مليون", "شخص"),
    ("٣٫٤ مليون شخص", 3.4e6, "٣٫٤ مليون", "شخص"),
    ("3,4 مليون شخص", 3.4e6, "3,4 مليون", "شخص"),
    ("٨٬٠٠٠ جندي", 8000, "٨٬٠٠٠", "جندي"),
    ("8,000 soldiers", 8000, "8,000", "soldiers"),
    ("8.000 جندي", 8000, "8.000", "جندي"),
    ("8.000 مليون شخص", 8e6, "8.000 مليون", "شخص"),
    ("1.234.567 نسمة", 1234567, "1.234.567", "نسمة"),
    ("1,234,567.5 people", 1234567.5, "1,234,567.5", "people"),
    ("10 آلاف من مقاتلي التنظيم", 10000, "10 آلاف", "مقاتلي"),
    ("مليون و200 ألف نسمة", 1.2e6, "مليون و200 ألف", "نسمة"),
    ("25-year-old", 25, "25", "year"),
    ("the 19th century", 19, "19", "century"),
    ("في 18 شباط", 18, "18", "شباط"),
    ("about 5 of the members", 5, "5", ""),
    ("القرار رقم 2254. وستواصل", 2254, "2254", ""),
]

IN_WORDS = [
    ("ثمانية ملايين شخص", 8e6, "ثمانية ملايين", "شخص"),
    ("ثَمانِيَةُ مَلايينِ شَخصٍ", 8e6, "ثَمانِيَةُ مَلايينِ", "شخص"),
    ("ثمـانية مليـون شخص", 8e6, "ثمـانية مليـون", "شخص"),
    ("أربع ركائز", 4, "أربع", "ركائز"),
    ("اربعة رجال", 4, "اربعة", "رجال"),
    ("أحد عشر لاعبا", 11, "أحد عشر", "لاعبا"),
    ("اثنتا عشرة دولة", 12, "اثنتا عشرة", "دولة"),
    ("تسعة عشر كتابا", 19, "تسعة عشر", "كتابا"),
    ("خمسة وعشرون رجلا", 25, "خمسة وعشرون", "رجلا"),
    ("إحدى وعشرين دولة", 21, "إحدى وعشرين", "دولة"),
    ("مائة وخمسة وعشرون كتابا", 125, "مائة وخمسة وعشرون", "كتابا"),
    ("ثلاثمئة وعشرة كتب", 310, "ثلاثمئة وعشرة", "كتب"),
    ("ست مئة كتاب", 600, "ست مئة", "كتاب"),
    ("مئتا ألف شخص", 200_000, "مئتا ألف", "شخص"),
    ("عشرون ألفاً", 20_000, "عشرون ألفاً", ""),
    ("ألفان وثلاثمائة وخمسون", 2350, "ألفان وثلاثمائة وخمسون", ""),
    ("ألف مليون", 1e9, "ألف مليون", ""),
    ("مليونا شخص", 1e6, "مليونا", "شخص"),
    ("مليار دولار", 1e9, "مليار", "$"),
    ("نصف مليون لاجئ", 5e5, "نصف مليون", "لاجئ"),
    ("مليون ونصف المليون لاجئ", 1.5e6, "مليون ونصف المليون", "لاجئ"),
    ("ثلاث سنوات ونصف السنة", 3.5, "ثلاث سنوات ونصف", "سنوات"),
    ("بخمسة رجال", 5, "بخمسة", "رجال"),
    ("twenty-five men", 25, "twenty-five", "men"),
    ("Twelve angry men", 12, "Twelve", "angry"),
    ("one hundred and one nights", 101, "one hundred and one", "nights"),
    ("one million people", 1e6, "one million", "people"),
    ("five thousand three hundred and twenty", 5320, "five thousand three hundred and twenty", ""),
    ("three and a half years", 3.5, "three and a half", "years"),
    ("three years and a half", 3.5, "three years and a half", "years"),
    ("two and a half million people", 2.5e6, "two and a half million", "people"),
    ("half a million men", 5e5, "half a million", "men"),
]

SHARES_AND_DUALS = [
    ("نصف السكان", 0.5, "نصف", ""),
    ("half of them", 0.5, "half", ""),
    ("ثلثا السكان", 2 / 3, "ثلثا", ""),
    ("two-thirds of the vote", 2 / 3, "two-thirds", ""),
    ("ثلاثة أرباع السكان", 0.75, "ثلاثة أرباع", ""),
    ("a quarter of the people", 0.25, "a quarter", ""),
    ("منذ عامين", 2, "عامين", "سنة"),
    ("منذ عامين ونصف", 2.5, "عامين ونصف", "سنة"),
    ("won it twice", 2, "twice", "time"),
    ("في دولتين", 2, "دولتين", "دولة"),
    ("وساعتين", 2, "وساعتين", "ساعة"),
    ("6½ sacks", 6.5, "6½", "sacks"),
    ("711.988 نسمة", 711_988, "711.988", "نسمة"),
    ("3.142 متر", 3.142, "3.142", "متر"),
    ("17,786,419, and more", 17_786_419, "17,786,419", ""),
]

SIGNS = [
    ("436 مليون دولار", 436e6, "436 مليون", "$"),
    ("$436 million", 436e6, "436 million", "$"),
    ("436 million dollars", 436e6, "436 million", "$"),
    ("€5bn", 5e9, "5bn", "€"),
    ("15%", 15, "15", "%"),
    ("١٥٪", 15, "١٥", "%"),
    ("12,5%", 12.5, "12,5", "%"),
    ("15 في المئة", 15, "15", "%"),
    ("15 بالمائة", 15, "15", "%"),
    ("15 percent", 15, "15", "%"),
    ("15 per cent", 15, "15", "%"),
]


@pytest.mark.parametrize(("text", "value", "printed", "unit"), DIGITS + IN_WORDS + SHARES_AND_DUALS + SIGNS)
def test_one_number(text: str, value: float, printed: str, unit: str) -> None:
    start = text.index(printed)
    expected_unit = stem(normalise(unit))
    assert numbers(text) == [Number(value, start, start + len(printed), expected_unit)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ثلاثة وأربعة", [3, 4]),
        ("خلال عامي 2010 و2011", [2010, 2011]),
        ("1,2,3 and 1,234,56", [1, 2, 3, 1, 234, 56]),
        ("بين ألف وألفين", [1000, 2000]),
        ("مليون وثلاثة ملايين", [1e6, 3e6]),
        ("between two thousand and three thousand", [2000, 3000]),
        ("between one hundred and two hundred", [100, 200]),
        ("two, three", [2, 3]),
        ("20 five-year plans", [20, 5]),
        ("1,2 and 2021-06-28", [1, 2, 2021, 6, 28]),
        ("يونيو/حزيران 2022 وعقد في خريف ٢٠٢١", [2022, 2021]),
        ("\u202b83 عضواً\u202c and 81 states", [83, 81]),
    ],
)
def test_several_numbers(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "no one, one of us, one day",
        "واحد منهم، لا أحد، يوم الأحد",
        "الاثنين والثلاثاء والأربعاء والخميس",
        "لست أدري",
        "آلاف الأشخاص، ملايين الناس",
        "millions of people",
        "the second half, at half-time",
        "نصف النهائي",
        "القرن التاسع عشر",
        "the twenty-first century",
        "خلال السبعينيات",
        "القرن العشرين",
        "the first and the second",
        "",
    ],
)
def test_not_a_number(text: str) -> None:
    assert numbers(text) == []


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("0123456789٠١٢۳.,٫٬%$ ")),
    )
)
def test_offsets_are_ordered_and_inside_the_text(text: str) -> None:
    position = 0
    for number in numbers(text):
        assert position <= number.start < number.end <= len(text)
        position = number.end


NUMBER_WORD_SOUP = """
one two twenty hundred thousand million and a half واحد خمسة وعشرون مئة ألف ونصف مليون ملايين و 5 , سنوات
"""


@given(st.lists(st.sampled_from(NUMBER_WORD_SOUP.split()), max_size=12))
def test_any_run_of_number_words_is_read(parts: list[str]) -> None:
    found = numbers(" ".join(parts))
    assert all(number.value > 0 for number in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("in the nineteenth century", {19}),
        ("the twenty-first of June", {21}),
        ("في القرن التاسع عشر", {19}),
        ("القرن الحادي والعشرين", {21}),
        ("المركز الثالث", {3}),
        ("in third place, not second", {3, 2}),
        ("في تشرين الثاني", set()),
        ("first of all", set()),
        ("", set()),
    ],
)
def test_places_in_an_order(text: str, places: set[float]) -> None:
    assert ordinals(text) == places

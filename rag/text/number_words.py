"""The words numbers are written with, normalised, in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.text.normalising import normalise

_ARABIC_UNITS = {
    2: "اثنان اثنين اثنتان اثنتين إثنان إثنين اثنا اثني اثنتا اثنتي",
    3: "ثلاثة ثلاث",
    4: "أربعة أربع",
    5: "خمسة خمس",
    6: "ستة ست",
    7: "سبعة سبع",
    8: "ثمانية ثماني ثمان",
    9: "تسعة تسع",
}
_ARABIC_TENS = {
    20: "عشرون عشرين",
    30: "ثلاثون ثلاثين",
    40: "أربعون أربعين",
    50: "خمسون خمسين",
    60: "ستون ستين",
    70: "سبعون سبعين",
    80: "ثمانون ثمانين",
    90: "تسعون تسعين",
}
_ARABIC_HUNDREDS = {
    100: "مئة مائة",
    200: "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي",
    300: "ثلاثمئة ثلاثمائة ثلثمئة ثلثمائة",
    400: "أربعمئة أربعمائة",
    500: "خمسمئة خمسمائة",
    600: "ستمئة ستمائة",
    700: "سبعمئة سبعمائة",
    800: "ثمانمئة ثمانمائة ثمانيمئة ثمانيمائة",
    900: "تسعمئة تسعمائة",
}
_ARABIC_DUAL_SCALES = {
    2e3: "ألفان ألفين ألفي",
    2e6: "مليونان مليونين مليوني",
    2e9: "ملياران مليارين ملياري",
}
_SCALES = {
    1e3: "ألف ألفا thousand",
    1e6: "مليون مليونا million mn",
    1e9: "مليار مليارا بليون بليونا billion bn",
    1e12: "تريليون تريليونا trillion tn",
}
# Alone these count nothing: thousands of people.
_PLURAL_SCALES = {1e3: "آلاف", 1e6: "ملايين", 1e9: "مليارات بلايين", 1e12: "تريليونات"}
_ENGLISH_UNITS = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    11: "eleven",
    12: "twelve",
    13: "thirteen",
    14: "fourteen",
    15: "fifteen",
    16: "sixteen",
    17: "seventeen",
    18: "eighteen",
    19: "nineteen",
}
_ENGLISH_TENS = {
    20: "twenty",
    30: "thirty",
    40: "forty",
    50: "fifty",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety",
}

Kind = Literal[
    "one", "unit", "ten", "tens", "hundreds", "times hundred", "dual", "scale", "plural scale", "fraction"
]


@dataclass(frozen=True, slots=True)
class NumberWord:
    """What a word does in a number. "ten" also ends the Arabic teens; "times hundred" multiplies."""

    kind: Kind
    value: float


def _entries(kind: Kind, table: Mapping[int, str] | Mapping[float, str]) -> dict[str, NumberWord]:
    return {
        word: NumberWord(kind, float(value))
        for value, names in table.items()
        for word in normalise(names).split()
    }


NUMBER_WORDS = {
    **_entries("one", {1: "واحد واحدة أحد إحدى one"}),
    **_entries("unit", _ARABIC_UNITS),
    **_entries("unit", _ENGLISH_UNITS),
    **_entries("ten", {10: "عشرة عشر"}),
    **_entries("tens", _ARABIC_TENS),
    **_entries("tens", _ENGLISH_TENS),
    **_entries("hundreds", _ARABIC_HUNDREDS),
    **_entries("times hundred", {100: "hundred"}),
    **_entries("dual", _ARABIC_DUAL_SCALES),
    **_entries("scale", _SCALES),
    **_entries("plural scale", _PLURAL_SCALES),
    **_entries("fraction", {0.5: "نصف half", 0.25: "ربع quarter"}),
}
"""By normalised word. Ordinals are not here; nor are forms with ال, which follow their noun or name a day."""

_DUAL_NOUNS = {
    "سنة": "سنتان سنتين سنتي عامان عامين عامي",
    "شهر": "شهران شهرين شهري",
    "أسبوع": "أسبوعان أسبوعين",
    "يوم": "يومان يومين يومي",
    "ساعة": "ساعتان ساعتين",
    "دقيقة": "دقيقتان دقيقتين",
    "قرن": "قرنان قرنين",
    "عقد": "عقدان عقدين",
    "مرة": "مرتان مرتين",
    "دولة": "دولتان دولتين دولتي",
    "مدينة": "مدينتان مدينتين مدينتي",
    "شخص": "شخصان شخصين",
    "رجل": "رجلان رجلين",
    "امرأة": "امرأتان امرأتين",
    "طفل": "طفلان طفلين",
    "عضو": "عضوان عضوين",
    "وزير": "وزيران وزيرين",
    "جندي": "جنديان جنديين",
    "كتاب": "كتابان كتابين",
    "لغة": "لغتان لغتين",
    "منطقة": "منطقتان منطقتين",
    "هدف": "هدفان هدفين",
    "فريق": "فريقان فريقين",
    "مباراة": "مباراتان مباراتين",
    "جائزة": "جائزتان جائزتين",
    "نقطة": "نقطتان نقطتين",
    "مرحلة": "مرحلتان مرحلتين",
    "نوع": "نوعان نوعين",
    "قسم": "قسمان قسمين",
    "جزء": "جزءان جزأين جزئين",
    "time": "twice",
}

DUAL_NOUNS = {
    dual: normalise(singular) for singular, duals in _DUAL_NOUNS.items() for dual in normalise(duals).split()
}
"""Two of something in one word, by normalised word, with its singular. Of the commonest things that are counted;
left out are duals that are also something else (بلدان, countries; ميلان, Milan)."""

_ARABIC_ORDINALS = {
    2: "ثاني ثانية ثان",
    3: "ثالث ثالثة",
    4: "رابع رابعة",
    5: "خامس خامسة",
    6: "سادس سادسة",
    7: "سابع سابعة",
    8: "ثامن ثامنة",
    9: "تاسع تاسعة",
    10: "عاشر عاشرة",
    1: "حادي حادية",
}
_ENGLISH_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {
    **{word: value for value, names in _ARABIC_ORDINALS.items() for word in normalise(names).split()},
    **{f"ال{word}": value for value, names in _ARABIC_ORDINALS.items() for word in normalise(names).split()},
    **{word: value for value, word in enumerate(_ENGLISH_ORDINALS.split(), 1)},
}
"""By normalised word. The first of something only counts within others (twenty-first, الحادي عشر)."""

UNIT_SYMBOLS = {
    **dict.fromkeys(("%", "٪", "percent", *normalise("بالمئة بالمائة").split()), "%"),
    **dict.fromkeys(("$", "dollar", "dollars", *normalise("دولار دولارا دولارات").split()), "$"),
    **dict.fromkeys(("€", "euro", "euros", "يورو"), "€"),
}
"""Units that are written in several ways, by sign or normalised word."""

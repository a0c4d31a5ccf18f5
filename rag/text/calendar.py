"""Months and days of the week by any of their names, in Arabic and English: شباط, فبراير and February are one."""

from __future__ import annotations

import re

from rag.text.normalising import normalise, words

_MONTHS = (
    "january jan يناير جانفي",
    "february feb فبراير شباط فيفري",
    "march mar مارس آذار",
    "april apr أبريل إبريل نيسان أفريل",
    "may مايو أيار ماي",
    "june jun يونيو يونيه حزيران جوان",
    "july jul يوليو يوليه تموز جويلية",
    "august aug أغسطس آب أوت غشت",
    "september sep sept سبتمبر أيلول شتنبر",
    "october oct أكتوبر",
    "november nov نوفمبر نونبر",
    "december dec ديسمبر دجنبر",
)
# Levantine names of two words.
_PAIRS = {
    ("تشرين", "الاول"): "month 10",
    ("تشرين", "الثاني"): "month 11",
    ("كانون", "الاول"): "month 12",
    ("كانون", "الثاني"): "month 1",
}
_DAYS = (
    "monday الإثنين الاثنين",
    "tuesday الثلاثاء",
    "wednesday الأربعاء",
    "thursday الخميس",
    "friday الجمعة",
    "saturday السبت",
    "sunday الأحد",
)
_NAMES = {
    **{name: f"month {n}" for n, names in enumerate(_MONTHS, 1) for name in normalise(names).split()},
    **{name: f"day {n}" for n, names in enumerate(_DAYS, 1) for name in normalise(names).split()},
}
# Verbs and short forms are only months as dates are written: with a capital, beside a number.
_AMBIGUOUS = frozenset(
    ["may", "march", "mar", "jan", "jun", "sep", "dec", "oct", "nov", "apr", "aug", "feb", "jul"]
)
_ENGLISH_DATE = re.compile(
    r"(?:\d(?:st|nd|rd|th)?|\b(?:[Ii]n|of|[Bb]y|[Ss]ince|[Uu]ntil|late|early))\s+"
    r"(?P<after>May|March|Mar|Jan|Jun|Sept?|Dec|Oct|Nov|Apr|Aug|Feb|Jul)\b|"
    r"\b(?P<before>May|March|Mar|Jan|Jun|Sept?|Dec|Oct|Nov|Apr|Aug|Feb|Jul)\b\.?\s*,?\s*\d"
)


def dates(text: str) -> frozenset[str]:
    """The months and week days that `text` names, as "month 2" and "day 1" (Monday)."""
    found = {_NAMES[normalise(match["after"] or match["before"])] for match in _ENGLISH_DATE.finditer(text)}
    previous = ""
    for printed in words(text):
        word = printed if printed in _NAMES else printed[1:] if printed[:1] in "وبلف" else printed
        if word in _NAMES and word not in _AMBIGUOUS:
            found.add(_NAMES[word])
        if (previous, word) in _PAIRS:
            found.add(_PAIRS[previous, word])
        previous = word
    return frozenset(found)

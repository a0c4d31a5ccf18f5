"""What kind of thing a question asks for, read off its question words in Arabic and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag import text

Kind = Literal["quantity", "time", "person", "place", "other"]


@dataclass(frozen=True, slots=True)
class Asked:
    """`unit` is the key of what is counted ("how many countries": "countri", «كم دولة»: «دول»), or empty."""

    kind: Kind
    unit: str = ""


# Over normalised words (see text.normalise), so that one spelling of each is enough. Spoken forms are among them:
# people type as they speak (مين، وين، كام).
_START = r"(?:^|(?<=\s))[وف]?"
_MEASURE = (
    r"(?:total )?(?:number|amount|sum|percentage|proportion|share|population|length|height|size|price|cost)"
)
_ARABIC_MEASURE = r"(?:عدد|مقدار|حجم|قيمه|مبلغ|المبلغ|نسبه|طول|ارتفاع|مساحه|ثمن|سعر|كلفه|تكلفه)"
_QUANTITY = re.compile(
    r"\bhow (?:many|much|large|big|long(?! ago)|far|old|tall|high|heavy|fast)\b"
    rf"|\b(?:what|which) (?:(?:is|was|are|were) )?(?:the )?{_MEASURE}\b"
    rf"|{_START}[بل]?(?:كم|كام|قديش)\b|{_START}ما (?:(?:هو|هي) )?{_ARABIC_MEASURE}\b|{_START}عدد (?!من\b)"
)
_UNIT = re.compile(
    r"\bhow (?:many|much) (?:of the |other |more |different )?(\w+)|\bnumber of (?:the )?(\w+)"
    rf"|{_START}[بل]?(?:كم|كام)\s+(?:(?:هو|كان|يبلغ|بلغ)\s+)?(?:عدد\s+)?(?:من\s+)?(\w+)|(?:^|\s)عدد (\w+)"
)
_TIME = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|time|century|decade)\b|\bhow long ago\b"
    rf"|{_START}(?:متي|امتي|ايمتي)\b|{_START}[ب]?(?:اي|ايه) (?:عام|سنه|يوم|شهر|تاريخ|قرن|وقت)\b"
    rf"|{_START}ما (?:هو )?(?:تاريخ|موعد)\b"
)
_PERSON = re.compile(
    rf"\b(?:who|whom|whose)\b|{_START}[لب]?من\s+(?:هو|هي|هم|هما|الذي|التي|الذين)\b|^[وف]?من\s|{_START}مين\b"
)
_PLACE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|capital|state|region)\b"
    rf"|{_START}(?:اين|وين|فين)\b|{_START}[ب]?(?:اي|ايه) (?:مدينه|دوله|بلد|مكان|عاصمه|بلده|منطقه)\b"
)

# Arabic counts in the accusative, "كم شخصًا" and "83 عضوًا", whose alef the stem keeps.
_MIN_UNIT_WITHOUT_ALEF = 3


def what_is_asked(question: str) -> Asked:
    """The kind of answer that `question` wants; "other" where its words do not say."""
    plain = text.normalise(question)
    if _QUANTITY.search(plain):
        match = _UNIT.search(plain)
        unit = next((group for group in match.groups() if group), "") if match else ""
        return Asked("quantity", unit_key(text.stem(unit)) if unit else "")
    if _TIME.search(plain):
        return Asked("time")
    if _PLACE.search(plain):
        return Asked("place")
    if _PERSON.search(plain):
        return Asked("person")
    return Asked("other")


def unit_key(unit: str) -> str:
    """One key for a unit's stem in any case: كم شخصًا and 8 ملايين شخص count the same."""
    bare = unit.removesuffix("ا")
    return bare if len(bare) >= _MIN_UNIT_WITHOUT_ALEF else unit

"""What kind of thing a question asks for, read off its question words in Arabic and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag import text

Kind = Literal["quantity", "time", "person", "place", "other"]


@dataclass(frozen=True, slots=True)
class Asked:
    """`unit` is the key of what is counted ("how many countries": "countri", «كم دولة»: «دول»), DURATION where years
    or hours are ("how long", «كم مضى»), or empty."""

    kind: Kind
    unit: str = ""


# Over normalised words (see text.normalise), so that one spelling of each is enough. Spoken forms are among them:
# people type as they speak (مين، وين، كام).
_START = r"(?:^|(?<=\s))[وف]?"
_MEASURE = (
    r"(?:total )?(?:number|amount|sum|percentage|proportion|share|population|length|height|size|price|cost)"
)
_ARABIC_MEASURE = r"(?:عدد|مده|مقدار|حجم|قيمه|مبلغ|المبلغ|نسبه|طول|ارتفاع|مساحه|ثمن|سعر|كلفه|تكلفه)"
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
    rf"\b(?:who|whom|whose)\b|{_START}[لب]?من\s+(?:هو|هي|هم|هما|الذي|التي|الذين)\b|^[وف]?من\s+(?!(?:اين|وين|متي|اي|كم)\b)|{_START}مين\b"
)
_PLACE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|capital|state|region)\b"
    rf"|{_START}(?:اين|وين|فين)\b|{_START}[ب]?(?:اي|ايه) (?:مدينه|دوله|بلد|مكان|عاصمه|بلده|منطقه)\b"
)

# Arabic counts in the accusative, "كم شخصًا" and "83 عضوًا", whose alef the stem keeps.
_MIN_UNIT_WITHOUT_ALEF = 3


_WHETHER = [
    [word]
    for word in text.normalise(
        "is are was were do does did has have had can could will would should هل أهل وهل فهل أليس أكان"
    ).split()
]

DURATION = "duration"
_DURATION = re.compile(
    r"\bhow long\b|\bhow much time\b"
    rf"|{_START}(?:كم|كام) (?:مضي|مضت|مر|مرت|استغرق|استغرقت|دام|دامت|استمر|استمرت|من الوقت|من الزمن)\b"
    rf"|{_START}(?:ما|كم) (?:هي )?(?:مده|المده)\b"
)
# "How long is the bridge?" asks for metres as well.
_LENGTH = re.compile(r"\bhow long (?:is|was|are|were) the \w+$")

# Asks for something, but does not say of what kind.
_OTHER = re.compile(
    rf"\b(?:what|which|why|how)\b|{_START}(?:ما|ماذا|لماذا|كيف|اي|ايه|شو|ليش|ازاي)\b(?! (?:يزال|زال))"
)

# Of two that begin at the same word the earlier says more: "what year" is a time, "how many" a quantity.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("quantity", _QUANTITY),
    ("time", _TIME),
    ("place", _PLACE),
    ("person", _PERSON),
    ("other", _OTHER),
)


def what_is_asked(question: str) -> Asked:
    """The kind of answer that `question` wants; "other" where its words do not say.

    The first question word decides: what a man did "when he was sixteen" is no question of time.
    """
    plain = text.normalise(question)
    found = [(match.start(), kind) for kind, pattern in _KINDS if (match := pattern.search(plain))]
    kind: Kind = min(found, key=lambda one: one[0])[1] if found else "other"
    if kind != "quantity":
        return Asked(kind)
    if _DURATION.search(plain) and not _LENGTH.search(plain.rstrip(" ?؟")):
        return Asked("quantity", DURATION)
    match = _UNIT.search(plain)
    unit = next((group for group in match.groups() if group), "") if match else ""
    return Asked("quantity", unit_key(text.stem(unit)) if unit else "")


def asks_whether(question: str) -> bool:
    """Whether yes or no would answer it: "Is it …?", «هل …؟»."""
    return text.normalise(question).split()[:1] in _WHETHER


def unit_key(unit: str) -> str:
    """One key for a unit's stem in any case: كم شخصًا and 8 ملايين شخص count the same."""
    bare = unit.removesuffix("ا")
    return bare if len(bare) >= _MIN_UNIT_WITHOUT_ALEF else unit

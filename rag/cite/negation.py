"""Does one text deny what the other says? Read off negation words and the words that they deny.

An embedding puts "he attended" and "he did not attend" side by side, and nearly all of their words are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag import text
from rag.text.stop_words import STOP_WORDS

# Normalised. Left out, because they deny nothing by themselves: غير and دون (غير النظامية is a thing's name), ما
# (more often "what"), and words such as "refused" or رفض, which another language may say with a "not".
_NEGATIONS = frozenset(
    text.normalise(
        "لا لم لن ليس ليست ليسوا لست عدم بعدم لعدم ولا ولم ولن وليس وليست وعدم فلا فلم فلن فليس ألا "
        "not no never none nobody nothing neither nor without cannot dont doesnt didnt isnt arent wasnt werent hasnt "
        "havent hadnt wont wouldnt cant couldnt shouldnt"
    ).split()
)

# Phrases that hold a negation word and deny nothing: "still" in Arabic is "does not cease".
_NO_DENIAL = re.compile(
    r"\b[وف]?(?:لا|لم|ما) ?(?:يزال|تزال|يزالون|يزل|تزل|زال|زالت|زالوا|سيما)\b|\b[وف]?لا (?:بد|شك)\b|\bليس فقط\b"
    r"|\bnot (?:only|just|least)\b|\bno (?:doubt|less than|fewer than|later than|sooner)\b|\bno\.? ?(?=\d)"
)
# Between the negation and what it denies: "no longer controls", "لم يعد يسيطر".
_CARRIES_NEGATION = frozenset({"longer", "yet", "even", "ever", "يعد", "تعد", "يكن", "تكن"})

# What the stem keeps of a verb's person and of the accusative: يحضر and حضر, خطر and خطرا must be one word.
_INFLECTION = re.compile(r"^[يتنا](?=.{3})|(?<=.{3})ا$")


@dataclass(frozen=True, slots=True)
class Denials:
    """The stems that a text denies and those it states, without those it does both with."""

    denied: frozenset[str]
    stated: frozenset[str]
    denies: bool

    @classmethod
    def of(cls, sentence: str) -> Denials:
        """Read off `sentence`."""
        words = text.words(_NO_DENIAL.sub(" ", text.normalise(sentence)))
        denied: set[str] = set()
        stated: set[str] = set()
        negated = denies = False
        for word in words:
            if word in _NEGATIONS:
                negated = denies = True
            elif word not in _CARRIES_NEGATION and word not in STOP_WORDS:
                (denied if negated else stated).add(_INFLECTION.sub("", text.stem(word)))
                negated = False
        return cls(frozenset(denied - stated), frozenset(stated - denied), denies)

    def contradict(self, other: Denials) -> bool:
        """Whether one states what the other denies. Stems tell that only within one language."""
        return bool(self.denied & other.stated or other.denied & self.stated)

"""The value that a sentence gives for what was asked: a date, a place, or what stands in the place of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag import text
from rag.text.places import places
from rag.text.stop_words import STOP_WORDS

# Names and short phrases; what differs by more is told in another way, not with another value.
_MOST_WORDS = 4

# Of the words of the shorter of two sentences with one frame, this share is the same in both and in one order.
_SAME_FRAME = 0.6

# English derives nouns from verbs at their ends.
_KEY_LETTERS = 5

_YEAR = re.compile(r"(?<![\d.,])[12]\d{3}(?![\d%]|[.,]\d)")
_WORD = re.compile(r"\S+")
_ARTICLES = ("ال", "وال", "بال", "لل")
_EDGES = ".,:;!?،؛؟…\"'”“»«()[]"


@dataclass(frozen=True, slots=True)
class Given:
    """A value as printed, and the keys that are equal for equal values in either language."""

    printed: str
    keys: frozenset[str]

    def differs(self, other: Given) -> bool:
        """Whether both cannot be meant: no year, month or place is common to them."""
        return bool(self.keys and other.keys) and not self.keys & other.keys


def date_of(sentence: str) -> Given | None:
    """The date of a sentence that has one year, with the month where there is one too; None for others."""
    years = {text.normalise(match.group()): match for match in _YEAR.finditer(text.normalise(sentence))}
    if len(years) != 1:
        return None
    (year,) = years
    return Given(year, frozenset({year}))


def place_of(sentence: str, question: str) -> Given | None:
    """The one well-known place of a sentence that the question does not name; None where there are none or more."""
    named = places(sentence) - places(question)
    if len(named) != 1:
        return None
    printed = next(
        (match.group().strip(_EDGES) for match in _WORD.finditer(sentence) if places(match.group()) & named),
        "",
    )
    return Given(printed, named) if printed else None


def exchanged(one: str, other: str, *, question: str) -> tuple[str, str] | None:
    """What stands in each of two sentences in the place of the other's, where all around it is the same and has most
    words of the question; None where they differ by more than that, or not at all, or are of another language.

    "It was designed by Ann Lee." and "It was designed by Bo Chan." give ("Ann Lee", "Bo Chan").
    """
    if not text.language(one) == text.language(other) == text.language(question):
        return None
    words, others = _WORD.findall(one), _WORD.findall(other)
    steps = SequenceMatcher(
        None, [_plain(word) for word in words], [_plain(word) for word in others], autojunk=False
    ).get_opcodes()
    same = [word for kind, start, end, _, _ in steps if kind == "equal" for word in words[start:end]]
    differing = [step for step in steps if step[0] == "replace"]
    if len(differing) != 1 or len(same) < _SAME_FRAME * min(len(words), len(others)):
        return None
    _, start, end, other_start, other_end = differing[0]
    if max(end - start, other_end - other_start) > _MOST_WORDS or not _answers(" ".join(same), question):
        return None
    left, right = (
        " ".join(words[start:end]).strip(_EDGES),
        " ".join(others[other_start:other_end]).strip(_EDGES),
    )
    return (left, right) if _says_other(left, right) else None


def may_be_name(printed: str) -> bool:
    """Whether a phrase can be a name: with a capital where the script has them, without an article where it has not,
    and without a number."""
    if any(character.isdecimal() for character in printed):
        return False
    if text.language(printed) == "ar":
        return not any(word.startswith(_ARTICLES) for word in text.words(printed))
    return any(character.isupper() for character in printed)


def _answers(frame: str, question: str) -> bool:
    """Whether the words that two sentences share have at least half of what the question asks about."""
    asked = {_begins(word) for word in text.content_words(question)}
    return 2 * len(asked & {_begins(word) for word in text.content_words(frame)}) >= len(asked)


def _begins(word: str) -> str:
    """A key that "directed" and "director" share, ترأس and رئيس."""
    return text.root(word) or text.stem(word)[:_KEY_LETTERS]


def _plain(word: str) -> str:
    return " ".join(text.stem(part) for part in text.words(word)) or word


def _says_other(left: str, right: str) -> bool:
    """Whether two phrases have informative words, and none in common: "Blinken" and "Antony Blinken" are one."""
    own, others = (
        {text.stem(word) for word in text.words(phrase) if word not in STOP_WORDS} for phrase in (left, right)
    )
    return (
        bool(own and others)
        and not own & others
        and not set(text.skeletons(left)) & set(text.skeletons(right))
    )

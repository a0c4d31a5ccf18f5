"""What a claim says that a piece of a source does not: numbers and what they count, names, words, denials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag import text
from rag.cite.reading import Count, Reading
from rag.question import asks_whether, what_is_asked
from rag.text.places import places
from rag.text.stop_words import STOP_WORDS
from rag.text.units import unit_name

# A sentence this much longer than a claim may deny something that the claim does not speak of.
_SAME_EXTENT = 0.6

# A terse answer of whose words the source has less than this is not the source's answer.
_OWN_WORDS_FOUND = 0.5

_QUESTION_FOUND = 0.5

# A name has at most this many words; where more are foreign to the source, the claim is worded in its own way.
_MOST_EXCHANGED = 3

# Names across scripts agree when one skeleton begins the other: endings differ (European, أوروبي).
_MIN_SHARED_SKELETON = 3

# What a claim may add to a source: a part of at least this many words, of which the source has less than this share.
_PARTS = re.compile(r"[,;،؛:]|\band\b|\bbut\b|\bwhile\b|\bwhich\b| و(?=\S{4})")
_WORDS_OF_A_PART = 3
_QUOTED = re.compile(r"(?<=[\"“«])[^\"“”«»]{3,300}(?=[\"”»])")
_PART_TOLD = 0.34

# "Who said …?" is not answered by "… said".
_TELLS = frozenset(["said", "says", "told", "did", "قال", "قالت", "ذكر", "ذكرت"])

_ONE = frozenset(["one", "واحد", "واحده"])


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of a source, or two that follow each other; `around` is it with its neighbours and the title, where
    a name may stand that the sentence calls "he". In a `joined` piece a number must also count the same thing."""

    reading: Reading
    around: Reading
    joined: bool = False


def missing_numbers(claim: Reading, source: Reading) -> frozenset[float]:
    """Numbers of the claim that the source does not say: neither as a number nor, for "19th", as an ordinal. "One" of
    something that the source counts as more is wrong too."""
    missing = claim.statement.numbers - source.statement.numbers - source.ordinals
    for one in claim.ones:
        if any(_same_unit(one, count) and count.value != 1 for count in source.counts) and not source.ones:
            missing |= {1.0}
    return missing


def counts_other(claim: Reading, piece: Piece, asked: Reading | None) -> Count | None:
    """A count of the claim whose number the source gives to something else: 81 members where it has 81 countries."""
    for count in claim.counts:
        if asked and not count.words and (unit := what_is_asked(asked.words).unit):
            count = Count(count.value, frozenset({unit}), frozenset({unit_name(unit)} - {""}))
        there = [found for found in piece.reading.counts if found.value == count.value]
        if there and not any(_may_be_same_unit(count, found, strictly=piece.joined) for found in there):
            return count
    return None


def _may_be_same_unit(one: Count, other: Count, *, strictly: bool) -> bool:
    if not one.words or not other.words:
        return not strictly or not one.words
    if one.units and other.units:
        return bool(one.units & other.units)
    both_arabic_or_not = any(word.isascii() for word in one.words) == any(
        word.isascii() for word in other.words
    )
    return bool(one.words & other.words) or (not both_arabic_or_not and not strictly)


def _same_unit(one: Count, other: Count) -> bool:
    return bool(one.units & other.units or one.words & other.words)


def missing_name(claim: Reading, around: Reading) -> str:
    """A name of the claim that neither the source's sentence nor what stands beside it has; empty where there is none.

    Across scripts only well-known places and names that are spelled alike can be compared.
    """
    if claim.places - around.places:
        return ", ".join(sorted(place.replace("_", " ").title() for place in claim.places - around.places))
    if claim.language != around.language:
        return ""
    held = around.statement.stems | around.skeletons
    for name in claim.names:
        stems = frozenset(text.stems(name))
        if (
            stems <= STOP_WORDS
            or stems & held
            or frozenset(text.skeletons(name)) & held
            or text.numbers(name)
        ):
            continue
        return name
    return ""


# Words that have a capital in titles and institutions, and are translated rather than spelled.
_TITLE_WORDS = """
affairs agency alliance ambassador arab assembly association authority bank board central chairman chief city
coalition command commission committee communique communiqué conference congress coordinator council countries
country court defence defense democratic department deputy development director east eastern economic envoy
executive federal finance force forces foreign forum front fund general global government governor group health
high human interior international joint justice king kingdom law leader middle military minister ministerial
ministers ministry mission monetary national nations north northern office officer official organisation
organization parliament party police political president prime prince princess protocol queen representative
republic resolution rights secretary security senate social society south southern special spokesman
spokesperson spokeswoman state statement states summit supreme territory trade treaty tribunal union united
university war west western world
"""
_TITLES = frozenset(_TITLE_WORDS.split())


def foreign_words(claim: Reading, shown: Reading, question: str) -> str:
    """A quotation of an English claim that its Arabic sources show in no spelling and the question does not have, or a
    name where most of its names are such; empty where there is none. Small models make names up where they cannot read
    one; but names are translated too, so that one of several says little."""
    if claim.language != "en" or shown.language != "ar":
        return ""
    known = shown.skeletons | frozenset(text.skeletons(question))
    asked = frozenset(text.words(question))

    def is_foreign(words: str) -> bool:
        spelled = [
            skeletons
            for word in text.words(words)
            if word not in asked | STOP_WORDS | _TITLES and (skeletons := frozenset(text.skeletons(word)))
        ]
        if not spelled or any(_alike(skeletons, known) for skeletons in spelled):
            return False
        return not (places(words) & shown.places or text.numbers(words) or text.dates(f"on {words} 1"))

    for match in _QUOTED.finditer(claim.words):
        if is_foreign(match.group()):
            return match.group().strip()
    names = [name for name in claim.names if not _TITLES.issuperset(text.words(name))]
    foreign = [name for name in names if is_foreign(name)]
    return foreign[0] if 2 * len(foreign) > len(names) else ""


def _alike(skeletons: frozenset[str], known: frozenset[str]) -> bool:
    return any(
        min(len(own), len(other)) >= _MIN_SHARED_SKELETON and (own.startswith(other) or other.startswith(own))
        for own in skeletons
        for other in known
    )


def missing_own(claim: Reading, piece: Piece) -> str:
    """The words of a terse answer, where the source has too few of them."""
    source = piece.reading
    if claim.language == source.language:
        words = _informative(claim)
        found = sum(_held(word, piece.around) for word in words)
        return "" if not words or found >= _OWN_WORDS_FOUND * len(words) else claim.words.strip()
    return claim.words.strip() if claim.places and not claim.places & piece.around.places else ""


def echoes(claim: Reading, question: str) -> bool:
    """Whether a claim says no more than its question, where yes or no would not answer that, or is a question itself.

    Small models do both, and every source about the subject seems to carry it.
    """
    if claim.words.rstrip().endswith(("?", "؟")):
        return True
    asked = Reading(question)
    if not question or claim.language != asked.language or asks_whether(question):
        return False
    if claim.statement.numbers - asked.statement.numbers:
        return False
    words = [word for word in _informative(claim) if word not in _TELLS]
    return bool(words) and all(_held(word, asked) for word in words)


def misquoted(claim: Reading, piece: Piece) -> str:
    """Words between quotation marks that do not stand so in the source; empty where there are none. What is quoted in
    the other language cannot be found there, and is a translation at best."""
    source = " ".join(text.words(piece.around.words))
    for match in _QUOTED.finditer(claim.words):
        words = text.words(match.group())
        if len(words) >= _WORDS_OF_A_PART and " ".join(words) not in source:
            return match.group().strip()
    return ""


def unanswered(asked: Reading, claim: Reading, piece: Piece) -> bool:
    """Whether the source has fewer than half of the question's words: a name that is the answer may stand in sentences
    that tell something else of it. Only within one language."""
    if asked.language != piece.reading.language:
        return False
    words = [word for word in _informative(asked) if word not in set(_informative(claim))]
    return sum(_held(word, piece.around) for word in words) < _QUESTION_FOUND * len(words)


def _informative(claim: Reading) -> list[str]:
    return [
        word
        for word in text.words(claim.words)
        if word not in STOP_WORDS and not word[0].isdecimal() and not text.numbers(word)
    ]


def _held(word: str, source: Reading) -> bool:
    """Whether the source has a normalised word, inflected or spelled otherwise. Numbers are looked at elsewhere."""
    if word[0].isdecimal() or word in _ONE or text.numbers(word) or text.stem(word) in source.statement.stems:
        return True
    root = text.root(word)
    return bool(root and root in source.roots) or bool(frozenset(text.skeletons(word)) & source.skeletons)


def seen_across(claim: Reading, source: Reading) -> bool:
    """Whether anything of a terse answer can be recognised in the other language: without that it stays weak."""
    if claim.statement.numbers or claim.places & source.places or claim.dates & source.dates:
        return True
    return _alike(claim.skeletons, source.skeletons)


def exchanged(claim: Reading, piece: Piece) -> str:
    """The words that stand in the claim where the source has others, all else being the same; empty where there are
    none. "Di Maio chaired the meeting" differs from "Blinken chaired the meeting" in that alone."""
    own = [word for word in text.words(claim.words) if word not in STOP_WORDS]
    foreign = {position for position, word in enumerate(own) if not _held(word, piece.around)}
    if not 0 < len(foreign) <= _MOST_EXCHANGED:
        return ""
    others = [text.stem(word) for word in text.words(piece.reading.words) if word not in STOP_WORDS]
    steps = SequenceMatcher(None, [text.stem(word) for word in own], others, autojunk=False).get_opcodes()
    for kind, start, end, other_start, other_end in steps:
        at_edge = start == 0 or end == len(own)
        same_extent = at_edge or other_end - other_start <= _MOST_EXCHANGED
        if kind == "replace" and same_extent and foreign == set(range(start, end)):
            return " ".join(own[position] for position in sorted(foreign))
    return ""


def untold(claim: Reading, source: Reading) -> str:
    """The part of the claim, between commas and "and"s, that the source hardly has a word of; empty if there is none.

    A sentence that is half of a claim is near to it, and has half of its words.
    """
    for part in _PARTS.split(claim.words):
        words = _informative(Reading(part))
        if len(words) >= _WORDS_OF_A_PART and sum(_held(word, source) for word in words) < _PART_TOLD * len(
            words
        ):
            return part.strip()
    return ""


def may_contradict(claim: Reading, source: Reading) -> bool:
    """Whether one denies something and the other, of the same extent, denies nothing."""
    if claim.denials.denies == source.denials.denies:
        return False
    return claim.denials.denies or len(claim.statement.stems) >= _SAME_EXTENT * len(source.statement.stems)


def share(claim: Reading, source: Reading, *, unknown: float) -> float:
    """Share of the claim's words that the source has, in [0, 1], its numbers apart; `unknown` where it has no words
    that can be compared."""
    if claim.language == source.language:
        own, held = claim.statement.stems, claim.statement.stems & source.statement.stems
    else:
        own = claim.skeletons | claim.places
        held = own & (source.skeletons | source.places)
    return len(held) / len(own) if own else unknown

"""When words of an answer count as those of the gold: in a row, in any digits, Arabic particles or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag import text

MIN_QUOTE_COVER = 0.5
"""Share of a gold quote's words that a sentence must have to count as that evidence: a sentence cut elsewhere, or
reprinted with small changes, still does; of the other sentences of the same paragraph 0.4 % (Arabic) and 1.3 %
(English) have as many (XQuAD)."""

# One-letter words that Arabic writes joined to the next one (and, so, in, to, like). Light stemming leaves most of
# them alone; here the gold answer tells which word is meant, so taking one off cannot mislead.
_CLITICS = frozenset("وفبلك")
# What remains of the accusative ending after its tanween is folded: عضوًا is عضوا.
_ACCUSATIVE = "ا"
_MIN_WORD_LETTERS = 3


def any_stands_in(stated: str, wanted: Sequence[str]) -> bool:
    """Whether the words of one of `wanted` stand in the text, whole and in a row.

    "81" does not stand in "1981". Digits of any script are equal. Two words are the same if their stems are, or, in
    Arabic, if they differ by a joined particle (بروما, روما) or the accusative ending (عضوًا, عضو).
    """
    found = text.words(stated)
    return any(_stands_in(found, text.words(one)) for one in wanted)


def quote_matches(sentence: str, quote: str) -> bool:
    """Whether a sentence is the evidence quoted: one contains the other, or it has half of the quote's words."""
    own, gold = text.words(sentence), text.words(quote)
    if not own or not gold:
        return False
    shared = (Counter(own) & Counter(gold)).total()
    return _is_run_of(gold, own) or _is_run_of(own, gold) or shared >= MIN_QUOTE_COVER * len(gold)


def _stands_in(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether `wanted` is a run of `found`, word by word the same or nearly so."""
    if not wanted:
        return False
    starts = range(len(found) - len(wanted) + 1)
    return any(all(map(_same_word, found[start : start + len(wanted)], wanted)) for start in starts)


def _same_word(found: str, wanted: str) -> bool:
    if found == wanted or text.stem(found) == text.stem(wanted):
        return True
    wanted = _without_case(wanted)
    while len(found) > _MIN_WORD_LETTERS and found[0] in _CLITICS and _without_case(found) != wanted:
        found = found[1:]
    return _without_case(found) == wanted


def _without_case(word: str) -> str:
    return word.removesuffix(_ACCUSATIVE) if len(word) > _MIN_WORD_LETTERS else word


def _is_run_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    length = len(part)
    return any(whole[start : start + length] == part for start in range(len(whole) - length + 1))

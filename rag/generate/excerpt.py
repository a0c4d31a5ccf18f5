"""The part of a sentence that answers, where the whole of it would be too long to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import text
from rag.generate.extract import penalty
from rag.question import what_is_asked
from rag.schema import DraftClaim, Embedder, Evidence

# Parts that differ less than this in likeness to the question are alike: the longer one, and the one that begins and
# ends where a clause does, says more. Of twenty English questions over Arabic sentences a part of 130 letters has the
# answer for fourteen (fifteen with parts of the next best sentences, each RANK_COST behind the one before), and the
# whole sentences for seventeen.
LENGTH_WORTH = 0.02
CLAUSE_WORTH = 0.01
RANK_COST = 0.02

# A shorter one would be hardly more than a name.
FEWEST_LETTERS = 20

_WORD = re.compile(r"\S+")
_CLAUSE_ENDS = frozenset("،؛,;:.!?؟)\"”»'")
_CLAUSE_BEGINS = frozenset('("“«')
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a sentence as it stands there, with an ellipsis where something was left out."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Candidate:
    shown: str
    evidence: Evidence
    worth: float


def part_that_answers(
    question: str, quotes: Sequence[DraftClaim], *, letters: int, embedder: Embedder
) -> Part | None:
    """The part of the `quotes`, best first, that is nearest to the question, of at most so many letters; None where no
    part is short enough."""
    candidates = [
        candidate for rank, quote in enumerate(quotes) for candidate in _candidates(quote, letters, rank)
    ]
    if not candidates:
        return None
    asked = what_is_asked(question)
    likeness = (
        embedder.embed_passages([candidate.shown for candidate in candidates])
        @ embedder.embed_queries([question])[0]
    )
    worth = [
        float(alike) + candidate.worth - penalty(asked, candidate.shown)
        for alike, candidate in zip(likeness, candidates, strict=True)
    ]
    best = candidates[worth.index(max(worth))]
    return Part(best.shown, best.evidence)


def _candidates(quote: DraftClaim, letters: int, rank: int) -> list[_Candidate]:
    sentence = quote.text
    words = [match.span() for match in _WORD.finditer(sentence)]
    found: list[_Candidate] = []
    for first, last in _spans(sentence, words, letters):
        part = sentence[words[first][0] : words[last][1]]
        length = _letters(part)
        if length < FEWEST_LETTERS:
            continue
        clauses = _begins_clause(sentence, words, first) + _ends_clause(sentence, words, last)
        worth = LENGTH_WORTH * length / letters + CLAUSE_WORTH * clauses - RANK_COST * rank
        before = _ELLIPSIS if first else ""
        after = _ELLIPSIS if last < len(words) - 1 else ""
        found.append(_Candidate(f"{before}{part}{after}", quote.evidence[0], worth))
    return found


def _spans(sentence: str, words: Sequence[tuple[int, int]], letters: int) -> Iterator[tuple[int, int]]:
    """(first, last) word of the sentence itself where it fits; else of the longest part that begins at each word, and
    of its clauses."""
    if _letters(sentence) <= letters:
        yield 0, len(words) - 1
        return
    for first in range(len(words)):
        longest = _longest(sentence, words, first, letters)
        if longest >= first:
            yield first, longest
        if _begins_clause(sentence, words, first):
            for last in range(first, longest):
                if _ends_clause(sentence, words, last):
                    yield first, last


def _longest(sentence: str, words: Sequence[tuple[int, int]], first: int, letters: int) -> int:
    """The last word that still fits when it begins at `first`; `first` - 1 where not even that does."""
    room, last = letters, first - 1
    for position in range(first, len(words)):
        room -= _letters(sentence[slice(*words[position])])
        if room < 0:
            break
        last = position
    return last


def _letters(part: str) -> int:
    return text.letters(part, "ar") + text.letters(part, "en")


def _begins_clause(sentence: str, words: Sequence[tuple[int, int]], word: int) -> bool:
    opened = sentence[words[word][0]] in _CLAUSE_BEGINS
    return word == 0 or opened or _ends_clause(sentence, words, word - 1)


def _ends_clause(sentence: str, words: Sequence[tuple[int, int]], word: int) -> bool:
    return word == len(words) - 1 or sentence[words[word][1] - 1] in _CLAUSE_ENDS

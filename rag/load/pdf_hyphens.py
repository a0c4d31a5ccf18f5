"""Lines of a paragraph joined: a space between words, nothing inside a word that a hyphen broke."""

from __future__ import annotations

import re
from collections.abc import Iterable

Vocabulary = frozenset[str]
"""A document's Latin words as they stand inside its lines, in lower case, with their own hyphens."""

SOFT_HYPHEN = "\u00ad"
# U+2010 is drawn by programs that break words themselves; writers type U+002D.
_BREAKING = re.compile("(?<=\\w)[\u2010\u00ad]+$")
_HYPHEN = re.compile(r"(?<=[^\W_])-$")
_WORD = re.compile(r"[a-z\u00df-\u024f]+(?:-[a-z\u00df-\u024f]+)*")
_LAST_WORD = re.compile(r"[a-z\u00df-\u024f]+(?:-[a-z\u00df-\u024f]+)*$", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[a-z\u00df-\u024f]+", re.IGNORECASE)
# Addresses are broken behind their signs; behind / and . one may as well be complete.
_BROKEN_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[?&=_%#-]$")
# Two letters are an ending ("-ed", "-ly") as often as a word.
_MIN_WORD = 3


def words_inside(lines: Iterable[str]) -> Vocabulary:
    """The words of the lines, without the first and last of each, which may be halves."""
    return frozenset(word for line in lines for word in _WORD.findall(line.lower())[1:-1])


def joined(before: str, text: str, vocabulary: Vocabulary) -> str:
    """A paragraph and its next line in one. A hyphen between them stays if the word has it elsewhere in the document,
    or has another, or both its halves are words themselves; else the line's end is its only reason."""
    if _BREAKING.search(before):
        return _BREAKING.sub("", before) + text
    if _BROKEN_ADDRESS.search(before):
        return before + text
    if _HYPHEN.search(before) is None or not text[:1].isalnum():
        return f"{before} {text}"
    return before + text if _is_own_hyphen(before[:-1], text, vocabulary) else before[:-1] + text


def _is_own_hyphen(before: str, text: str, vocabulary: Vocabulary) -> bool:
    left, right = _LAST_WORD.search(before), _FIRST_WORD.match(text)
    if left is None or right is None:
        return True
    # COVID-19, Anglo-Saxon, and all Arabic: only words in one case are broken.
    if not text[0].islower() and not (left.group() + right.group()).isupper():
        return True
    head, tail = left.group().lower(), right.group().lower()
    if f"{head}-{tail}" in vocabulary:
        return True
    if head + tail in vocabulary:
        return False
    return "-" in head or (min(len(head), len(tail)) >= _MIN_WORD and {head, tail} <= vocabulary)

"""Shares of a whole that are written in words: half, a third of, two-thirds, نصف، ثلثا، ثلاثة أرباع."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.normalising import normalise

_PARTS = {
    2: "half halves نصف",
    3: "third thirds ثلث أثلاث",
    4: "quarter quarters fourths ربع أرباع",
    5: "fifth fifths خمس أخماس",
}
_DENOMINATORS = {word: value for value, names in _PARTS.items() for word in normalise(names).split()}
_DUALS = dict.fromkeys(normalise("ثلثا ثلثي ثلثان ثلثين").split(), 2 / 3)
_COUNTS = {
    word: value
    for value, names in {1: "a one", 2: "two", 3: "three ثلاثة", 4: "four أربعة"}.items()
    for word in normalise(names).split()
}
# In English "third" and "quarter" also order and name things; a share of something they are with "of" or a count.
_ALONE = frozenset(normalise("half نصف ثلث ربع").split())
# "خمس" is five before anything that can be counted; only its plural after a count is a share.
_NOT_ALONE_BEFORE = frozenset(
    normalise("time back backs brother sister life moon way نهائي النهائي نهائيات نهار").split()
)
_ORDERED = frozenset(["first", "second", "other", "latter", "last", "final"])
_CLITICS = "وبلف"


def share_at(words: Sequence[str], index: int) -> tuple[float, int]:
    """The share stated at `index` of normalised words and the index behind it; (0.0, index) where there is none.

    "half" is no share in "half-time" and "the second half", nor نصف in "نصف النهائي".
    """
    word, following = _at(words, index), _at(words, index + 1)
    if not word:
        return 0.0, index
    bare = word[1:] if word[0] in _CLITICS and word[1:] in _ALONE | _DUALS.keys() else word
    if bare in _DUALS:
        return _DUALS[bare], index + 1
    count, part = _COUNTS.get(bare), _DENOMINATORS.get(following)
    if count and part and count < part and (count > 1 or _at(words, index + 2) == "of"):
        return count / part, index + 2
    if bare in _ALONE and following not in _NOT_ALONE_BEFORE and _at(words, index - 1) not in _ORDERED:
        return 1 / _DENOMINATORS[bare], index + 1
    return 0.0, index


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if 0 <= index < len(words) else ""

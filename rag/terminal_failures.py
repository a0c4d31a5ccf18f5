"""Failures of a sync, summed up: of a folder of pictures, one is explained and the others are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Failure, Language

# Fewer of a kind are told one by one.
MANY = 4
# Enough to see which folder is meant.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A failure's sentence, and the paths of the others of which the same is to be said."""

    sentence: str
    others: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Some of the others."""
        return (*self.others[:MOST_NAMED], *(["…"] if len(self.others) > MOST_NAMED else []))


def sum_up(failures: Sequence[Failure], language: Language) -> list[Told]:
    """What to tell of failures, in the order in which each kind first comes. Of one kind are those whose sentences only
    differ by the path."""
    kinds: dict[str, list[Failure]] = {}
    for failure in failures:
        kinds.setdefault(failure.en.replace(failure.path, "\0"), []).append(failure)
    told: list[Told] = []
    for some in kinds.values():
        sentences = [failure.ar if language == "ar" else failure.en for failure in some]
        if len(some) < MANY:
            told += map(Told, sentences)
        else:
            told.append(Told(sentences[0], tuple(failure.path for failure in some[1:])))
    return told

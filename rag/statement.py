"""What a sentence states, apart from how it is worded: to see that two sentences say the same, or contradict."""

from __future__ import annotations

from dataclasses import dataclass

from rag import text
from rag.schema import Evidence, Hit

# Two sentences whose stems overlap this much (Jaccard) and whose numbers agree are one statement printed twice.
# Copied news differs in a word or two of twenty; the seeds' real twins lie at 0.87 and above, other pairs below 0.6.
REPEAT_OVERLAP = 0.8

# 2.3 million by way of a scale word and 2,300,000 by way of digits differ in the last bit of a float.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Statement:
    """The numbers of a sentence, and the stems of its other words."""

    stems: frozenset[str]
    numbers: frozenset[float]

    @classmethod
    def of(cls, sentence: str) -> Statement:
        """What `sentence` states."""
        found = text.numbers(sentence)
        ends = [0, *(number.end for number in found)]
        starts = [*(number.start for number in found), len(sentence)]
        worded = " ".join(sentence[end:start] for end, start in zip(ends, starts, strict=True))
        return cls(
            frozenset(text.stems(worded)), frozenset(round(number.value, _DECIMALS) for number in found)
        )

    def repeats(self, other: Statement) -> bool:
        """Nearly the same words and exactly the same numbers: 81 and 83 countries are two statements."""
        if self.numbers != other.numbers:
            return False
        union = len(self.stems | other.stems)
        return union > 0 and len(self.stems & other.stems) >= REPEAT_OVERLAP * union

    def overlap(self, other: Statement) -> float:
        """Share of the shorter sentence's words that the other has too, in [0, 1]. Numbers do not count."""
        shorter = min(len(self.stems), len(other.stems))
        return len(self.stems & other.stems) / shorter if shorter else 0.0


def evidence_at(hit: Hit, position: int) -> Evidence:
    """A sentence of a hit as evidence, with the other places that print it as far as they are known."""
    return Evidence(
        hit.passage, hit.sentences[position].sentence, hit.also_in if position == hit.best else ()
    )

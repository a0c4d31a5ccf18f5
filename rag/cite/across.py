"""What can be seen of a claim in a source of the other language: numbers, dates, places and names. Wording cannot."""

from __future__ import annotations

from rag import text
from rag.cite.facts import echoes
from rag.cite.reading import Reading
from rag.schema import DraftClaim

# Shorter ones are shared by words that have nothing to do with each other.
_MIN_SKELETON = 3


def shows_a_fact(claim: DraftClaim, question: str) -> bool:
    """Whether a claim tells a number, date, place or name that is not in the question and stands in its evidence."""
    told, asked = Reading(claim.text), Reading(question)
    shown = Reading("\n".join(item.sentence.text for item in claim.evidence))
    return bool(
        (told.statement.numbers - asked.statement.numbers) & shown.statement.numbers
        or (told.dates - asked.dates) & shown.dates
        or (told.places - asked.places) & shown.places
        or _shared_names(told, shown) - asked.skeletons
    )


def says_no_more(claim: DraftClaim, question: str) -> bool:
    """Whether a claim only says its question again."""
    return echoes(Reading(claim.text), question)


def _shared_names(told: Reading, shown: Reading) -> set[str]:
    """Skeletons of names of one text that the other has; only English shows what is a name."""
    named, other = (told, shown) if told.language == "en" else (shown, told)
    spelled = {skeleton for name in named.names for skeleton in text.skeletons(name)}
    return {skeleton for skeleton in spelled & other.skeletons if len(skeleton) >= _MIN_SKELETON}

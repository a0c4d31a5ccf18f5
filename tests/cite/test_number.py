"""Evidence becomes citations, numbered as the answer uses them."""

from __future__ import annotations

from rag.cite import number_claims
from rag.schema import (
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    DraftClaim,
    DraftConflict,
    Evidence,
    Hit,
    Place,
)
from rag.statement import evidence_at
from tests.hits import hit_of

ALSO = Place("copy.txt", "Copy", None, 7, 12)
ROME = hit_of("rome.txt", "It began.", "انعقد في روما.", title="روما", start=40, also_in=(ALSO,))
PARIS = hit_of("paris.txt", "It ended.", title="Paris")


def evidence(hit: Hit, position: int = 0) -> Evidence:
    """A sentence of a hit."""
    return evidence_at(hit, position)


def claim(text: str, *grounds: Evidence) -> DraftClaim:
    """A claim that stands on `grounds`."""
    return DraftClaim(text, grounds, "supported" if grounds else "unsupported", "why")


def test_citations_are_numbered_in_the_order_of_their_use() -> None:
    numbered = number_claims(
        [
            claim("Ended.", evidence(PARIS)),
            claim("Began, ended.", evidence(ROME), evidence(PARIS)),
            claim("Who knows."),
        ]
    )
    assert numbered.claims == (
        Claim("Ended.", "supported", (1,), "why"),
        Claim("Began, ended.", "supported", (1, 2), "why"),
        Claim("Who knows.", "unsupported", (), "why"),
    )
    assert numbered.citations == (
        Citation(1, "paris.txt", "Paris", None, 0, 9, "It ended."),
        Citation(2, "rome.txt", "روما", None, 40, 49, "It began.", (ALSO,)),
    )
    assert numbered.conflicts == ()


def test_the_quote_is_the_text_at_its_offsets() -> None:
    (citation,) = number_claims([claim("روما.", evidence(ROME, 1))]).citations
    passage = ROME.passage
    assert citation.quote == passage.text[citation.start - passage.start : citation.end - passage.start]
    assert citation.quote == "انعقد في روما."
    assert citation.also_in == ()


def test_a_sentence_cited_from_two_overlapping_passages_keeps_one_number() -> None:
    overlapping = hit_of("rome.txt", "انعقد في روما.", "ثم انتهى.", start=50)
    numbered = number_claims([claim("a", evidence(ROME, 1)), claim("b", evidence(overlapping))])
    assert [citation.n for citation in numbered.citations] == [1]
    assert [claim.citations for claim in numbered.claims] == [(1,), (1,)]


def test_evidence_of_conflicts_that_no_claim_uses_is_added() -> None:
    conflict = DraftConflict(
        "دولة", (("81", (evidence(ROME),)), ("83", (evidence(PARIS), evidence(ROME, 1))))
    )
    numbered = number_claims([claim("Ended.", evidence(PARIS))], [conflict])
    assert numbered.conflicts == (Conflict("دولة", (ConflictValue("81", (2,)), ConflictValue("83", (1, 3)))),)
    assert [(citation.n, citation.source) for citation in numbered.citations] == [
        (1, "paris.txt"),
        (2, "rome.txt"),
        (3, "rome.txt"),
    ]


def test_the_text_has_its_markers_and_its_layout_back() -> None:
    numbered = number_claims(
        [
            claim("It began.", evidence(ROME)),
            claim("انتهى", evidence(PARIS), evidence(ROME, 1)),
            claim("Who knows."),
        ]
    )
    assert numbered.text(["- ", "\n- ", "\n\n"]) == "- It began. [1]\n- انتهى [2][3]\n\nWho knows."


def test_nothing_claimed() -> None:
    numbered = number_claims([])
    assert (numbered.claims, numbered.citations, numbered.conflicts, numbered.text([])) == ((), (), (), "")

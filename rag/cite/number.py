"""Evidence → citations with numbers, in the order in which the answer uses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Citation, Claim, Conflict, ConflictValue, DraftClaim, DraftConflict, Evidence


@dataclass(frozen=True, slots=True)
class NumberedClaims:
    """Claims and conflicts that name citations by number."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]

    def text(self, gaps: Sequence[str]) -> str:
        """The answer with its markers. `gaps[i]` is the white space before claim i."""
        parts: list[str] = []
        for claim, gap in zip(self.claims, gaps, strict=True):
            markers = "".join(f"[{n}]" for n in claim.citations)
            parts.append(f"{gap}{claim.text} {markers}".rstrip())
        return "".join(parts).strip()


def number_claims(claims: Sequence[DraftClaim], conflicts: Sequence[DraftConflict] = ()) -> NumberedClaims:
    """The same sentence cited twice keeps its one number; a conflict's evidence that no claim uses is added."""
    numbers: dict[tuple[str, int | None, int, int], int] = {}
    citations: list[Citation] = []

    def number(evidence: Evidence) -> int:
        if evidence.key not in numbers:
            numbers[evidence.key] = len(citations) + 1
            passage, sentence = evidence.passage, evidence.sentence
            citations.append(
                Citation(
                    n=len(citations) + 1,
                    source=passage.source,
                    title=passage.title,
                    page=passage.page,
                    start=sentence.start,
                    end=sentence.end,
                    quote=sentence.text,
                    also_in=evidence.also_in,
                    ocr=passage.ocr,
                )
            )
        return numbers[evidence.key]

    def numbered(evidence: Sequence[Evidence]) -> tuple[int, ...]:
        return tuple(sorted({number(item) for item in evidence}))

    finished = tuple(
        Claim(
            text=claim.text,
            status=claim.status,
            citations=numbered(claim.evidence),
            reason=claim.reason,
            support=claim.support,
        )
        for claim in claims
    )
    found = tuple(
        Conflict(
            about=conflict.about,
            values=tuple(ConflictValue(value, numbered(evidence)) for value, evidence in conflict.values),
        )
        for conflict in conflicts
    )
    return NumberedClaims(finished, tuple(citations), found)

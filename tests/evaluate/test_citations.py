"""Citation recall and precision after ALCE, worked out by hand, and the product's claim check as its judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from rag.evaluate.citations import CheckerJudge, CitationMarks, mark_citations
from rag.schema import Answer, Citation, Claim, Embedder
from tests.evaluate.building import answer, citation, refusal


@dataclass
class TableJudge:
    """Supports what a table says: claim → sets of quotes that carry it. A superset of one carries it too."""

    table: Mapping[str, Sequence[str]]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def supports(self, claim: str, cited: Sequence[Citation], *, question: str) -> bool:
        assert question == "؟"
        quotes = {one.quote for one in cited}
        self.asked.append((claim, "".join(one.quote for one in cited)))
        return any(quotes >= set(enough) for enough in self.table.get(claim, ()))


def citing(*claims: tuple[str, tuple[int, ...]], quotes: str = "abcd") -> Answer:
    """An answer whose citations 1, 2, … quote the letters of `quotes`."""
    cited = [citation("s.txt", quote, n=n) for n, quote in enumerate(quotes, start=1)]
    made = tuple(Claim(words, "weak", numbers) for words, numbers in claims)
    return replace(answer("x", citations=cited), claims=made)


@pytest.mark.parametrize(
    ("claims", "table", "expected"),
    [
        # One claim, one citation that carries it: both are 1; one that does not: both are 0.
        ([("x", (1,))], {"x": ["a"]}, CitationMarks(1, 1, (True,))),
        ([("x", (1,))], {}, CitationMarks(0, 0, (False,))),
        # No citation at all.
        ([("x", ())], {"x": ["a"]}, CitationMarks(0, 0, (False,))),
        # a carries x alone; b is beside the point, as x stands without it: precision 1 of 2.
        ([("x", (1, 2))], {"x": ["a"]}, CitationMarks(1, 1 / 2, (True,))),
        # Neither carries x alone, both together do: each is needed, precision 2 of 2.
        ([("x", (1, 2))], {"x": ["ab"]}, CitationMarks(1, 1, (True,))),
        # Either carries x: none is beside the point.
        ([("x", (1, 2))], {"x": ["a", "b"]}, CitationMarks(1, 1, (True,))),
        # a and b are needed, c is not: 2 of 3.
        ([("x", (1, 2, 3))], {"x": ["ab"]}, CitationMarks(1, 2 / 3, (True,))),
        # Citations of a claim that is not carried count against precision: x 1 of 1, y 0 of 2; recall 1 of 3.
        (
            [("x", (1,)), ("y", (2, 3)), ("z", ())],
            {"x": ["a"]},
            CitationMarks(1 / 3, 1 / 3, (True, False, False)),
        ),
        # A citation that two claims share counts with each.
        ([("x", (1,)), ("y", (1,))], {"x": ["a"]}, CitationMarks(1 / 2, 1 / 2, (True, False))),
    ],
)
def test_alce_by_hand(
    claims: list[tuple[str, tuple[int, ...]]], table: dict[str, list[str]], expected: CitationMarks
) -> None:
    assert mark_citations(citing(*claims), TableJudge(table)) == expected


def test_the_judge_is_asked_no_more_than_the_definition_needs() -> None:
    judge = TableJudge({"x": ["a"]})
    mark_citations(citing(("x", (1, 2)), ("y", (3, 4)), ("z", ())), judge)
    # x together, a alone; b alone, x without b. y together, and no further. z cites nothing.
    assert judge.asked == [("x", "ab"), ("x", "a"), ("x", "b"), ("x", "a"), ("y", "cd")]


def test_where_nothing_is_claimed_there_is_nothing_to_mark() -> None:
    assert mark_citations(refusal(), TableJudge({})) is None
    assert mark_citations(answer(text="روما"), TableJudge({})) is None


@pytest.mark.parametrize(
    ("claim", "quotes", "expected"),
    [
        # A quotation carries itself, whatever the embedder thinks.
        ("شاركت ٨١ دولة في روما.", ["شاركت ٨١ دولة في روما"], True),
        (
            "81 countries took part in the meeting in Rome.",
            ["81 countries took part in the meeting in Rome."],
            True,
        ),
        ("شاركت 81 دولة في اجتماع روما.", ["شاركت 99 دولة في اجتماع روما."], False),
        (
            "The meeting was held in Rome on Monday.",
            ["The cat slept all day.", "The meeting was held in Rome on Monday, the minister said."],
            True,
        ),
        ("The meeting was held in Rome.", ["The cat slept all day."], False),
    ],
)
def test_the_claim_check_as_judge(embedder: Embedder, claim: str, quotes: list[str], expected: bool) -> None:
    cited = [citation("s.txt", quote, n=n) for n, quote in enumerate(quotes, start=1)]
    assert CheckerJudge(embedder).supports(claim, cited, question="?") is expected

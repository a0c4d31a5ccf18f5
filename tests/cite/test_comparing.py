"""Claims and sentences compared: by vectors, and across languages by tokens made by hand."""

from __future__ import annotations

import pytest

from rag.cite.comparing import Comparing
from rag.cite.facts import Piece
from rag.cite.judge import ACROSS_TOKENS, Likeness, judge
from rag.cite.reading import Reading
from rag.schema import ClaimStatus
from tests.fakes import FakeEmbedder, TokenEmbedder

CLAIM = Reading("who chaired it")
OWN, TRANSLATION, HALF, OTHER = (
    Reading(words) for words in ("chaired who", "ترأس هو من", "من كان ترأس", "لا شيء")
)


def test_tokens_are_compared_across_languages_only() -> None:
    (found,) = Comparing(TokenEmbedder()).likeness([CLAIM], [OWN, TRANSLATION, HALF, OTHER])
    assert [one.tokens for one in found] == [None, pytest.approx(1.0), pytest.approx(2 / 3), 0.0]
    embedder = FakeEmbedder()
    vectors = embedder.embed_passages([one.words for one in (OWN, TRANSLATION, HALF, OTHER)])
    (claim,) = embedder.embed_passages([CLAIM.words])
    assert [one.cosine for one in found] == pytest.approx((vectors @ claim).tolist())


def test_every_claim_is_compared_with_every_source() -> None:
    found = Comparing(TokenEmbedder()).likeness([CLAIM, TRANSLATION], [OWN, TRANSLATION])
    assert [[one.tokens for one in row] for row in found] == [
        [None, pytest.approx(1.0)],
        [pytest.approx(2 / 3), None],
    ]


def test_without_tokens_there_is_no_such_likeness() -> None:
    (found,) = Comparing(FakeEmbedder()).likeness([CLAIM], [TRANSLATION])
    assert found[0].tokens is None
    (nothing,) = Comparing(TokenEmbedder()).likeness([Reading("308")], [TRANSLATION])
    assert nothing[0].tokens is None


def test_no_text_is_read_twice() -> None:
    embedder = TokenEmbedder()
    comparing = Comparing(embedder)
    comparing.likeness([CLAIM, CLAIM], [TRANSLATION, HALF])
    comparing.likeness([CLAIM], [HALF, OWN])
    assert sorted(embedder.tokens.read) == sorted({CLAIM.words, TRANSLATION.words, HALF.words})


@pytest.mark.parametrize(
    ("likeness", "status"),
    [
        (Likeness(0.9), "supported"),
        (Likeness(0.83), "weak"),
        (Likeness(0.8), "unsupported"),
        (Likeness(0.86, 0.5), "supported"),
        (Likeness(0.9, 0.2), "unsupported"),
        (Likeness(0.8, 0.45), "weak"),
    ],
)
def test_where_tokens_were_compared_they_count(likeness: Likeness, status: ClaimStatus) -> None:
    piece = Piece(Reading("اجتمع الوزراء أمس لبحث الأمر"), Reading("اجتمع الوزراء أمس لبحث الأمر"))
    verdict = judge(Reading("ministers gathered yesterday to discuss the matter"), piece, likeness)
    assert verdict.status == status
    weight = ACROSS_TOKENS.token_weight if likeness.tokens else 0.0
    assert verdict.strength == pytest.approx(likeness.cosine + weight * (likeness.tokens or 0.0))


def test_tokens_within_a_language_change_nothing() -> None:
    claim = Reading("ministers met in Rome")
    piece = Piece(claim, claim)
    assert (
        judge(claim, piece, Likeness(0.99, 0.1)).status
        == judge(claim, piece, Likeness(0.99)).status
        == "supported"
    )

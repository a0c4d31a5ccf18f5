"""The answerability score: its arithmetic, its features, and that it tells answered from unanswered on the seeds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.retrieve.answerability import (
    ACROSS,
    ACROSS_READ,
    ANSWERABLE,
    ARABIC_LARGE,
    ARABIC_SMALL,
    ENGLISH,
    Features,
    LogisticModel,
    answerability,
    features,
    probability,
)
from rag.retrieve.interaction import Closeness
from rag.retrieve.ranking import AskedWords
from rag.schema import Hit
from tests.hits import hit_of


def asked(question: str) -> AskedWords:
    """Its words in an index of 20 passages that hold none of them."""
    return AskedWords.of(question, "en", document_frequency=lambda _field, _token: 0, passage_count=20)


def test_probability_is_logistic() -> None:
    model = LogisticModel(-1.0, Features(margin=2.0))
    # -1 + 2·0.5 = 0 → 1/2; -1 + 2·1 = 1 → 1 / (1 + e^-1).
    assert probability(Features(margin=0.5), model) == pytest.approx(0.5)
    assert probability(Features(margin=1.0), model) == pytest.approx(1 / (1 + math.exp(-1)))


def test_features() -> None:
    hits = [
        hit_of("a", "The harbour is deep.", scores=[0.5], score=0.9),
        hit_of("b", "Ships leave daily.", scores=[0.3], score=0.5),
        hit_of("c", "Trains too.", scores=[0.1], score=0.1),
    ]
    question = "How many harbours?"
    found = features(question, asked(question), hits, passage_count=20)
    assert (found.margin, found.lead) == pytest.approx((0.3, 0.2))
    assert (found.asks_value, found.looked_share, found.missing_name) == pytest.approx((1.0, 3 / 20, 0.0))
    alone = features(question, asked(question), hits[:1], passage_count=1)
    assert (alone.margin, alone.lead, alone.looked_share) == (0.0, 0.0, 1.0)


def test_no_hits_hold_no_answer() -> None:
    assert answerability("?", asked("harbour"), [], passage_count=0) == 0.0


@pytest.mark.parametrize("model", [ARABIC_LARGE, ARABIC_SMALL, ENGLISH, ACROSS, ACROSS_READ])
def test_more_likeness_is_never_less_answerable(model: LogisticModel) -> None:
    for name in (
        "margin",
        "lead",
        "cosine",
        "mean_cosine",
        "looked_share",
        "token_best",
        "token_margin",
    ):
        assert getattr(model.weights, name) >= 0


@pytest.mark.parametrize(
    ("question", "answerable"),
    [
        ("كم دولة شاركت في اجتماع روما؟", True),
        ("من ترأس اجتماع روما؟", True),
        ("How many countries took part in Rome?", True),
        ("Who chaired the Rome meeting?", True),
        ("كم عدد سكان مصر؟", False),
        ("من هو رئيس فرنسا؟", False),
        ("Who is the president of France?", False),
        ("What is the capital of Australia?", False),
        ("كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟", True),
        ("من هي الوزيرة البلجيكية التي ترأست اجتماع التحالف مع بلينكن؟", True),
        ("How many countries attended the anti-ISIS coalition meeting in Rome?", True),
        ("US humanitarian aid for Syria: how much more was announced?", True),
        ("ما طريقة تحضير الكبسة بالدجاج؟", False),
        ("مين فاز بكاس العالم 2022؟", False),
        ("How long should I bake sourdough bread?", False),
        ("Who won the last Champions League final?", False),
    ],
)
def test_seeds(seeds_assistant: Assistant, question: str, answerable: bool) -> None:
    found = seeds_assistant.search(question, 6)
    assert (found.answerability >= ANSWERABLE) is answerable


def test_the_score_does_not_depend_on_how_many_hits_are_shown(seeds_assistant: Assistant) -> None:
    question = "من ترأس اجتماع روما؟"
    assert (
        seeds_assistant.search(question, 1).answerability
        == seeds_assistant.search(question, 10).answerability
    )


def test_what_was_read_token_by_token_decides_across_languages_only() -> None:
    question = "Who chaired the meeting?"
    across = [hit_of("a", "ترأس الوزيران الاجتماع.", scores=[0.3], score=0.9)]
    own = [hit_of("a", "Two ministers chaired the meeting.", scores=[0.3], score=0.9)]

    def chance(hits: list[Hit], closeness: Closeness | None) -> float:
        return answerability(question, asked(question), hits, passage_count=5, closeness=closeness)

    near, far = Closeness(0.5, 0.1), Closeness(0.2, 0.0)
    assert chance(across, near) > chance(across, far)
    assert chance(across, near) == probability(
        replace(
            features(question, asked(question), across, passage_count=5), token_best=0.5, token_margin=0.1
        ),
        ACROSS_READ,
    )
    assert chance(own, near) == chance(own, far) == chance(own, None)


def test_a_name_that_no_passage_of_the_other_language_has() -> None:
    arabic = [hit_of("a", "قال بلينكن إن الاجتماع نجح.", scores=[0.5], score=0.9)]
    for question, missing in (
        ("What did Blinken say?", 0.0),
        ("What did Trudeau say?", 1.0),
        ("What was said?", 0.0),
    ):
        assert features(question, asked(question), arabic, passage_count=5).missing_name == missing

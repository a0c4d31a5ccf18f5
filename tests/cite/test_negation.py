"""What a text denies, and when two texts contradict each other."""

from __future__ import annotations

import pytest

from rag.cite.negation import Denials

CONTRADICTIONS = [
    ("He attended the meeting.", "He did not attend the meeting."),
    ("He attended the meeting.", "He didn’t attend the meeting."),
    ("ISIS controls land.", "ISIS no longer controls land."),
    ("It was approved.", "It was never approved."),
    ("حضر الوزير.", "لم يحضر الوزير."),
    ("يحضر الوزير.", "ولن يحضر الوزير."),
    ("يسيطر التنظيم على أرض.", "لم يعد يسيطر التنظيم على أرض."),
    ("التنظيم خطر.", "ليس خطرا هذا التنظيم."),
    ("سيطر التنظيم.", "لَمْ يُسيطِر التنظيم."),
]


@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS)
def test_stating_what_the_other_denies(one: str, other: str) -> None:
    assert Denials.of(other).denies
    assert not Denials.of(one).denies
    assert Denials.of(one).contradict(Denials.of(other))
    assert Denials.of(other).contradict(Denials.of(one))


NO_CONTRADICTIONS = [
    ("He did not attend.", "He did not attend the meeting in Rome."),
    ("He spoke.", "He did not attend, but spoke."),
    ("They did not attend in 2020.", "They did not attend in 2020 but attended in 2021."),
    ("لم يحضر الوزير.", "لم يحضر الوزير الاجتماع."),
    ("تحدث الوزير.", "لم يحضر الوزير بل تحدث."),
]


@pytest.mark.parametrize(("one", "other"), NO_CONTRADICTIONS)
def test_texts_that_may_both_be_true(one: str, other: str) -> None:
    assert not Denials.of(one).contradict(Denials.of(other))
    assert not Denials.of(other).contradict(Denials.of(one))


@pytest.mark.parametrize(
    "sentence",
    [
        "The threat remains.",
        "Not only ministers came.",
        "Resolution no. 2254 was adopted.",
        "There is no doubt that they came.",
        "لا يزال التهديد قائما.",
        "تهديد هذا التنظيم لايزال قائماً.",
        "ما زال التهديد قائما.",
        "ولا سيما الأطفال.",
        "الهجرة غير النظامية.",
        "",
    ],
)
def test_what_denies_nothing(sentence: str) -> None:
    assert not Denials.of(sentence).denies
    assert Denials.of(sentence).denied == frozenset()

"""When two sentences say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.schema import Place
from rag.statement import Statement, evidence_at
from tests.hits import hit_of

SAME = [
    ("عقد الاجتماع في روما بمشاركة 81 دولة.", "عُقِد الاجتماع في روما، بمشاركة ٨١ دولةً."),
    (
        "لم تعد داعش تسيطر على أي منطقة، تحرر 8 ملايين شخص",
        "لم تعد داعش تسيطر على أي منطقة ، تحرّر ثمانية ملايين شخص",
    ),
    ("The ministers met in Rome on 28 June.", "the ministers met in Rome, on 28 June"),
    ("It cost 2.3 million dollars.", "It cost 2.3 million dollars!"),
]

DIFFERENT = [
    ("عقد الاجتماع في روما بمشاركة 81 دولة.", "عقد الاجتماع في روما بمشاركة 83 دولة."),
    ("Eighty-one countries met in Rome.", "Eighty-three countries met in Rome."),
    ("The ministers met in Rome.", "The ministers met in Rome on 28 June."),
    ("ترأس بلينكن الاجتماع.", "عقد الاجتماع المقبل في بروكسل."),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_repeats(one: str, other: str) -> None:
    assert Statement.of(one).repeats(Statement.of(other))
    assert Statement.of(other).repeats(Statement.of(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_does_not_repeat(one: str, other: str) -> None:
    assert not Statement.of(one).repeats(Statement.of(other))
    assert not Statement.of(other).repeats(Statement.of(one))


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("ممثلين عن 81 دولة", {81.0}),
        ("٨ ملايين و3.4 مليون", {8e6, 3.4e6}),
        ("2.05 million", {2_050_000.0}),
        ("2,050,000", {2_050_000.0}),
        ("no numbers", set()),
    ],
)
def test_numbers(sentence: str, numbers: set[float]) -> None:
    assert Statement.of(sentence).numbers == numbers


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        # meeting, rome of (meeting, rome) and (meeting, rome, end): 2 of 2
        ("the meeting in Rome", "the meeting in Rome ended", 1.0),
        # rome of (rome, met) and (rome, lies, italy): 1 of 2
        ("they met in Rome", "Rome lies in Italy", 0.5),
        ("حضر بلينكن", "حضر بلينكن الاجتماع", 1.0),
        # numbers apart: nothing of (met) and (left)
        ("81 met", "81 left", 0.0),
        ("81", "81", 0.0),
        ("", "x", 0.0),
    ],
)
def test_overlap(one: str, other: str, overlap: float) -> None:
    assert Statement.of(one).overlap(Statement.of(other)) == overlap
    assert Statement.of(other).overlap(Statement.of(one)) == overlap


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_relations_are_symmetric_and_bounded(one: str, other: str) -> None:
    first, second = Statement.of(one), Statement.of(other)
    assert 0 <= first.overlap(second) <= 1
    assert first.overlap(second) == second.overlap(first)
    assert first.repeats(second) == second.repeats(first)
    assert first.repeats(first) == bool(first.stems)


def test_other_places_go_with_the_sentence_they_are_known_for() -> None:
    places = (Place("copy.txt", "Copy", None, 0, 9),)
    hit = hit_of("a", "First.", "Second.", scores=[0.1, 0.9], also_in=places)
    assert evidence_at(hit, 1).also_in == places
    assert evidence_at(hit, 0).also_in == ()
    assert evidence_at(hit, 0).sentence.text == "First."

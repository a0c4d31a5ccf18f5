"""One hit for one statement."""

from __future__ import annotations

import pytest

from rag.retrieve.folding import fold_duplicates
from rag.schema import Hit, ScoredSentence
from tests.retrieve.test_ranking import passage


def hit(source: str, sentence: str, language: str = "en") -> Hit:
    """A hit of one sentence."""
    from dataclasses import replace

    own = replace(passage("ar" if language == "ar" else "en", sentence), id=source, source=source)
    return Hit(own, 0.5, 0.8, 0.5, (ScoredSentence(own.sentences[0], 0.5),), 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The coalition has 81 members in Rome.", "The coalition has 81 members in Rome!"),
        (
            "أكد التحالف الدولي التزامه بهزيمة التنظيم في العراق.",
            "أكّد التحالفُ الدولي التزامه بهزيمة التنظيم، في العراق",
        ),
        ("شارك 81 وزيرًا في الاجتماع.", "شارك ٨١ وزيراً في الإجتماع."),
    ],
)
def test_the_same_sentence_in_two_sources_is_one_hit(first: str, second: str) -> None:
    (kept,) = fold_duplicates([hit("a", first), hit("b", second)], limit=10)
    assert kept.passage.source == "a"
    assert [place.source for place in kept.also_in] == ["b"]
    assert (kept.also_in[0].start, kept.also_in[0].end) == (0, len(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("شددت 83 دولة على تمسكها بهزيمة التنظيم.", "شددت 81 دولة على تمسكها بهزيمة التنظيم."),
        ("The bridge is 503 metres long.", "The bridge is 530 metres long."),
        ("Canada chaired the meeting.", "Italy hosted the second conference."),
    ],
)
def test_different_statements_stay_apart(first: str, second: str) -> None:
    assert len(fold_duplicates([hit("a", first), hit("b", second)], limit=10)) == 2


def test_twins_of_one_source_are_dropped_and_later_twins_beyond_the_limit_still_named() -> None:
    same = "The harbour opened in 1932 after ten years of work."
    kept = fold_duplicates(
        [
            hit("a", same),
            hit("a", same),
            hit("b", "Another thing."),
            hit("c", "A third thing."),
            hit("d", same),
        ],
        limit=2,
    )
    assert [one.passage.source for one in kept] == ["a", "b"]
    assert [place.source for place in kept[0].also_in] == ["d"]

"""The extractive answerer: quotes, never words of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate import extract_claims
from rag.schema import DraftClaim, Hit
from tests.hits import hit_of

EIGHTY_ONE = "وفي وقت سابق، عقد الاجتماع الوزاري في العاصمة الإيطالية روما بمشاركة ممثلين عن 81 دولة في التحالف الدولي."
EIGHTY_ONE_COPY = "وعقد الاجتماع الوزاري في العاصمة الإيطالية روما بمشاركة ممثلين عن 81 دولة في التحالف."
EIGHTY_THREE = (
    "شددت 83 دولةً غربيةً وعربية ممن شاركوا في الاجتماع الوزاري في مؤتمر روما على تمسكها بهزيمة التنظيم."
)
JOINED = "وأفاد البيان بانضمام جمهورية إفريقيا الوسطى والكونغو الديمقراطية وموريتانيا واليمن للتحالف."
CHAIRED = "وترأس اجتماع وزراء خارجية التحالف أنتوني بلينكن وصوفي ويلميس."


def told(claims: tuple[DraftClaim, ...]) -> list[tuple[str, list[str]]]:
    """(text, sources) of each claim."""
    return [(claim.text, [evidence.passage.source for evidence in claim.evidence]) for claim in claims]


def test_the_sentence_that_answers_comes_first_and_alone_if_the_rest_is_far_behind() -> None:
    hits = [
        hit_of("a", JOINED, CHAIRED, scores=[0.1, 0.6]),
        hit_of("b", "شيء آخر تماما.", scores=[0.0], score=0.2),
    ]
    assert told(extract_claims("من ترأس الاجتماع؟", hits)) == [(CHAIRED, ["a"])]


def test_one_to_four_sentences() -> None:
    sentences = [
        "Rome hosted it.",
        "Blinken chaired it.",
        "Garneau attended.",
        "Yemen joined.",
        "Leaders meet again.",
    ]
    hits = [hit_of(str(n), sentence, scores=[0.9]) for n, sentence in enumerate(sentences)]
    assert [text for text, _ in told(extract_claims("What happened?", hits))] == sentences[:4]
    assert len(extract_claims("What happened?", hits, max_claims=1)) == 1
    assert extract_claims("What happened?", []) == ()


def test_the_same_fact_from_several_articles_is_told_once_with_all_of_them() -> None:
    hits = [
        hit_of("001", EIGHTY_ONE, scores=[0.9]),
        hit_of("000", EIGHTY_ONE_COPY, scores=[0.89]),
        hit_of("copy", EIGHTY_ONE, scores=[0.88]),
    ]
    assert told(extract_claims("كم دولة شاركت؟", hits)) == [(EIGHTY_ONE, ["001", "000", "copy"])]


@pytest.mark.parametrize("question", ["كم دولة شاركت في الاجتماع؟", "How many countries took part in Rome?"])
def test_where_articles_differ_both_values_are_told(question: str) -> None:
    hits = [
        hit_of("001", EIGHTY_ONE, JOINED, scores=[0.15, 0.0]),
        hit_of("003", EIGHTY_THREE, scores=[0.145]),
        hit_of("000", EIGHTY_ONE_COPY, scores=[0.14]),
    ]
    assert told(extract_claims(question, hits)) == [(EIGHTY_ONE, ["001", "000"]), (EIGHTY_THREE, ["003"])]


def test_a_quantity_is_answered_by_a_sentence_with_a_number() -> None:
    hits = [
        hit_of("a", "عقد الاجتماع الوزاري في روما.", EIGHTY_ONE, "انتهى البيان.", scores=[0.9, 0.85, 0.5])
    ]
    assert extract_claims("كم دولة شاركت؟", hits)[0].text == EIGHTY_ONE
    assert extract_claims("أين عقد الاجتماع؟", hits)[0].text == "عقد الاجتماع الوزاري في روما."
    english = [
        hit_of(
            "a", "Countries met in Rome.", "Eighty-one countries came.", "It ended.", scores=[0.9, 0.85, 0.5]
        )
    ]
    assert extract_claims("How many countries came?", english)[0].text == "Eighty-one countries came."


@pytest.mark.parametrize(
    ("question", "worse", "better"),
    [
        ("When did they meet?", "They met in Rome.", "They met in June."),
        ("When did they meet?", "Twenty of them met.", "They met in 2021."),
        ("متى اجتمعوا؟", "اجتمعوا في روما.", "اجتمعوا في حزيران."),
        ("How many countries met?", "They met in 2021.", "There were 81 countries."),
        ("How many countries met?", "There were 20 journalists.", "There were 81 countries."),
        ("كم دولة اجتمعت؟", "حضر 20 صحافيا.", "حضرت 81 دولة."),
        ("How many countries met?", "حضر 20 صحافيا.", "حضرت 81 دولة."),
    ],
)
def test_the_kind_of_thing_that_is_asked_for_comes_first(question: str, worse: str, better: str) -> None:
    hits = [hit_of("a", worse, better, "End.", scores=[0.9, 0.87, 0.0])]
    assert extract_claims(question, hits)[0].text == better


def test_documents_that_answer_differently_are_all_quoted() -> None:
    sentences = [
        "Chayanne released the album in 1987.",
        "The album of the same name was released in 1988.",
        "A third of that name came out in 1990.",
        "A compilation was released in 1995.",
    ]
    hits = [hit_of(str(n), sentence, scores=[0.9 - n / 1000]) for n, sentence in enumerate(sentences)]
    assert [text for text, _ in told(extract_claims("What year was the album released?", hits))] == sentences


def test_a_passage_lends_its_score_to_its_sentences() -> None:
    hits = [
        hit_of("better", CHAIRED, scores=[0.6], score=1.0),
        hit_of("worse", JOINED, scores=[0.6], score=0.1),
    ]
    assert told(extract_claims("من ترأس الاجتماع؟", hits)) == [(CHAIRED, ["better"])]


def test_a_sentence_of_two_overlapping_passages_is_one_evidence() -> None:
    first = hit_of("a", JOINED, CHAIRED, scores=[0.1, 0.9])
    second = hit_of("a", CHAIRED, JOINED, scores=[0.9, 0.1], start=len(JOINED) + 1, score=0.9)
    assert told(extract_claims("من ترأس الاجتماع؟", [first, second])) == [(CHAIRED, ["a"])]


@pytest.mark.parametrize("scale", [1.0, 0.1, -1.0])
def test_only_the_order_and_the_distances_of_sentence_scores_matter(scale: float) -> None:
    values = [0.2, 0.9, 0.1]
    plain = [hit_of("a", JOINED, CHAIRED, EIGHTY_ONE, scores=values)]
    moved = [
        hit_of("a", JOINED, CHAIRED, EIGHTY_ONE, scores=[abs(scale) * value + scale for value in values])
    ]
    assert told(extract_claims("من ترأس؟", plain)) == told(extract_claims("من ترأس؟", moved))


_SENTENCE = st.text(st.sampled_from('abc ابت 12.،{}<>"\u064b\u200f'), min_size=1, max_size=30).filter(
    lambda words: bool(words.strip())
)
_HITS = st.lists(
    st.builds(
        lambda source, sentences, score: hit_of(
            source, *sentences, scores=[score] * len(sentences), score=score
        ),
        st.sampled_from(["a", "b", "c"]),
        st.lists(_SENTENCE, min_size=1, max_size=4),
        st.floats(0, 1),
    ),
    max_size=4,
)


@given(_HITS, st.sampled_from(["كم عددهم؟", "Who came?"]))
def test_every_claim_is_a_sentence_of_its_source_to_the_letter(hits: list[Hit], question: str) -> None:
    claims = extract_claims(question, hits)
    assert bool(claims) == bool(hits)
    assert len(claims) <= 4
    for claim in claims:
        assert claim.status == "supported"
        assert claim.text == claim.evidence[0].sentence.text
        for evidence in claim.evidence:
            start, end = (
                at - evidence.passage.start for at in (evidence.sentence.start, evidence.sentence.end)
            )
            assert evidence.passage.text[start:end] == evidence.sentence.text
        assert len({evidence.key for evidence in claim.evidence}) == len(claim.evidence)

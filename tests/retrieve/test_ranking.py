"""Scores of sentences and passages, with the arithmetic beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rag.retrieve.ranking import (
    AskedWords,
    Candidate,
    SentenceScores,
    Weights,
    score_passages,
    score_sentences,
)
from rag.schema import Language, Passage, Sentence

WEIGHTS = Weights(
    sentence=0.5,
    keyword=0.3,
    root=0.1,
    skeleton=0.1,
    skeleton_across=0.2,
    cover=0.06,
    cover_across=0.03,
    evidence_cover=0.1,
)


def passage(language: Language, *sentences: str) -> Passage:
    """A passage of these sentences, joined by spaces."""
    joined = " ".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Sentence(start, start + len(sentence), sentence))
        start += len(sentence) + 1
    return Passage("id", "source", "title", "", None, 0, len(joined), joined, language, tuple(spans))


def candidate(
    language: Language,
    *sentences: str,
    similarity: float = 0.0,
    keyword: float = 0.0,
    root: float = 0.0,
    skeleton: float = 0.0,
) -> Candidate:
    """A candidate whose sentences are all equally near."""
    return Candidate(
        passage(language, *sentences), 0.8, similarity, np.zeros(len(sentences)), keyword, root, skeleton
    )


def asked(question: str, language: Language, **frequencies: int) -> AskedWords:
    """The words of a question in an index of 9 passages; words not named stand in none."""
    return AskedWords.of(
        question,
        language,
        document_frequency=lambda _field, token: frequencies.get(token, 0),
        passage_count=9,
    )


def test_idf_is_that_of_bm25() -> None:
    # ln(1 + (9 - 2 + .5) / (2 + .5)) = ln 4; in none of 9 passages ln(1 + 9.5 / .5) = ln 20.
    words = asked("harbour bridges", "en", harbour=2)
    assert {word.stem: word.idf for word in words.words} == pytest.approx(
        {"harbour": math.log(4), "bridg": math.log(20)}
    )
    assert words.full_keyword == pytest.approx(math.log(80))


@pytest.mark.parametrize(
    ("question", "language", "sentence", "cover"),
    [
        ("Who built the harbour bridge?", "en", "The bridge was built over the harbour.", 1.0),
        ("Who built the harbour bridge?", "en", "The bridge is long.", 1 / 3),
        ("من بنى جسر الميناء؟", "ar", "امتدّ الجِسرُ فوق الميناءِ.", 2 / 3),
        # The root of انضمام alone is there, not its stem: ROOT_MATCH of one word in two.
        ("متى الانضمام إلى التحالف؟", "ar", "انضمت موريتانيا.", 0.35),
        ("Who is Blinken?", "ar", "قال أنتوني بلينكن إن الاجتماع نجح.", 1.0),
    ],
)
def test_cover_counts_informative_words(
    question: str, language: Language, sentence: str, cover: float
) -> None:
    own: Language = "ar" if "؟" in question else "en"
    words = asked(question, own)
    assert words.cover(words.held_by(sentence, language)) == pytest.approx(cover)


def test_the_sentence_before_lends_its_words_to_the_evidence_but_not_to_the_ranking() -> None:
    words = asked("When did Manning retire?", "en")
    scores = score_sentences(
        candidate("en", "Manning played for Denver.", "He retired in 2016."), words, WEIGHTS
    )
    # Each sentence holds one of two equally rare words: cover 1/2. With the one before, the second holds both.
    assert scores.ranking == pytest.approx([0.03, 0.03])
    # Each word is in half of the sentences, so tells half: .1 · (1/4 + 1/4) and .1 · (1/4 + 1/2), 0.025 apart. The
    # better one is lifted to what its words count in full: .06 · 1/2 + .1 · 1.
    assert scores.evidence == pytest.approx([0.13 - 0.025, 0.13])


def test_words_that_every_sentence_of_the_passage_holds_do_not_choose_between_them() -> None:
    words = asked("Where did Manning throw passes in Denver?", "en")
    assert [word.stem for word in words.words] == ["man", "throw", "pass", "denver"]
    scores = score_sentences(
        candidate(
            "en", "Manning led Denver.", "Manning saw Denver and would throw.", "Manning loved Denver."
        ),
        words,
        WEIGHTS,
    )
    # Held by 3, 1, 0, 3 of 3 sentences: only "throw" tells, 2/3 of its full idf, for the second once by itself and
    # once with the one before, for the third once with the one before. In full the second has 3 of 4 words twice.
    second = 0.06 * 3 / 4 + 0.1 * 3 / 4
    apart = 0.1 * (2 / 3) / 4
    assert scores.evidence == pytest.approx([second - 2 * apart, second, second - apart])


def test_passages_of_the_other_language_are_scored_by_names_only() -> None:
    candidates = [
        candidate("ar", "أ.", similarity=0.4, keyword=10.0, root=3.0, skeleton=2.0),
        candidate("en", "A.", similarity=0.4, keyword=0.0, skeleton=4.0),
        candidate("ar", "ب.", similarity=0.0, keyword=5.0, root=6.0),
    ]
    sentences = [SentenceScores(np.array([value]), np.array([value])) for value in (0.4, 0.4, 0.0)]
    words = AskedWords("ar", (), {}, full_keyword=10.0, full_root=6.0, full_skeleton=4.0)
    # Meaning 1, 1, 0. Arabic question: .5·1 + .3·1 + .1·.5 + .1·.5 ; .8·1 + .2·1 ; .5·0 + .3·.5 + .1·1 + .1·0
    assert score_passages(candidates, sentences, words, WEIGHTS) == pytest.approx([0.9, 1.0, 0.25])


def test_a_match_of_few_of_the_words_does_not_count_in_full() -> None:
    candidates = [candidate("en", "A.", keyword=3.0), candidate("en", "B.", keyword=0.0)]
    words = AskedWords("en", (), {}, full_keyword=10.0, full_root=0.0, full_skeleton=0.0)
    flat = [SentenceScores(np.zeros(1), np.zeros(1))] * 2
    # Meaning is equal, so 1 for both; keywords count 3 / 10 and 0.
    assert score_passages(candidates, flat, words, WEIGHTS) == pytest.approx([0.5 + 0.4 * 0.3, 0.5])


def test_one_candidate_scores_without_dividing_by_zero() -> None:
    alone = [candidate("en", "A.")]
    words = AskedWords("en", (), {}, full_keyword=0.0, full_root=0.0, full_skeleton=0.0)
    assert score_passages(alone, [SentenceScores(np.zeros(1), np.zeros(1))], words, WEIGHTS) == pytest.approx(
        [0.5]
    )

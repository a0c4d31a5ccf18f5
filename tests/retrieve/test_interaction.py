"""Reading the first hits of the other language token by token: with tokens made by hand, then with the real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.retrieve.interaction import READ_HITS, READ_SENTENCES, Closeness, read_across
from rag.schema import Embedder, Hit
from tests.fakes import FakeEmbedder, TokenEmbedder
from tests.hits import hit_of


def read(
    question: str, hits: Sequence[Hit], embedder: Embedder, share: float = 0.5
) -> tuple[list[Hit], Closeness | None]:
    return read_across(question, "en", hits, share=share, embedder=embedder)


def test_the_hit_whose_tokens_answer_more_of_the_question_comes_first() -> None:
    hits = [
        hit_of("near", "من كان", "شيء آخر", scores=[0.4, 0.2], score=0.9),
        hit_of("answers", "شيء غيره", "ترأس هو من", scores=[0.3, 0.2], score=0.8),
        hit_of("far", "لا شيء", scores=[0.1], score=0.1),
    ]
    again, closeness = read("who chaired it", hits, TokenEmbedder())
    # Likeness of the sentences: near 1/3 and 0, answers 0 and 1, far 0. Passages: 1/3 + 1/3, 1 + 1, 0 + 0.
    # Half of min-max of (.9, .8, .1) = (1, .875, 0) and half of min-max of those = (1/3, 1, 0), back into [.1, .9].
    mixed = np.array([(1 + 1 / 3) / 2, (0.875 + 1) / 2, 0.0])
    expected = 0.1 + 0.8 * mixed / mixed.max()
    assert [hit.passage.source for hit in again] == ["answers", "near", "far"]
    assert [hit.score for hit in again] == pytest.approx([expected[1], expected[0], expected[2]])
    assert again[0].best_sentence.text == "ترأس هو من"
    # Sentences lie in the range that they had, .1 to .4: likeness 1 at the top, 0 at the bottom.
    assert [one.score for one in again[0].sentences] == pytest.approx([0.1, 0.4])
    assert again[1].sentences[0].score == pytest.approx(0.1 + 0.3 / 3)
    assert closeness is not None
    assert closeness.best == pytest.approx(1.0)
    assert closeness.margin == pytest.approx(1.0 - (1 / 3 + 0) / 2)


def test_hits_of_the_questions_own_language_stay_as_they_are() -> None:
    own = [hit_of("own", "who chaired it", score=0.7), hit_of("too", "chaired it", score=0.5)]
    embedder = TokenEmbedder()
    assert read("who chaired it", own, embedder) == (own, None)
    across = [
        hit_of("one", "من", scores=[0.5], score=0.9),
        hit_of("two", "ترأس هو من", scores=[0.4], score=0.6),
    ]
    again, closeness = read("who chaired it", [across[0], own[0], across[1], own[1]], embedder, share=0.6)
    assert [hit.passage.source for hit in again] == ["two", "own", "one", "too"]
    assert [hit for hit in again if hit.passage.language == "en"] == own
    assert closeness is not None
    assert not {"who chaired it", "chaired it"} & set(embedder.tokens.read)


@pytest.mark.parametrize("why", ["no tokens", "no share", "no hits", "no question"])
def test_where_nothing_can_be_read_nothing_changes(why: str) -> None:
    hits = [] if why == "no hits" else [hit_of("a", "من"), hit_of("b", "ترأس هو من")]
    embedder = FakeEmbedder() if why == "no tokens" else TokenEmbedder()
    question = "☂" if why == "no question" else "who chaired it"
    assert read(question, hits, embedder, share=0.0 if why == "no share" else 0.5) == (hits, None)


def test_sentences_without_a_known_token_are_like_nothing() -> None:
    hits = [hit_of("a", "كان", scores=[0.5], score=0.9), hit_of("b", "شيء", scores=[0.4], score=0.6)]
    again, closeness = read("who chaired it", hits, TokenEmbedder())
    assert [hit.passage.source for hit in again] == ["a", "b"]
    assert closeness == Closeness(0.0, 0.0)


def test_only_the_first_hits_and_their_best_sentences_are_read_and_none_twice() -> None:
    sentences = [f"جملة رقم {'ا' * number} من" for number in range(1, 6)]
    hits = [
        hit_of(
            f"s{number}",
            *sentences,
            f"خاتمة {'ب' * (number + 1)}",
            scores=[0.1, 0.5, 0.4, 0.3, 0.2, 0.9],
            score=1 - number / 10,
        )
        for number in range(READ_HITS + 2)
    ]
    embedder = TokenEmbedder()
    again, _ = read("who chaired it", hits, embedder)
    # The last sentence of each hit is its own, the others are the same in all.
    assert sorted(embedder.tokens.read) == sorted(
        {*sentences[1:READ_SENTENCES], *(f"خاتمة {'ب' * (number + 1)}" for number in range(READ_HITS))}
    )
    unread = [hit for hit in again if hit.passage.source in {f"s{READ_HITS}", f"s{READ_HITS + 1}"}]
    assert unread == hits[READ_HITS:]
    lowest_read = min(scored.score for hit in again[:READ_HITS] for scored in hit.sentences[1:READ_SENTENCES])
    assert all(scored.score <= lowest_read for hit in again[:READ_HITS] for scored in hit.sentences[3:5])


def test_a_twin_is_read_with_its_hit_and_stays_its_twin() -> None:
    """Folding compares best sentences: a copy of which another sentence were best would be a hit of its own."""
    text = ("أعلن الوزير موعد الاجتماع", "ترأس هو من")
    hits = [
        hit_of("first", *text, scores=[0.5, 0.3], score=0.9),
        hit_of("copy", *text, scores=[0.5, 0.3], score=0.9),
        hit_of("other", "شيء مختلف تماما", scores=[0.2], score=0.3),
    ]
    again, _ = read("who chaired it", hits, TokenEmbedder())
    assert [hit.best_sentence.text for hit in again[:2]] == [text[1], text[1]]
    assert again[0].score == again[1].score


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("Who co-chaired the Rome ministerial?", "ترأس"),
        ("What does Blinken want governments to do about their citizens who joined ISIS?", "مواطنيها"),
        ("When did NATO decide to expand its training mission in Iraq?", "شباط"),
    ],
)
def test_english_questions_over_arabic_articles(
    seeds_assistant: Assistant, question: str, evidence: str
) -> None:
    found = seeds_assistant.search(question, 6)
    assert any(evidence in hit.best_sentence.text for hit in found.hits[:3]), [
        hit.best_sentence.text for hit in found.hits
    ]

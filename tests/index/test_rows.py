from __future__ import annotations

from dataclasses import replace

import pytest

from rag.index.rows import PassageKeys, batches, embedding_key, lay_out
from rag.schema import Passage, Sentence
from tests.index.building import ENGLISH, document, passages_of


def passage_of(whole: Passage, name: str, *sentences: Sentence) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return replace(whole, id=name, start=start, end=end, text=whole.text[start:end], sentences=sentences)


def keys_of(passage: Passage) -> PassageKeys:
    return PassageKeys(passage.text.encode(), tuple(s.text.encode() for s in passage.sentences))


def test_a_key_names_the_model_and_the_exact_text() -> None:
    key = embedding_key("e5", "القاهرة")
    assert key == embedding_key("e5", "القاهرة")
    others = [("e5", "القاهره"), ("e5", "القاهرة "), ("bge", "القاهرة"), ("e5ا", "لقاهرة"), ("", "e5القاهرة")]
    assert len({key, *(embedding_key(*other) for other in others)}) == 6


@pytest.mark.parametrize(("count", "expected"), [(0, []), (2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_batches(count: int, expected: list[int]) -> None:
    assert [len(batch) for batch in batches("x" * count, 2)] == expected


def test_sentences_that_passages_share_are_placed_once() -> None:
    """Overlap: the second passage begins with the last sentence of the first."""
    doc = document("a.txt", "One. Two. Three. Four.")
    (whole,) = passages_of(doc)
    one, two, three, four = whole.sentences
    passages = [passage_of(whole, "first", one, two), passage_of(whole, "second", two, three, four)]
    sentences, placed = lay_out(doc, passages, [keys_of(passage) for passage in passages])
    assert [(row.ordinal, row.start, row.key) for row in sentences] == [
        (0, 0, b"One."),
        (1, 5, b"Two."),
        (2, 10, b"Three."),
        (3, 17, b"Four."),
    ]
    assert [(row.first, row.last) for row in placed] == [(0, 1), (1, 3)]


def test_a_passage_with_a_hole_is_refused() -> None:
    doc = document("a.txt", "One. Two. Three.")
    (whole,) = passages_of(doc)
    one, _, three = whole.sentences
    passages = [whole, passage_of(whole, "hole", one, three)]
    with pytest.raises(ValueError, match="not a run"):
        lay_out(doc, passages, [keys_of(passage) for passage in passages])


def test_keys_must_fit_the_passages() -> None:
    doc = document("a.txt", ENGLISH)
    passages = passages_of(doc)
    with pytest.raises(ValueError, match="keys for 1"):
        lay_out(doc, passages, [keys_of(passages[0])])

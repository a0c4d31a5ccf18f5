"""Groups of questions, and what of a corpus a question names."""

from __future__ import annotations

import pytest

from rag.evaluate.fields import Question, Relevant
from rag.evaluate.slices import Corpus, slices_of
from rag.schema import Language, SourceInfo


def source(name: str, language: Language) -> SourceInfo:
    return SourceInfo(name, name, language, "text/plain", 1, 1, 10, "0", "2026-01-01")


def question(lang: str, *sources: str) -> Question:
    return Question("1", "?", lang, relevant=tuple(Relevant(name) for name in sources))


BOTH = Corpus(
    [source("d/a.txt", "ar"), source("e/a.txt", "en"), source("d/مقال.txt", "ar"), source("p-1", "en")]
)
ARABIC = Corpus([source("d/a.txt", "ar")])


@pytest.mark.parametrize(
    ("corpus", "asked", "direction"),
    [
        (BOTH, question("en", "مقال.txt"), "en-ar"),
        (BOTH, question("ar", "p-1"), "ar-en"),
        (BOTH, question("ar", "d/a.txt"), "ar-ar"),
        # The name alone is that of two sources, and of two names each counts.
        (BOTH, question("ar", "a.txt"), "ar-ar+en"),
        (BOTH, question("en", "p-1", "مقال.txt"), "en-ar+en"),
        # Without a known source only a corpus of one language says it.
        (BOTH, question("en"), None),
        (BOTH, question("en", "elsewhere.txt"), None),
        (ARABIC, question("en"), "en-ar"),
        (Corpus([]), question("en", "a.txt"), None),
    ],
)
def test_direction(corpus: Corpus, asked: Question, direction: str | None) -> None:
    assert corpus.direction(asked) == direction


def test_sources_that_the_corpus_lacks() -> None:
    assert BOTH.lacks(question("ar", "a.txt", "b.txt", "f/a.txt", "p-1")) == ["b.txt", "f/a.txt"]


def test_a_row_lies_in_several_slices() -> None:
    row = {"lang": "ar", "direction": "ar-en", "answerable": False, "tags": ["x", "y", "x"]}
    assert list(slices_of(row)) == [
        ("lang", "ar"),
        ("direction", "ar-en"),
        ("answerable", "no"),
        ("tag", "x"),
        ("tag", "y"),
    ]
    silent = {"lang": "en", "direction": None, "answerable": None, "tags": []}
    assert list(slices_of(silent)) == [("lang", "en")]

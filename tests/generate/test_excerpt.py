"""The part of a sentence that answers: with the real embedder, in both languages."""

from __future__ import annotations

import pytest

from rag import text
from rag.generate import extract_claims, part_that_answers
from rag.schema import DraftClaim, Embedder
from tests.hits import hit_of

AID = (
    "وبعد لقاءات استمرت يومين في العاصمة الإيطالية، أعلن بلينكن، اليوم الاثنين، عن تقديم 436 مليون دولار كمساعدات "
    "إنسانية إضافية لسوريا، مشيرا إلى أن السبيل الوحيد للحل هو البدء بالمصالحة والبناء."
)
BRIDGE = (
    "After a decade of work that two governments had paid for in part, the harbour bridge was opened in March 1932, "
    "although the northern road to it was finished only in the following winter."
)
PARTS = [
    (AID, "How much aid for Syria was announced?", 60, "436 مليون دولار"),
    (BRIDGE, "متى افتُتح جسر الميناء؟", 60, "opened in March 1932"),
]


def quoted(*sentences: str) -> tuple[DraftClaim, ...]:
    """Each of them as a claim, in this order."""
    return tuple(
        extract_claims("?", [hit_of(f"source {n}", sentence)])[0] for n, sentence in enumerate(sentences)
    )


@pytest.mark.parametrize(("sentence", "question", "letters", "answer"), PARTS)
def test_the_part_that_answers_is_shown_as_it_stands(
    embedder: Embedder, sentence: str, question: str, letters: int, answer: str
) -> None:
    part = part_that_answers(question, quoted(sentence), letters=letters, embedder=embedder)
    assert part is not None
    assert answer in part.text
    assert part.text.strip("…") in sentence
    assert text.letters(part.text, "ar") + text.letters(part.text, "en") <= letters


@pytest.mark.parametrize(("sentence", "question", "_", "answer"), PARTS)
def test_a_sentence_with_room_is_whole(
    embedder: Embedder, sentence: str, question: str, _: int, answer: str
) -> None:
    short = next(clause for clause in sentence.split("،" if "،" in sentence else ",") if answer in clause)
    part = part_that_answers(question, quoted(short.strip()), letters=400, embedder=embedder)
    assert part is not None
    assert part.text == short.strip()


def test_it_may_come_from_the_second_sentence_and_says_from_which(embedder: Embedder) -> None:
    heading = "الاجتماع الوزاري للتحالف الدولي"
    part = part_that_answers(
        "How much aid for Syria was announced?", quoted(heading, AID), letters=60, embedder=embedder
    )
    assert part is not None
    assert part.evidence.passage.source == "source 1"


@pytest.mark.parametrize("letters", [-5, 0, 19])
def test_without_room_there_is_none(embedder: Embedder, letters: int) -> None:
    assert part_that_answers("?", quoted(AID), letters=letters, embedder=embedder) is None
    assert part_that_answers("?", (), letters=100, embedder=embedder) is None

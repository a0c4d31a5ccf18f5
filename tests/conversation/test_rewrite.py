"""A model's rewrite of a follow-up is taken where it can be trusted, and discarded where it cannot."""

from __future__ import annotations

import pytest

from rag.conversation import Exchange, rewrite_follow_up
from rag.errors import ModelUnreachableError

ROME = Exchange(
    "How many countries attended the Rome meeting?", "81 countries attended, said Antony Blinken [1]."
)
روما = Exchange("كم دولة شاركت في اجتماع روما؟", "شاركت 81 دولة، كما قال أنتوني بلينكن [1].")

TAKEN = [
    (ROME, "and who chaired it?", "Who chaired the Rome meeting?"),
    (ROME, "and who chaired it?", "Complete question: Who chaired the Rome meeting?\nAnswer: Blinken"),
    (ROME, "and who chaired it?", '\n"Who chaired the Rome meeting?"'),
    (ROME, "What about civilians?", "How many civilians attended the Rome meeting?"),
    (ROME, "Why did he say that?", "Why did Antony Blinken say that 81 countries attended?"),
    (روما, "ومن ترأسه؟", "من ترأس اجتماع روما؟"),
    (روما, "ومن ترأسه؟", "السؤال الكامل: من ترأس اجتماع روما؟"),
    (روما, "وماذا عن المدنيين؟", "كم عدد المدنيين في اجتماع روما؟"),
    (روما, "متى؟", "متى عُقد اجتماع روما؟"),
    (ROME, "ومن ترأسه؟", "من ترأس Rome meeting الذي عقد؟"),
]
DISCARDED = [
    (ROME, "and who chaired it?", "", "empty"),
    (ROME, "and who chaired it?", "   \n ", "empty"),
    (ROME, "and who chaired it?", "and who chaired it?", "unchanged"),
    (ROME, "and who chaired it?", "Antony Blinken chaired the Rome meeting.", "an answer"),
    (ROME, "and who chaired it?", "How many countries attended the Rome meeting?", "the question before"),
    (ROME, "and who chaired it?", "Who chaired it in the end?", "still open"),
    (ROME, "and who chaired it?", "من ترأس اجتماع روما؟", "other language"),
    (ROME, "and who chaired it?", "Who chaired the Rome meeting of 2021?", "new number"),
    (ROME, "and who chaired it?", "Who chaired the Paris meeting?", "new place"),
    (ROME, "and who chaired it?", "Did Macron chair the Rome meeting?", "new name"),
    (ROME, "and who chaired it?", "Who chaired the Rome meeting? " + "It was chaired by Antony Blinken. " * 5, "long"),
    (ROME, "Who chaired it in Brussels?", "Who chaired the Rome meeting?", "lost its place"),
    (ROME, "and who chaired it in 2020?", "Who chaired the Rome meeting?", "lost its number"),
    (روما, "ومن ترأسه؟", "Who chaired the Rome meeting?", "other language"),
    (روما, "ومن ترأسه؟", "من ترأس اجتماع روما عام 2021؟", "new number"),
    (روما, "ومن ترأسه؟", "من ترأس اجتماع باريس؟", "new place"),
    (روما, "ومن ترأسه؟", "هل ترأس ماكرون اجتماع روما؟", "new name"),
    (روما, "ومن ترأسه؟", "من ترأس اجتماع روما مع Macron؟", "new Latin name"),
    (روما, "ومن ترأسه؟", "كم دولة شاركت في اجتماع روما؟", "the question before"),
]  # fmt: skip


@pytest.mark.parametrize(("exchange", "question", "reply"), TAKEN)
def test_a_faithful_rewrite_is_taken(exchange: Exchange, question: str, reply: str) -> None:
    rewritten = rewrite_follow_up(question, [exchange], ask=lambda _system, _user: reply)
    assert rewritten in reply
    assert rewritten.startswith(("Who", "How", "Why", "من", "كم", "متى"))


@pytest.mark.parametrize(("exchange", "question", "reply", "_why"), DISCARDED)
def test_a_rewrite_that_cannot_be_trusted_is_discarded(
    exchange: Exchange, question: str, reply: str, _why: str
) -> None:
    carried = rewrite_follow_up(question, [exchange], ask=None)
    assert rewrite_follow_up(question, [exchange], ask=lambda _system, _user: reply) == carried


def test_the_model_reads_the_last_exchanges_in_the_language_of_the_question() -> None:
    asked: list[tuple[str, str]] = []

    def ask(system: str, user: str) -> str:
        asked.append((system, user))
        return ""

    history = [Exchange(f"What is place {n}?", f"It is {n}.\n" + "x" * 900) for n in range(5)]
    rewrite_follow_up("and who chaired it?", [*history, ROME], ask=ask)
    rewrite_follow_up("ومن ترأسه؟", [ROME, Exchange("شكرا", "على الرحب"), روما], ask=ask)
    (english, user), (arabic, arabic_user) = asked
    assert "[1]" not in user
    assert "place 2" not in user
    assert "Question: What is place 3?\nAnswer: It is 3. xxx" in user
    assert len(user) < 1500
    assert user.endswith("Last question: and who chaired it?\nComplete question:")
    assert arabic_user.endswith("السؤال الأخير: ومن ترأسه؟\nالسؤال الكامل:")
    assert "شكرا" not in arabic_user
    assert "Last question" in english
    assert "السؤال الأخير" in arabic


def test_what_needs_no_model_is_not_put_to_it() -> None:
    def ask(_system: str, _user: str) -> str:
        raise AssertionError("no model is needed")

    question = "Who represented Qatar at the Rome conference?"
    assert rewrite_follow_up(question, [ROME], ask=ask) == question
    assert rewrite_follow_up("وماذا عن بروكسل؟", [روما], ask=ask) == "كم دولة شاركت في اجتماع بروكسل؟"


def test_a_model_that_fails_leaves_the_subject_carried() -> None:
    def ask(_system: str, _user: str) -> str:
        raise ModelUnreachableError(en="no server", ar="لا خادم")

    assert rewrite_follow_up("متى؟", [روما], ask=ask) == "متى (دولة شاركت في اجتماع روما)؟"

"""A follow-up without a model carries the subject of the question before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import text
from rag.conversation import Exchange, rewrite_follow_up

ROME = "How many countries attended the Rome meeting?"
EGYPT = "Who represented Egypt at the Rome meeting?"
HELD = "How many fighters are held in Syria?"
روما = "كم دولة شاركت في اجتماع روما؟"
مصر = "من مثّل مصر في اجتماع روما؟"
قسد = "كم عدد المقاتلين المحتجزين لدى قسد؟"

CARRIED = [
    # X takes the place of a word of its kind
    ([EGYPT], "What about Canada?", "Who represented Canada at the Rome meeting?"),
    ([EGYPT], "what about the United States?", "Who represented the United States at the Rome meeting?"),
    ([EGYPT], "And Canada?", "Who represented Canada at the Rome meeting?"),
    ([ROME], "What about Brussels?", "How many countries attended the Brussels meeting?"),
    ([HELD], "And in Iraq?", "How many fighters are held in Iraq?"),
    (["What happened in 2020?"], "and 2021?", "What happened in 2021?"),
    (["What did Blinken say about detainees?"], "What about Di Maio?", "What did Di Maio say about detainees?"),
    ([مصر], "وماذا عن كندا؟", "من مثّل كندا في اجتماع روما؟"),
    ([مصر], "وكندا؟", "من مثّل كندا في اجتماع روما؟"),
    (["من مثّل مصر في المؤتمر؟"], "طيب وماذا عن الولايات المتحدة؟", "من مثّل الولايات المتحدة في المؤتمر؟"),
    ([روما], "وماذا عن بروكسل؟", "كم دولة شاركت في اجتماع بروكسل؟"),
    (["كم مقاتلا محتجزا في سوريا؟"], "وفي العراق؟", "كم مقاتلا محتجزا في العراق؟"),
    (["كم مقاتلا محتجزا بسوريا؟"], "وماذا عن العراق؟", "كم مقاتلا محتجزا بالعراق؟"),
    (["كم قتيلا سقط عام ٢٠٢٠؟"], "وماذا عن ٢٠٢١؟", "كم قتيلا سقط عام ٢٠٢١؟"),
    (["ماذا قال بلينكن عن داعش؟"], "وماذا عن غارنو؟", "ماذا قال غارنو عن داعش؟"),
    # else the words of the question before stand behind it
    ([ROME], "and who chaired it?", "and who chaired it (countries attended the Rome meeting)?"),
    ([HELD], "why?", "why (fighters are held in Syria)?"),
    ([HELD], "What about civilians?", "What about civilians (How many fighters are held in Syria)?"),
    ([روما], "ومن ترأسه؟", "ومن ترأسه (دولة شاركت في اجتماع روما)؟"),
    ([روما], "متى؟", "متى (دولة شاركت في اجتماع روما)؟"),
    ([قسد], "كم عددهم", "كم عددهم (عدد المقاتلين المحتجزين لدى قسد)؟"),
    ([قسد], "وماذا عن المدنيين؟", "وماذا عن المدنيين (كم عدد المقاتلين المحتجزين لدى قسد)؟"),
    # the subject survives questions that only depend on it, and small talk
    ([ROME, "and who chaired it?"], "When?", "When (countries attended the Rome meeting)?"),
    ([ROME, "thanks", "hello"], "When?", "When (countries attended the Rome meeting)?"),
    ([EGYPT, "What about Canada?"], "When did they arrive?",
     "When did they arrive (represented Canada at the Rome meeting)?"),
    ([مصر, "وماذا عن كندا؟", "شكرا"], "ومتى وصل؟", "ومتى وصل (مثّل كندا في اجتماع روما)؟"),
    (["What is inflation?", ROME], "When?", "When (countries attended the Rome meeting)?"),
    # across languages names alone are carried: other words would make it a question of the other language
    ([ROME], "ومن ترأسه؟", "ومن ترأسه (Rome)؟"),
    ([روما], "and who chaired it?", "and who chaired it (روما)?"),
    (["how many people live there?"], "ومتى؟", "ومتى؟"),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "follow_up", "expected"), CARRIED)
def test_the_subject_is_carried(questions: list[str], follow_up: str, expected: str) -> None:
    history = [Exchange(question, "an answer") for question in questions]
    assert rewrite_follow_up(follow_up, history, ask=None) == expected
    assert text.language(expected) == text.language(follow_up)


@pytest.mark.parametrize(
    "question",
    ["Who represented Qatar at the Rome conference?", "من مثّل فرنسا في اجتماع روما؟", "inflation", "التضخم"],
)
def test_an_independent_question_stays_as_it_is(question: str) -> None:
    assert rewrite_follow_up(question, [Exchange(ROME, ""), Exchange(روما, "")], ask=None) == question


@pytest.mark.parametrize("question", ["متى؟", "and who chaired it?", "؟"])
@pytest.mark.parametrize("history", [[], [Exchange("مرحبا", ""), Exchange("thanks", "")]])
def test_without_a_question_before_there_is_nothing_to_carry(question: str, history: list[Exchange]) -> None:
    assert rewrite_follow_up(question, history, ask=None) == question


def test_a_long_subject_is_cut_and_a_long_question_stands_alone() -> None:
    long = "Who signed the agreement " + "about the port of the city " * 20 + "in Rome?"
    carried = rewrite_follow_up("why?", [Exchange(long, "")], ask=None)
    assert carried.startswith("why (signed the agreement about")
    assert len(carried.split()) == 31
    told = "And what did it say? " + "I mean the paper that was read out by the minister. " * 5
    assert rewrite_follow_up(told, [Exchange(ROME, "")], ask=None) == told


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it(before: str, question: str) -> None:
    assert isinstance(rewrite_follow_up(question, [Exchange(before, "")], ask=None), str)

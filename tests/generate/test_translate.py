"""Translations of a question: what is taken for one, and that failures cost nothing."""

from __future__ import annotations

import pytest

from rag.errors import ModelError
from rag.generate.translate import REMEMBERED, QueryTranslator
from rag.prompt import load_prompt
from rag.schema import Language


class Model:
    """Replies from a list and remembers what it was asked."""

    def __init__(self, *replies: str | ModelError) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, system: str, user: str) -> str:
        self.asked.append((system, user))
        reply = self.replies.pop(0)
        if isinstance(reply, ModelError):
            raise reply
        return reply


def prompts(target: Language, question: str) -> tuple[str, str]:
    filled = load_prompt("translate", target).fill(question=question)
    return filled.system, filled.user


@pytest.mark.parametrize(
    ("question", "target", "reply", "taken"),
    [
        ("How many countries took part?", "ar", "كم دولة شاركت؟", "كم دولة شاركت؟"),
        ("How many countries took part?", "ar", "\n «كم دولة شاركت؟» \nشرح طويل", "كم دولة شاركت؟"),
        (
            "متى صدر القرار ٢٢٥٤؟",
            "en",
            "When was resolution 2254 adopted?",
            "When was resolution 2254 adopted?",
        ),
        # Not a translation: the same language, an answer, a lost number, an essay, nothing.
        ("How many countries took part?", "ar", "Eighty-one countries.", ""),
        ("متى صدر القرار ٢٢٥٤؟", "en", "When was the resolution adopted?", ""),
        ("من ترأسه؟", "en", "The meeting was chaired by the foreign minister of Italy. " * 3, ""),
        ("من ترأسه؟", "en", "", ""),
    ],
)
def test_what_is_taken_for_a_translation(question: str, target: Language, reply: str, taken: str) -> None:
    model = Model(reply)
    assert QueryTranslator(model, prompts).translate(question, target) == taken
    ((system, user),) = model.asked
    assert user == question
    assert ("العربية" in system) is (target == "ar")


def test_a_translation_is_asked_for_once() -> None:
    model = Model("كم دولة شاركت؟")
    translator = QueryTranslator(model, prompts)
    assert (
        translator.translate("How many?", "ar") == translator.translate("How many?", "ar") == "كم دولة شاركت؟"
    )


def test_a_failing_model_costs_nothing_and_is_asked_again() -> None:
    model = Model(ModelError("down", "متوقف"), "كم دولة شاركت؟")
    translator = QueryTranslator(model, prompts)
    assert translator.translate("How many?", "ar") == ""
    assert translator.translate("How many?", "ar") == "كم دولة شاركت؟"


def test_the_oldest_is_forgotten_first() -> None:
    model = Model(*["سؤال؟"] * (REMEMBERED + 2))
    translator = QueryTranslator(model, prompts)
    for number in range(REMEMBERED + 1):
        translator.translate(f"{'q' * 30} {'x' * number}", "ar")
    translator.translate(f"{'q' * 30} ", "ar")
    assert len(model.asked) == REMEMBERED + 2

"""A chat model as a judge: is the answer right, and do its citations carry it? An option, never the only number.

Its prompts are prompts/judge.* and prompts/judge_claim.*; it is asked in the language of the question. What it says is
kept apart from the deterministic metrics, and how far the two agree is part of the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.evaluate.citations import mark_citations
from rag.evaluate.fields import Question
from rag.evaluate.metrics import answer_text
from rag.generate import ChatEngine
from rag.judging import ChatJudge, Source, ask_verdict
from rag.prompt import fence, load_prompt
from rag.schema import Answer, Citation, Language

TASKS: Final = ("judge", "judge_claim")
_LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge said of one answer; None where there was nothing to judge or its reply could not be read, which
    happened `unreadable` times. `claims` are its verdicts on the answer's claims, in order."""

    correct: bool | None = None
    recall: float | None = None
    precision: float | None = None
    claims: tuple[bool, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class ModelJudge:
    """A chat model that judges. Safe to use from several threads, as its engine is."""

    engine: ChatEngine

    @property
    def name(self) -> str:
        """The model, for the report."""
        return self.engine.name

    def judge(self, question: Question, answer: Answer) -> Judged:
        """Its verdicts on one answer. What is refused states nothing: it is not right, and nobody is asked.

        Raises ModelError.
        """
        asking = _Asking(self.engine, "ar" if question.lang == "ar" else "en")
        marks = mark_citations(answer, asking)
        return Judged(
            correct=asking.is_right(question, answer_text(answer)),
            recall=marks.recall if marks else None,
            precision=marks.precision if marks else None,
            claims=marks.claims if marks else (),
            unreadable=asking.unreadable,
        )


def prompts_digest() -> str:
    """Changes whenever one of the judge's prompts does."""
    prompts = [load_prompt(task, language) for task in TASKS for language in _LANGUAGES]
    return hashlib.sha256(repr([(prompt.system, prompt.user) for prompt in prompts]).encode()).hexdigest()


@dataclass(slots=True)
class _Asking:
    """One answer before the judge: a SupportJudge that counts the replies it could not read."""

    engine: ChatEngine
    language: Language
    unreadable: int = 0

    def is_right(self, question: Question, stated: str) -> bool | None:
        if question.answerable is False or not (question.answers or question.items):
            return None
        if not stated:
            return False
        return self._ask("judge", question=question.question, gold=_gold(question), answer=fence(stated))

    def supports(self, claim: str, cited: Sequence[Citation], *, question: str) -> bool:
        """See SupportJudge. A reply that cannot be read supports nothing."""
        sources = [Source(citation.title, citation.quote) for citation in cited]
        judge = ChatJudge(self.engine)
        return (
            self._counted(judge.supports(claim, sources, question=question, language=self.language)) is True
        )

    def _ask(self, task: str, **values: str) -> bool | None:
        return self._counted(ask_verdict(self.engine, task, self.language, **values))

    def _counted(self, verdict: bool | None) -> bool | None:
        self.unreadable += verdict is None
        return verdict


def _gold(question: Question) -> str:
    """The right answer as the prompt describes it."""
    if not question.items:
        return " / ".join(question.answers)
    lines = (f"{number}. {' / '.join(item)}" for number, item in enumerate(question.items, start=1))
    return "\n" + "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges on the same `n` things: how often they agree, and how far beyond chance (Cohen's kappa, 1960; None
    where one of them always says the same). `only_first` and `only_second` count what only one of them accepts."""

    n: int
    agreement: float | None
    kappa: float | None
    only_first: int
    only_second: int


def agreement(both: int, only_first: int, only_second: int, neither: int) -> Agreement:
    """From the counts of what both, one or none accept."""
    n = both + only_first + only_second + neither
    if not n:
        return Agreement(0, None, None, 0, 0)
    observed = (both + neither) / n
    first, second = (both + only_first) / n, (both + only_second) / n
    expected = first * second + (1 - first) * (1 - second)
    varied = 0 < first < 1 and 0 < second < 1
    kappa = round((observed - expected) / (1 - expected), 6) if varied else None
    return Agreement(n, round(observed, 6), kappa, only_first, only_second)

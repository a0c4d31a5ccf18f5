"""Asks one question after the other, or several at a time, marks what comes, and writes each row where it is made."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from rag.errors import ModelError, QuestionError, RagError
from rag.evaluate.citations import SupportJudge, mark_citations
from rag.evaluate.fields import Question
from rag.evaluate.judge import Judged, ModelJudge
from rag.evaluate.metrics import answer_text
from rag.evaluate.rows import Outcome, RowLog, make_row
from rag.evaluate.score import score_question
from rag.evaluate.slices import Corpus
from rag.evaluate.usage import costs_of
from rag.schema import Answer, Retrieval

logger = logging.getLogger(__name__)

Error = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measuring:
    """What is measured of an answer beyond its gold; whatever is left out is None in the rows.

    `checker` says whether citations carry their claims. `prompt_tokens` is asked after each answer, in its own thread,
    for the tokens that its model read; `count_tokens` for those of a text.
    """

    checker: SupportJudge | None = None
    judge: ModelJudge | None = None
    corpus: Corpus = field(default_factory=lambda: Corpus(()))
    prompt_tokens: Callable[[], int | None] | None = None
    count_tokens: Callable[[Sequence[str]], Sequence[int]] | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """What asks and marks one question, the same for all of them."""

    answer: Callable[[str], Answer]
    search: Callable[[str], Retrieval]
    measuring: Measuring

    def ask_all(
        self,
        left: Sequence[tuple[Question, str]],
        log: RowLog,
        workers: int,
        count: Callable[[bool], None],
    ) -> None:
        """Ask `workers` questions at a time and write each row where it is made. No more than that many wait."""
        waiting = iter(left)
        asked: dict[Future[bool], tuple[Question, str]] = {}
        with ThreadPoolExecutor(workers, thread_name_prefix="evaluate") as pool:

            def ask_next() -> None:
                if following := next(waiting, None):
                    asked[pool.submit(self._ask_and_write, *following, log)] = following

            for _ in range(workers):
                ask_next()
            while asked:
                finished, _ = wait(asked, return_when=FIRST_COMPLETED)
                for future in finished:
                    question, key = asked.pop(future)
                    if error := future.exception():
                        log.append(make_row(question, key, self._unanswered(question, _unexpected(error))))
                    # Where this raises, the run ends here, and nothing more is asked.
                    count(error is not None or future.result())
                    ask_next()

    def _ask_and_write(self, question: Question, key: str, log: RowLog) -> bool:
        """Whether the question failed."""
        outcome = self._ask(question)
        log.append(make_row(question, key, outcome))
        return outcome.error is not None

    def _ask(self, question: Question) -> Outcome:
        retrieval, given, error = None, None, None
        started = time.perf_counter()
        try:
            retrieval = self.search(question.question)
            started = time.perf_counter()  # an answer's own time holds its own search
            given = self.answer(question.question)
        except (QuestionError, ModelError) as failure:
            error = _told(failure)
        seconds = time.perf_counter() - started
        prompt_tokens = self.measuring.prompt_tokens() if self.measuring.prompt_tokens else None
        if given is None:
            return self._unanswered(question, error, retrieval=retrieval, seconds=seconds)
        checker = self.measuring.checker
        marks = mark_citations(given, checker) if checker else None
        judged, judge_error = self._judged(question, given)
        return Outcome(
            retrieval=retrieval,
            answer=given,
            error=error,
            scores=score_question(
                question,
                hits=retrieval.hits if retrieval else (),
                answer=given,
                marks=marks,
                judged=judged,
            ),
            seconds=seconds,
            costs=costs_of(
                given, seconds=seconds, prompt_tokens=prompt_tokens, answer_tokens=self._tokens_of(given)
            ),
            direction=self.measuring.corpus.direction(question),
            judged=judged,
            judge_error=judge_error,
        )

    def _unanswered(
        self,
        question: Question,
        error: Error | None,
        *,
        retrieval: Retrieval | None = None,
        seconds: float = 0.0,
    ) -> Outcome:
        return Outcome(
            retrieval=retrieval,
            answer=None,
            error=error,
            scores=score_question(question, hits=retrieval.hits if retrieval else (), answer=None),
            seconds=seconds,
            costs={},
            direction=self.measuring.corpus.direction(question),
        )

    def _judged(self, question: Question, given: Answer) -> tuple[Judged | None, Error | None]:
        if self.measuring.judge is None:
            return None, None
        try:
            return self.measuring.judge.judge(question, given), None
        except ModelError as failure:
            return None, _told(failure)

    def _tokens_of(self, given: Answer) -> int | None:
        count_tokens = self.measuring.count_tokens
        return count_tokens([answer_text(given)])[0] if count_tokens and not given.refused else None


def _told(failure: RagError) -> Error:
    return {"type": type(failure).__name__, "en": failure.en, "ar": failure.ar}


def _unexpected(error: BaseException) -> Error:
    """What to write of an error that nobody foresaw. Raises it where it would hit every question."""
    if not isinstance(error, Exception) or isinstance(error, RagError | OSError | MemoryError):
        raise error
    logger.error("A question failed in a way that nobody foresaw.", exc_info=error)
    kind = type(error).__name__
    return {
        "type": kind,
        "en": f"The question failed in a way that nobody foresaw: {kind}: {error}. Please report it.",
        "ar": f"تعثّر السؤال لسبب غير متوقع: {kind}: {error}. نرجو الإبلاغ عنه.",
    }

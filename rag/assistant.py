"""The story of answering: question → a stream of events, the last of them an Answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag import text
from rag.cite import check_answer, find_conflicts, number_claims, split_marked
from rag.errors import LibraryError, ModelError, QuestionError
from rag.generate import ChatEngine, extract_claims
from rag.generate.chat import EXTRACTIVE
from rag.index import Index
from rag.prompt import answer_budget, load_prompt, pack_sources, refusal_sentence
from rag.retrieve import ANSWERABLE, RELATED, Centres, Reranker, retrieve
from rag.schema import (
    Answer,
    AnswerReady,
    DraftClaim,
    Embedder,
    Event,
    Hit,
    RefusalReason,
    Retrieval,
    SourceInfo,
    SourcesFound,
    TextDelta,
)

# Passages offered with a refusal: enough to judge it by, few enough to read.
NEAREST_COUNT = 3


@dataclass(slots=True)
class _Clock:
    """Seconds spent by stage."""

    timings: dict[str, float] = field(default_factory=dict)
    _started: float = field(default_factory=time.perf_counter)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.timings[stage] = now - self._last
        self.timings["total"] = now - self._started
        self._last = now


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything needed to answer, put together once. Safe to use from several threads.

    `engine` None is the extractive answerer. With `fall_back` it also takes over, with a notice, when the chat
    model fails before it wrote anything (RAG_LLM=auto).
    """

    index: Index
    embedder: Embedder
    centres: Centres
    engine: ChatEngine | None
    fall_back: bool
    top_k: int
    candidate_count: int
    context_tokens: int
    answer_tokens: int
    max_question_characters: int
    reranker: Reranker | None = None

    @property
    def engine_name(self) -> str:
        """What answers, for people."""
        return self.engine.name if self.engine else EXTRACTIVE

    def search(self, question: str, k: int) -> Retrieval:
        """The `k` best passages. Raises QuestionError, or LibraryError where nothing is indexed yet."""
        self._check(question)
        return retrieve(
            question,
            index=self.index,
            embedder=self.embedder,
            centres=self.centres,
            top_k=k,
            candidate_count=max(self.candidate_count, k),
            reranker=self.reranker,
        )

    def ask(self, question: str) -> Answer:
        """The answer alone, for those who do not stream."""
        for event in self.events(question):
            if isinstance(event, AnswerReady):
                return event.answer
        raise AssertionError("a stream of events always ends with its answer")

    def events(self, question: str) -> Generator[Event]:
        """Sources first, then text as it is written, then the checked answer. Closing the iterator stops the model.

        Raises QuestionError, LibraryError, and ModelError where the chat model fails and nothing takes over.
        """
        clock = _Clock()
        retrieval = self.search(question, self.top_k)
        clock.lap("retrieve")
        reason = _refuse_before(retrieval)
        if reason:
            yield SourcesFound(retrieval.hits, self.engine_name)
            yield from self._refusal(retrieval, self.engine_name, reason, clock)
        elif self.engine is None:
            yield SourcesFound(retrieval.hits, EXTRACTIVE)
            yield from self._extract(retrieval, clock)
        else:
            yield from self._chat(self.engine, retrieval, clock)

    def sources(self) -> list[SourceInfo]:
        """What is indexed."""
        return self.index.sources()

    def page_text(self, source: str, page: int | None) -> str:
        """The original text of a source, or of one page of it."""
        return self.index.page_text(source, page)

    def _check(self, question: str) -> None:
        if len(question) > self.max_question_characters:
            raise QuestionError(
                en=f"The question has {len(question):,} characters; at most {self.max_question_characters:,} are read. "
                "Shorten it, or put the long text in a file and sync that.",
                ar=f"في السؤال {len(question):,} حرفًا، والحد الأقصى {self.max_question_characters:,}. "
                "اختصره، أو ضع النص الطويل في ملف وأضفه بالأمر rag sync.",
            )
        if self.index.count() == 0:
            raise LibraryError(
                en="The library is empty. Add documents first: rag sync PATH",
                ar="المكتبة فارغة. أضف وثائق أولًا بالأمر: rag sync PATH",
            )

    def _extract(self, retrieval: Retrieval, clock: _Clock, notice: str = "") -> Iterator[Event]:
        claims = extract_claims(retrieval.question, retrieval.hits)
        answer = _finish(retrieval, EXTRACTIVE, claims, ["\n"] * len(claims), retrieval.hits, notice)
        clock.lap("answer")
        yield TextDelta(answer.text)
        yield AnswerReady(replace(answer, timings=clock.timings))

    def _chat(self, engine: ChatEngine, retrieval: Retrieval, clock: _Clock) -> Iterator[Event]:
        language, question = retrieval.language, retrieval.question
        prompt = load_prompt("answer", language)
        budget = answer_budget(
            prompt, question=question, context_tokens=self.context_tokens, answer_tokens=self.answer_tokens
        )
        packed = pack_sources(retrieval.hits, budget_tokens=budget)
        yield SourcesFound(packed.hits, engine.name)
        filled = prompt.fill(refusal=refusal_sentence(language), sources=packed.text, question=question)
        written: list[str] = []
        try:
            with closing(_generator(engine.stream(filled.system, filled.user))) as pieces:
                for piece in pieces:
                    if not written:
                        clock.lap("first_token")
                    written.append(piece)
                    yield TextDelta(piece)
        except ModelError as error:
            if not self.fall_back or written:
                raise
            yield from self._extract(retrieval, clock, notice=error.message(language))
            return
        clock.lap("generate")
        reply = "".join(written).strip()
        if _says_refusal(reply):
            yield from self._refusal(retrieval, engine.name, "model_refused", clock)
            return
        marked = split_marked(reply, shown=len(packed.hits))
        claims = check_answer(marked, packed.hits, embedder=self.embedder)
        notice = _left_out(packed.left_out, language) if packed.left_out else ""
        gaps = [sentence.gap or " " for sentence in marked]
        answer = _finish(retrieval, engine.name, claims, gaps, packed.hits, notice)
        clock.lap("check")
        yield AnswerReady(replace(answer, timings=clock.timings))

    def _refusal(
        self, retrieval: Retrieval, engine: str, reason: RefusalReason, clock: _Clock
    ) -> Iterator[Event]:
        sentence = refusal_sentence(retrieval.language)
        clock.lap("answer")
        if reason != "model_refused":
            yield TextDelta(sentence)
        yield AnswerReady(
            Answer(
                question=retrieval.question,
                language=retrieval.language,
                engine=engine,
                text=sentence,
                refused=True,
                reason=reason,
                claims=(),
                citations=(),
                conflicts=(),
                nearest=retrieval.hits[:NEAREST_COUNT],
                answerability=retrieval.answerability,
                timings=clock.timings,
            )
        )


def _generator(pieces: Iterator[str]) -> Generator[str]:
    """Any iterator as a generator, so that closing it always works and reaches the engine's own `finally`."""
    yield from pieces


def _refuse_before(retrieval: Retrieval) -> RefusalReason | None:
    """The gate before the model: what the passages cannot answer is not asked."""
    if retrieval.answerability >= ANSWERABLE:
        return None
    return "not_answered" if retrieval.answerability >= RELATED else "nothing_relevant"


def _says_refusal(reply: str) -> bool:
    """Whether a model's reply is empty or the refusal sentence, in either language, however it is punctuated."""
    plain = text.words(reply)
    return not plain or plain in [text.words(refusal_sentence("ar")), text.words(refusal_sentence("en"))]


def _finish(
    retrieval: Retrieval,
    engine: str,
    claims: Sequence[DraftClaim],
    gaps: Sequence[str],
    shown: Sequence[Hit],
    notice: str,
) -> Answer:
    numbered = number_claims(claims, find_conflicts(retrieval.question, shown))
    return Answer(
        question=retrieval.question,
        language=retrieval.language,
        engine=engine,
        text=numbered.text(gaps),
        refused=False,
        reason=None,
        claims=numbered.claims,
        citations=numbered.citations,
        conflicts=numbered.conflicts,
        nearest=(),
        answerability=retrieval.answerability,
        notice=notice,
    )


def _left_out(count: int, language: str) -> str:
    if language == "ar":
        return f"لم تتسع ذاكرة النموذج لكل المصادر فتُرك منها {count}. ارفع RAG_LLM_CONTEXT_TOKENS لتُقرأ كلها."
    return f"{count} sources did not fit the model's context. Raise RAG_LLM_CONTEXT_TOKENS to have them read."

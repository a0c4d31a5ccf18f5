"""The story of answering: question → a stream of events, the last of them an Answer."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rag import text
from rag.cite import find_conflicts, number_claims
from rag.errors import LibraryError, ModelError, QuestionError
from rag.generate import ChatEngine, extract_claims, gives_what_is_asked
from rag.generate.chat import EXTRACTIVE
from rag.generate.translate import QueryTranslator
from rag.index import Index
from rag.judging import SecondJudge
from rag.notice import notice_for
from rag.prompt import answer_budget, check_prompt_was_read, load_prompt, pack_sources, refusal_sentence
from rag.reply import CheckedReply, unsaid_quotes, unsaid_values
from rag.retrieve import ANSWERABLE, RELATED, Centres, Reranker, retrieve
from rag.schema import (
    Answer,
    AnswerReady,
    DraftConflict,
    Embedder,
    Event,
    Language,
    RefusalReason,
    Retrieval,
    SourceInfo,
    SourcesFound,
    TextDelta,
)
from rag.second_look import second_look
from rag.streaming import Begun, Clock, stream_reply

# Passages offered with a refusal: enough to judge it by, few enough to read.
NEAREST_COUNT = 3


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything needed to answer, put together once. Safe to use from several threads.

    `engine` None is the extractive answerer. With `fall_back` it also takes over, with a notice, when the chat
    model fails before it wrote anything (RAG_LLM=auto). `strict` leaves unsupported claims out of the answer. A
    `translator` has the question searched for in the corpus's other language too. Answers are in `answer_language`,
    where there is one, else in that of the question; what is quoted stays as its document has it. A `judge` is the
    second one of claims.
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
    strict: bool = False
    translator: QueryTranslator | None = None
    judge: SecondJudge | None = None
    answer_language: Language | None = None

    @property
    def engine_name(self) -> str:
        """What answers, for people."""
        return self.engine.name if self.engine else EXTRACTIVE

    def search(self, question: str, k: int, *, among: Collection[str] | None = None) -> Retrieval:
        """The `k` best passages, of all sources or `among` some. Raises QuestionError, or LibraryError where nothing is
        indexed yet or one of the sources is unknown."""
        return self._search(question, k, translation="", among=among)

    def _search(self, question: str, k: int, *, translation: str, among: Collection[str] | None) -> Retrieval:
        self._check(question, among)
        return retrieve(
            question,
            index=self.index,
            embedder=self.embedder,
            centres=self.centres,
            top_k=k,
            candidate_count=max(self.candidate_count, k),
            within=among,
            as_library=True,
            translation=translation,
            reranker=self.reranker,
        )

    def _other_language(self, question: str) -> Language | None:
        """The corpus's other language, where a model can put the question into it and there is something to find."""
        other: Language = "en" if text.language(question) == "ar" else "ar"
        return other if self.translator and other in self.index.language_means() else None

    def ask(self, question: str, *, among: Collection[str] | None = None) -> Answer:
        """The answer alone, for those who do not stream."""
        for event in self.events(question, among=among):
            if isinstance(event, AnswerReady):
                return event.answer
        raise AssertionError("a stream of events always ends with its answer")

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        """Sources first, then text as it is written, then the checked answer, which stands on sources `among` those
        given alone. Closing the iterator stops the model.
        Where the question is translated to search with, other sources may follow the first ones.

        Raises QuestionError, LibraryError, and ModelError where the chat model fails and nothing takes over.
        """
        clock = Clock()
        retrieval = self._search(question, self.top_k, translation="", among=among)
        clock.lap("retrieve")
        other = self._other_language(question)
        if self.translator and other:
            yield SourcesFound(retrieval.hits, self.engine_name)
            translation = self.translator.translate(question, other)
            clock.lap("translate")
            if translation:
                retrieval = self._search(question, self.top_k, translation=translation, among=among)
                clock.lap("retrieve")
        yield from self._answer(retrieval, clock)

    def events_from(self, retrieval: Retrieval) -> Generator[Event]:
        """The same for passages that were found already, or elsewhere."""
        yield from self._answer(retrieval, Clock())

    def _answer(self, retrieval: Retrieval, clock: Clock) -> Iterator[Event]:
        if self.answer_language:
            retrieval = replace(retrieval, language=self.answer_language)
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

    def _check(self, question: str, among: Collection[str] | None) -> None:
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
        if unknown := self.index.files.missing(list(among or ())):
            raise LibraryError(
                en=f"Not in the library: {', '.join(unknown)}. See what is there with: rag sources",
                ar=f"ليس في المكتبة: {'، '.join(unknown)}. اعرض ما فيها بالأمر: rag sources",
            )

    def _extract(self, retrieval: Retrieval, clock: Clock, notice: str = "") -> Iterator[Event]:
        claims = extract_claims(retrieval.question, retrieval.hits)
        conflicts = find_conflicts(retrieval.question, retrieval.hits)
        reply = CheckedReply.quoting([*claims, *unsaid_quotes(claims, conflicts)])
        answer = _finish(retrieval, EXTRACTIVE, reply, conflicts, notice)
        clock.lap("answer")
        yield TextDelta(answer.text)
        yield AnswerReady(replace(answer, timings=clock.timings))

    def _chat(self, engine: ChatEngine, retrieval: Retrieval, clock: Clock) -> Iterator[Event]:
        language, question = retrieval.language, retrieval.question
        prompt = load_prompt("answer", language)
        budget = answer_budget(
            prompt, question=question, context_tokens=self.context_tokens, answer_tokens=self.answer_tokens
        )
        packed = pack_sources(retrieval.hits, budget_tokens=budget)
        yield SourcesFound(packed.hits, engine.name, packed.left_out, packed.shortened)
        filled = prompt.fill(refusal=refusal_sentence(language), sources=packed.text, question=question)
        begun = Begun()
        try:
            written, said = yield from stream_reply(engine, filled, begun, clock)
            check_prompt_was_read(
                filled, read_tokens=said.prompt_tokens, context_tokens=self.context_tokens, model=engine.name
            )
        except ModelError as error:
            if not self.fall_back or begun.written:
                raise
            yield from self._extract(retrieval, clock, notice=error.message(language))
            return
        clock.lap("generate")
        if said.cut_short and not written:
            raise _no_room_to_answer(engine.name, self.answer_tokens)
        check = partial(
            CheckedReply.checked,
            shown=packed.hits,
            embedder=self.embedder,
            question=question,
            judge=self.judge,
        )
        told = yield from second_look(
            engine, retrieval, packed.hits, check(written), clock, check=check, embedder=self.embedder
        )
        kept = told.reply.without("unsupported") if self.strict else told.reply
        dropped = len(told.reply.claims) - len(kept.claims)
        if kept.refuses:
            yield from self._refusal(retrieval, engine.name, "model_refused", clock, dropped=dropped)
            return
        notice = notice_for(
            language,
            left_out=packed.left_out,
            shortened=packed.shortened,
            cut_short=said.cut_short,
            dropped=dropped,
            second_look=told.second_look,
            unjudged=kept.unjudged,
        )
        conflicts = find_conflicts(question, packed.hits)
        with_values = kept.followed_by(unsaid_values(kept.claims, conflicts, language))
        if with_values.is_in(language):  # Else they stand in `conflicts` alone.
            kept = with_values
        name = EXTRACTIVE if told.second_look == "quoted" else engine.name
        answer = _finish(retrieval, name, kept, conflicts, notice)
        clock.lap("check")
        yield AnswerReady(replace(answer, timings=clock.timings))

    def _refusal(
        self, retrieval: Retrieval, engine: str, reason: RefusalReason, clock: Clock, dropped: int = 0
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
                notice=notice_for(retrieval.language, dropped=dropped),
            )
        )


def _refuse_before(retrieval: Retrieval) -> RefusalReason | None:
    """The gate before the model: what the passages cannot answer is not asked."""
    if retrieval.answerability >= ANSWERABLE:
        quotes = extract_claims(retrieval.question, retrieval.hits)
        return None if gives_what_is_asked(retrieval.question, quotes) else "not_answered"
    return "not_answered" if retrieval.answerability >= RELATED else "nothing_relevant"


def _finish(
    retrieval: Retrieval, engine: str, reply: CheckedReply, conflicts: Sequence[DraftConflict], notice: str
) -> Answer:
    numbered = number_claims(reply.claims, conflicts)
    return Answer(
        question=retrieval.question,
        language=retrieval.language,
        engine=engine,
        text=numbered.text(reply.gaps),
        refused=False,
        reason=None,
        claims=numbered.claims,
        citations=numbered.citations,
        conflicts=numbered.conflicts,
        nearest=(),
        answerability=retrieval.answerability,
        notice=notice,
    )


def _no_room_to_answer(model: str, answer_tokens: int) -> ModelError:
    return ModelError(
        en=f"{model} used up its {answer_tokens} tokens before it answered. Raise RAG_LLM_ANSWER_TOKENS.",
        ar=f"استهلك {model} رموزه الـ{answer_tokens} قبل أن يجيب. ارفع RAG_LLM_ANSWER_TOKENS.",
    )

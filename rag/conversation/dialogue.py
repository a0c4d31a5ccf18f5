"""The story of a chat: small talk is answered at once, a follow-up is made to stand alone and answered, and what came
of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from rag import text
from rag.conversation.rewrite import Exchange, rewrite_follow_up
from rag.conversation.small_talk import SmallTalk, small_talk, small_talk_reply
from rag.errors import LibraryError
from rag.generate import NO_ENGINE, ChatEngine, complete
from rag.index import Chats
from rag.schema import Answer, AnswerReady, Event, Language, TextDelta
from rag.serialise import answer_json

# Of a rewritten question, which is one line. A model that goes on is stopped here.
_MAX_REPLY_CHARACTERS = 400


class Answering(Protocol):
    """What a chat needs of an assistant."""

    @property
    def engine(self) -> ChatEngine | None:
        """The chat model, if there is one."""

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        """SourcesFound, TextDelta…, AnswerReady, of all sources or `among` some. Raises RagError; closing it stops the
        model."""


@dataclass(slots=True)
class Dialogue:
    """A chat that goes on. `chat_id` None is a new one: it is made, and named here, when its first answer is kept.
    The answer takes the place of the question that `Chats.ask` kept as `asked`, if any; `ordinal` is where. A question
    that `stands_alone` is not one about those before it.

    Its questions go to the sources that it is limited to, if any: those `among` which it is from now on, or else those
    that were chosen for it before."""

    assistant: Answering
    chats: Chats
    chat_id: str | None = None
    asked: str | None = None
    ordinal: int | None = None
    among: tuple[str, ...] = ()
    stands_alone: bool = False

    def events(self, question: str, *, stopped: Callable[[], bool] = lambda: False) -> Generator[Event]:
        """The events of one more question. Small talk has no SourcesFound. The answer carries the question as it was
        asked, and a notice where it was understood as another.

        Closing it stops the model, from the first event on: before it the model may rewrite a follow-up, and while it
        does, the generator is running and cannot be closed. So `stopped`, which may speak for another thread, is asked
        after each piece of the rewrite and before an answer is kept; once it is true, nothing more is asked and no
        event follows.

        Raises what the assistant raises, and LibraryError where there is no chat of that id, or none of the sources
        that it is limited to. An answer that cannot be kept is given all the same, and says so. A question that was
        stopped or failed is not kept.
        """
        history = self._history()
        if kind := small_talk(question):
            answer = _small_talk_answer(kind, question)
            yield TextDelta(answer.text)
            yield AnswerReady(self._keep(answer))
            return
        understood = question
        if not self.stands_alone:
            understood = rewrite_follow_up(question, history, ask=_asking(self.assistant.engine, stopped))
        if stopped():
            return
        with closing(self.assistant.events(understood, among=self._among())) as events:
            for event in events:
                if stopped():
                    return
                if isinstance(event, AnswerReady):
                    yield AnswerReady(self._keep(_as_asked(event.answer, question, understood)))
                else:
                    yield event

    def _history(self) -> list[Exchange]:
        if self.chat_id is None:
            return []
        messages = self.chats.get(self.chat_id).messages
        return [Exchange(message.question, str(message.answer["answer"])) for message in messages]

    def _among(self) -> tuple[str, ...] | None:
        """What the question goes to; None is everything."""
        if self.among or self.chat_id is None:
            return self.among or None
        choice = self.chats.choice(self.chat_id)
        if choice.gone and not choice.sources:
            raise _choice_gone()
        return choice.sources or None

    def _keep(self, answer: Answer) -> Answer:
        """Add the answer to the chat; where that fails, the answer says so."""
        try:
            if self.chat_id is None:
                self.chat_id = self.chats.create(answer.question)
            if self.among:
                self.chats.choose(self.chat_id, self.among)
            self.ordinal = self.chats.append(
                self.chat_id, answer.question, answer_json(answer), asked=self.asked
            )
        except LibraryError as error:
            return replace(answer, notice=_joined(answer.notice, _not_kept(error, answer.language)))
        return answer


def _asking(engine: ChatEngine | None, stopped: Callable[[], bool]) -> Callable[[str, str], str] | None:
    """How `engine` is asked for a rewrite: it writes no more than one can be, nor on once `stopped`."""
    if engine is None:
        return None
    return partial(complete, engine, enough=lambda reply: stopped() or len(reply) > _MAX_REPLY_CHARACTERS)


def _small_talk_answer(kind: SmallTalk, question: str) -> Answer:
    language = text.language(question)
    return Answer(
        question=question,
        language=language,
        engine=NO_ENGINE,
        text=small_talk_reply(kind, language),
        refused=False,
        reason=None,
        claims=(),
        citations=(),
        conflicts=(),
        nearest=(),
        answerability=0.0,
    )


def _choice_gone() -> LibraryError:
    return LibraryError(
        en="None of the documents chosen for this chat is in the library any more. Choose others, or all documents.",
        ar="لم يبق في المكتبة أيٌّ من الوثائق المختارة لهذه المحادثة. اختر غيرها أو اختر الوثائق كلها.",
    )


def _as_asked(answer: Answer, question: str, understood: str) -> Answer:
    """The answer to `question`, which was understood as another."""
    if understood == question:
        return answer
    told = f"فُهم السؤال: {understood}" if answer.language == "ar" else f"Understood as: {understood}"
    return replace(answer, question=question, notice=_joined(told, answer.notice))


def _not_kept(error: LibraryError, language: Language) -> str:
    told = "لم يُحفظ هذا الجواب في المحادثة." if language == "ar" else "This answer was not kept in the chat."
    return f"{told} {error.message(language)}"


def _joined(*notices: str) -> str:
    return "\n".join(filter(None, notices))

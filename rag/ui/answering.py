"""The questions that are being answered, whether or not anybody looks on. Nothing here knows Gradio.

A question belongs to the server from the moment it is asked: a reader who reloads the page, opens another chat or
closes the tab does not end the answer, which is written to its end, kept, and shown to whoever comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import closing
from dataclasses import dataclass
from threading import Lock, Semaphore, Thread

from rag.conversation import Dialogue
from rag.errors import LibraryError
from rag.generate import ChatEngine
from rag.schema import Event
from rag.ui.answer_actions import Kept
from rag.ui.kept import find_chat
from rag.ui.live import Turn
from rag.ui.render import error_html, stopped_html
from rag.ui.turn import Answers, View, stream_turn
from rag.ui.words import WORDS

# Answers made at one time, over all tabs: a local model serves one well and two at half speed; quoting is quick.
MAX_ANSWERS_AT_ONCE = 4

# What is under way when the server ends has this long to notice; a model that is silent meanwhile is left behind.
GOODBYE_SECONDS = 1.0


class Answering:
    """Answers questions, at most `at_once` at one time; the others wait for their turn."""

    def __init__(self, assistant: Answers, *, at_once: int = MAX_ANSWERS_AT_ONCE) -> None:
        self._assistant = assistant
        self._free = Semaphore(at_once)
        self._lock = Lock()
        self._going_on: dict[Turn, Thread] = {}

    def begin(self, turn: Turn) -> None:
        """Answer it in a thread of its own, which does not keep the process from ending."""
        thread = Thread(target=self._answer, args=(turn,), name=f"answer-{turn.name}", daemon=True)
        with self._lock:
            self._going_on[turn] = thread
        thread.start()

    def of(self, chat_id: str) -> list[Turn]:
        """The questions of a chat that are being answered, the newest last."""
        with self._lock:
            return [turn for turn in self._going_on if turn.chat_id == chat_id and not turn.over]

    def close(self) -> None:
        """Give up what is under way: the library keeps its questions."""
        with self._lock:
            threads = list(self._going_on.values())
            for turn in self._going_on:
                turn.close()
        for thread in threads:
            thread.join(GOODBYE_SECONDS / len(threads))

    def _answer(self, turn: Turn) -> None:
        try:
            with self._free, closing(answer(turn, self._assistant)) as views:
                for _ in views:
                    pass
        finally:
            with self._lock:
                del self._going_on[turn]


def answer(turn: Turn, assistant: Answers) -> Generator[View]:
    """Answer a question and show it: the views of the turn, for as long as it is not over. Closing the iterator stops
    the model."""
    if turn.over:
        return
    overheard = _Overheard(assistant)
    chat = Dialogue(
        overheard,
        assistant.index.chats,
        turn.chat_id,
        turn.asked,
        among=turn.among,
        stands_alone=turn.stands_alone,
    )
    views = stream_turn(
        _events(chat, turn),
        turn.question,
        turn.name,
        page_text=assistant.page_text,
        searched=lambda: overheard.question,
        kept=lambda: _kept(chat),
        asked=turn.asked,
    )
    try:
        with closing(views):
            for view in views:
                turn.chat_id, turn.ordinal = chat.chat_id, chat.ordinal
                if not turn.show(view):
                    return
                yield view
    finally:
        turn.close(None if turn.view.finished else _failed(turn))


def stop(turn: Turn) -> View | None:
    """The turn as it stands, stopped; None where it was over already."""
    view = View(stopped_html(turn.name, turn.question, turn.view.written, turn.asked), finished=True)
    return view if turn.close(view) else None


def _events(chat: Dialogue, turn: Turn) -> Generator[Event]:
    if chat.chat_id is not None and find_chat(chat.chats, chat.chat_id) is None:
        en, ar = WORDS["chat_gone"]
        raise LibraryError(en=en, ar=ar)
    with closing(chat.events(turn.question, stopped=lambda: turn.over)) as events:
        for event in events:
            if turn.over:
                return
            yield event


def _kept(chat: Dialogue) -> Kept | None:
    """Where the answer is kept; None where it could not be."""
    return None if chat.chat_id is None or chat.ordinal is None else Kept(chat.chat_id, chat.ordinal)


def _failed(turn: Turn) -> View:
    """What is left of a turn that ended without an answer: a fault of the product."""
    card = error_html(turn.name, turn.question, None, turn.view.written, turn.asked)
    return View(card, finished=True)


@dataclass(slots=True)
class _Overheard:
    """The assistant, and the last question that reached it: a follow-up reaches it rewritten."""

    assistant: Answers
    question: str = ""

    @property
    def engine(self) -> ChatEngine | None:
        return self.assistant.engine

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        self.question = question
        return self.assistant.events(question, among=among)

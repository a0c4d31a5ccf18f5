"""One browser tab: the chat it shows, and its questions, each from asked to over. Nothing here knows Gradio.

Gradio runs a tab's handlers in several threads: a stop comes while an answer is being written. A reader who opens
another chat meanwhile does not end the answer: it is written to its end and kept, and shown to whoever comes back.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock

from rag.conversation import Dialogue
from rag.errors import LibraryError
from rag.generate import ChatEngine
from rag.schema import AnswerReady, Event
from rag.ui.kept import find_chat
from rag.ui.render import error_html, stopped_html
from rag.ui.turn import Answers, View, stream_turn, well_formed
from rag.ui.words import WORDS


@dataclass(slots=True)
class Turn:
    """A question and what is shown of it. Once it is over, its view stands."""

    name: str
    question: str
    view: View = field(default_factory=lambda: View(""))
    _taken: bool = False
    _over: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def over(self) -> bool:
        """Whether it was answered, stopped, or given up."""
        return self._over

    def take(self) -> bool:
        """True for the one caller who answers it."""
        with self._lock:
            taken, self._taken = self._taken, True
            return not taken

    def show(self, view: View) -> bool:
        """Show `view`; False where the turn was over already."""
        with self._lock:
            if not self._over:
                self.view = view
                return True
            return False

    def close(self, view: View | None = None) -> bool:
        """Over, with `view` as the last, if any; False where it was over already."""
        with self._lock:
            if self._over:
                return False
            self._over = self._taken = True
            self.view = view or self.view
            return True


@dataclass(slots=True)
class Conversation:
    """A chat as a tab has it: the newest question, and how many messages it knows to be `kept` in the library.
    `chat_id` None is a chat that nothing is kept of yet."""

    chat_id: str | None = None
    kept: int = 0
    turn: Turn | None = None

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self.turn is not None and not self.turn.over

    def answer(self, assistant: Answers) -> Generator[View]:
        """The views of the newest turn, once, for as long as it is not over. Closing the iterator stops the model."""
        turn = self.turn
        if turn is None or not turn.take():
            return
        overheard = _Overheard(assistant)
        events = self._events(overheard, turn)
        views = stream_turn(
            events,
            turn.question,
            turn.name,
            page_text=assistant.page_text,
            searched=lambda: overheard.question,
        )
        try:
            with closing(views):
                for view in views:
                    if not turn.show(view):
                        return
                    yield view
        finally:
            turn.close(None if turn.view.finished else _failed(turn))

    def stop(self) -> View | None:
        """The newest turn as it stands, stopped; None where it was over already."""
        turn = self.turn
        if turn is None:
            return None
        view = View(stopped_html(turn.name, turn.question, turn.view.written), finished=True)
        return view if turn.close(view) else None

    def _events(self, overheard: _Overheard, turn: Turn) -> Generator[Event]:
        chats = overheard.assistant.index.chats
        if self.chat_id is not None and find_chat(chats, self.chat_id) is None:
            en, ar = WORDS["chat_gone"]
            raise LibraryError(en=en, ar=ar)
        dialogue = Dialogue(overheard, chats, self.chat_id)
        with closing(dialogue.events(turn.question, stopped=lambda: turn.over)) as events:
            for event in events:
                if turn.over:
                    return
                if isinstance(event, AnswerReady):
                    self.chat_id = dialogue.chat_id
                    self.kept += 1
                yield event


@dataclass(slots=True)
class Tab:
    """A browser tab. `openings` counts the chats it has shown: 0 is a tab that this process does not know yet. Its list
    shows `pages_listed` pages of the chats in which the words of `search` stand."""

    conversation: Conversation = field(default_factory=Conversation)
    openings: int = 0
    search: str = ""
    pages_listed: int = 1
    _turns: int = 0
    _asked: list[Conversation] = field(default_factory=list)
    _left: list[Conversation] = field(default_factory=list)

    def begin(self, question: str) -> Turn | None:
        """The turn of a new question; None for an empty one, or while another is being answered."""
        question = well_formed(question).strip()
        if not question or self.conversation.busy:
            return None
        self._turns += 1
        turn = self.conversation.turn = Turn(f"t{self._turns}", question)
        self._asked.append(self.conversation)
        return turn

    def answer(self, assistant: Answers) -> Generator[View | None]:
        """The views of the question that was asked first and is not answered yet; None for each while the tab shows
        another chat. Closing the iterator stops the model."""
        if not self._asked:
            return
        asked = self._asked.pop(0)
        with closing(asked.answer(assistant)) as views:
            for view in views:
                yield view if asked is self.conversation else None

    def turn_to(self, chat_id: str | None, kept: int = 0) -> Conversation:
        """Show another chat, of which `kept` messages are in the library; where a question of it is being answered in
        this tab, that goes on to be shown."""
        going_on = [one for one in (*self._left, self.conversation) if one.busy]
        same = next((one for one in going_on if chat_id and one.chat_id == chat_id), None)
        self._left = [one for one in going_on if one is not same]
        self.conversation = same or Conversation(chat_id)
        self.conversation.kept = kept
        self.openings += 1
        return self.conversation


@dataclass(slots=True)
class _Overheard:
    """The assistant, and the last question that reached it: a follow-up reaches it rewritten."""

    assistant: Answers
    question: str = ""

    @property
    def engine(self) -> ChatEngine | None:
        return self.assistant.engine

    def events(self, question: str) -> Generator[Event]:
        self.question = question
        return self.assistant.events(question)


def _failed(turn: Turn) -> View:
    """What is left of a turn that ended without an answer: a fault of the product, or a tab that was closed."""
    return View(error_html(turn.name, turn.question, None, turn.view.written), finished=True)

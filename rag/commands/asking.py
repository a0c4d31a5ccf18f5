"""Searching and answering."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from rag.commands.library import OpenLibrary
from rag.conversation import Dialogue
from rag.schema import Answer, AnswerReady, Retrieval, SourcesFound, TextDelta

# The id that stands for a chat yet to be made.
NEW_CHAT = "new"


@dataclass(frozen=True, slots=True)
class Search:
    """The `k` passages that are nearest to a question, of `only` some sources, if any are named."""

    question: str
    k: int
    only: tuple[str, ...] = ()

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> Retrieval:
        """See `Assistant.search`."""
        return library.assistant().search(self.question, self.k, among=self.only or None)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the id of the chat that it was kept in, None outside of chats."""

    answer: Answer
    chat: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """An answer; in the chat of the id `chat`, or in a new one, where that is not None. It stands on `only` some
    sources, if any are named; a chat stays limited to them."""

    question: str
    chat: str | None = None
    only: tuple[str, ...] = ()

    def run(self, library: OpenLibrary, tell: Callable[[SourcesFound | TextDelta], None]) -> Asked:
        """See `Assistant.events` and `Dialogue.events`. An answer that nobody waits for is not kept."""
        assistant = library.assistant()
        chat_id = None if self.chat == NEW_CHAT else self.chat
        dialogue = Dialogue(assistant, library.index.chats, chat_id, among=self.only)
        asked = (
            dialogue.events(self.question)
            if self.chat
            else assistant.events(self.question, among=self.only or None)
        )
        with closing(asked) as events:
            for event in events:
                if isinstance(event, AnswerReady):
                    return Asked(event.answer, dialogue.chat_id)
                tell(event)
        raise AssertionError("a stream of events always ends with its answer")

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
    """The `k` passages that are nearest to a question."""

    question: str
    k: int

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> Retrieval:
        """See `Assistant.search`."""
        return library.assistant().search(self.question, self.k)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the id of the chat that it was kept in, None outside of chats."""

    answer: Answer
    chat: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """An answer; in the chat of the id `chat`, or in a new one, where that is not None."""

    question: str
    chat: str | None = None

    def run(self, library: OpenLibrary, tell: Callable[[SourcesFound | TextDelta], None]) -> Asked:
        """See `Assistant.events` and `Dialogue.events`. An answer that nobody waits for is not kept."""
        assistant = library.assistant()
        dialogue = Dialogue(assistant, library.index.chats, None if self.chat == NEW_CHAT else self.chat)
        with closing((dialogue if self.chat else assistant).events(self.question)) as events:
            for event in events:
                if isinstance(event, AnswerReady):
                    return Asked(event.answer, dialogue.chat_id)
                tell(event)
        raise AssertionError("a stream of events always ends with its answer")

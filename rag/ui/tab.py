"""One browser tab: the chat it shows, and the newest question of it. Nothing here knows Gradio.

Gradio runs a tab's handlers in several threads, and several tabs may show one chat.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from rag.errors import LibraryError
from rag.index import Chats
from rag.ui.live import Turn
from rag.ui.turn import View, well_formed


@dataclass(slots=True)
class Conversation:
    """A chat as a tab shows it: the newest `turn`, and how many of its messages in the library stand `above` that.
    `opened_id` None is a chat that was new when it was opened."""

    opened_id: str | None = None
    above: int = 0
    turn: Turn | None = None

    @property
    def chat_id(self) -> str | None:
        """None for a chat that the library knows nothing of yet."""
        return self.opened_id if self.turn is None else self.turn.chat_id

    @property
    def kept(self) -> int:
        """How many messages of the library are shown."""
        return self.above + (self.turn is not None and self.turn.ordinal is not None)

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self.turn is not None and not self.turn.over


@dataclass(slots=True)
class Tab:
    """A browser tab. `openings` counts the chats it has shown: 0 is a tab that this process does not know yet. Its list
    shows `pages_listed` pages of the chats in which the words of `search` stand."""

    conversation: Conversation = field(default_factory=Conversation)
    openings: int = 0
    search: str = ""
    pages_listed: int = 1
    _followed: bool = False

    def begin(
        self, question: str, chats: Chats, *, again: str | None = None, among: tuple[str, ...] = ()
    ) -> Turn | None:
        """The turn of a new question, which is kept from now on; None for an empty one, or while another is being
        answered. `again` names the question without an answer that it repeats; `among` are the sources
        that a chat is limited to which is begun by it."""
        question = well_formed(question).strip()
        if not question or self.conversation.busy:
            return None
        chat_id, asked = self.conversation.chat_id, None
        among = () if chat_id else among
        try:
            if chat_id is None:
                chat_id = chats.create(question)
                chats.choose(chat_id, among)
            asked = chats.ask(chat_id, question, again=again)
        except LibraryError:
            pass  # Answering says what is wrong with the library, or that the answer could not be kept.
        turn = Turn(question, chat_id, asked, among=among)
        self.conversation = Conversation(chat_id, self.conversation.kept, turn)
        return turn

    def turn_to(self, chat_id: str | None, kept: int = 0, turn: Turn | None = None) -> None:
        """Show another chat, of which `kept` messages are in the library, and the `turn` of it that is going on."""
        self.conversation = Conversation(chat_id, kept, turn)
        self.openings += 1

    async def follow(self) -> AsyncGenerator[View]:
        """What is shown of the newest question, until it is over or the tab shows something else."""
        conversation = self.conversation
        if conversation.turn is None:
            return
        async with aclosing(conversation.turn.views()) as views:
            async for view in views:
                if self.conversation is not conversation:
                    return
                self._followed = True
                yield view

    def followed(self) -> bool:
        """Whether a question was followed since this was last asked."""
        followed, self._followed = self._followed, False
        return followed

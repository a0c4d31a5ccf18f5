"""The chats that are kept. See `rag.index.Chats`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.commands.library import OpenLibrary
from rag.index import Chat, ChatInfo


@dataclass(frozen=True, slots=True)
class ListChats:
    """The chats that hold all of the words of `search`."""

    search: str

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> tuple[ChatInfo, ...]:
        """The one that was last used comes first."""
        return library.index.chats.list(self.search)


@dataclass(frozen=True, slots=True)
class GetChat:
    """A whole chat."""

    chat: str

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> Chat:
        """The chat."""
        return library.index.chats.get(self.chat)


@dataclass(frozen=True, slots=True)
class RenameChat:
    """Give a chat another title."""

    chat: str
    title: str

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> None:
        """Nothing comes of it."""
        library.index.chats.rename(self.chat, self.title)


@dataclass(frozen=True, slots=True)
class DeleteChat:
    """Forget a chat for good."""

    chat: str

    def run(self, library: OpenLibrary, _: Callable[[object], None]) -> None:
        """Nothing comes of it."""
        library.index.chats.delete(self.chat)

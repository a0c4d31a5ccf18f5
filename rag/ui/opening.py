"""A chat that a tab turns to: what stands above its next question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import LibraryError
from rag.ui.kept import find_chat, messages_html
from rag.ui.markup import alert, both, sentence
from rag.ui.tab import Tab
from rag.ui.turn import Answers


@dataclass(frozen=True, slots=True)
class Opened:
    """The turns above the newest question, as HTML, and whether there are none at all and nothing else to say."""

    past: str
    empty: bool = False


def open_chat(tab: Tab, assistant: Answers, chat_id: str | None) -> Opened:
    """Turn the tab to a chat; to a new one, which says why, where that cannot be shown. None is a new chat."""
    if not chat_id:
        tab.turn_to(None)
        return Opened(_past(tab, []), empty=True)
    try:
        chat = find_chat(assistant.index.chats, chat_id)
    except LibraryError as error:
        tab.turn_to(None)
        return Opened(_past(tab, [alert(f"<p>{sentence(error)}</p>")]))
    if chat is None:
        tab.turn_to(None)
        return Opened(_past(tab, [alert(f"<p>{both('chat_unknown')}</p>")]))
    tab.turn_to(chat.info.id, kept=len(chat.messages))
    return Opened(_past(tab, messages_html(chat.messages, assistant.page_text)))


def catch_up(tab: Tab, assistant: Answers) -> str | None:
    """The turns of the tab's chat again, where another tab has added to it since; else None."""
    chat_id = tab.conversation.chat_id
    if chat_id is None:
        return None
    try:
        chat = find_chat(assistant.index.chats, chat_id)
    except LibraryError:
        return None  # Answering reads the same chat next, and says what is wrong.
    if chat is None or len(chat.messages) == tab.conversation.kept:
        return None
    tab.openings += 1
    tab.conversation.kept = len(chat.messages)
    return _past(tab, messages_html(chat.messages, assistant.page_text))


def _past(tab: Tab, cards: Iterable[str]) -> str:
    """The finished turns. chats.js moves later ones to their end, which Gradio does not see: a number of its own makes
    it draw the whole anew when the same HTML comes again."""
    return f'<div class="turns" data-opening="{tab.openings}">{"".join(cards)}</div>'

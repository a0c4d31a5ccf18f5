"""A chat that a tab turns to: what stands above its next question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import LibraryError
from rag.ui.answering import Answering
from rag.ui.kept import chat_html, find_chat
from rag.ui.markup import alert, both, sentence
from rag.ui.tab import Tab
from rag.ui.turn import Answers


@dataclass(frozen=True, slots=True)
class Opened:
    """The turns above the newest question, as HTML, and whether there are none at all and nothing else to say."""

    past: str
    empty: bool = False


def open_chat(tab: Tab, assistant: Answers, answering: Answering, chat_id: str | None) -> Opened:
    """Turn the tab to a chat, with the question that is being answered in it; to a new one, which says why, where that
    cannot be shown. None is a new chat."""
    if not chat_id:
        tab.turn_to(None)
        return Opened(_past(tab, []), empty=True)
    # Before the chat is read: what is answered in between is in it, and not shown twice.
    going_on = answering.of(chat_id)
    try:
        chat = find_chat(assistant.index.chats, chat_id)
    except LibraryError as error:
        tab.turn_to(None)
        return Opened(_past(tab, [alert(f"<p>{sentence(error)}</p>")]))
    if chat is None:
        tab.turn_to(None)
        return Opened(_past(tab, [alert(f"<p>{both('chat_unknown')}</p>")]))
    waiting = {question.id for question in chat.unanswered}
    going_on = [turn for turn in going_on if turn.asked in waiting]
    tab.turn_to(chat.info.id, kept=len(chat.messages), turn=going_on[-1] if going_on else None)
    without = {turn.asked for turn in going_on}
    return Opened(_past(tab, chat_html(chat, assistant.page_text, without=without)))


def catch_up(tab: Tab, assistant: Answers, answering: Answering) -> str | None:
    """The turns of the tab's chat again, where another tab has added to it since; else None."""
    conversation = tab.conversation
    if conversation.chat_id is None:
        return None
    try:
        chat = find_chat(assistant.index.chats, conversation.chat_id)
    except LibraryError:
        return None  # Answering reads the same chat next, and says what is wrong.
    if chat is None or len(chat.messages) == conversation.kept:
        return None
    tab.turn_to(chat.info.id, kept=len(chat.messages))
    without = {turn.asked for turn in answering.of(chat.info.id)}
    return _past(tab, chat_html(chat, assistant.page_text, without=without))


def _past(tab: Tab, cards: Iterable[str]) -> str:
    """The finished turns. chats.js moves later ones to their end, which Gradio does not see: a number of its own makes
    it draw the whole anew when the same HTML comes again."""
    return f'<div class="turns" data-opening="{tab.openings}">{"".join(cards)}</div>'

"""Chats as HTML: the list of them, and the bar of the one that is open.

What a reader can do carries `data-act`, which chats_panel.py hears; the rest are links that work by themselves. Ids are
the library's own, and titles text.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.index import ChatInfo
from rag.index.chats import TITLE_CHARACTERS
from rag.ui.markup import both, icon, own, plain, unseen
from rag.ui.words import WORDS

# A list is drawn anew after every answer; nobody reads further down without searching.
CHATS_PER_PAGE = 40


def list_html(
    chats: Sequence[ChatInfo], *, current: str | None, searched: bool, pages: int = 1, told: str = ""
) -> str:
    """The first `pages` pages of the chats, newest first, with the `current` one marked. `told` is the key of what
    just happened to one of them."""
    note = f'<p class="told" role="status">{both(told)}</p>' if told else ""
    if not chats:
        return f'{note}<p class="none">{both("no_chats_found" if searched else "no_chats")}</p>'
    shown = chats[: pages * CHATS_PER_PAGE]
    more = (
        f'<button type="button" class="quiet" data-act="more">{both("more_chats")}</button>'
        if len(chats) > len(shown)
        else ""
    )
    rows = "".join(_row(chat, current=chat.id == current) for chat in shown)
    return f'{note}<nav aria-labelledby="chats-title"><ul class="chat-list">{rows}</ul></nav>{more}'


def head_html() -> str:
    """The top of the list: its name, the way to a new chat, and the button that closes it where it is a drawer."""
    return (
        f'<div class="chats-head"><h2 id="chats-title">{both("chats")}</h2>'
        f'<button type="button" id="close-chats" class="icon-button">{icon("close")}{unseen("close_chats")}</button>'
        f'</div><a class="new-chat" href="/" data-act="new">{icon("new")}{both("new_chat")}</a>'
    )


def bar_html(chat: ChatInfo | None, told: str = "") -> str:
    """The title of the open chat and what can be done with it. A new one has neither. `told` is the key of what is
    wrong with a change of its title."""
    if chat is None:
        return '<div class="chat-bar" data-chat=""></div>'
    wrong = f'<p class="told" role="alert">{both(told)}</p>' if told else ""
    title = plain(chat.title)
    return (
        f'<div class="chat-bar" data-chat="{plain(chat.id)}"><h2 class="chat-name" {own(chat.title)}>{title}</h2>'
        f'<details class="menu"{" open" if told else ""}>'
        f'<summary class="icon-button">{icon("more")}{unseen("chat_menu")}</summary><div class="menu-items">'
        f'<form data-act="rename"><label>{both("chat_title")}<input name="title" dir="auto" value="{title}" '
        f'maxlength="{TITLE_CHARACTERS}" autocomplete="off"></label>'
        f'<button type="submit" class="quiet">{both("rename")}</button></form>{wrong}'
        f"<p>{both('save_as')}</p>{_save(chat.id, 'markdown')}{_save(chat.id, 'json')}"
        f'<details class="delete"><summary>{both("delete_chat")}</summary><p>{both("delete_hint")}</p>'
        f'<button type="button" class="danger" data-act="delete">{both("delete_sure")}</button></details>'
        f"</div></details></div>"
    )


def _row(chat: ChatInfo, *, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    day = chat.updated_at.partition("T")[0]
    return (
        f'<li><a class="chat" href="/?chat={plain(chat.id)}" data-act="open" data-chat="{plain(chat.id)}"{mark}>'
        f'<span class="chat-title" {own(chat.title)}>{plain(chat.title)}</span>'
        f'<time datetime="{plain(chat.updated_at)}">{plain(day)}</time></a></li>'
    )


def _save(chat_id: str, file_format: str) -> str:
    """A link for each language of the page: a file is written in one."""
    links = "".join(
        f'<a lang="{language}" download href="/api/chats/{plain(chat_id)}/export?format={file_format}'
        f'&amp;language={language}">{plain(words)}</a>'
        for language, words in zip(("en", "ar"), WORDS[f"save_{file_format}"], strict=True)
    )
    return f'<span class="words save">{links}</span>'

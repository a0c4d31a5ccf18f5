"""The chats at the side of the page: the list, the search, and the bar of the open one. Made of Gradio's components.

Annotations are not postponed here: Gradio reads those of a handler, and finds `gr` where it was imported.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryError
from rag.index import Chats
from rag.ui.answering import Answering
from rag.ui.chats_view import bar_html, head_html, list_html
from rag.ui.desk import Desk, Updates, html
from rag.ui.following import follow
from rag.ui.kept import find_chat
from rag.ui.markup import alert, sentence
from rag.ui.opening import open_chat
from rag.ui.tab import Tab
from rag.ui.turn import Answers
from rag.ui.words import WORDS

if TYPE_CHECKING:
    import gradio as gr

# Tells the server what was clicked or sent, with all that its HTML says of it (see chats_view.py). A link that is
# opened in another tab stays a link.
_TELL = """
const tell = (event, source, more) => {
  event.preventDefault();
  if (source.href) history.pushState(null, "", source.href);
  trigger("act", { ...source.dataset, ...more });
};
element.addEventListener("click", (event) => {
  const source = event.target.closest("a[data-act], button[data-act]");
  if (source && !(event.ctrlKey || event.metaKey || event.shiftKey)) tell(event, source, {});
});
element.addEventListener("submit", (event) => {
  tell(event, event.target, Object.fromEntries(new FormData(event.target)));
});
"""


@dataclass(frozen=True, slots=True)
class ChatsPanel:
    """The components of the side, and the `bar` above the open chat."""

    chats: Chats
    head: "gr.HTML"
    search: "gr.Textbox"
    listing: "gr.HTML"
    bar: "gr.HTML"

    @property
    def changing(self) -> list[Any]:
        """Every component that a handler may change."""
        return [self.listing, self.bar]

    def listed(self, tab: Tab, told: str = "") -> Updates:
        """The list as it is now; `told` is what just happened in it."""
        try:
            found = self.chats.list(tab.search)
        except LibraryError as error:
            return {self.listing: alert(f"<p>{sentence(error)}</p>")}
        current = tab.conversation.chat_id
        shown = list_html(
            found, current=current, searched=bool(tab.search.strip()), pages=tab.pages_listed, told=told
        )
        return {self.listing: shown}

    def barred(self, tab: Tab, told: str = "") -> Updates:
        """The bar of the open chat; `told` is what is wrong with a change of its title."""
        chat_id = tab.conversation.chat_id
        try:
            chat = find_chat(self.chats, chat_id) if chat_id else None
        except LibraryError:
            chat = None  # The list, which is read with it, says what is wrong.
        return {self.bar: bar_html(chat.info if chat else None, told)}

    def now(self, tab: Tab, told: str = "") -> Updates:
        """Both, after anything that may have changed them."""
        return {**self.listed(tab, told), **self.barred(tab)}


def build_side() -> tuple["gr.HTML", "gr.Textbox", "gr.HTML"]:
    """Head, search box and list."""
    import gradio as gr

    head = html(head_html(), "chats-head", js=_TELL)
    # One line makes it an input, so that the question's is the page's only text area.
    search = gr.Textbox(
        label=" · ".join(WORDS["search_chats"]),
        show_label=False,
        max_lines=1,
        container=False,
        elem_id="chat-search",
    )
    return head, search, html("", "chat-list", js=_TELL)


def build_bar() -> "gr.HTML":
    """The bar above the open chat."""
    return html("", "chat-bar", js=_TELL)


def wire_chats(
    panel: ChatsPanel, desk: Desk, tab_state: "gr.State", assistant: Answers, answering: Answering
) -> None:
    """What happens in the panel, and on the desk because of it."""
    import gradio as gr

    def show(tab: Tab, chat_id: str | None, told: str = "") -> Updates:
        opened = open_chat(tab, assistant, answering, chat_id)
        return {**desk.opened(opened, tab.conversation), **panel.now(tab, told)}

    def rename(tab: Tab, title: str) -> Updates:
        if not tab.conversation.chat_id:
            return show(tab, None)
        if not title.strip():
            return panel.barred(tab, told="rename_empty")
        try:
            panel.chats.rename(tab.conversation.chat_id, title)
        except LibraryError:
            return show(tab, tab.conversation.chat_id)
        return panel.now(tab)

    def delete(tab: Tab) -> Updates:
        if not tab.conversation.chat_id:
            return show(tab, None)
        try:
            panel.chats.delete(tab.conversation.chat_id)
        except LibraryError:
            return show(tab, tab.conversation.chat_id)
        return show(tab, None, told="chat_deleted")

    def act(tab: Tab, event: gr.EventData) -> Updates:
        told: dict[str, str] = {name: str(value) for name, value in event._data.items()}
        match told.get("act"):
            case "open":
                return show(tab, told.get("chat"))
            case "rename":
                return rename(tab, told.get("title", ""))
            case "delete":
                return delete(tab)
            case "more":
                tab.pages_listed += 1
                return panel.listed(tab)
            case _:
                return show(tab, None)

    def search(words: str, tab: Tab) -> Updates:
        tab.search, tab.pages_listed = words, 1
        return panel.listed(tab)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    changing = [*desk.changing, *panel.changing]
    for part in (panel.head, panel.listing, panel.bar):
        follow(part.act(act, [tab_state], changing, **quiet), desk, panel, tab_state)
    # Not `input`: Gradio takes that for keys alone, and words are also pasted or cut.
    panel.search.change(
        search, [panel.search, tab_state], [panel.listing], trigger_mode="always_last", **quiet
    )

"""What happens when the page is opened, when a question is asked, and when its answer is stopped.

Annotations are not postponed here: Gradio reads those of a handler, and finds `gr` where it was imported.
"""

from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.ui.answering import Answering, stop
from rag.ui.chats_panel import ChatsPanel
from rag.ui.desk import Desk, Updates
from rag.ui.following import follow
from rag.ui.footer import footer_html
from rag.ui.library_choice import read_draft
from rag.ui.library_view import begin_html
from rag.ui.markup import alert, both, sentence
from rag.ui.opening import catch_up, open_chat
from rag.ui.tab import Tab
from rag.ui.turn import Answers

if TYPE_CHECKING:
    import gradio as gr

# A file of the sample corpus: the example questions are shown where it is indexed, and nowhere else.
_SAMPLE_FILE = "003_1c787875b37093a0.txt"

# The chat that the page's address names, in the place of the second of a handler's inputs; and, in that of the fourth,
# the documents that were chosen for a chat that is not begun.
_WITH_ADDRESS = "(first, _, tab) => [first, new URLSearchParams(location.search).get('chat') || '', tab]"
_WITH_CHOICE = f"(first, _, tab, __) => [...({_WITH_ADDRESS})(first, _, tab), sanad.draft()]"


def wire_asking(
    page: "gr.Blocks",
    desk: Desk,
    panel: ChatsPanel,
    address: "gr.Textbox",
    tab_state: "gr.State",
    assistant: Answers,
    answering: Answering,
) -> None:
    """The handlers of the desk. `address` is a component that only carries the page's address to them."""
    import gradio as gr

    def greet(_: str, chat_id: str, tab: Tab) -> Updates:
        words, fits = welcome_html(assistant)
        greeted: Updates = {
            desk.opening: words,
            desk.examples: gr.update(visible=fits),
            desk.footer: footer_html(assistant.engine_name),
        }
        # Whoever was quicker to ask than this to arrive has opened the chat already.
        if tab.openings == 0:
            greeted |= desk.opened(open_chat(tab, assistant, answering, chat_id), tab.conversation)
        return greeted | panel.now(tab)

    def begin(
        asked: str, chat_id: str, tab: Tab, draft: str, again: str | None = None, alone: bool = False
    ) -> Any:
        updates: Updates = {}
        if tab.openings == 0:
            # The server was started anew under a page that stayed open: its address knows the chat.
            updates = desk.opened(open_chat(tab, assistant, answering, chat_id), tab.conversation)
        if not asked.strip() or tab.conversation.busy:
            return updates or gr.skip()
        last = tab.conversation.turn
        added_elsewhere = catch_up(tab, assistant, answering)
        if turn := tab.begin(asked, assistant.index.chats, again=again, among=read_draft(draft)):
            turn.stands_alone = alone
            answering.begin(turn)
        updates |= desk.begun(last.view.card if last and added_elsewhere is None else "")
        updates |= {} if added_elsewhere is None else {desk.past: added_elsewhere}
        # Another model may have been chosen since, in another tab: the reader is told where this question goes.
        updates[desk.footer] = footer_html(assistant.engine_name)
        # The page's address names the chat from now on, so that a reload finds the question.
        return updates | panel.now(tab)

    def begin_again(_: str, chat_id: str, tab: Tab, draft: str, event: gr.EventData) -> Any:
        told: dict[str, str] = {name: str(value) for name, value in event._data.items()}
        return begin(told.get("repeats", ""), chat_id, tab, draft, told.get("asked"), "alone" in told)

    def welcome() -> Updates:
        words, fits = welcome_html(assistant)
        return {desk.opening: words, desk.examples: gr.update(visible=fits)}

    def halt(tab: Tab) -> Updates:
        turn = tab.conversation.turn
        view = stop(turn) if turn else None
        return {**(desk.view(view) if view else {}), **desk.busy(tab.conversation.busy)}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    changing = [*desk.changing, *panel.changing]
    begins: dict[str, Any] = {"outputs": changing, "js": _WITH_CHOICE, "queue": False, **quiet}
    triggers = [
        (desk.question.submit, desk.question),
        (desk.send.click, desk.question),
        *((button.click, button) for button in desk.example_buttons),
    ]
    for trigger, asked in triggers:
        follow(trigger(begin, [asked, address, tab_state, address], **begins), desk, panel, tab_state)
    for part in (desk.past, desk.live[0]):
        again = part.act(begin_again, [address, address, tab_state, address], **begins)
        follow(again, desk, panel, tab_state)
    # No `cancels`: a turn that is over ends by itself.
    desk.stop.click(halt, [tab_state], changing, queue=False, **quiet)
    desk.opening.act(welcome, None, [desk.opening, desk.examples], queue=False, **quiet)
    opened = page.load(
        greet,
        [address, address, tab_state],
        [desk.opening, desk.examples, *changing],
        js=_WITH_ADDRESS,
        queue=False,
        **quiet,
    )
    follow(opened, desk, panel, tab_state)


def welcome_html(assistant: Answers) -> tuple[str, bool]:
    """(the page's opening words, whether the example questions fit what is indexed)."""
    title = f"<h1>{both('welcome_title')}</h1>"
    try:
        sources = assistant.sources()
    except RagError as error:
        return alert(f"<p>{sentence(error)}</p>"), False
    if not sources:
        return f"{title}<p>{both('welcome_empty')}</p>{begin_html()}", False
    count = both(
        "library", sources=f"{len(sources):,}", passages=f"{sum(source.passages for source in sources):,}"
    )
    fits = any(source.source.endswith(_SAMPLE_FILE) for source in sources)
    return f'{title}<p>{both("welcome_text")}</p><p class="library">{count}</p>', fits

"""What happens when the page is opened, when a question is asked, and when its answer is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.ui.chats_panel import ChatsPanel
from rag.ui.desk import Desk, Updates
from rag.ui.markup import alert, both, sentence
from rag.ui.opening import catch_up, open_chat
from rag.ui.tab import Tab
from rag.ui.turn import Answers

if TYPE_CHECKING:
    import gradio as gr

# Answers made at one time, over all tabs: a local model serves one well and two at half speed; quoting is quick.
MAX_ANSWERS_AT_ONCE = 4

# A file of the sample corpus: the example questions are shown where it is indexed, and nowhere else.
_SAMPLE_FILE = "003_1c787875b37093a0.txt"

# The chat that the page's address names, in the place of the second of a handler's inputs.
_WITH_ADDRESS = "(first, _, tab) => [first, new URLSearchParams(location.search).get('chat') || '', tab]"


def wire_asking(
    page: gr.Blocks,
    desk: Desk,
    panel: ChatsPanel,
    address: gr.Textbox,
    tab_state: gr.State,
    assistant: Answers,
) -> None:
    """The handlers of the desk. `address` is a component that only carries the page's address to them."""
    import gradio as gr

    def greet(_: str, chat_id: str, tab: Tab) -> Updates:
        words, fits = welcome_html(assistant)
        return {
            desk.opening: words,
            desk.examples: gr.update(visible=fits),
            **desk.opened(open_chat(tab, assistant, chat_id), tab.conversation),
            **panel.now(tab),
        }

    def begin(asked: str, chat_id: str, tab: Tab) -> Any:
        updates: Updates = {}
        if tab.openings == 0:
            # The server was started anew under a page that stayed open: its address knows the chat.
            updates = desk.opened(open_chat(tab, assistant, chat_id), tab.conversation)
        last = tab.conversation.turn
        if tab.begin(asked) is None:
            return updates or gr.skip()
        added_elsewhere = catch_up(tab, assistant)
        updates |= desk.begun(last.view.card if last and added_elsewhere is None else "")
        return updates | ({} if added_elsewhere is None else {desk.past: added_elsewhere})

    def answer(tab: Tab) -> Iterator[Updates]:
        for view in tab.answer(assistant):
            if view:
                yield desk.view(view)

    def end(tab: Tab) -> Updates:
        conversation = tab.conversation
        if conversation.busy:
            return panel.listed(tab)
        shown = desk.view(conversation.turn.view) if conversation.turn else {}
        return {**shown, **desk.busy(False), **panel.now(tab)}

    def halt(tab: Tab) -> Updates:
        view = tab.conversation.stop()
        return {**(desk.view(view) if view else {}), **desk.busy(tab.conversation.busy)}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    changing = [*desk.changing, *panel.changing]
    triggers = [
        (desk.question.submit, desk.question),
        (desk.send.click, desk.question),
        *((button.click, button) for button in desk.example_buttons),
    ]
    for trigger, asked in triggers:
        begun = trigger(begin, [asked, address, tab_state], changing, js=_WITH_ADDRESS, queue=False, **quiet)
        answered = begun.then(
            answer,
            [tab_state],
            list(desk.live),
            concurrency_id="answers",
            concurrency_limit=MAX_ANSWERS_AT_ONCE,
            # A question may come while one before is still being stopped or answered; "once" would drop it.
            trigger_mode="multiple",
            **quiet,
        )
        # Gradio runs `then` after an answer and not after a fault, whatever its name says.
        for ended in (answered.then, answered.failure):
            ended(end, [tab_state], changing, queue=False, **quiet)
    # No `cancels`: it would end the answers of other chats of this tab too. A turn that is over ends by itself.
    desk.stop.click(halt, [tab_state], changing, queue=False, **quiet)
    page.load(
        greet,
        [address, address, tab_state],
        [desk.opening, desk.examples, *changing],
        js=_WITH_ADDRESS,
        queue=False,
        **quiet,
    )


def welcome_html(assistant: Answers) -> tuple[str, bool]:
    """(the page's opening words, whether the example questions fit what is indexed)."""
    title = f"<h1>{both('welcome_title')}</h1>"
    try:
        sources = assistant.sources()
    except RagError as error:
        return alert(f"<p>{sentence(error)}</p>"), False
    if not sources:
        return f"{title}<p>{both('welcome_empty', command='rag sync PATH')}</p>", False
    count = both(
        "library", sources=f"{len(sources):,}", passages=f"{sum(source.passages for source in sources):,}"
    )
    fits = any(source.source.endswith(_SAMPLE_FILE) for source in sources)
    return f'{title}<p>{both("welcome_text")}</p><p class="library">{count}</p>', fits

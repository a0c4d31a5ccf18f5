"""Looking on: what Gradio shows of a question while it is being answered, in every tab that shows its chat."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from rag.ui.desk import Desk, Updates
from rag.ui.tab import Tab

if TYPE_CHECKING:
    import gradio as gr
    from gradio.events import Dependency

    from rag.ui.chats_panel import ChatsPanel


def follow(event: Dependency, desk: Desk, panel: ChatsPanel, tab_state: gr.State) -> None:
    """After `event`, which may have begun a question or opened a chat in which one is being answered."""
    import gradio as gr

    async def look_on(tab: Tab) -> AsyncGenerator[Updates]:
        async for view in tab.follow():
            yield desk.view(view)

    def end(tab: Tab) -> Any:
        if not tab.followed():
            return gr.skip()
        turn = tab.conversation.turn
        if tab.conversation.busy or turn is None:
            return panel.listed(tab)
        # The bar was drawn when the question was kept; drawn again, a menu that was opened in it would close.
        changed = panel.listed(tab) if turn.asked else panel.now(tab)
        return {**desk.view(turn.view), **desk.busy(False), **changed}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # It takes no thread while it waits, so there may be any number; "once" would drop the second of two.
    shown = event.then(
        look_on, [tab_state], list(desk.live), concurrency_limit=None, trigger_mode="multiple", **quiet
    )
    shown.then(end, [tab_state], [*desk.changing, *panel.changing], queue=False, **quiet)

"""The middle of the page, made of Gradio's components: the chat that is shown, the question box, how they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.ui.markup import both
from rag.ui.opening import Opened
from rag.ui.tab import Conversation
from rag.ui.turn import View
from rag.ui.words import EXAMPLES, WORDS

if TYPE_CHECKING:
    import gradio as gr

# What a handler returns: a component that changes → its new value, or gr.update(…).
Updates = dict[Any, Any]

# Tells the server which question is to be asked again (see answer_actions.py).
_TELL_AGAIN = """
element.addEventListener("click", (event) => {
  const source = event.target.closest("button[data-again]");
  if (source) trigger("act", { ...source.dataset });
});
"""


# Asks for the opening words anew where the library has changed (see library.js).
_TELL_CHANGED = """
document.addEventListener("sanad:library", () => trigger("act", {}));
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """The components of the middle, from top to bottom.

    `past` is drawn when a chat is opened. A turn that is over is put in `added`, from where chats.js moves it below the
    others: the cost of a question does not grow with the chat. `live` are the newest turn's card, the text that is
    being written, and what is below it.
    """

    welcome: gr.Column
    opening: gr.HTML
    examples: gr.Column
    example_buttons: tuple[gr.Button, ...]
    past: gr.HTML
    added: gr.HTML
    current: gr.Column
    live: tuple[gr.HTML, gr.HTML, gr.HTML]
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    footer: gr.HTML

    @property
    def changing(self) -> list[Any]:
        """Every component that a handler may change."""
        return [
            self.welcome,
            self.past,
            self.added,
            self.current,
            *self.live,
            self.question,
            self.send,
            self.stop,
            self.footer,
        ]

    def view(self, view: View | None) -> Updates:
        """The newest turn as it stands; None where there is none."""
        shown = (view.card, view.text, view.below) if view else ("", "", "")
        return dict(zip(self.live, shown, strict=True))

    def busy(self, busy: bool) -> Updates:
        """The button that asks, or the one that stops."""
        import gradio as gr

        return {self.send: gr.update(visible=not busy), self.stop: gr.update(visible=busy)}

    def begun(self, before: str) -> Updates:
        """A question was taken; `before` is the card of the turn before it, if any."""
        import gradio as gr

        return {
            self.question: "",
            self.welcome: gr.update(visible=False),
            self.current: gr.update(visible=True),
            self.added: before,
            **self.view(None),
            **self.busy(True),
        }

    def opened(self, opened: Opened, conversation: Conversation) -> Updates:
        """Another chat is shown, and what is being answered in it."""
        import gradio as gr

        turn = conversation.turn
        return {
            self.welcome: gr.update(visible=opened.empty),
            self.past: opened.past,
            self.added: "",
            self.current: gr.update(visible=turn is not None),
            **self.view(turn.view if turn else None),
            **self.busy(conversation.busy),
        }


def html(value: str, name: str, *, js: str | None = None) -> gr.HTML:
    """HTML as it is, without Gradio's own styles or script."""
    import gradio as gr

    return gr.HTML(value, elem_id=name, js_on_load=js, apply_default_css=False)


def build_desk(footer: str) -> Desk:
    """The components, where they stand on the page, above the words of `footer`."""
    import gradio as gr

    with gr.Column(elem_id="welcome") as welcome:
        opening = html("", "opening", js=_TELL_CHANGED)
        with gr.Column(visible=False, elem_id="examples") as examples:
            html(f"<h2>{both('examples')}</h2>", "examples-title")
            buttons = tuple(gr.Button(example, elem_classes="example") for example in EXAMPLES)
    past = html("", "past", js=_TELL_AGAIN)
    added = html("", "added")
    with gr.Column(visible=False, elem_id="current") as current:
        live = (html("", "live", js=_TELL_AGAIN), html("", "live-text"), html("", "live-below"))
    html(f'<p role="alert">{both("error_connection")}</p>', "lost")
    with gr.Row(elem_id="composer"):
        html('<div id="choice" hidden></div>', "choice-place")
        question = gr.Textbox(
            label=" · ".join(WORDS["question_label"]),
            show_label=False,
            lines=1,
            max_lines=8,
            container=False,
            autofocus=True,
            elem_id="question",
        )
        send = gr.Button("", elem_id="send", variant="primary")
        stop = gr.Button("", elem_id="stop", visible=False)
    foot = html(footer, "footer")
    return Desk(welcome, opening, examples, buttons, past, added, current, live, question, send, stop, foot)

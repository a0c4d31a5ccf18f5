"""The Gradio page: what stands where, which handler runs when, and how it is mounted.

Gradio keeps one Conversation for each browser tab; the handlers here only carry its views to the page.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.ui.conversation import Conversation
from rag.ui.render import EXTRACTIVE, both, error_html, model_name
from rag.ui.turn import Answers, View
from rag.ui.words import EXAMPLES, SCRIPT_WORDS, WORDS, word

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

# Answers made at one time, over all tabs: a local model serves one well and two at half speed; quoting is quick.
MAX_ANSWERS_AT_ONCE = 4

# The page takes no files; Gradio's upload address exists all the same.
_MAX_UPLOAD_BYTES = 1

# A file of the sample corpus: the example questions are shown where it is indexed, and nowhere else.
_SAMPLE_FILE = "003_1c787875b37093a0.txt"

_FONTS = ["system-ui", "Segoe UI", "Noto Sans", "sans-serif"]


def mount_page(app: FastAPI, assistant: Answers, *, ui_language: str) -> FastAPI:
    """`app` with the page at "/". `ui_language` is "ar", "en", or "auto" for the browser's."""
    import gradio as gr

    # After every answer Gradio sums up its timings in a pandas table that nobody here reads, importing pandas for it.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")

    def mount() -> FastAPI:
        mounted: FastAPI = gr.mount_gradio_app(
            app,
            _build(assistant),
            path="/",
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            max_file_size=_MAX_UPLOAD_BYTES,
            theme=gr.themes.Base(font=_FONTS, font_mono=["ui-monospace", "monospace"]),
            css=_package_text("style.css"),
            head=f"<script>{page_script(ui_language)}</script>",
        )
        return mounted

    return _within_event_loop(mount)


def page_script(ui_language: str) -> str:
    """script.js with the words it needs. Gradio adds it to the page itself, so a CSP has to know its hash."""
    words = {language: {key: word(key, language) for key in SCRIPT_WORDS} for language in ("en", "ar")}
    given = json.dumps({"words": words, "language": ui_language}, ensure_ascii=False)
    return _package_text("script.js").replace("__SANAD_PAGE__", given)


def welcome_html(assistant: Answers) -> tuple[str, bool]:
    """(the page's opening words, whether the example questions fit what is indexed)."""
    title = f"<h1>{both('welcome_title')}</h1>"
    try:
        sources = assistant.sources()
    except RagError as error:
        return error_html("t0", "", error), False
    if not sources:
        return f"{title}<p>{both('welcome_empty', command='rag sync PATH')}</p>", False
    count = both(
        "library", sources=f"{len(sources):,}", passages=f"{sum(source.passages for source in sources):,}"
    )
    fits = any(source.source.endswith(_SAMPLE_FILE) for source in sources)
    return f'{title}<p>{both("welcome_text")}</p><p class="library">{count}</p>', fits


def _within_event_loop(build: Callable[[], FastAPI]) -> FastAPI:
    """What `build` returns. Without a running event loop Gradio opens one for each of its locks, and closes none."""

    async def run() -> FastAPI:
        return build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run())
    return build()


def _package_text(name: str) -> str:
    return (resources.files("rag.ui") / name).read_text(encoding="utf-8")


def _header_html() -> str:
    return (
        f'<header><div class="brand"><span class="name">{both("name")}</span>'
        f'<span class="tagline">{both("tagline")}</span></div>'
        f'<button type="button" id="switch-language">{both("switch_language")}</button></header>'
    )


def _footer_html(engine: str) -> str:
    words = (
        both("footer_extractive") if engine == EXTRACTIVE else both("footer_model", model=model_name(engine))
    )
    return f'<p class="private">{words}</p>'


def _build(assistant: Answers) -> gr.Blocks:
    import gradio as gr

    def html(value: str, name: str) -> gr.HTML:
        return gr.HTML(value, elem_id=name, js_on_load=None, apply_default_css=False)

    page: gr.Blocks
    with gr.Blocks(title="Sanad · سند", analytics_enabled=False) as page:
        conversation = gr.State(Conversation())
        html(_header_html(), "header")
        with gr.Column(elem_id="welcome") as welcome:
            opening = html("", "opening")
            with gr.Column(visible=False, elem_id="examples") as examples:
                html(f"<h2>{both('examples')}</h2>", "examples-title")
                buttons = [gr.Button(example, elem_classes="example") for example in EXAMPLES]
        past = html("", "past")
        with gr.Column(visible=False, elem_id="current") as current:
            live = [html("", "live"), html("", "live-text"), html("", "live-below")]
        html(f'<p role="alert">{both("error_connection")}</p>', "lost")
        with gr.Row(elem_id="composer"):
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
        html(_footer_html(assistant.engine_name), "footer")

        buttons_shown = [send, stop]

        def begin(asked: str, talk: Conversation) -> Any:
            turn = talk.begin(asked)
            if turn is None:
                return [gr.skip()] * 9
            return [
                "",
                gr.update(visible=False),
                gr.update(visible=True),
                "".join(talk.past),
                *("", "", ""),
                *_busy(gr, True),
            ]

        def answer(talk: Conversation) -> Iterator[Any]:
            for view in talk.answer(assistant):
                yield _shown(view)

        def end(talk: Conversation) -> Any:
            if talk.busy:
                return [gr.skip()] * 5
            return [*(_shown(talk.turn.view) if talk.turn else [gr.skip()] * 3), *_busy(gr, False)]

        def halt(talk: Conversation) -> Any:
            view = talk.stop()
            return [*(_shown(view) if view else [gr.skip()] * 3), *_busy(gr, False)]

        def greet() -> Any:
            words, fits = welcome_html(assistant)
            return words, gr.update(visible=fits)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        answering = []
        triggers = [(question.submit, question), (send.click, question), *((b.click, b) for b in buttons)]
        for trigger, asked in triggers:
            begun = trigger(
                begin,
                [asked, conversation],
                [question, welcome, current, past, *live, *buttons_shown],
                queue=False,
                **quiet,
            )
            answered = begun.then(
                answer,
                [conversation],
                live,
                concurrency_id="answers",
                concurrency_limit=MAX_ANSWERS_AT_ONCE,
                # A question may come while the one before is still being stopped; "once" would drop it.
                trigger_mode="multiple",
                **quiet,
            )
            # Gradio runs `then` after an answer and not after a fault, whatever its name says.
            for ended in (answered.then, answered.failure):
                ended(end, [conversation], [*live, *buttons_shown], queue=False, **quiet)
            answering.append(answered)
        stop.click(halt, [conversation], [*live, *buttons_shown], cancels=answering, queue=False, **quiet)
        page.load(greet, None, [opening, examples], queue=False, **quiet)
    return page


def _shown(view: View) -> Sequence[str]:
    return [view.card, view.text, view.below]


def _busy(gr: Any, busy: bool) -> list[Any]:
    return [gr.update(visible=not busy), gr.update(visible=busy)]

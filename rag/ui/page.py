"""The Gradio page: its frame, and how it is mounted. Each part of it is a module that builds and wires itself.

Gradio keeps one Tab for each browser tab; handlers only carry its views to the page.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from rag.ui.answer_routes import answer_router
from rag.ui.answering import Answering
from rag.ui.asking import wire_asking
from rag.ui.chats_panel import ChatsPanel, build_bar, build_side, wire_chats
from rag.ui.desk import build_desk, html
from rag.ui.footer import footer_html
from rag.ui.login import logout_html
from rag.ui.markup import both, icon, unseen
from rag.ui.sheets import Sheet, sheet_buttons, sheets_html
from rag.ui.source_panel import reader_html
from rag.ui.source_routes import source_router
from rag.ui.tab import Tab
from rag.ui.turn import Answers
from rag.ui.words import SCRIPT_WORDS, word

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

# The page takes no files; Gradio's upload address exists all the same.
_MAX_UPLOAD_BYTES = 1

_FONTS = ["system-ui", "Segoe UI", "Noto Sans", "sans-serif"]
_STYLES = (
    *("style.css", "chats.css", "sheets.css", "hearing.css", "answer.css"),
    *("source_panel.css", "settings.css", "evaluation.css", "library.css"),
)
_SCRIPTS = (
    *("script.js", "chats.js", "sheets.js", "hearing.js", "answer.js"),
    *("source_panel.js", "settings.js", "evaluation.js", "library.js"),
)


def mount_page(
    app: FastAPI,
    assistant: Answers,
    *,
    ui_language: str,
    sheets: Sequence[Sheet] = (),
    can_log_out: bool = False,
) -> FastAPI:
    """`app` with the page at "/" and its `sheets`. `ui_language` is "ar", "en", or "auto" for the browser's. Where the
    reader has logged in, the page has the way out too."""
    import gradio as gr

    for router in (*(sheet.router for sheet in sheets), source_router(assistant), answer_router(assistant)):
        app.include_router(router)
    answering = Answering(assistant)
    _at_the_end(app, answering.close)

    # After every answer Gradio sums up its timings in a pandas table that nobody here reads, importing pandas for it.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")

    def mount() -> FastAPI:
        mounted: FastAPI = gr.mount_gradio_app(
            app,
            _build(assistant, answering, sheets, can_log_out),
            path="/",
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            max_file_size=_MAX_UPLOAD_BYTES,
            theme=gr.themes.Base(font=_FONTS, font_mono=["ui-monospace", "monospace"]),
            css="\n".join(map(_package_text, _STYLES)),
            head=f"<script>{page_script(ui_language)}</script>",
        )
        return mounted

    return _within_event_loop(mount)


def page_script(ui_language: str) -> str:
    """The page's scripts with the words they need. Gradio adds them to the page itself, so a CSP has to know their
    hash."""
    words = {language: {key: word(key, language) for key in SCRIPT_WORDS} for language in ("en", "ar")}
    given = json.dumps({"words": words, "language": ui_language}, ensure_ascii=False)
    return "\n".join(map(_package_text, _SCRIPTS)).replace("__SANAD_PAGE__", given)


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


def _at_the_end(app: FastAPI, end: Callable[[], None]) -> None:
    """Call `end` when the server of `app` ends."""
    before = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with before(running) as state:
            yield state
        await asyncio.to_thread(end)

    app.router.lifespan_context = lifespan


def _build(assistant: Answers, answering: Answering, sheets: Sequence[Sheet], can_log_out: bool) -> gr.Blocks:
    import gradio as gr

    page: gr.Blocks
    with gr.Blocks(title="Sanad · سند", analytics_enabled=False) as page:
        tab_state = gr.State(Tab())
        address = gr.Textbox(visible=False)
        html(_header_html(sheets, can_log_out), "header")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chats"):
                side = build_side()
            with gr.Column(elem_id="talk"):
                panel = ChatsPanel(assistant.index.chats, *side, build_bar())
                desk = build_desk(footer_html(assistant.engine_name))
        html(sheets_html(sheets), "sheets")
        html(reader_html(), "reader-place")
        wire_asking(page, desk, panel, address, tab_state, assistant, answering)
        wire_chats(panel, desk, tab_state, assistant, answering)
    return page


def _header_html(sheets: Sequence[Sheet], can_log_out: bool) -> str:
    return (
        f'<a class="skip" href="#question">{both("skip")}</a><div id="heard" class="unseen" role="status"></div>'
        '<header><button type="button" id="open-chats" class="icon-button" aria-controls="chats" '
        f'aria-expanded="false">{icon("list")}{unseen("open_chats")}</button>'
        f'<div class="brand"><span class="name">{both("name")}</span>'
        f'<span class="tagline">{both("tagline")}</span></div>'
        f"<nav>{sheet_buttons(sheets)}{logout_html() if can_log_out else ''}</nav>"
        f'<button type="button" id="switch-language">{both("switch_language")}</button></header>'
    )

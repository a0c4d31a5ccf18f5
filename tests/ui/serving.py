"""A real server on a loopback port of its own, for as long as a block lasts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from rag.api import Commands, create_app
from rag.api.routes import Serves
from rag.ui.sheets import Sheet

START_SECONDS = 30


@contextmanager
def serving(
    assistant: Serves,
    *,
    ui_language: str = "auto",
    port: int = 0,
    commands: Commands | None = None,
    password: str = "",
    sheets: Sequence[Sheet] = (),
) -> Iterator[str]:
    """The address of a server of `assistant`, that takes `commands` too; with `port` 0 on any that is free."""
    app = create_app(assistant, ui_language=ui_language, commands=commands, password=password, sheets=sheets)
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        for _ in range(START_SECONDS * 100):
            if server.started:
                break
            thread.join(0.01)
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)

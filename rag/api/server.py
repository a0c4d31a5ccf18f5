"""Listening, announcing the address once somebody listens there, and ending quietly."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING

from rag.api.commands import Commands
from rag.api.guard import LOOPBACK_NAMES
from rag.api.routes import Serves, create_app
from rag.errors import SettingsError
from rag.ui.sheets import Sheet

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

# An open page keeps a connection for as long as it is open; ending does not wait for it.
_GOODBYE_SECONDS = 1


def serve(
    assistant: Serves,
    *,
    host: str,
    port: int,
    ui_language: str,
    on_ready: Callable[[str], None],
    commands: Commands | None = None,
    sheets: Sequence[Sheet] = (),
) -> None:
    """Serve the page and the API until Ctrl-C or SIGTERM, then return. `commands` that are under way have ended then.

    `on_ready` is called once, with the address, when it answers; with `port` 0 that is where the port is told.
    Raises SettingsError where the host is not this machine's own, or the port is taken.
    """
    if host.lower() not in LOOPBACK_NAMES:
        raise SettingsError(
            en=f"RAG_HOST={host} would open the page to the network, and it has no passwords yet. Use 127.0.0.1.",
            ar=f"القيمة RAG_HOST={host} تفتح الصفحة للشبكة وليس لها كلمات مرور بعد. استعمل 127.0.0.1.",
        )
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(_listen(host, port))
        stack.enter_context(_ending_on_terminate())
        if commands:
            stack.callback(commands.close)
        app = create_app(assistant, ui_language=ui_language, host=host, commands=commands, sheets=sheets)
        name = f"[{host}]" if ":" in host else host
        server = _make_server(
            app,
            announce=lambda: on_ready(f"http://{name}:{listening.getsockname()[1]}"),
            say_goodbye=commands.end if commands else lambda: None,
        )
        # Ctrl-C is how this ends; uvicorn has shut down before it raises it again.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _make_server(
    app: FastAPI, *, announce: Callable[[], None], say_goodbye: Callable[[], None]
) -> uvicorn.Server:
    import uvicorn

    class AnnouncingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            announce()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            say_goodbye()
            # Open pages are cut off on purpose; uvicorn would print a traceback for each.
            log = logging.getLogger("uvicorn.error")
            log.disabled = True
            try:
                await super().shutdown(sockets)
            finally:
                log.disabled = False

    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    return AnnouncingServer(config)


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, which nobody else can take from here on. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # On POSIX a port that was used a moment ago can be had again; on Windows the option would share a live one.
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            en=f"Port {port} of {host} cannot be used ({error.strerror}). Choose another with RAG_PORT, "
            f"for example RAG_PORT={port + 1}, or end the program that has it.",
            ar=f"تعذّر استعمال المنفذ {port} على {host}. اختر غيره بالإعداد RAG_PORT، مثل RAG_PORT={port + 1}، "
            "أو أنهِ البرنامج الذي يستعمله.",
        ) from error
    return listening


@contextlib.contextmanager
def _ending_on_terminate() -> Iterator[None]:
    """SIGTERM ends like Ctrl-C: uvicorn raises the signal again once it has shut down, and its default would end
    the process before the library is closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

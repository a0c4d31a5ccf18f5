"""Listening, announcing the address once somebody listens there, and ending quietly."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from rag.api.commands import Commands
from rag.api.routes import Serves, create_app
from rag.errors import SettingsError
from rag.settings import LOOPBACK_HOSTS
from rag.ui.sheets import Sheet

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

# An open page keeps a connection for as long as it is open; ending does not wait for it.
_GOODBYE_SECONDS = 1


# What stands for all addresses of a machine, and which of them is its own.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}

# An address that belongs to nobody: RFC 5737.
_ELSEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the server answers: at `page`, which is for people, and at `local`, which is for this machine alone."""

    page: str
    local: str


def serve(
    assistant: Serves,
    *,
    host: str,
    port: int,
    ui_language: str,
    on_ready: Callable[[Addresses], None],
    password: str = "",
    commands: Commands | None = None,
    sheets: Sequence[Sheet] = (),
) -> None:
    """Serve the page and the API until Ctrl-C or SIGTERM, then return. `commands` that are under way have ended then.

    `password` is RAG_AUTH. `on_ready` is called once, with the addresses, when it answers; with `port` 0 that is where
    the port is told. Raises SettingsError where the host is open to the network and there is no password, or the port
    is taken.
    """
    require_password(host, password)
    with contextlib.ExitStack() as stack:
        listening = [stack.enter_context(_listen(host, port))]
        page = local = _address(host, listening[0])
        if host in _EVERYWHERE:
            local = _address(_EVERYWHERE[host], listening[0])
            page = _address(own, listening[0]) if (own := _network_address()) else local
        elif host.lower() not in LOOPBACK_HOSTS:
            # Terminals of this machine work through a loopback address only (rag.commands.remote).
            listening.append(stack.enter_context(_listen("127.0.0.1", 0)))
            local = _address("127.0.0.1", listening[1])
        stack.enter_context(_ending_on_terminate())
        if commands:
            stack.callback(commands.close)
        app = create_app(
            assistant, ui_language=ui_language, password=password, commands=commands, sheets=sheets
        )
        server = _make_server(
            app,
            announce=lambda: on_ready(Addresses(page, local)),
            say_goodbye=commands.end if commands else lambda: None,
        )
        # Ctrl-C is how this ends; uvicorn has shut down before it raises it again.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=listening)


def _address(host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"


def _network_address() -> str | None:
    """What others call this machine: where it would send from to somewhere else. Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_ELSEWHERE)
        except OSError:
            return None
        address: str = asked.getsockname()[0]
        return address


def require_password(host: str, password: str) -> None:
    """Raise SettingsError where `host` is open to the network and there is no password."""
    if password or host.lower() in LOOPBACK_HOSTS:
        return
    raise SettingsError(
        en=f"RAG_HOST={host} opens the page and all documents to the network, so it needs a password. Set "
        "RAG_AUTH=user:password, or use RAG_HOST=127.0.0.1.",
        ar=f"القيمة RAG_HOST={host} تفتح الصفحة والوثائق كلها للشبكة، فلا بد من كلمة مرور. اضبط "
        "RAG_AUTH=user:password، أو استعمل RAG_HOST=127.0.0.1.",
    )


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

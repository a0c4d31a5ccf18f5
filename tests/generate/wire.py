"""What the tests of the chat engines share: a model server on loopback that plays a script."""

from __future__ import annotations

import json
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from rag.errors import RagError
from rag.generate import ChatEngine, Reply

MODEL = "qwen3:4b"
PIECES = ["ترأس ", "بلينكن ", "الاجتماع ", "[1]."]

# What a server writes: in its protocol's frame, or bytes as they are.
Line = dict[str, Any] | bytes
Script = Callable[[], Iterator[Line]]


class CutError(Exception):
    """The script wants the connection to end here, without a goodbye."""


@dataclass(frozen=True)
class Request:
    """What a server was asked."""

    path: str
    body: dict[str, Any]
    authorization: str | None


@dataclass
class ModelServer(ABC):
    """What the server will do, and what it was asked. With an `error` it refuses to answer."""

    script: Script
    url: str = ""
    status: int = 200
    error: str = ""
    requests: list[Request] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)

    @abstractmethod
    def respond(self, handler: Handler, request: Request) -> None:
        """Reply, or play the script, in the words of the protocol."""


@dataclass(frozen=True)
class Wire:
    """A chat protocol: an engine that speaks it, a server for it, and the lines it writes."""

    # engine_at(url, read_seconds=5.0), with values that no default shares.
    engine_at: Callable[..., ChatEngine]
    serve: Callable[[], AbstractContextManager[ModelServer]]
    piece: Callable[[str], Line]
    # answer(pieces, finish="stop", prompt_tokens=12) are the lines of a whole answer.
    answer: Callable[..., Iterator[Line]]
    no_json: bytes
    error: dict[str, Any]
    # What the reader of an error is told where no server is.
    remedy: str


class Handler(BaseHTTPRequestHandler):
    """Takes requests to `state` and writes its responses."""

    protocol_version = "HTTP/1.1"

    def __init__(self, state: ModelServer, *args: Any) -> None:
        self.state = state
        super().__init__(*args)

    def log_message(self, *_: object) -> None:
        """Silence."""

    def handle(self) -> None:
        """All requests of a connection, which the client may leave whenever it likes."""
        with suppress(ConnectionResetError):
            super().handle()

    def do_GET(self) -> None:
        self._respond({})

    def do_POST(self) -> None:
        self._respond(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _respond(self, body: dict[str, Any]) -> None:
        request = Request(self.path, body, self.headers["Authorization"])
        self.state.requests.append(request)
        self.state.respond(self, request)

    def reply(self, body: object, status: int = 200) -> None:
        """One JSON value."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        self._begin(status, "application/json; charset=utf-8", "Content-Length", str(len(data)))
        self.wfile.write(data)

    def play(self, content_type: str, frame: Callable[[dict[str, Any]], bytes], last: bytes = b"") -> None:
        """The script, in chunks, and `last` behind it."""
        self._begin(200, content_type, "Transfer-Encoding", "chunked")
        try:
            for line in self.state.script():
                self._chunk(line if isinstance(line, bytes) else frame(line))
            if last:
                self._chunk(last)
            self._chunk(b"")  # ends the body
        except CutError:
            self.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            self.state.client_left.set()
            self.close_connection = True

    def _begin(self, status: int, content_type: str, *framing: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header(*framing)
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


Server = TypeVar("Server", bound=ModelServer)


@contextmanager
def serving(state: Server) -> Iterator[Server]:
    """`state`, with a server that follows it on a free port of loopback."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, state))
    http.daemon_threads = True
    state.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def address_of_nothing() -> str:
    """An address at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def address_of_a_full_house() -> Iterator[str]:
    """An address that leaves every new connection waiting."""
    with ExitStack() as held:
        listening = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # one or two fill a queue of length 0, depending on the system
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def all_of(stream: Generator[str, None, Reply | None]) -> tuple[list[str], Reply | None]:
    """The pieces of a stream and what it returned."""
    pieces: list[str] = []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as end:
            return pieces, end.value


def said(error: RagError) -> str:
    """The English sentence, once both are known to be there and to differ."""
    assert error.en.strip()
    assert error.ar.strip()
    assert error.en != error.ar
    assert any("\u0600" <= character <= "\u06ff" for character in error.ar)
    assert not any("\u0600" <= character <= "\u06ff" for character in error.en)
    return error.en

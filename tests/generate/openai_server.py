"""A server on loopback that speaks OpenAI's streaming chat protocol: server-sent events, and its faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "qwen3-4b"
PIECES = ["ترأس ", "بلينكن ", "الاجتماع ", "[1]."]


class CutError(Exception):
    """The script wants the connection to end here, without a goodbye."""


@dataclass
class OpenAIServer:
    """What the server will do, and what it was asked."""

    url: str = ""
    status: int = 200
    error: str = ""
    events: Callable[[], Iterator[dict[str, Any] | bytes]] = field(default=lambda: answer(PIECES))
    requests: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)


def piece(text: str, finish: str | None = None) -> dict[str, Any]:
    """An event of a stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}


def usage(prompt_tokens: int = 12) -> dict[str, Any]:
    """The event that counts tokens, behind the last piece."""
    counts = {"prompt_tokens": prompt_tokens, "completion_tokens": 4, "total_tokens": prompt_tokens + 4}
    return piece("") | {"choices": [], "usage": counts}


def answer(pieces: list[str], finish: str = "stop") -> Iterator[dict[str, Any] | bytes]:
    """A whole answer."""
    yield from map(piece, pieces)
    yield piece("", finish)
    yield usage()


@contextmanager
def openai_server() -> Iterator[OpenAIServer]:
    """A server on a free port of loopback."""
    state = OpenAIServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silence."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append((self.path, body, self.headers["Authorization"]))
            if state.error:
                data = json.dumps({"error": {"message": state.error, "type": "x", "code": None}}).encode()
                self.send_response(state.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for event in state.events():
                    data = event if isinstance(event, bytes) else b"data: " + json.dumps(event).encode()
                    self._chunk(data + b"\n\n")
                self._chunk(b"data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")
            except CutError:
                self.close_connection = True
            except (BrokenPipeError, ConnectionResetError):
                state.client_left.set()
                self.close_connection = True

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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

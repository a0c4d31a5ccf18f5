"""A server on loopback that speaks Ollama's wire format: newline-delimited JSON in chunks, and its faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "qwen3:4b"
Line = dict[str, Any] | bytes
PIECES = ["ترأس ", "بلينكن ", "الاجتماع ", "[1]."]


class CutError(Exception):
    """The script wants the connection to end here, without a goodbye."""


@dataclass
class OllamaServer:
    """What the server will do, and what it was asked."""

    url: str = ""
    models: list[str] = field(default_factory=lambda: [MODEL])
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    error: str = ""
    lines: Callable[[], Iterator[Line]] = field(default=lambda: answer(PIECES))
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)

    def chat_request(self) -> dict[str, Any]:
        """The one request to /api/chat."""
        (request,) = (body for path, body in self.requests if path == "/api/chat")
        return request


def piece(text: str) -> dict[str, Any]:
    """A line of a stream."""
    message = {"role": "assistant", "content": text}
    return {"model": MODEL, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}


def last_line() -> dict[str, Any]:
    """The line that says that the answer is whole."""
    counts = {"prompt_eval_count": 12, "eval_count": 4, "total_duration": 1, "load_duration": 0}
    return piece("") | {"done": True, "done_reason": "stop"} | counts


def answer(pieces: list[str]) -> Iterator[Line]:
    """A whole answer."""
    yield from map(piece, pieces)
    yield last_line()


@contextmanager
def ollama_server() -> Iterator[OllamaServer]:
    """A server on a free port of loopback."""
    state = OllamaServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silence."""

        def reply(self, body: object, status: int = 200) -> None:
            data = json.dumps(body, ensure_ascii=False).encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.reply({"models": [{"name": name, "model": name} for name in state.models]}, state.status)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append((self.path, body))
            model = body["model"]
            if model not in state.models:
                self.reply({"error": f"model '{model}' not found"}, 404)
            elif self.path == "/api/show":
                self.reply(state.cards.get(model, {"capabilities": ["completion"]}))
            elif state.error:
                self.reply({"error": state.error}, 500)
            else:
                self.stream()

        def stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for line in state.lines():
                    data = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
                    self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            except CutError:
                self.close_connection = True
            except (BrokenPipeError, ConnectionResetError):
                state.client_left.set()
                self.close_connection = True

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

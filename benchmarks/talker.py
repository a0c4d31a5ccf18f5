"""A stand-in for Ollama that has one model and writes as many tokens as it is told to, at a steady pace."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "talker:1b"
SENTENCES = (
    "شاركت 81 دولة في الاجتماع الوزاري للتحالف الدولي في روما [1]. ",
    "The meeting in Rome was chaired by two ministers [2]. ",
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, tokens: int, per_second: float, *arguments: Any) -> None:
        self._tokens, self._per_second = tokens, per_second
        super().__init__(*arguments)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        self._reply({"models": [{"name": MODEL, "model": MODEL}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/show":
            self._reply({"capabilities": ["completion"]})
            return
        self._begin("application/x-ndjson", "Transfer-Encoding", "chunked")
        # The page may have gone away.
        with suppress(BrokenPipeError, ConnectionResetError):
            for line in self._lines():
                data = json.dumps(line).encode("utf-8") + b"\n"
                self.wfile.write(f"{len(data):x}\r\n".encode("ascii") + data + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    def _lines(self) -> Iterator[dict[str, Any]]:
        words = [word + " " for sentence in SENTENCES for word in sentence.split()]
        began = time.monotonic()
        for number in range(self._tokens):
            time.sleep(max(0.0, began + number / self._per_second - time.monotonic()))
            said = {"role": "assistant", "content": words[number % len(words)]}
            yield {"model": MODEL, "created_at": "2026-01-01T00:00:00Z", "message": said, "done": False}
        last = {"role": "assistant", "content": ""}
        yield {
            "model": MODEL,
            "created_at": "2026-01-01T00:00:00Z",
            "message": last,
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 1000,
            "eval_count": self._tokens,
        }

    def _reply(self, value: object) -> None:
        data = json.dumps(value).encode("utf-8")
        self._begin("application/json", "Content-Length", str(len(data)))
        self.wfile.write(data)

    def _begin(self, content_type: str, *framing: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header(*framing)
        self.end_headers()


@contextmanager
def talking(tokens: int, *, per_second: float) -> Iterator[str]:
    """The address of one that answers every question with so many tokens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, tokens, per_second))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

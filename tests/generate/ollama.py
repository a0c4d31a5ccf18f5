"""Ollama's wire format on loopback: newline-delimited JSON in chunks, and its faults on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from rag.generate import OllamaEngine
from tests.generate.wire import MODEL, PIECES, Handler, Line, ModelServer, Request, Script, Wire, serving


@dataclass
class OllamaServer(ModelServer):
    """Ollama lists its models, and describes each by its card."""

    script: Script = field(default=lambda: answer(PIECES))
    models: list[str] = field(default_factory=lambda: [MODEL])
    cards: dict[str, object] = field(default_factory=dict)

    def chat_request(self) -> dict[str, Any]:
        """The one request to /api/chat."""
        (body,) = (request.body for request in self.requests if request.path == "/api/chat")
        return body

    def respond(self, handler: Handler, request: Request) -> None:
        """See ModelServer."""
        model = request.body.get("model")
        if request.path == "/api/tags":
            models = [{"name": name, "model": name} for name in self.models]
            handler.reply({"models": models}, self.status)
        elif model not in self.models:
            handler.reply({"error": f"model '{model}' not found"}, 404)
        elif request.path == "/api/show":
            handler.reply(self.cards.get(model, {"capabilities": ["completion"]}))
        elif self.error:
            handler.reply({"error": self.error}, 500)
        else:
            handler.play("application/x-ndjson", lambda line: json.dumps(line).encode() + b"\n")


def ollama_server() -> AbstractContextManager[OllamaServer]:
    """A healthy server, to be told otherwise."""
    return serving(OllamaServer())


def piece(text: str) -> dict[str, Any]:
    """A line of a stream."""
    message = {"role": "assistant", "content": text}
    return {"model": MODEL, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}


def last_line(*, finish: str = "stop", prompt_tokens: int = 12) -> dict[str, Any]:
    """The line that says that the answer is whole."""
    counts = {"prompt_eval_count": prompt_tokens, "eval_count": 4, "total_duration": 1, "load_duration": 0}
    return piece("") | {"done": True, "done_reason": finish} | counts


def answer(pieces: list[str], *, finish: str = "stop", prompt_tokens: int = 12) -> Iterator[Line]:
    """A whole answer."""
    yield from map(piece, pieces)
    yield last_line(finish=finish, prompt_tokens=prompt_tokens)


def engine_at(url: str, *, model: str = MODEL, read_seconds: float = 5.0) -> OllamaEngine:
    """An engine with values that no default shares."""
    return OllamaEngine(
        model=model,
        url=url,
        context_tokens=3000,
        answer_tokens=321,
        temperature=0.25,
        seed=7,
        connect_seconds=0.5,
        read_seconds=read_seconds,
        keep_alive="7m",
    )


OLLAMA = Wire(
    engine_at=engine_at,
    serve=ollama_server,
    piece=piece,
    answer=answer,
    no_json=b"<html>gateway</html>\n",
    error={"error": "the runner died"},
    remedy="ollama serve",
)

"""OpenAI's streaming chat protocol on loopback: server-sent events, and its faults on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from rag.generate import OpenAIEngine
from tests.generate.wire import MODEL, PIECES, Handler, Line, ModelServer, Request, Script, Wire, serving


@dataclass
class OpenAIServer(ModelServer):
    """It knows one model, and takes any name for it."""

    script: Script = field(default=lambda: answer(PIECES))

    def respond(self, handler: Handler, request: Request) -> None:
        """See ModelServer."""
        if self.error:
            handler.reply({"error": _error(self.error)}, self.status)
        elif not request.path.endswith("/chat/completions"):
            handler.reply({"error": _error("no such path")}, 404)
        else:
            handler.play(
                "text/event-stream",
                lambda event: b"data: " + json.dumps(event).encode() + b"\n\n",
                last=b"data: [DONE]\n\n",
            )


def openai_server() -> AbstractContextManager[OpenAIServer]:
    """A healthy server, to be told otherwise."""
    return serving(OpenAIServer())


def piece(text: str, finish: str | None = None) -> dict[str, Any]:
    """An event of a stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}


def usage(prompt_tokens: int) -> dict[str, Any]:
    """The event that counts tokens, behind the last piece."""
    counts = {"prompt_tokens": prompt_tokens, "completion_tokens": 4, "total_tokens": prompt_tokens + 4}
    return piece("") | {"choices": [], "usage": counts}


def answer(pieces: list[str], *, finish: str = "stop", prompt_tokens: int = 12) -> Iterator[Line]:
    """A whole answer."""
    yield from map(piece, pieces)
    yield piece("", finish)
    yield usage(prompt_tokens)


def _error(message: str) -> dict[str, Any]:
    return {"message": message, "type": "server_error", "code": None}


def engine_at(url: str, *, read_seconds: float = 5.0, api_key: str = "") -> OpenAIEngine:
    """An engine with values that no default shares."""
    return OpenAIEngine(
        model=MODEL,
        url=url,
        api_key=api_key,
        answer_tokens=321,
        temperature=0.25,
        seed=7,
        connect_seconds=0.5,
        read_seconds=read_seconds,
    )


OPENAI = Wire(
    engine_at=engine_at,
    serve=openai_server,
    piece=piece,
    answer=answer,
    no_json=b"data: <html>gateway</html>\n\n",
    error={"error": _error("the runner died")},
    remedy="RAG_LLM_URL",
)

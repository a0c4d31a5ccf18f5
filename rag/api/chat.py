"""OpenAI-compatible chat replies. https://platform.openai.com/docs/api-reference/chat

A reply carries one field more, `sanad`: the public JSON of the answer. In a stream the first chunk's `sanad.sources`
are the passages that [n] in the text names, as the engine writes it; the last chunk's `sanad` is the checked answer,
whose own text and citations are what to keep.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from rag.errors import RagError
from rag.schema import Answer, Event, SourcesFound, TextDelta
from rag.serialise import answer_json, hit_json

MODEL_NAME = "sanad"


def models_json() -> dict[str, Any]:
    """GET /v1/models: the one model is the assistant itself."""
    return {
        "object": "list",
        "data": [{"id": MODEL_NAME, "object": "model", "created": 0, "owned_by": MODEL_NAME}],
    }


def completion_json(answer: Answer) -> dict[str, Any]:
    """A whole reply."""
    message = {"role": "assistant", "content": answer.text}
    return {
        **_envelope("chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "sanad": answer_json(answer),
    }


def completion_stream(events: Generator[Event, None, None]) -> Generator[str, None, None]:
    """The same as server-sent events. An error after the first of them is sent as an event, and ends the stream."""
    envelope = _envelope("chat.completion.chunk")

    def chunk(delta: dict[str, str], finish: str | None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _event({**envelope, "choices": [choice], **more})

    try:
        with closing(events):
            for event in events:
                if isinstance(event, SourcesFound):
                    sources = {"engine": event.engine, "sources": [hit_json(hit) for hit in event.hits]}
                    yield chunk({"role": "assistant", "content": ""}, None, sanad=sources)
                elif isinstance(event, TextDelta):
                    yield chunk({"content": event.text}, None)
                else:
                    yield chunk({}, "stop", sanad=answer_json(event.answer))
    except RagError as error:
        yield _event(error_json(error))
    yield "data: [DONE]\n\n"


class Closable:
    """What a generator yields, until it is closed: also from another thread than the one that waits for its next
    chunk, where a generator cannot be closed. It is closed as soon as it has that chunk then."""

    def __init__(self, chunks: Generator[str, None, None]) -> None:
        self._chunks = chunks
        self._at_work = threading.Lock()
        self._is_closed = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            with self._at_work:
                return next(self._chunks)
        finally:
            if self._is_closed:
                self._end()

    def close(self) -> None:
        """End the generator, now or after its next chunk."""
        self._is_closed = True
        self._end()

    def _end(self) -> None:
        # Who has the lock sees afterwards that it is closed.
        if self._at_work.acquire(blocking=False):
            try:
                self._chunks.close()
            finally:
                self._at_work.release()


class CompletionStream(StreamingResponse):
    """A streamed reply that stops the model when its client goes away. Starlette leaves the generator it was reading
    to the garbage collector, which may come late."""

    def __init__(self, events: Generator[Event, None, None]) -> None:
        self._chunks = Closable(completion_stream(events))
        headers = {"Cache-Control": "no-store"}
        super().__init__(self._chunks, media_type="text/event-stream", headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._chunks.close()


def error_json(error: RagError) -> dict[str, Any]:
    """An error as every address of the API tells it."""
    return {"error": {"type": type(error).__name__, "message": error.en, "message_ar": error.ar}}


def _envelope(kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL_NAME,
    }


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"

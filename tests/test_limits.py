"""How much a request may bring, over real connections: what is too large is not waited for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Receive, Scope, Send

from rag.api.limits import MOST_BODY_BYTES, BodyLimit
from tests.ui.fakes import FakeAssistant, answering, make_answer
from tests.ui.serving import serving

PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(FakeAssistant(answering(make_answer()))) as address:
        yield address


def reply(address: str, path: str, headers: str, sent: bytes) -> bytes:
    """What the server says after no more than `sent`, until it closes the connection."""
    host = urlsplit(address).netloc
    with socket.create_connection(host.split(":"), timeout=PATIENCE_SECONDS) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}\r\n\r\n"
        connection.sendall(head.encode("ascii") + sent)
        said = b""
        while data := connection.recv(65536):
            said += data
        return said


@pytest.mark.parametrize(
    "path", ["/api/ask", "/v1/chat/completions", "/gradio_api/queue/join", "/gradio_api/upload"]
)
def test_what_says_that_it_is_too_large_is_refused_unread(address: str, path: str) -> None:
    said = reply(address, path, f"Content-Length: {MOST_BODY_BYTES + 1}", b'{"question"')
    assert said.startswith(b"HTTP/1.1 413")
    assert "الطلب أكبر مما يقرؤه سند".encode() in said


@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join"])
def test_what_does_not_say_is_refused_once_it_is(address: str, path: str) -> None:
    """The last chunk, of nothing, is never sent. One byte is too much: what the server leaves unread when it closes
    could cost the client its reply."""
    allowed = (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * (MOST_BODY_BYTES // 0x10000)
    said = reply(address, path, "Transfer-Encoding: chunked", allowed + b"1\r\nx\r\n")
    assert said.startswith(b"HTTP/1.1 413")


def test_a_path_may_bring_more_where_that_is_said() -> None:
    read: list[int] = []

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        read.append(len((await receive())["body"]))

    async def body() -> Message:
        return {"type": "http.request", "body": b"x" * 11, "more_body": False}

    def status(path: str) -> int | None:
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        limit = BodyLimit(reading, most_bytes={"/large": 11, "/small": 10})
        asyncio.run(limit({"type": "http", "path": path, "headers": []}, body, send))
        return said[0]["status"] if said else None

    assert [status(path) for path in ("/large", "/large/file", "/largest", "/small", "/small/file", "/")] == [
        None,
        None,
        None,
        413,
        413,
        None,
    ]
    assert read == [11] * 4

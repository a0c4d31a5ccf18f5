"""How much a request may bring. Everything but an uploaded file is read into memory before it is looked at, so what
is too large is refused unread: by what it says of its length, or else as soon as it has brought too much."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A question has some thousand characters, a chat of another program perhaps a hundred of them.
MOST_BODY_BYTES = 4 * 1024 * 1024

_TOO_LARGE = {
    "error": {
        "type": "TooLarge",
        "message": "The request is larger than Sanad reads. Send less at a time.",
        "message_ar": "الطلب أكبر مما يقرؤه سند. أرسل أقل منه في كل مرة.",
    }
}


class _TooLargeError(Exception):
    """More came than was allowed."""


class BodyLimit:
    """ASGI middleware: refuses bodies of more than MOST_BODY_BYTES, or what `most_bytes` says for a path and what is
    below it."""

    def __init__(self, app: ASGIApp, *, most_bytes: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most_bytes = dict(most_bytes or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most(scope["path"])
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > most:
            await _refuse(scope, receive, send)
            return
        read = 0
        answered = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            # Who was reading may have made an answer of his own of the error.
            if read <= most:
                answered = True
                await send(message)

        with suppress(_TooLargeError):
            await self._app(scope, counted, noted)
        if read > most and not answered:
            await _refuse(scope, receive, send)

    def _most(self, path: str) -> int:
        return next(
            (
                most
                for above, most in self._most_bytes.items()
                if path == above or path.startswith(f"{above}/")
            ),
            MOST_BODY_BYTES,
        )


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    # Without the header the server would go on reading, to find where the next request begins.
    response = JSONResponse(_TOO_LARGE, status_code=413, headers={"Connection": "close"})
    await response(scope, receive, send)

"""Who may talk to the server, and what a page of it may load.

A server on loopback is within reach of every website its reader opens: of a form or script that posts to it, and of
a name made to resolve to 127.0.0.1 (DNS rebinding). So a request must name this server as its host and, where it
says which page it comes from, come from this server's own. No other origin is ever allowed (no CORS).

Behind a password any name will do, since people have many for one machine: rebinding gains nothing there, because a
browser has no cookie of ours for the foreign name.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.settings import LOOPBACK_HOSTS

# What Gradio 6.31's page needs, measured in Chromium. Its inline scripts are allowed one by one, by their hashes:
# injected scripts and event handlers do not run. gr.HTML compiles its template (always "${value}", never a value)
# with `Function`, hence 'unsafe-eval'. Gradio and Svelte write style elements and attributes.
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval' {hashes}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
)

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Nothing to others; "no-referrer" would hide from this server too where its own forms come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

_FORBIDDEN = {
    "error": {
        "type": "Forbidden",
        "message": "Sanad answers requests of its own page and of this machine only. Open it at the address it "
        "printed when it started.",
        "message_ar": "لا يجيب سند إلا طلبات صفحته وهذا الجهاز. افتحه على العنوان الذي طبعه عند بدء التشغيل.",
    }
}


class Guard:
    """ASGI middleware: checks the host and origin of every request, and sets the security headers of every response.

    Requests name a loopback host, or with `any_host` any. `scripts` are inline scripts that the page adds to itself
    after it has loaded; those in the page's HTML are found there.
    """

    def __init__(self, app: ASGIApp, *, any_host: bool, scripts: Sequence[str]) -> None:
        self._app = app
        self._any_host = any_host
        self._hashes = [_script_hash(script) for script in scripts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        guarded = _GuardedSend(send, self._hashes)
        headers = Headers(scope=scope)
        if self._is_ours(headers):
            # Nothing is gained by compressing for this machine, and the page's scripts have to be read below.
            scope["headers"] = [item for item in scope["headers"] if item[0] != b"accept-encoding"]
            await self._app(scope, receive, guarded)
        else:
            await JSONResponse(_FORBIDDEN, status_code=403)(scope, receive, guarded)

    def _is_ours(self, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        name = _host_name(f"//{host}")
        if name is None or not (self._any_host or name in LOOPBACK_HOSTS):
            return False
        # Another port of this machine is another site: the whole of host and port must agree.
        return origin is None or origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}


class _GuardedSend:
    """Sends a response with the security headers. A page waits until it is whole, so that its scripts are known."""

    def __init__(self, send: Send, hashes: Iterable[str]) -> None:
        self._send = send
        self._hashes = list(hashes)
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                self._start = message
                return
            _set_headers(message, self._hashes)
        elif message["type"] == "http.response.body" and self._start is not None:
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            found = _INLINE_SCRIPT.findall(self._page.decode("utf-8", "replace"))
            _set_headers(self._start, [*self._hashes, *map(_script_hash, found)])
            await self._send(self._start)
            message = {**message, "body": self._page}
            self._start = None
        await self._send(message)


def _set_headers(start: Message, hashes: Iterable[str]) -> None:
    headers = MutableHeaders(scope=start)
    headers.update(_SECURITY_HEADERS)
    # A page that may do less than this one says so itself.
    headers.setdefault("Content-Security-Policy", _POLICY.format(hashes=" ".join(dict.fromkeys(hashes))))


def _script_hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _host_name(url: str) -> str | None:
    """The host of `url` in lower case, without its port; None where there is none or it is malformed."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None

"""A password in front of everything, where RAG_AUTH names one.

People give it on a page of ours (rag.ui.login) and get a cookie: a random token whose digest this server alone knows,
sent by the browser only to this server's own pages (SameSite=Strict) and out of reach of scripts (HttpOnly). Programs
send the password with each request, as HTTP Basic or as a Bearer token, which is what OpenAI's clients make of their
API key. Commands of terminals are let through to where their own token is asked for (rag.api.commands).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.api.sessions import Sessions, Tries
from rag.commands import wire
from rag.ui.login import login_html

LOGIN, LOGOUT = "/login", "/logout"

# A form with a user's name and a password; nobody who sends more has one.
MOST_FORM_BYTES = 4096

# Where one may be led after logging in: the page, and the chat it shows. Never to another host.
_PAGE = re.compile(r"/(\?[\w=&%.~-]*)?", re.ASCII)

_UNAUTHORIZED = {
    "error": {
        "type": "Unauthorized",
        "message": "This Sanad asks for a password. Open its page and log in, or send RAG_AUTH's value with the "
        "request, as HTTP Basic or as a Bearer token.",
        "message_ar": "يطلب هذا الخادم كلمة مرور. افتح صفحته وسجّل الدخول، أو أرسل قيمة RAG_AUTH مع الطلب بطريقة "
        "HTTP Basic أو رمزًا من نوع Bearer.",
    }
}
_TOO_MANY = {
    "error": {
        "type": "TooManyTries",
        "message": "There were too many wrong passwords. Wait a minute, then try again.",
        "message_ar": "تكررت كلمات المرور الخاطئة. انتظر دقيقة ثم حاول مرة أخرى.",
    }
}


@dataclass(frozen=True, slots=True)
class Password:
    """What RAG_AUTH says: "user:password", or a password alone, with which any user's name will do."""

    value: str = field(repr=False)

    @property
    def has_user(self) -> bool:
        """Whether a name is asked for, too."""
        return ":" in self.value

    def fits(self, user: str, password: str) -> bool:
        """Whether these are it, in a time that says nothing of how much of them is right."""
        return self.is_same(f"{user}:{password}" if self.has_user else password)

    def is_same(self, value: str) -> bool:
        """Whether `value` is the whole setting, in a time that says nothing of how much of it is right."""
        return hmac.compare_digest(_digest(value), _digest(self.value))


def _digest(text: str) -> bytes:
    """Of one length whatever the text's. One Arabic or accented letter can be typed as one character or as two."""
    composed = unicodedata.normalize("NFC", text)
    return hashlib.sha256(composed.encode("utf-8", "surrogatepass")).digest()


class Access:
    """ASGI middleware: lets through who has the password, and logs in who types it.

    `clock` gives monotonic seconds. `ui_language` is that of the page, "auto" for the browser's.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        password: str,
        ui_language: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._password = Password(password)
        self._language = ui_language
        self._sessions = Sessions(clock)
        self._tries = Tries(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == wire.ADDRESS:
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        if scope["path"] == LOGIN:
            response = await self._log_in(request, receive)
        elif scope["path"] == LOGOUT and scope["method"] == "POST":
            response = self._log_out(request)
        else:
            refusal = self._refusal(request)
            if refusal is None:
                await self._app(scope, receive, send)
                return
            response = refusal
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def _refusal(self, request: HTTPConnection) -> Response | None:
        """What to say to who is not let through; None to who is."""
        if self._sessions.knows(request.cookies.get(_cookie(request), "")):
            return None
        given = request.headers.get("authorization")
        if given is not None:
            return self._refusal_of(given, _client(request))
        if request.scope["method"] in {"GET", "HEAD"} and _is_opened_by_somebody(request.headers):
            query = request.scope["query_string"].decode("latin-1")
            wanted = request.scope["path"] + (f"?{query}" if query else "")
            told = f"?next={quote(wanted, safe='')}" if wanted != "/" and _PAGE.fullmatch(wanted) else ""
            return RedirectResponse(LOGIN + told, status_code=303)
        return _unauthorized()

    def _refusal_of(self, given: str, client: str) -> Response | None:
        wait = self._tries.wait_seconds(client)
        if wait:
            return _too_many(wait)
        if self._is_right(given):
            return None
        self._tries.failed(client)
        return _unauthorized()

    def _is_right(self, given: str) -> bool:
        """Whether an Authorization header carries the password."""
        scheme, _, value = given.partition(" ")
        value = value.strip()
        if scheme.lower() == "bearer":
            # HTTP headers are bytes; an Arabic password comes as UTF-8 that was read as Latin-1.
            return self._password.is_same(value.encode("latin-1", "replace").decode("utf-8", "replace"))
        if scheme.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return False
        return self._password.fits(user, password)

    async def _log_in(self, request: HTTPConnection, receive: Receive) -> Response:
        """The login page, or what becomes of the form that it sends."""
        if request.scope["method"] != "POST":
            return self._page(request, request.query_params.get("next", "/"))
        form = await _read_form(receive)
        if form is None:
            return Response(status_code=413, headers={"Connection": "close"})
        wanted = form.get("next", "/")
        # From here to the counting there is no `await`: tries sent at once are counted one by one.
        client = _client(request)
        wait = self._tries.wait_seconds(client)
        if wait:
            return self._page(request, wanted, "login_too_many", 429, {"Retry-After": str(wait)})
        if not self._password.fits(form.get("user", ""), form.get("password", "")):
            self._tries.failed(client)
            return self._page(request, wanted, "login_wrong", 401)
        response = RedirectResponse(wanted if _PAGE.fullmatch(wanted) else "/", status_code=303)
        # Over HTTPS, as behind a proxy that says so, the cookie never goes over plain HTTP.
        secure = request.scope["scheme"] == "https"
        token = self._sessions.begin()
        response.set_cookie(_cookie(request), token, httponly=True, samesite="strict", secure=secure)
        return response

    def _log_out(self, request: HTTPConnection) -> Response:
        self._sessions.end(request.cookies.get(_cookie(request), ""))
        response = RedirectResponse(LOGIN, status_code=303)
        response.delete_cookie(_cookie(request), httponly=True, samesite="strict")
        return response

    def _page(
        self,
        request: HTTPConnection,
        wanted: str,
        told: str = "",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        language = self._language
        if language == "auto":
            language = _preferred(request.headers.get("accept-language", ""))
        content = login_html(language, has_user=self._password.has_user, wanted=wanted, told=told)
        return HTMLResponse(content, status_code=status, headers=headers)


def _unauthorized() -> Response:
    # Not "Basic": to that a browser answers with a window of its own, over our page and in its own words.
    return JSONResponse(_UNAUTHORIZED, status_code=401, headers={"WWW-Authenticate": "Bearer"})


def _too_many(wait: int) -> Response:
    return JSONResponse(_TOO_MANY, status_code=429, headers={"Retry-After": str(wait)})


def _is_opened_by_somebody(headers: Headers) -> bool:
    """Whether a browser opens a page, rather than a script or a program asking for something."""
    if "sec-fetch-mode" in headers:
        return headers["sec-fetch-mode"] == "navigate"
    return "text/html" in headers.get("accept", "")


def _cookie(request: HTTPConnection) -> str:
    """Cookies know no ports: without it a second Sanad of this machine would log out from the first."""
    server = request.scope.get("server")
    return f"sanad-session-{server[1] if server else ''}"


def _client(request: HTTPConnection) -> str:
    return request.client.host if request.client else ""


def _preferred(accepted: str) -> str:
    """The first of our languages in an Accept-Language header, which browsers write in the reader's order."""
    tags = [re.split("[-;]", part.strip().lower())[0] for part in accepted.split(",")]
    return next((tag for tag in tags if tag in {"ar", "en"}), "en")


async def _read_form(receive: Receive) -> dict[str, str] | None:
    """The fields of a form; None where it is too large, of which no more is read."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return {}
        body += message.get("body", b"")
        if len(body) > MOST_FORM_BYTES:
            return None
        if not message.get("more_body", False):
            break
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}

"""Doing the commands of terminals that find the library open in this server (see rag.commands).

A command may read any file and erase any source, so it is taken only from who has the token: this server's own user,
who alone can read it in the data folder. Each runs in a thread of its own. Its lines are sent as they come, and an
empty one every second, so that the terminal knows that somebody is there. A terminal that goes away ends its command.

What changes the library here waits for its turn with what the page changes (`change`): one at a time.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from rag import __version__
from rag.api.chat import error_json
from rag.commands import Changing, Command, EndingError, OpenLibrary, wire
from rag.commands.library import Item, Result, ignore
from rag.errors import LibraryError, RagError

BEAT_SECONDS = 1.0


class _GoneError(Exception):
    """Nobody waits for the command any more."""


class _Talk:
    """What a command says to its terminal."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._gone = threading.Event()

    @property
    def is_gone(self) -> bool:
        """Whether the terminal has gone away."""
        return self._gone.is_set()

    def leave(self) -> None:
        """The terminal goes away, or is sent away."""
        self._gone.set()
        self.say(None)

    def check(self) -> None:
        """Raise _GoneError where nobody listens."""
        if self.is_gone:
            raise _GoneError

    def tell(self, item: object) -> None:
        """Say how far the command has come. Raises _GoneError."""
        self.check()
        self.say(wire.item_line(item))

    def say(self, line: bytes | None) -> None:
        """Say a line; None at the end."""
        self._lines.put(line)

    def heard(self) -> Iterator[bytes]:
        """Everything that is said, and a word every second while nothing is."""
        while True:
            try:
                line = self._lines.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                yield wire.NOTHING_YET
                continue
            if line is None:
                return
            yield line


class _Reply(StreamingResponse):
    """What a terminal hears, until it goes away."""

    def __init__(self, talk: _Talk, lines: Iterator[bytes]) -> None:
        self._talk = talk
        headers = {"Cache-Control": "no-store"}
        super().__init__(lines, media_type="application/x-ndjson", headers=headers)

    async def listen_for_disconnect(self, receive: Receive) -> None:
        """Starlette would let go of the lines only after the next one."""
        await super().listen_for_disconnect(receive)
        self._talk.leave()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._talk.leave()


class Commands:
    """Takes commands for an open library, from `mount` to `close`."""

    def __init__(self, library: OpenLibrary) -> None:
        self.token = secrets.token_hex()
        self._library = library
        self._running: dict[threading.Thread, _Talk] = {}
        self._changing: _Talk | None = None
        self._turn = threading.Condition()

    def mount(self, app: FastAPI) -> None:
        """Add the address where commands are taken."""

        @app.get(wire.ADDRESS)
        def greet(challenge: str) -> dict[str, str]:
            return {"version": __version__, "proof": wire.proof(self.token, challenge)}

        @app.post(wire.ADDRESS, response_model=None)
        async def take(request: Request) -> Response:
            # Of who is not entitled, the body is not even read.
            if not self._is_entitled(request):
                headers = {"WWW-Authenticate": "Bearer"}
                return JSONResponse(error_json(_not_entitled()), status_code=401, headers=headers)
            command, settings = wire.read_command(await request.body(), self._library.settings)
            talk = _Talk()
            return _Reply(talk, self._lines(command, self._library.under(settings), talk))

    def change(
        self,
        command: Command[Item, Result],
        tell: Callable[[Item], None] = ignore,
        *,
        waits: bool = False,
    ) -> Result:
        """Change the library in this thread, and return what comes of it. Where `tell` raises, the command ends there.

        Raises LibraryError where another change is under way, unless it `waits` for its turn, and EndingError where the
        server ends before this is done.
        """
        talk = _Talk()

        def listen(item: Item) -> None:
            talk.check()
            tell(item)

        thread = threading.current_thread()
        self._running[thread] = talk
        try:
            with self._alone(talk, is_changing=True, waits=waits):
                return command.run(self._library, listen)
        except _GoneError as gone:
            raise _ending() from gone
        finally:
            del self._running[thread]

    def end(self) -> None:
        """Send all terminals away: what is under way ends soon."""
        for talk in list(self._running.values()):
            talk.leave()
        with self._turn:
            self._turn.notify_all()

    def close(self) -> None:
        """End what is under way, and wait for it."""
        self.end()
        for thread in list(self._running):
            thread.join()

    def _is_entitled(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode("utf-8"), f"Bearer {self.token}".encode())

    def _lines(self, command: Command[Any, Any], library: OpenLibrary, talk: _Talk) -> Iterator[bytes]:
        """Begin a command once somebody listens."""
        # A daemon, so that a second Ctrl-C ends the server at once.
        thread = threading.Thread(target=self._do, args=(command, library, talk), daemon=True)
        self._running[thread] = talk
        thread.start()
        yield from talk.heard()

    def _do(self, command: Command[Any, Any], library: OpenLibrary, talk: _Talk) -> None:
        try:
            with self._alone(talk, is_changing=isinstance(command, Changing)):
                result = command.run(library, talk.tell)
            talk.say(wire.result_line(result))
        except _GoneError:
            pass
        except RagError as error:
            talk.say(wire.error_line(error_json(error)))
        finally:
            # Also after a fault, which Python prints: the terminal finds the end too early.
            talk.say(None)
            del self._running[threading.current_thread()]

    @contextmanager
    def _alone(self, talk: _Talk, *, is_changing: bool, waits: bool = False) -> Iterator[None]:
        """One change at a time. Raises LibraryError for a second one, unless it `waits`, and _GoneError where nobody
        waits for it any more."""
        if not is_changing:
            yield
            return
        with self._turn:
            # One whose terminal went away is about to end: the same command, given again, goes on from there.
            self._turn.wait_for(
                lambda: self._changing is None or talk.is_gone or not (waits or self._changing.is_gone)
            )
            talk.check()
            if self._changing:
                raise _busy()
            self._changing = talk
        try:
            yield
        finally:
            with self._turn:
                self._changing = None
                self._turn.notify_all()


def _not_entitled() -> LibraryError:
    return LibraryError(
        en="Commands are taken only from the user whose server this is, and with its present token. Run the command "
        "again as that user.",
        ar="لا تُقبل الأوامر إلا من المستخدم صاحب هذا الخادم وبرمزه الحالي. شغّل الأمر من جديد بحساب ذلك المستخدم.",
    )


def _busy() -> LibraryError:
    return LibraryError(
        en="Another command is changing the library through `rag serve` right now. Wait for it to finish, or stop it "
        "where it runs: on the page, or with Ctrl-C.",
        ar="أمر آخر يغيّر المكتبة الآن عبر `rag serve`. انتظر حتى ينتهي، أو أوقفه حيث يعمل: في الصفحة أو بـ Ctrl-C.",
    )


def _ending() -> EndingError:
    return EndingError(
        en="Sanad ended before this was done. What was finished is kept; start it again and it goes on.",
        ar="أُغلق سند قبل أن يتم هذا. ما اكتمل محفوظ، وسيُتابَع الباقي عند تشغيله من جديد.",
    )

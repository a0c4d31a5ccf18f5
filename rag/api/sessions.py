"""Who is logged in, and who guesses passwords. Both in memory, of bounded size, and asked by one thread only."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections import deque
from collections.abc import Callable

# A reader who has asked for nothing for so long logs in again: longer than a working day, shorter than two.
IDLE_SECONDS = 12 * 3600.0
# Of more, those that were idle longest end: a login costs nothing, and memory must not grow with them.
MOST_SESSIONS = 1000

# At ten tries a minute from one address, and a hundred from all, the 8 characters that a password has at least
# (rag.settings) hold for thousands of years if they were chosen at random.
TRY_SECONDS = 60.0
MOST_TRIES_OF_ONE = 10
MOST_TRIES_OF_ALL = 100


class Sessions:
    """Those who are logged in. A token is known by its digest: nothing here lets one in, and looking one up tells
    by its time nothing of the others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # In the order of their last use.
        self._used: dict[bytes, float] = {}

    def begin(self) -> str:
        """The token of a new session."""
        token = secrets.token_urlsafe(32)
        self._use(_digest(token))
        while len(self._used) > MOST_SESSIONS:
            del self._used[next(iter(self._used))]
        return token

    def knows(self, token: str) -> bool:
        """Whether it is that of a session, which is then used."""
        digest = _digest(token)
        used = self._used.get(digest, -math.inf)
        if self._clock() - used > IDLE_SECONDS:
            self._used.pop(digest, None)
            return False
        self._use(digest)
        return True

    def end(self, token: str) -> None:
        """End the session, if it is one."""
        self._used.pop(_digest(token), None)

    def _use(self, digest: bytes) -> None:
        self._used.pop(digest, None)
        self._used[digest] = self._clock()


class Tries:
    """Wrong passwords of the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: deque[tuple[float, str]] = deque(maxlen=MOST_TRIES_OF_ALL)

    def failed(self, client: str) -> None:
        """A wrong password came from the address `client`."""
        self._failed.append((self._clock(), client))

    def wait_seconds(self, client: str) -> int:
        """How long that address has to wait before it may try again; 0 where it need not."""
        now = self._clock()
        while self._failed and now - self._failed[0][0] >= TRY_SECONDS:
            self._failed.popleft()
        own = [at for at, who in self._failed if who == client]
        if len(own) >= MOST_TRIES_OF_ONE:
            first = own[-MOST_TRIES_OF_ONE]
        elif len(self._failed) >= MOST_TRIES_OF_ALL:
            first = self._failed[0][0]
        else:
            return 0
        return math.ceil(first + TRY_SECONDS - now)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

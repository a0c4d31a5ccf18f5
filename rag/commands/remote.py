"""Commands through the `rag serve` that has the data folder open."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag import __version__
from rag.commands import wire
from rag.commands.library import Command, Item, Result, ignore
from rag.errors import LibraryError
from rag.index import Owner, in_use, read_owner
from rag.settings import LOOPBACK_HOSTS, Settings

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 1.0
# A server that is embedding on all processors takes its time. Whoever is not it mostly refuses at once.
GREETING_SECONDS = 3.0
# The server says every second that it is there (rag.api.commands). One that says nothing for so long hangs: writing
# to a slow disk may stop all of it for a while.
SILENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Remote:
    """Does commands, as `Run`, through the server of an owner, under the settings of this process."""

    client: httpx.Client
    owner: Owner
    settings: Settings

    def __call__(self, command: Command[Item, Result], tell: Callable[[Item], None] = ignore, /) -> Result:
        """See `Run`. Leaving it early, by Ctrl-C or by what `tell` raises, ends the command at the server too.

        Raises LibraryError where the server goes away, or says nothing any more.
        """
        import httpx

        body = wire.command_body(command, self.settings)
        headers = {"Authorization": f"Bearer {self.owner.token}", "Content-Type": "application/json"}
        try:
            with self.client.stream("POST", wire.ADDRESS, content=body, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise wire.error_in(_json(response.read()))
                return wire.read_reply(wire.lines_of(response.iter_raw()), command, tell)
        except (httpx.TransportError, EOFError) as error:
            raise self._gone() from error

    def is_proven(self) -> bool:
        """Whether it is that server that answers there. Raises LibraryError where it is of another version."""
        import httpx

        challenge = secrets.token_hex()
        try:
            response = self.client.get(
                wire.ADDRESS,
                params={"challenge": challenge},
                timeout=httpx.Timeout(GREETING_SECONDS, connect=CONNECT_SECONDS),
            )
        except httpx.HTTPError:
            return False
        match _json(response.content):
            case {"proof": str(told), "version": str(version)}:
                expected = wire.proof(self.owner.token, challenge)
                if not hmac.compare_digest(told.encode("utf-8"), expected.encode("utf-8")):
                    return False
                if version != __version__:
                    raise self._other_version(version)
                return True
        return False

    def close(self) -> None:
        """Close its connections."""
        self.client.close()

    def _gone(self) -> LibraryError:
        pid, home = self.owner.pid, self.settings.home
        return LibraryError(
            en=f"`rag serve` (pid {pid}), which had the data folder {home}, ended or stopped answering before this was "
            "done. What was finished is kept: run the same command again.",
            ar=f"توقّف `rag serve` (pid {pid}) الذي كان يستعمل مجلد البيانات {home}، أو لم يعد يجيب، قبل أن يتم هذا. "
            "ما اكتمل محفوظ: شغّل الأمر نفسه من جديد.",
        )

    def _other_version(self, version: str) -> LibraryError:
        return LibraryError(
            en=f"The `rag serve` at {self.owner.address} is version {version}, and this command is {__version__}. Stop "
            "it and start it again.",
            ar=f"إصدار `rag serve` على {self.owner.address} هو {version}، وإصدار هذا الأمر {__version__}. أوقفه ثم "
            "شغّله من جديد.",
        )


def find_server(settings: Settings) -> Remote | None:
    """The server that has the data folder open, to be closed after use; None where nobody has the folder.

    Raises LibraryInUseError, within a second where nothing hangs, when somebody has it who takes no commands: another
    command, a server that is still starting, or something else at the address that one has left behind.
    """
    if in_use(settings.home) is None:
        return None
    owner = read_owner(settings.home)
    if owner and owner.token and _is_of_this_machine(owner.address):
        remote = Remote(_client(owner.address), owner, settings)
        try:
            if remote.is_proven():
                return remote
        except BaseException:
            remote.close()
            raise
        remote.close()
    busy = in_use(settings.home, patient=True)
    if busy:
        raise busy
    return None


def _is_of_this_machine(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS and bool(parts.port)
    except ValueError:
        return False


def _client(address: str) -> httpx.Client:
    """What talks to an address of this machine: through no proxy, whatever the environment names."""
    import httpx

    timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(base_url=address, trust_env=False, timeout=timeout)


def _json(content: bytes) -> Any:
    """What a reply says; None where it is no JSON."""
    try:
        return json.loads(content)
    except ValueError:
        return None

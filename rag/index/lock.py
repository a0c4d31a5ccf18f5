"""One process owns the data folder. Chroma loses vectors when two write one path, so even reading is owning.

The operating system's lock decides, and lets go when its process dies. `owner.json` beside it only says who:
what a dead process left there is never believed without the lock.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import filelock

from rag.errors import LibraryInUseError
from rag.index.failures import folder_error

# Long enough for a process that is just closing, short enough to feel like an answer.
LOCK_TIMEOUT_SECONDS = 0.5

_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a data folder. `address` is where its `rag serve` answers, and `token` lets the folder's own user, who
    alone can read it, give it commands; both are empty while nobody answers."""

    pid: int
    command: str
    started_at: str
    address: str = ""
    token: str = field(default="", repr=False)


def read_owner(home: Path) -> Owner | None:
    """Who last took the folder. Only to be believed while the folder is locked: after LibraryInUseError."""
    try:
        return Owner(**json.loads(_owner_file(home).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def in_use(home: Path, *, patient: bool = False) -> LibraryInUseError | None:
    """What a process that wanted the folder now would be told; None when nobody has it. Who is `patient` waits for one
    that is just letting it go. Writes nothing there."""
    if not (home / _LOCK).exists():
        return None
    lock = _lock_of(home)
    try:
        lock.acquire(timeout=LOCK_TIMEOUT_SECONDS if patient else 0)
    except filelock.Timeout:
        return _in_use(home)
    except OSError:
        # Who cannot even open the file cannot tell; whoever needs the folder will say why it is not to be had.
        return None
    lock.release()
    return None


class FolderLock:
    """The lock of a data folder, held from construction until `release`."""

    def __init__(self, home: Path, *, command: str) -> None:
        """Raises LibraryInUseError within a second when another process holds it, LibraryError when the
        folder cannot be written."""
        self._home = home
        self._lock = _lock_of(home)
        try:
            self._lock.acquire(timeout=LOCK_TIMEOUT_SECONDS)
        except filelock.Timeout as error:
            raise _in_use(home) from error
        except OSError as error:
            raise folder_error(error, home) from error
        self._owner = Owner(os.getpid(), command, datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            _write(self._owner, home)
        except OSError as error:
            self.release()
            raise folder_error(error, home) from error

    def announce(self, address: str, token: str) -> None:
        """Tell other processes where this one takes commands. Raises OSError."""
        self._owner = replace(self._owner, address=address, token=token)
        _write(self._owner, self._home)

    def release(self) -> None:
        """Let the folder go. Doing it twice does no harm."""
        if self._lock.is_locked:
            _owner_file(self._home).unlink(missing_ok=True)
            self._lock.release()


def _lock_of(home: Path) -> filelock.FileLock:
    return filelock.FileLock(home / _LOCK, thread_local=False, fallback_to_soft=False)


def _write(owner: Owner, home: Path) -> None:
    temporary = home / "owner.tmp"
    temporary.unlink(missing_ok=True)
    # From its first byte on it is for this user alone: a token is no secret once others could have opened the file.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(owner), file, ensure_ascii=False)
    temporary.replace(_owner_file(home))


def _owner_file(home: Path) -> Path:
    return home / "owner.json"


def _in_use(home: Path) -> LibraryInUseError:
    owner = read_owner(home)
    if owner is None:
        return LibraryInUseError(
            en=f"The data folder {home} is in use by another process. Stop it, or set RAG_HOME to another "
            "folder.",
            ar=f"مجلد البيانات {home} تستعمله عملية أخرى. أوقفها، أو اضبط RAG_HOME على مجلد آخر.",
        )
    who = f"{owner.command or 'rag'} (pid {owner.pid}, {owner.started_at})"
    if owner.address:
        return LibraryInUseError(
            en=f"The data folder {home} is in use by {who}, which answers at {owner.address}. Ask there, "
            "or stop it.",
            ar=f"مجلد البيانات {home} يستعمله {who}، وهو يجيب على {owner.address}. اسأل هناك، أو أوقفه.",
        )
    return LibraryInUseError(
        en=f"The data folder {home} is in use by {who}. Wait for it to finish, stop it, "
        "or set RAG_HOME to another folder.",
        ar=f"مجلد البيانات {home} يستعمله {who}. انتظر حتى ينتهي، أو أوقفه، أو اضبط RAG_HOME على مجلد آخر.",
    )

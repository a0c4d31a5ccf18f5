"""One process owns the data folder. Chroma loses vectors when two write one path, so even reading is owning.

The operating system's lock decides, and lets go when its process dies. `owner.json` beside it only says who:
what a dead process left there is never believed without the lock.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock

from rag.errors import LibraryInUseError
from rag.index.failures import folder_error

# Long enough for a process that is just closing, short enough to feel like an answer.
LOCK_TIMEOUT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a data folder. `address` is where its `rag serve` answers, or empty."""

    pid: int
    command: str
    started_at: str
    address: str


def read_owner(home: Path) -> Owner | None:
    """Who last took the folder. Only to be believed while the folder is locked: after LibraryInUseError."""
    try:
        return Owner(**json.loads(_owner_file(home).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class FolderLock:
    """The lock of a data folder, held from construction until `release`."""

    def __init__(self, home: Path, *, command: str, address: str) -> None:
        """Raises LibraryInUseError within a second when another process holds it, LibraryError when the
        folder cannot be written."""
        self._home = home
        self._lock = filelock.FileLock(home / "lock", thread_local=False, fallback_to_soft=False)
        try:
            self._lock.acquire(timeout=LOCK_TIMEOUT_SECONDS)
        except filelock.Timeout as error:
            raise _in_use(home) from error
        except OSError as error:
            raise folder_error(error, home) from error
        owner = Owner(os.getpid(), command, datetime.now(UTC).isoformat(timespec="seconds"), address)
        try:
            _write(owner, home)
        except OSError as error:
            self.release()
            raise folder_error(error, home) from error

    def release(self) -> None:
        """Let the folder go. Doing it twice does no harm."""
        if self._lock.is_locked:
            _owner_file(self._home).unlink(missing_ok=True)
            self._lock.release()


def _write(owner: Owner, home: Path) -> None:
    temporary = home / "owner.tmp"
    temporary.write_text(json.dumps(asdict(owner), ensure_ascii=False), encoding="utf-8")
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

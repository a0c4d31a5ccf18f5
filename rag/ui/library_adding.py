"""Adding documents: files that a browser sent, and folders of this machine, indexed by the sync of the terminal.

It is done in a thread of its own, and one change of the library at a time. All of it belongs to the server, not to the
page that began it: a page that is closed or reloaded finds it as it is now.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.commands import Command, EndingError, Sync
from rag.commands.library import Item, Result
from rag.errors import LoadError, RagError
from rag.schema import SyncReport
from rag.sync import SyncProgress
from rag.ui.library_intake import Entry, Intake


class Changes(Protocol):
    """What changes the library, one at a time: see `rag.api.commands.Commands.change`."""

    def __call__(
        self, command: Command[Item, Result], tell: Callable[[Item], None] = ..., *, waits: bool = False
    ) -> Result:
        """Do it; where `tell` raises, it ends there. Raises RagError."""


@dataclass(slots=True)
class Folder:
    """Files or folders of this machine, by `paths` below `start`; `told` is what they are to people, empty for the
    sample articles. `report` says what came of it, `problem` why nothing did."""

    paths: tuple[str, ...]
    start: str
    told: str
    progress: SyncProgress | None = None
    report: SyncReport | None = None
    problem: RagError | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is done."""
        return self.report is not None or self.problem is not None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far it has come. `unread` are files of kinds that are not read, by suffix; `changes` counts the times
    that the library has changed by it. `progress` is that of the present sync; `waits` says that another change goes
    first."""

    entries: Sequence[Entry] = ()
    folders: Sequence[Folder] = ()
    unread: Mapping[str, Sequence[str]] = field(default_factory=dict)
    going: bool = False
    waits: bool = False
    progress: SyncProgress | None = None
    seconds: float = 0.0
    changes: int = 0


class _StoppedError(Exception):
    """The reader does not want it any more."""


@dataclass(slots=True)
class Adding:
    """Adds documents to an open library. Thread-safe."""

    intake: Intake
    change: Changes
    _folders: list[Folder] = field(default_factory=list)
    _worker: threading.Thread | None = None
    _progress: SyncProgress | None = None
    _waits: bool = False
    _stopped: bool = False
    _changes: int = 0
    _began: float = 0.0
    _ended: float = 0.0

    # What the reader wants

    def offer(self, files: Sequence[tuple[str, int]], page: str) -> list[str]:
        """See `Intake.offer`. What was done before is no longer of interest."""
        with self.intake.lock:
            self._begin()
            return self.intake.offer(files, page)

    def add_folder(self, paths: Sequence[str], start: str, told: str) -> None:
        """Index files or folders of this machine."""
        with self.intake.lock:
            self._begin()
            self._folders.append(Folder(tuple(paths), start, told))
            self.work()

    def work(self) -> None:
        """There is something to index."""
        with self.intake.lock:
            if self._worker is None:
                # A daemon: a second Ctrl-C ends the server at once.
                self._worker = threading.Thread(target=self._index, name="adding", daemon=True)
                self._worker.start()

    def go_on(self) -> None:
        """Index what came before this process began."""
        with self.intake.lock:
            self.intake.take_up()
            if self.intake.entries:
                self._began = time.monotonic()
                self.work()

    def stop(self) -> None:
        """Add nothing more. What is indexed stays; what has come and is not indexed is forgotten."""
        with self.intake.lock:
            self._stopped = self._worker is not None
            self.intake.drop(self.intake.in_state("waiting", "coming"))
            if not self._stopped:
                self.intake.drop(self.intake.in_state("arrived"))
            self._ended = time.monotonic()

    def dismiss(self) -> None:
        """Say no more of what is over."""
        with self.intake.lock:
            self.intake.forget_what_is_over()
            self._folders = [folder for folder in self._folders if not folder.is_over]

    def snapshot(self) -> Snapshot:
        """How far it has come."""
        with self.intake.lock:
            self.intake.notice_silence()
            going = self._is_going
            return Snapshot(
                entries=[replace(entry) for entry in self.intake.entries.values()],
                folders=[replace(folder) for folder in self._folders],
                unread=dict(self.intake.unread),
                going=going,
                waits=self._waits,
                progress=self._progress,
                seconds=max(0.0, (time.monotonic() if going else self._ended) - self._began),
                changes=self._changes,
            )

    def wait(self, seconds: float) -> None:
        """Wait, but no longer, until what is there is indexed."""
        worker = self._worker
        if worker is not None:
            worker.join(seconds)

    @property
    def _is_going(self) -> bool:
        return self._worker is not None or bool(self.intake.in_state("waiting", "coming", "arrived"))

    def _begin(self) -> None:
        if not self._is_going:
            self.dismiss()
            self._began = time.monotonic()
        self._stopped = False

    # The thread

    def _index(self) -> None:
        """Index what has come, and folders, until there is nothing left."""
        # What the server's end cuts short stays as it is, and goes on when it is next started.
        with suppress(EndingError):
            while self._index_next():
                pass

    def _index_next(self) -> bool:
        """Index what has come, or else a folder; False where there is nothing more to do."""
        with self.intake.lock:
            batch = self.intake.in_state("arrived")
            folder = next((one for one in self._folders if not one.is_over), None)
            if self._stopped:
                self.intake.drop(batch)
                self._folders = [one for one in self._folders if one.is_over]
            if self._stopped or not (batch or folder):
                self._worker, self._stopped = None, False
                self._ended = time.monotonic()
                return False
        if batch:
            self._index_files(batch)
        elif folder:
            self._index_folder(folder)
        return True

    def _index_files(self, batch: Sequence[Entry]) -> None:
        numbers = {entry.name: number for number, entry in enumerate(batch)}

        def tell(progress: SyncProgress) -> None:
            self._notice(progress)
            # Without a name it has read all that there is to read.
            reached = numbers.get(progress.current, 0) if progress.current else len(batch)
            for entry in batch[: reached + 1]:
                if entry.state == "arrived":
                    entry.state = "reading"

        try:
            report = self._sync(Sync(tuple(numbers), str(self.intake.uploads.folder)), tell)
        except _StoppedError:
            self._keep_what_is_indexed(batch)
        except EndingError:
            raise
        except RagError as error:
            with self.intake.lock:
                for entry in batch:
                    self.intake.settle(entry, is_indexed=self.intake.is_indexed(entry))
                    entry.fail(error)
        else:
            with self.intake.lock:
                self._changes += 1
                for entry in batch:
                    self._conclude(entry, report)

    def _index_folder(self, folder: Folder) -> None:
        def tell(progress: SyncProgress) -> None:
            self._notice(progress)
            folder.progress = progress

        try:
            folder.report = self._sync(Sync(folder.paths, folder.start), tell)
        except _StoppedError:
            with self.intake.lock, suppress(ValueError):
                self._folders.remove(folder)
        except EndingError:
            raise
        except RagError as error:
            folder.problem = error
        with self.intake.lock:
            self._changes += 1

    def _sync(self, command: Sync, tell: Callable[[SyncProgress], None]) -> SyncReport:
        self._waits = True
        try:
            return self.change(command, tell, waits=True)
        finally:
            self._waits, self._progress = False, None

    def _notice(self, progress: SyncProgress) -> None:
        if self._stopped:
            raise _StoppedError
        self._waits, self._progress = False, progress

    def _conclude(self, entry: Entry, report: SyncReport) -> None:
        """What the sync says of a file. One of which parts could not be read is added, and says so."""
        problem = next((failure for failure in report.failed if failure.path == entry.name), None)
        is_indexed = self.intake.is_indexed(entry)
        copies = dict(report.duplicates)
        if entry.name in copies:
            entry.state, entry.other = "copy", copies[entry.name]
        elif entry.name in report.unchanged:
            entry.state = "unchanged"
        else:
            entry.state = "updated" if entry.replaces else "added"
        if problem:
            entry.problem = LoadError(en=problem.en, ar=problem.ar)
            entry.state = entry.state if is_indexed else "failed"
        self.intake.settle(entry, is_indexed=is_indexed)

    def _keep_what_is_indexed(self, batch: Sequence[Entry]) -> None:
        """A sync was stopped: what it has written stays."""
        with self.intake.lock:
            self._changes += 1
            for entry in batch:
                if self.intake.is_indexed(entry):
                    entry.state = "updated" if entry.replaces else "added"
                    self.intake.settle(entry, is_indexed=True)
                else:
                    self.intake.drop([entry])

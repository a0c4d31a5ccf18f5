"""Files that a browser sends: what it offers, what is wanted of that, and what has come.

A browser first offers what it has, and is told which of it is wanted; then it sends each file by itself, under the id
that the file was given. What has come as a whole is an upload (rag.index.uploads), and waits to be indexed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

from rag.errors import RagError
from rag.index import Index, Uploads, is_hidden, safe_name
from rag.ui.library_failures import broken_off, cannot_be_kept, no_file_left, no_room, too_large

State = Literal["waiting", "coming", "arrived", "reading", "added", "updated", "unchanged", "copy", "failed"]

# A page that says nothing of what it offered for so long is gone without having said so.
SILENT_SECONDS = 60.0
# What stays free of the disk: the library grows, too.
ROOM_BYTES = 200 * 1024 * 1024


@dataclass(slots=True)
class Entry:
    """A file on its way. `page` is the one that has it, until it has `come`. `other` is the file it is a copy of."""

    id: str
    name: str
    size: int
    page: str
    state: State = "waiting"
    come: int = 0
    replaces: bool = False
    other: str = ""
    problem: RagError | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in {"added", "updated", "unchanged", "copy", "failed"}

    def fail(self, problem: RagError) -> None:
        """It is not added."""
        self.state, self.problem = "failed", problem


@dataclass(slots=True)
class Intake:
    """The files on their way into a library. `lock` is held by whoever changes one. `unread` are files of kinds that
    are not read, by suffix; `suffixes` are those of the others."""

    index: Index
    max_bytes: int
    suffixes: frozenset[str]
    lock: threading.RLock = field(default_factory=threading.RLock)
    entries: dict[str, Entry] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _heard: dict[str, float] = field(default_factory=dict)

    @property
    def uploads(self) -> Uploads:
        """Where files are kept."""
        return Uploads(self.index.home)

    def in_state(self, *states: State) -> list[Entry]:
        """The files in some states, in the order in which they were offered."""
        return [entry for entry in self.entries.values() if entry.state in states]

    # What a page says

    def offer(self, files: Iterable[tuple[str, int]], page: str) -> list[str]:
        """Take down files by their names, with their sizes in bytes, that a page has; for each the id that it is to be
        sent under, empty where it is not wanted."""
        places = self.index.files.places()
        with self.lock:
            self._hear(page)
            taken = {entry.name for entry in self.entries.values() if entry.state != "failed"}
            return [self._offer(name, size, page, places, taken) for name, size in files]

    def _offer(self, given: str, size: int, page: str, places: dict[str, str], taken: set[str]) -> str:
        name = safe_name(given)
        if is_hidden(given) or not name:
            return ""
        suffix = Path(name).suffix.lower()
        if suffix not in self.suffixes:
            self.unread.setdefault(suffix, []).append(name)
            return ""
        entry = self._enter(self._free_name(name, places, taken), size, page)
        if size > self.max_bytes:
            entry.fail(too_large(entry.name, self.max_bytes))
            return ""
        taken.add(entry.name)
        return entry.id

    def _enter(self, name: str, size: int, page: str) -> Entry:
        entry = Entry(str(next(self._numbers)), name, size, page)
        self.entries[entry.id] = entry
        return entry

    def _free_name(self, name: str, places: dict[str, str], taken: set[str]) -> str:
        """A name that no file of another place has, nor one that is on its way. An upload of the same name is taken for
        an earlier version."""
        stem, dot, suffix = name.rpartition(".")
        number = 1
        free = name
        while free in taken or places.get(free, "") not in ("", self.uploads.place(free)):
            number += 1
            free = f"{stem} ({number}){dot}{suffix}"
        return free

    def page_left(self, page: str) -> None:
        """What a page had and has not sent will not come any more."""
        with self.lock:
            for entry in self.in_state("waiting", "coming"):
                if entry.page == page:
                    entry.fail(broken_off(entry.name))

    def notice_silence(self) -> None:
        """Give up what pages have that seem to be gone."""
        now = time.monotonic()
        with self.lock:
            silent = {page for page, heard in self._heard.items() if now - heard > SILENT_SECONDS}
            # One that is coming shows by itself where it is broken off.
            busy = {entry.page for entry in self.in_state("coming")}
            for entry in self.in_state("waiting"):
                if entry.page in silent - busy:
                    entry.fail(broken_off(entry.name))

    def _hear(self, page: str) -> None:
        self._heard[page] = time.monotonic()

    # What it sends

    def begin(self, entry_id: str, length: int) -> Path:
        """Where to write a file that begins to come. Raises RagError where it cannot, or is not wanted any more."""
        with self.lock:
            entry = self._expected(entry_id, "waiting")
            try:
                if length > self.max_bytes:
                    raise too_large(entry.name, self.max_bytes)
                if self.uploads.room() < length + ROOM_BYTES:
                    raise no_room(entry.name)
                part = self.uploads.begin()
            except OSError as error:
                entry.fail(cannot_be_kept(entry.name, error))
                raise cannot_be_kept(entry.name, error) from error
            except RagError as error:
                entry.fail(error)
                raise
            entry.state = "coming"
            return part

    def came(self, entry_id: str, size: int) -> None:
        """So many bytes of a file are there. Raises RagError where it is too large, or not wanted any more."""
        with self.lock:
            entry = self._expected(entry_id, "coming")
            entry.come = size
            if size > self.max_bytes:
                entry.fail(too_large(entry.name, self.max_bytes))
                raise too_large(entry.name, self.max_bytes)

    def arrived(self, entry_id: str, part: Path) -> None:
        """A file is there as a whole. Raises RagError."""
        with self.lock:
            entry = self._expected(entry_id, "coming")
            if part.stat().st_size != entry.size:
                entry.fail(broken_off(entry.name))
                raise broken_off(entry.name)
            try:
                entry.replaces = self.uploads.keep(part, entry.name)
            except OSError as error:
                entry.fail(cannot_be_kept(entry.name, error))
                raise cannot_be_kept(entry.name, error) from error
            entry.state, entry.come = "arrived", entry.size

    def broke_off(self, entry_id: str, error: RagError | None = None) -> None:
        """A file that was coming will not come as a whole."""
        with self.lock:
            entry = self.entries.get(entry_id)
            if entry is not None and entry.state == "coming":
                entry.fail(error or broken_off(entry.name))

    def _expected(self, entry_id: str, state: State) -> Entry:
        entry = self.entries.get(entry_id)
        if entry is None or entry.state != state:
            raise no_file_left()
        self._hear(entry.page)
        return entry

    # What becomes of it

    def take_up(self) -> None:
        """Enter what came before this process began: uploads that are there as a whole and are not indexed."""
        with suppress(OSError):
            self.uploads.recover()
        names = self.uploads.names()
        known, places = self.index.files.known(names), self.index.files.places()
        let_be = {*places.values(), *self.index.aside.places()}
        with self.lock:
            for name in names:
                status = self.uploads.path(name).stat()
                stat = known.get(name)
                if stat is None and self.uploads.place(name) in let_be:
                    continue
                if stat is None or (stat.size, stat.mtime_ns) != (status.st_size, status.st_mtime_ns):
                    entry = self._enter(name, status.st_size, "")
                    entry.state, entry.come, entry.replaces = "arrived", status.st_size, stat is not None

    def settle(self, entry: Entry, *, is_indexed: bool) -> None:
        """It is indexed, or not: then what it was before takes its place again."""
        # What cannot be moved now is looked at again when the server is next started.
        with suppress(OSError):
            self.uploads.settle(entry.name, is_indexed=is_indexed)

    def is_indexed(self, entry: Entry) -> bool:
        """Whether the library knows the file as it is."""
        stat = self.index.files.known([entry.name]).get(entry.name)
        try:
            status = self.uploads.path(entry.name).stat()
        except OSError:
            return False
        return stat is not None and (stat.size, stat.mtime_ns) == (status.st_size, status.st_mtime_ns)

    def drop(self, entries: Sequence[Entry]) -> None:
        """Forget files that are no longer wanted, and that nothing is done with now."""
        with self.lock:
            for entry in entries:
                if entry.state in {"arrived", "reading"}:
                    self.settle(entry, is_indexed=False)
                self.entries.pop(entry.id, None)

    def forget_what_is_over(self) -> None:
        """Say no more of it."""
        with self.lock:
            self.drop([entry for entry in self.entries.values() if entry.is_over])
            self.unread.clear()

"""Which files a sync means: folders walked in order, without what is hidden or named in a `.ragignore`."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.discover.ignore import Pattern, is_ignored, read_patterns
from rag.discover.names import name_of
from rag.schema import Failure

IGNORE_FILE = ".ragignore"

_Rules = tuple[str, list[Pattern]]
"""What the names in a folder begin with, and the patterns that its own file gives them."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index, its name in the library, and its place: the name that it has from the root of the disk."""

    path: Path
    source: str
    place: str


@dataclass(slots=True)
class Scope:
    """What a sync was given to look at, by place: which sources it may miss. `unread` are the files and folders that
    could not be looked at, and of which nothing can be said."""

    files: set[str] = field(default_factory=set)
    folders: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def covers(self, place: str) -> bool:
        """Whether the file of this place would have been found, if it were there."""
        if not (place in self.files or any(_is_under(place, folder) for folder in self.folders)):
            return False
        return not any(place == one or _is_under(place, one) for one in self.unread)


def discover(
    paths: Sequence[Path], *, leave_out: Path | None = None, start: Path = Path()
) -> tuple[list[FoundFile], list[Failure], Scope]:
    """The files that `paths` stand for, each once, in a fixed order; what could not be looked at, and why; and what
    was looked at. Relative paths are below `start`, which is no part of their names.

    Inside folders, hidden files and what a `.ragignore` on the way matches (gitignore patterns) are left out, links
    to folders are not followed, and neither is `leave_out`, a folder, entered.
    """
    walk = _Walk(leave_out, start)
    for path in paths:
        walk.given(path)
    return list(walk.found.values()), walk.failures, walk.scope


@dataclass(slots=True)
class _Walk:
    leave_out: Path | None
    start: Path
    found: dict[Path, FoundFile] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    _names: dict[str, Path] = field(default_factory=dict)

    def given(self, path: Path) -> None:
        """Take what a path stands for."""
        try:
            is_folder = stat.S_ISDIR((self.start / path).stat().st_mode)
        except FileNotFoundError:
            if not (self.start / path).is_symlink():
                self.fail(
                    path,
                    en="there is no such file or folder. Check the path.",
                    ar="لا يوجد ملف أو مجلد بهذا الاسم. تحقّق من المسار.",
                )
                return
            is_folder = False
        except OSError:  # whoever reads it says what is wrong
            is_folder = False
        if is_folder:
            self.scope.folders.append(self._place(path))
            self._enter(path)
        else:
            self.scope.files.add(self._place(path))
            self._take(path)

    def _enter(self, root: Path) -> None:
        """Take the files of a folder and of those below it."""
        left_out = _identity(self.leave_out) if self.leave_out else None
        waiting: list[tuple[Path, list[_Rules]]] = [(root, [])]
        while waiting:
            folder, rules = waiting.pop()
            place = self.start / folder
            if left_out and _identity(place) == left_out:
                continue
            try:
                with os.scandir(place) as scanned:
                    entries = sorted(scanned, key=lambda entry: entry.name)
                patterns = _read_ignore_file(place)
            except OSError as error:
                self._unreadable(folder, error)
                continue
            if patterns:
                rules = [*rules, (_prefix(folder.as_posix()), patterns)]
            below = []
            for entry in entries:
                kind = _kind(entry)
                path = folder / entry.name
                if kind == "hidden" or _is_left_out(rules, path.as_posix(), is_folder=kind == "folder"):
                    continue
                if kind == "folder":
                    below.append((path, rules))
                else:
                    self._take(path)
            waiting.extend(reversed(below))

    def _take(self, path: Path) -> None:
        """Take a file, unless it was taken before."""
        whole = self._whole(path)
        if whole in self.found:
            return
        source = name_of(path)
        if source in self._names:
            self.fail(
                path,
                en=f"another file, {self._names[source].name!r}, has this name in the library. Rename one of them.",
                ar="لملف آخر هذا الاسم نفسه في المكتبة. أعد تسمية أحدهما.",
            )
            return
        self._names[source] = path
        self.found[whole] = FoundFile(self.start / path, source, name_of(whole))

    def _place(self, path: Path) -> str:
        return name_of(self._whole(path))

    def _whole(self, path: Path) -> Path:
        """The path from the root of the disk. Links on the way are not followed: what is put behind one in the place
        of something else is known as that."""
        return Path(os.path.normpath((self.start / path).absolute()))

    def fail(self, path: Path, *, en: str, ar: str) -> None:
        """Note what could not be looked at."""
        name = name_of(path)
        self.failures.append(Failure(name, en=f"{name}: {en}", ar=f"{name}: {ar}"))

    def _unreadable(self, folder: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        self.scope.unread.append(self._place(folder))
        self.fail(
            folder,
            en=f"the folder cannot be read ({reason}). Check its permissions and sync again.",
            ar=f"تعذّرت قراءة المجلد ({reason}). تحقّق من أذوناته ثم أعد المزامنة.",
        )


def _kind(entry: os.DirEntry[str]) -> Literal["hidden", "folder", "file"]:
    """How an entry of a folder is treated: links to folders are as hidden, since they may lead in circles."""
    if entry.name.startswith("."):
        return "hidden"
    try:
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "hidden" if entry.is_dir() else "file"
    except OSError:  # a link to itself: whoever reads it says so
        return "file"


def _read_ignore_file(folder: Path) -> list[Pattern]:
    """The patterns of the folder's own file, if it has one. Raises OSError when it is there and cannot be read: what
    it names would be indexed."""
    file = folder / IGNORE_FILE
    if not os.path.lexists(file):
        return []
    if not file.is_file():
        raise OSError(errno.EINVAL, f"{IGNORE_FILE} is not a file")
    try:
        return read_patterns(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise OSError(errno.EINVAL, f"{IGNORE_FILE} is not UTF-8") from error


def _is_left_out(rules: Sequence[_Rules], path: str, *, is_folder: bool) -> bool:
    """What the nearest file with a word to say decides."""
    for folder, patterns in reversed(rules):
        verdict = is_ignored(patterns, path.removeprefix(folder), is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    """What a folder is known by under any name; None for one that is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_under(place: str, folder: str) -> bool:
    return place.startswith(_prefix(folder))


def _prefix(folder: str) -> str:
    """What the names of everything in a folder begin with."""
    return "" if folder == "." else folder if folder.endswith("/") else f"{folder}/"

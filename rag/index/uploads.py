"""The library's own copies of files: what was given to the page, since a browser tells nobody where a file stands.

    uploads/…            as they are indexed, each below its name in the library
    uploads/.parts/      what is still coming in
    uploads/.former/…    what a file of the same name was before, until the new one is indexed

A name is that of the file, with the folders it was given in: never a path of this machine.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

FOLDER = "uploads"
_PARTS, _FORMER = ".parts", ".former"

# Names are of these many bytes on every file system in use, and of them whole paths leave some for the data folder.
MOST_NAME_BYTES = 200
MOST_FOLDERS = 12

# What no file system, or not every one, takes in a name; and what could make a name read as another: controls, marks of
# direction, and characters without a width.
_NOT_IN_A_NAME = re.compile(
    '[\x00-\x1f\x7f-\x9f"*:<>?|\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+'
)
_SEPARATORS = re.compile(r"[/\\]+")
# Devices of Windows, under any suffix.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def safe_name(given: str) -> str:
    """A name to keep a file under, from one that somebody gave, which may be a path; empty where nothing is left."""
    parts = [part for one in _SEPARATORS.split(given) if (part := _safe_part(one))]
    return "/".join(parts[-MOST_FOLDERS - 1 :])


def is_hidden(given: str) -> bool:
    """Whether a file, or a folder it is in, is hidden: a sync of its folder would leave it out."""
    return any(part.startswith(".") and part.strip(".") for part in _SEPARATORS.split(given))


def is_upload(home: Path, place: str) -> bool:
    """Whether a place on the disk is that of an upload into the data folder."""
    return bool(place) and Path(place).is_relative_to(home / FOLDER)


class Uploads:
    """The uploads of a data folder. Names are safe ones."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def path(self, name: str) -> Path:
        """Where an upload is kept."""
        return self.folder / name

    def place(self, name: str) -> str:
        """The name of an upload from the root of the disk, as the library notes it."""
        return self.path(name).as_posix()

    def begin(self) -> Path:
        """A new empty file to write what comes in into. Raises OSError."""
        part = self.folder / _PARTS / secrets.token_hex(8)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        return part

    def room(self) -> int:
        """Bytes that are free. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def keep(self, part: Path, name: str) -> bool:
        """Give a file that has come in its name; whether it takes the place of one, which is kept until `settle`.
        Raises OSError."""
        path, former = self.path(name), self.folder / _FORMER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replaces = path.is_file()
        if replaces and not former.exists():
            former.parent.mkdir(parents=True, exist_ok=True)
            path.replace(former)
        part.replace(path)
        return replaces

    def settle(self, name: str, *, is_indexed: bool) -> None:
        """An upload is indexed, or cannot be: then what it was before takes its place again, if it was anything."""
        path, former = self.path(name), self.folder / _FORMER / name
        if is_indexed:
            former.unlink(missing_ok=True)
        elif former.is_file():
            former.replace(path)
        else:
            path.unlink(missing_ok=True)
        _prune(former.parent, self.folder)
        _prune(path.parent, self.folder)

    def recover(self) -> None:
        """Put right what a crash has left: half of a file, or one that was about to take another's place."""
        shutil.rmtree(self.folder / _PARTS, ignore_errors=True)
        for former in list(_files(self.folder / _FORMER)):
            path = self.folder / former.relative_to(self.folder / _FORMER)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                former.replace(path)

    def names(self) -> list[str]:
        """All that are kept, in the order of their names."""
        found = (path.relative_to(self.folder) for path in _files(self.folder))
        return sorted(path.as_posix() for path in found if path.parts[0] not in (_PARTS, _FORMER))


def discard_upload(home: Path, place: str) -> None:
    """Delete the file of a place, if it is an upload. Raises OSError."""
    if is_upload(home, place):
        Path(place).unlink(missing_ok=True)
        former = home / FOLDER / _FORMER / Path(place).relative_to(home / FOLDER)
        former.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names)


def _prune(folder: Path, root: Path) -> None:
    """Remove folders that have become empty, up to `root`."""
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:
            return  # not empty, or gone already
        folder = folder.parent


def _safe_part(given: str) -> str:
    part = _NOT_IN_A_NAME.sub(" ", unicodedata.normalize("NFC", given))
    part = " ".join(part.split()).strip(". ")
    if _RESERVED.fullmatch(part):
        part = f"_{part}"
    return _shortened(part)


def _shortened(part: str) -> str:
    """A name that is not too long; one that is cut stays different from others with the same beginning."""
    if len(part.encode("utf-8")) <= MOST_NAME_BYTES:
        return part
    stem, dot, suffix = part.rpartition(".")
    if not stem or len(suffix) > 10:
        stem, dot, suffix = part, "", ""
    mark = f"~{hashlib.blake2b(part.encode('utf-8'), digest_size=4).hexdigest()}{dot}{suffix}"
    room = MOST_NAME_BYTES - len(mark.encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(". ") + mark

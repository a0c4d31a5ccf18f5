"""What a sync has to do, found out before anything is done: what is as it was costs a stat, what is not is told apart
by its bytes.

Files with the same bytes (and the same suffix, by which they are read) are one source: it goes by the name of the
file it was read from, its origin, for as long as that is there, and then by that of another one. What is gone is told
by places, not by names: see rag.sync.places.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from rag.discover import FoundFile, Scope, discover, path_of
from rag.index import Files, FileStat
from rag.index.rows import batches
from rag.load import readable_suffixes
from rag.schema import Failure
from rag.sync.limits import Limits
from rag.sync.places import base_of, find_names, left_behind

# Files looked up together.
LOOK_UP = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it is on the disk. `sha256` of its bytes is empty where it is refused unread."""

    path: Path
    source: str
    place: str
    size: int
    mtime_ns: int
    sha256: str

    def stat(self, origin: str, problems: Sequence[Failure] = (), reader: str = "") -> FileStat:
        """What the library notes of it."""
        said = tuple((problem.en, problem.ar) for problem in problems)
        return FileStat(self.size, self.mtime_ns, self.sha256, origin, said, reader, self.place)


@dataclass(slots=True)
class Plan:
    """What there is to do. Names of files throughout.

    `unchanged` are origins. `noted` have the bytes they had, at another time or place. `moves` are pairs of a former
    and a present name, `copies` of a copy and its origin; `repeated` are copies that the library has noted. `reads`
    come in the order in which they were found. The sources of `gone` are to be removed; `forgotten` are copies that
    are gone, and with them nothing else.
    """

    total_files: int
    failed: list[Failure]
    unchanged: list[str] = field(default_factory=list)
    noted: dict[str, FileStat] = field(default_factory=dict)
    moves: list[tuple[str, Seen]] = field(default_factory=list)
    copies: list[tuple[Seen, str]] = field(default_factory=list)
    repeated: list[tuple[str, str]] = field(default_factory=list)
    reads: list[Seen] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)


def make_plan(
    paths: Sequence[Path], *, known: Files, limits: Limits, leave_out: Path | None, start: Path = Path()
) -> Plan:
    """Compare what `paths` hold with what the library knows of files. Changes nothing. `leave_out` is a folder that
    is not looked into, `start` the one that relative paths are below."""
    found, failures, scope = discover(paths, leave_out=leave_out, start=start)
    places = known.places()
    naming = find_names(found, places)
    numbers = {file.source: number for number, file in enumerate(naming.files)}
    plan = Plan(len(found), failures + naming.failed)
    planner = _Planner(known, scope, limits, start, places, naming.strayed, numbers, plan)
    for some in batches(naming.files, LOOK_UP):
        planner.compare(some)
    planner.settle()
    return planner.plan


_State = Literal["here", "changed", "gone"]


@dataclass(slots=True)
class _Planner:
    known: Files
    scope: Scope
    limits: Limits
    start: Path
    places: dict[str, str]
    strayed: set[str]
    found: dict[str, int]
    plan: Plan
    # Files with the bytes that the library knows of them, or of which nothing can be said now.
    same: set[str] = field(default_factory=set)
    known_copies: list[tuple[Seen, FileStat]] = field(default_factory=list)
    touched: list[tuple[Seen, FileStat]] = field(default_factory=list)
    others: list[Seen] = field(default_factory=list)
    # Files under the name of one that is gone, with other bytes; and the folders, before and now, of those that have
    # the bytes that went by their name: they have moved together with their folder.
    displaced: list[tuple[FoundFile, Seen]] = field(default_factory=list)
    moved_folders: set[tuple[str, str]] = field(default_factory=set)
    # Bytes and suffix → the origin that they have when this sync is done.
    homes: dict[tuple[str, str], str] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

    # First look: each file against what is known of it

    def compare(self, files: Sequence[FoundFile]) -> None:
        """Sort files into those that are as they were and the others."""
        known = self.known.known([file.source for file in files])
        for file in files:
            try:
                self._compare(file, known.get(file.source))
            except OSError as error:
                self.plan.failed.append(_unreadable(file.source, error))
                self.same.add(file.source)

    def _compare(self, file: FoundFile, before: FileStat | None) -> None:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode):
            self.plan.failed.append(_no_file(file.source))
            self.same.add(file.source)
            return
        has_strayed = file.source in self.strayed
        untouched = (
            before is not None
            and not has_strayed
            and (before.size, before.mtime_ns) == (status.st_size, status.st_mtime_ns)
        )
        sha256 = before.sha256 if before and untouched else ""
        if not sha256 and _is_read(file.path, status.st_size, self.limits):
            sha256 = _digest(file.path)
        seen = Seen(file.path, file.source, file.place, status.st_size, status.st_mtime_ns, sha256)
        # Where no digest was noted, that it was not touched has to do.
        if before is None or not sha256 or not (before.sha256 == sha256 or (untouched and not before.sha256)):
            if has_strayed:
                self.displaced.append((file, seen))
            else:
                self.others.append(seen)
            return
        self.same.add(file.source)
        if has_strayed:
            self.moved_folders.add(self._bases(file))
        if before.problems and before.reader != self.limits.reader:
            self._read(seen)
            return
        self.plan.failed += [Failure(file.source, en=en, ar=ar) for en, ar in before.problems]
        if before.origin != file.source:
            self.known_copies.append((seen, before))
        elif untouched and before.sha256 and before.place == file.place:
            self.plan.unchanged.append(file.source)
        else:
            self.touched.append((seen, before))

    # Second look: files against each other

    def settle(self) -> None:
        """Decide for each file whose origin is not simply itself, and for each that is gone."""
        self._settle_displaced()
        for seen, before in self.known_copies:
            if before == seen.stat(before.origin) and self._state(before.origin) == "here":
                self.plan.repeated.append((seen.source, before.origin))
            elif not self._join(seen, before.origin):
                self._read(seen)
        for seen, before in self.touched:
            if self.homes.get(_key(seen)) == seen.source or not self._join(seen):
                self.homes[_key(seen)] = seen.source
                self.plan.unchanged.append(seen.source)
                self.plan.noted[seen.source] = replace(
                    before, size=seen.size, mtime_ns=seen.mtime_ns, sha256=seen.sha256, place=seen.place
                )
        for seen in self.others:
            if not (seen.sha256 and self._join(seen)):
                self._read(seen)
        for name, place in self.places.items():
            if name not in self.found and name not in self.moved and self.scope.covers(place):
                self._vanish(name)
        self.plan.reads.sort(key=lambda seen: self.found[seen.source])

    def _settle_displaced(self) -> None:
        """Let a file have the name of one that is gone if nothing is lost by it, or it is that file, changed."""
        for file, seen in self.displaced:
            former = self.places[file.source]
            if (
                self.scope.covers(former)
                or self._bases(file) in self.moved_folders
                or file.source not in self.known.sources_of([file.source])
            ):
                self.others.append(seen)
            else:
                del self.found[file.source]
                self.plan.failed.append(left_behind(file, former))

    def _bases(self, file: FoundFile) -> tuple[str, str]:
        return base_of(file.source, self.places[file.source]), base_of(file.source, file.place)

    def _join(self, seen: Seen, origin: str = "") -> bool:
        """Make a file a copy of one that has its bytes, or else the new place of one that is gone: of `origin`, if
        that is known. False where the library has nothing that could be used for it."""
        key = _key(seen)
        if key not in self.homes:
            origins = dict.fromkeys([*filter(None, [origin]), *self._origins(seen)])
            states = {one: self._state(one) for one in origins}
            home = next((one for one in origins if states[one] == "here"), None)
            if home is None:
                return any(states[one] == "gone" and self._move(one, seen) for one in origins)
            self.homes[key] = home
        self.plan.copies.append((seen, self.homes[key]))
        return True

    def _origins(self, seen: Seen) -> list[str]:
        """The origins that have the bytes of a file, and are read as it is."""
        suffix = _suffix(seen.source)
        return [
            origin
            for origin in self.known.origins_of(seen.sha256)
            if origin != seen.source and _suffix(origin) == suffix
        ]

    def _move(self, former: str, seen: Seen) -> bool:
        """Let the sources of a file that is gone go by another's name. Where that name is taken, or not all of the
        file could be read, it is better read again, which embeds nothing anew."""
        before = self.known.known([former]).get(former)
        if former in self.moved or self.known.source(seen.source) or not self.known.sources_of([former]):
            return False
        if before and before.problems:
            return False
        self.moved.add(former)
        self.homes[_key(seen)] = seen.source
        self.plan.moves.append((former, seen))
        return True

    def _read(self, seen: Seen) -> None:
        if seen.sha256 and seen.size:
            self.homes[_key(seen)] = seen.source
        self.plan.reads.append(seen)

    def _vanish(self, name: str) -> None:
        if name not in self.known.sources_of([name]):
            self.plan.forgotten.append(name)
            return
        for copy, before in self.known.copies(name).items():
            if copy not in self.found and self._state(copy) == "here":
                path = path_of(before.place or copy, self.start)
                seen = Seen(path, copy, before.place, before.size, before.mtime_ns, before.sha256)
                if self._move(name, seen):
                    return
        self.plan.gone.append(name)

    def _state(self, name: str) -> _State:
        """What has become of a file that the library knows."""
        if name in self.same:
            return "here"
        if name in self.found:
            return "changed"
        place = self.places.get(name, "")
        if self.scope.covers(place):
            return "gone"
        try:
            status = path_of(place or name, self.start).stat()
        except (FileNotFoundError, NotADirectoryError):
            return "gone"
        except OSError:
            return "here"  # as far as anyone can tell
        before = self.known.known([name]).get(name)
        untouched = before and (before.size, before.mtime_ns) == (status.st_size, status.st_mtime_ns)
        return "here" if untouched else "changed"


def _key(seen: Seen) -> tuple[str, str]:
    return seen.sha256, _suffix(seen.source)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _is_read(path: Path, size: int, limits: Limits) -> bool:
    """Whether the file is read at all. Only a file of records may be larger than a document."""
    suffix = path.suffix.lower()
    is_small = size <= limits.max_file_bytes or suffix == ".jsonl"
    return is_small and suffix in readable_suffixes(ocr=limits.ocr)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(source: str, error: OSError) -> Failure:
    reason = error.strerror or str(error)
    return Failure(
        source,
        en=f"{source}: cannot be read ({reason}). Check that it exists and may be read, and sync again.",
        ar=f"{source}: تعذّرت قراءته ({reason}). تحقّق من وجوده ومن إذن قراءته ثم أعد المزامنة.",
    )


def _no_file(source: str) -> Failure:
    return Failure(
        source,
        en=f"{source}: is a pipe, a socket or a device, and no file that can be read. Leave it out with .ragignore.",
        ar=f"{source}: أنبوب أو مقبس أو جهاز، وليس ملفًا يُقرأ. استبعده في .ragignore.",
    )

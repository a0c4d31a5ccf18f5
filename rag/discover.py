"""Which files a sync means: folders walked in order, what `.ragignore` names left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pathspec

from rag.schema import Failure

IGNORE_FILE = ".ragignore"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index. `source` is its path as given; `named` is False where a folder brought it along."""

    path: Path
    source: str
    named: bool


def discover(paths: Sequence[Path]) -> tuple[list[FoundFile], list[Failure]]:
    """The files that `paths` stand for, each once, in a fixed order; and what could not be looked at, and why.

    Inside folders, hidden files and what a `.ragignore` of the folder matches (gitignore patterns) are left out.
    """
    files: dict[Path, FoundFile] = {}
    failures: list[Failure] = []
    for path in paths:
        if path.is_dir():
            found = list(_walk(path, failures))
        elif path.exists():
            found = [FoundFile(path, path.as_posix(), named=True)]
        else:
            failures.append(
                Failure(
                    path.as_posix(),
                    en=f"{path}: there is no such file or folder. Check the path.",
                    ar=f"{path}: لا يوجد ملف أو مجلد بهذا الاسم. تحقّق من المسار.",
                )
            )
            continue
        for file in found:
            files.setdefault(file.path.resolve(), file)
    return list(files.values()), failures


def _walk(folder: Path, failures: list[Failure]) -> Iterator[FoundFile]:
    def unreadable(error: OSError) -> None:
        name = str(error.filename)
        failures.append(
            Failure(
                name,
                en=f"{name}: the folder cannot be read ({error.strerror}). Check its permissions.",
                ar=f"{name}: تعذّرت قراءة المجلد. تحقّق من أذوناته.",
            )
        )

    ignored = _ignore_patterns(folder)
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            if not name.startswith(".") and not ignored.match_file(path.relative_to(folder).as_posix()):
                yield FoundFile(path, path.as_posix(), named=False)


def _ignore_patterns(folder: Path) -> pathspec.PathSpec[pathspec.Pattern]:
    try:
        lines = (folder / IGNORE_FILE).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, PermissionError, UnicodeDecodeError):
        lines = []
    return pathspec.PathSpec.from_lines("gitignore", lines)

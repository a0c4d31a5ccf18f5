"""The patterns of a `.ragignore`, which mean what they mean in a `.gitignore`.

Each entry of a folder is matched by itself and an ignored folder is never entered, as git does it: matching whole
paths, as libraries do, leaves out what a pattern further down the file takes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Spaces at the end of a line do not count, save those behind a backslash.
_TRAILING_SPACES = re.compile(r"(?<!\\) +$")
# What git makes of a pattern that is not well formed.
_NOTHING = "(?!)"
# What Python might come to read as operators in a set of characters.
_SET_OPERATORS = re.compile(r"[\[&~|]")
_CLASS = re.compile(r"\[(?P<not>[!^]?)(?P<body>\]?(?:\\.|[^\]\\])*)\]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line of the file. `regex` matches a name or, where `anchored`, the path from the folder of the file."""

    regex: re.Pattern[str]
    anchored: bool
    only_folders: bool
    ignores: bool


def read_patterns(text: str) -> list[Pattern]:
    """The patterns of a file's text, in their order."""
    return list(_patterns(text.splitlines()))


def is_ignored(patterns: Sequence[Pattern], path: str, *, is_folder: bool) -> bool | None:
    """What the last pattern that matches says of an entry; None where none does. `path` is relative to the folder of
    the file, with forward slashes."""
    name = path.rpartition("/")[2]
    for pattern in reversed(patterns):
        if (is_folder or not pattern.only_folders) and pattern.regex.fullmatch(
            path if pattern.anchored else name
        ):
            return pattern.ignores
    return None


def _patterns(lines: Iterable[str]) -> Iterator[Pattern]:
    for line in lines:
        glob = _TRAILING_SPACES.sub("", line)
        if not glob or glob.startswith("#"):
            continue
        ignores = not glob.startswith("!")
        glob = glob.removeprefix("!")
        only_folders = glob.endswith("/")
        glob = glob.removesuffix("/")
        anchored = "/" in glob
        try:
            regex = re.compile(_regex(glob.removeprefix("/")), re.DOTALL)
        except re.error:  # such as [z-a]
            regex = re.compile(_NOTHING)
        yield Pattern(regex, anchored, only_folders, ignores)


def _regex(glob: str) -> str:
    """A regular expression for what a glob matches: stars stay within a name, two of them run over folders."""
    pieces, position = [], 0
    while position < len(glob):
        rest = glob[position:]
        bracket = _CLASS.match(rest)
        if rest.startswith("**/") and (position == 0 or glob[position - 1] == "/"):
            piece, taken = "(?:.*/)?", 3
        elif rest == "**" and glob[position - 1 : position] == "/":
            piece, taken = ".+", 2
        elif rest.startswith("*"):
            piece, taken = "[^/]*", len(rest) - len(rest.lstrip("*"))
        elif rest.startswith("?"):
            piece, taken = "[^/]", 1
        elif bracket:
            body = _SET_OPERATORS.sub(r"\\\g<0>", bracket["body"])
            piece, taken = f"(?!/)[{'^' if bracket['not'] else ''}{body}]", bracket.end()
        elif rest.startswith("["):  # never closed
            return _NOTHING
        elif rest.startswith("\\") and len(rest) > 1:
            piece, taken = re.escape(rest[1]), 2
        else:
            piece, taken = re.escape(rest[0]), 1
        pieces.append(piece)
        position += taken
    return "".join(pieces)

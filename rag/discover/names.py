"""What a file is called in the library, and where it is on the disk.

A name is the path as it was given, with forward slashes; one from the root of the disk is a place. What names may hold
and no database can is written as in web addresses: bytes that are not UTF-8 (`caf\\xe9.txt` is `caf%E9.txt`) and, on
Windows, halves of characters (`%uD83C`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_UNSTORABLE = re.compile("[\ud800-\udfff]")
# How Python carries the bytes 80 to FF of a file name that is not UTF-8 (PEP 383).
_CARRIERS = range(0xDC80, 0xDD00)
_FIRST_CARRIER = 0xDC00
_ESCAPED = re.compile("%(?:([89A-F][0-9A-F])|u(D[89A-F][0-9A-F]{2}))")


def name_of(path: Path) -> str:
    """The name of a file or folder."""
    return _UNSTORABLE.sub(_escape, path.as_posix())


def path_of(name: str, start: Path = Path()) -> Path:
    """The file or folder that a name stands for, whether it is there or not. Relative ones are below `start`."""
    path = start / name
    if "%" not in name or os.path.lexists(path):
        return path
    # Name by name: a percent sign may be the file's own.
    named = Path(name)
    found = start / named.anchor
    for part in named.parts[1 if named.anchor else 0 :]:
        found /= part if os.path.lexists(found / part) else _ESCAPED.sub(_unescape, part)
    return found


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"%{code - _FIRST_CARRIER:02X}" if code in _CARRIERS else f"%u{code:04X}"


def _unescape(match: re.Match[str]) -> str:
    return chr(_FIRST_CARRIER + int(match[1], 16)) if match[1] else chr(int(match[2], 16))

"""Wipes the room that Chroma's files keep for vectors to come.

Its graph of neighbours (hnswlib) asks the C library for that room, does not clear it, and writes it to disk as it is:
with whatever stood there before in this process, be it the text of a document that was just erased.
"""

from __future__ import annotations

import struct
from pathlib import Path

# Of header.bin: a version, where the first element begins, room for how many, how many there are, bytes of each.
_HEADER = struct.Struct("<i4Q")
_VERSION = 1
_LENGTH_BYTES = 4  # an element of length.bin
_CHUNK_BYTES = 1 << 20


class SpareRoom:
    """The unused ends of the files in a Chroma folder that change from now on."""

    def __init__(self, folder: Path) -> None:
        """Of a folder that is about to be opened."""
        self._folder = folder
        self._unchanged = {file: file.stat().st_mtime_ns for file in folder.glob("*/*.bin")}

    def wipe(self) -> None:
        """Overwrite them. The folder is closed: Chroma writes an element before it counts it. Raises OSError."""
        for header in self._folder.glob("*/header.bin"):
            read = header.read_bytes()[: _HEADER.size]
            if len(read) < _HEADER.size or read[:4] != struct.pack("<i", _VERSION):
                continue
            _, _, room, used, element_bytes = _HEADER.unpack(read)
            for name, size in (("data_level0.bin", element_bytes), ("length.bin", _LENGTH_BYTES)):
                file = header.with_name(name)
                if file.exists() and self._unchanged.get(file) != file.stat().st_mtime_ns:
                    _wipe(file, used * size, room * size)


def _wipe(file: Path, start: int, end: int) -> None:
    # No further than the file goes: one of another layout than this is not made longer.
    end = min(end, file.stat().st_size)
    with file.open("r+b") as opened:
        for at in range(start, end, _CHUNK_BYTES):
            length = min(_CHUNK_BYTES, end - at)
            opened.seek(at)
            if any(opened.read(length)):
                opened.seek(at)
                opened.write(bytes(length))

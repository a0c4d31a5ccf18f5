"""What is read, and how much that may cost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A PDF of a thousand pages of prose takes about 15 seconds.
FILE_SECONDS = 60.0
# Reading takes up to forty times the size of a text.
FILE_MEMORY_MB = 2048


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file, its name in the library, and its size in bytes."""

    path: Path
    source: str
    size: int


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """`max_bytes` bounds a document's file, or its line in a file of records. `seconds` are of computing and
    `memory_mb` of memory, for one document; waiting may take three times as long as computing. With `ocr` pictures are
    read too, for each of which there are as many seconds, and as much memory, as for a document."""

    max_bytes: int
    seconds: float = FILE_SECONDS
    memory_mb: int = FILE_MEMORY_MB
    ocr: bool = False

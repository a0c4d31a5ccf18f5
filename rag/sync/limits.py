"""What a document may be and cost."""

from __future__ import annotations

from dataclasses import dataclass

from rag import __version__
from rag.parsing import FILE_MEMORY_MB, FILE_SECONDS, ParseLimits


@dataclass(frozen=True, slots=True)
class Limits:
    """How documents are cut, which files are too large, and what reading one may cost, pictures included where `ocr`:
    see `ParseLimits`."""

    max_tokens: int
    overlap_sentences: int
    max_file_bytes: int
    file_seconds: float = FILE_SECONDS
    file_memory_mb: int = FILE_MEMORY_MB
    ocr: bool = False

    @property
    def reader(self) -> str:
        """Names what reads: another one might read what this one could not."""
        return f"{__version__} {self.parse}"

    @property
    def parse(self) -> ParseLimits:
        """Those of reading."""
        return ParseLimits(self.max_file_bytes, self.file_seconds, self.file_memory_mb, self.ocr)

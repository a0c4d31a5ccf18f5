"""What a numbered page of a source is called: in a presentation it is a slide, in a workbook a sheet, in a book a
chapter."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final, Literal

from rag.schema import Language

Part = Literal["page", "slide", "sheet", "chapter"]

PARTS: Final[dict[Part, tuple[str, str]]] = {
    "page": ("page", "صفحة"),
    "slide": ("slide", "شريحة"),
    "sheet": ("sheet", "ورقة"),
    "chapter": ("chapter", "فصل"),
}
"""What each is called, in English and in Arabic."""

_BY_SUFFIX: dict[str, Part] = {
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".odp"), "slide"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), "sheet"),
    ".epub": "chapter",
}


def place_words(source: str) -> Part:
    """What the pages of a source are, by the suffix of its file."""
    return _BY_SUFFIX.get(PurePosixPath(source).suffix.lower(), "page")


def location(source: str, page: int, language: Language) -> str:
    """A page of a source in words, such as "slide 3"."""
    english, arabic = PARTS[place_words(source)]
    return f"{arabic if language == 'ar' else english} {page}"

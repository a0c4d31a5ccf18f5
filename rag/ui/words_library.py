"""The words of the sheet of documents, in English and in Arabic: part of words.py."""

from __future__ import annotations

LIBRARY_WORDS: dict[str, tuple[str, str]] = {
    "library_title": ("Documents", "الوثائق"),
}

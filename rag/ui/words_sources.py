"""The words of the source panel and of what can be done with an answer, in English and in Arabic: part of words.py."""

from __future__ import annotations

SOURCES_WORDS: dict[str, tuple[str, str]] = {
    "close_source": ("Close the document", "أغلق الوثيقة"),
}

"""The words for where in a document something stands, in English and in Arabic: part of words.py."""

from __future__ import annotations

from rag.location import PARTS

PLACES_WORDS: dict[str, tuple[str, str]] = {
    **{f"{part}_n": (f"{english} {{n}}", f"{arabic} {{n}}") for part, (english, arabic) in PARTS.items()},
    "read_by_ocr": ("read by OCR", "قُرئ آليًّا من صورة"),
}

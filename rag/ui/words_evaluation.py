"""The words of the sheet of evaluation, in English and in Arabic: part of words.py."""

from __future__ import annotations

EVALUATION_WORDS: dict[str, tuple[str, str]] = {
    "evaluation_title": ("Evaluation", "التقييم"),
}

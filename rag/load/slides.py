"""The text of a slide, whatever program made it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text import language

_NOTES_LABEL = {"ar": "ملاحظات المتحدّث:", "en": "Speaker notes:"}


def slide_text(paragraphs: Sequence[str], notes: Sequence[str]) -> str:
    """What stands on a slide, then what its speaker sees beside it, under a line that says so."""
    if notes:
        label = _NOTES_LABEL[language("\n".join([*paragraphs, *notes]))]
        paragraphs = [*paragraphs, label, *notes]
    return "\n\n".join(paragraphs)

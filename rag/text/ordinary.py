"""Ordinary questions and statements on all kinds of subjects, the same in both languages.

What the vectors of either bank have in common is what a language, or being a question, puts into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

from rag.schema import Language


def ordinary(kind: Literal["questions", "statements"], language: Language) -> Sequence[str]:
    """48 lines of one language; those of the other say the same in the same order."""
    return (files("rag.text") / "bank" / f"{kind}.{language}.txt").read_text(encoding="utf-8").splitlines()

"""Titles in a file's properties: many were put there by a program or left over from a template."""

from __future__ import annotations

import re

# What programs write where nobody stated a title.
_MADE_BY_PROGRAM = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*|(?:power\s?point|pptx?) presentation|word document"
    r"|(?:document|presentation|book|workbook|sheet|slide|untitled|title)[\s\d_-]*"
    r"|عرض تقديمي(?: في)?(?: power\s?point)?[\s\d]*|(?:مستند|شريحة|مصنف|ورقة|بدون عنوان|عنوان)[\s\d]*"
    r"|.*\.(?:docx?|pptx?|xlsx?|rtf|odt|html?|pdf|indd|dotx?|tmp))",
    re.IGNORECASE,
)
# One word is a label, as for headlines.
_MIN_WORDS = 2
# Longer ones are a first paragraph that a program took for the title.
_MAX_CHARACTERS = 200


def stated_title(title: str) -> str:
    """The title of a file's properties on one line, "" if it is none that an author would give."""
    title = " ".join(title.split())
    words = sum(any(map(str.isalpha, word)) for word in title.split())
    if words < _MIN_WORDS or len(title) > _MAX_CHARACTERS or _MADE_BY_PROGRAM.fullmatch(title):
        return ""
    return title

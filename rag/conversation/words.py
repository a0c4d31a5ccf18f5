"""Lists of words, as they are written in the modules beside this one."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    """Words with white space between them, as a set."""
    return frozenset(listed.split())

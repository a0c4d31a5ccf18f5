"""The sheets around the chat, over an open library."""

from __future__ import annotations

from rag.commands import OpenLibrary
from rag.ui.sheets import Sheet


def make_sheets(library: OpenLibrary) -> tuple[Sheet, ...]:
    """In the order of their buttons."""
    del library
    return ()

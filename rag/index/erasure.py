"""True erasure: what has to go besides a source itself so that no byte of its text stays in the data folder.

An answer that was kept quotes its sources. It goes with its question; what the other answers of a chat quote stays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from rag import text
from rag.index.chats import shortened
from rag.schema import Document

# Where a string is found in a document as a whole: shorter ones, a name or "Yes.", are found in many.
MIN_QUOTE_CHARACTERS = 20
# Where a string only holds words of a document: so many in a row are no chance.
RUN_WORDS = 6

_Message = tuple[str, int]
_Run = tuple[str, ...]


def quoting(connection: sqlite3.Connection, documents: Sequence[Document]) -> list[_Message]:
    """Chat and position of the messages that quote one of the documents: whose answer names it as a source, or that
    say word for word what it says, in whatever spelling (see text.normalise)."""
    names = {document.source for document in documents}
    pages = [page.text for document in documents for page in document.pages]
    found: set[_Message] = set()
    runs: dict[_Run, set[_Message]] = {}
    for chat_id, ordinal, question, answer in connection.execute(
        "SELECT chat_id, ordinal, question, answer FROM messages"
    ):
        for key, said in _strings({"question": question, "answer": json.loads(answer)}, ""):
            if key == "source":
                is_quote = said in names
            else:
                is_quote = len(said) >= MIN_QUOTE_CHARACTERS and any(said in page for page in pages)
            if is_quote:
                found.add((chat_id, ordinal))
            for run in _runs(said):
                runs.setdefault(run, set()).add((chat_id, ordinal))
    for page in pages:
        for line in page.splitlines():
            for run in _runs(line):
                found |= runs.get(run, set())
    return sorted(found)


def forget(connection: sqlite3.Connection, messages: Sequence[_Message]) -> None:
    """Delete messages, and chats that have none left. A chat that has lost its beginning is named after what begins
    it now. Belongs inside a transaction."""
    connection.executemany("DELETE FROM messages WHERE chat_id = ? AND ordinal = ?", messages)
    for chat_id in dict.fromkeys(chat_id for chat_id, _ in messages):
        first = connection.execute(
            "SELECT question FROM messages WHERE chat_id = ? ORDER BY ordinal LIMIT 1", (chat_id,)
        ).fetchone()
        if first is None:
            connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
        elif (chat_id, 0) in messages:
            connection.execute("UPDATE chats SET title = ? WHERE id = ?", (shortened(first[0]), chat_id))


def _runs(said: str) -> Iterator[_Run]:
    words = text.words(said)
    return zip(*(words[start:] for start in range(RUN_WORDS)), strict=False)


def _strings(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Every string in JSON, with the key that it, or the list it is in, stands under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, key)

"""True erasure: what has to go besides a source itself so that no byte of its text stays in the data folder.

An answer that was kept quotes its sources. It goes with its question; what the other answers of a chat quote stays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from rag import text
from rag.index.chats import shortened
from rag.schema import Document

# Where a string is found in a document as a whole: shorter ones, a name or "Yes.", are found in many.
MIN_QUOTE_CHARACTERS = 20
# Where a string only holds words of a document: so many in a row are no chance.
RUN_WORDS = 6

_Message = tuple[str, int]
_Run = tuple[str, ...]
KeyT = TypeVar("KeyT")


def quoting(connection: sqlite3.Connection, documents: Sequence[Document]) -> list[_Message]:
    """Chat and position of the messages that quote one of the documents: whose answer names it as a source, or that
    say word for word what it says, in whatever spelling (see text.normalise)."""
    rows = connection.execute(
        "SELECT chat_id, ordinal, question, answer, word FROM messages LEFT JOIN ratings USING (chat_id, ordinal)"
    )
    said = (
        ((chat_id, ordinal), {"question": question, "answer": json.loads(answer), "word": word})
        for chat_id, ordinal, question, answer, word in rows
    )
    return sorted(_saying(said, documents))


def forget(
    connection: sqlite3.Connection, messages: Sequence[_Message], documents: Sequence[Document]
) -> None:
    """Delete messages, questions without an answer that quote one of the documents, and chats that have nothing left.
    A chat that has lost its beginning is named after what begins it now. Belongs inside a transaction."""
    connection.executemany("DELETE FROM messages WHERE chat_id = ? AND ordinal = ?", messages)
    asked = connection.execute("SELECT chat_id, id, question FROM asked").fetchall()
    questions = _saying((((chat, asked_id), {"question": said}) for chat, asked_id, said in asked), documents)
    connection.executemany("DELETE FROM asked WHERE chat_id = ? AND id = ?", sorted(questions))
    begins_anew = {chat_id for chat_id, ordinal in messages if ordinal == 0}
    for chat_id in dict.fromkeys(chat_id for chat_id, _ in (*messages, *sorted(questions))):
        first = connection.execute(
            "SELECT question, 0 AS unanswered, ordinal FROM messages WHERE chat_id = ?1 UNION ALL "
            "SELECT question, 1, asked_at FROM asked WHERE chat_id = ?1 ORDER BY unanswered, ordinal LIMIT 1",
            (chat_id,),
        ).fetchone()
        if first is None:
            connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
        elif chat_id in begins_anew or first[1]:
            connection.execute("UPDATE chats SET title = ? WHERE id = ?", (shortened(first[0]), chat_id))


def _saying(said: Iterable[tuple[KeyT, Any]], documents: Sequence[Document]) -> set[KeyT]:
    """The keys of what quotes one of the documents."""
    names = {document.source for document in documents}
    pages = [page.text for document in documents for page in document.pages]
    found: set[KeyT] = set()
    runs: dict[_Run, set[KeyT]] = {}
    for whole_key, whole in said:
        for key, string in _strings(whole, ""):
            if key == "source":
                is_quote = string in names
            else:
                is_quote = len(string) >= MIN_QUOTE_CHARACTERS and any(string in page for page in pages)
            if is_quote:
                found.add(whole_key)
            for run in _runs(string):
                runs.setdefault(run, set()).add(whole_key)
    for page in pages:
        for line in page.splitlines():
            for run in _runs(line):
                found |= runs.get(run, set())
    return found


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

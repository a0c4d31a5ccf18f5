"""Chats: questions and the answers they got, with their citations, kept beside the sources."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rag import text
from rag.errors import LibraryError
from rag.index.database import transaction

# A line of a list. The whole question stands in the chat itself.
TITLE_CHARACTERS = 60
_ID_BYTES = 5  # ten characters to type, and a chance of 1 in 10^6 that two of a million chats share one


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """A chat as it is listed. Times are ISO 8601, UTC."""

    id: str
    title: str
    created_at: str
    updated_at: str
    messages: int


@dataclass(frozen=True, slots=True)
class Message:
    """A question and its answer, which is the public JSON of `rag.serialise.answer_json`."""

    question: str
    answer: dict[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A whole chat, its messages in their order."""

    info: ChatInfo
    messages: tuple[Message, ...]


class Chats:
    """The chats of an open library. Thread-safe through `door`, which lets in one caller at a time and turns errors
    of the database into LibraryError."""

    def __init__(
        self, connection: sqlite3.Connection, door: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._door = door
        connection.create_function("normalised", 1, text.normalise, deterministic=True)

    def create(self, title: str) -> str:
        """A new chat without messages, and its id. A long title is shortened."""
        now = _now()
        with self._door(), transaction(self._connection):
            chat_id = secrets.token_hex(_ID_BYTES)
            row = (chat_id, shortened(title), now, now)
            self._connection.execute("INSERT INTO chats VALUES (?, ?, ?, ?)", row)
        return chat_id

    def append(self, chat_id: str, question: str, answer: Mapping[str, Any]) -> None:
        """Add an exchange at the end of a chat. Raises LibraryError where there is no such chat."""
        now = _now()
        stored = json.dumps(answer, ensure_ascii=False)
        with self._door(), transaction(self._connection):
            self._change("UPDATE chats SET updated_at = ? WHERE id = ?", (now, chat_id))
            self._connection.execute(
                "INSERT INTO messages SELECT ?, coalesce(max(ordinal) + 1, 0), ?, ?, ? FROM messages WHERE chat_id = ?",
                (chat_id, _well_formed(question), _well_formed(stored), now, chat_id),
            )

    def list(self, search: str = "") -> tuple[ChatInfo, ...]:
        """The chats in which every word of `search` stands, in whatever spelling (see text.normalise), in title,
        questions or answers; all where it is empty. The one that was last used comes first."""
        words = text.words(search)
        said = (
            "normalised(c.title || ' ' || coalesce("
            "group_concat(m.question || ' ' || json_extract(m.answer, '$.answer'), ' '), ''))"
        )
        having = " AND ".join(["TRUE", *[f"instr({said}, ?)"] * len(words)])
        with self._door():
            rows = self._connection.execute(
                "SELECT c.id, c.title, c.created_at, c.updated_at, count(m.ordinal) FROM chats c "
                f"LEFT JOIN messages m ON m.chat_id = c.id GROUP BY c.id HAVING {having} "
                "ORDER BY c.updated_at DESC, c.rowid DESC",
                words,
            ).fetchall()
        return tuple(ChatInfo(*row) for row in rows)

    def get(self, chat_id: str) -> Chat:
        """A chat with all its messages. Raises LibraryError where there is no such chat."""
        with self._door():
            row = self._connection.execute(
                "SELECT id, title, created_at, updated_at, (SELECT count(*) FROM messages WHERE chat_id = id) "
                "FROM chats WHERE id = ?",
                (chat_id,),
            ).fetchone()
            if row is None:
                raise _unknown(chat_id)
            rows = self._connection.execute(
                "SELECT question, answer, created_at FROM messages WHERE chat_id = ? ORDER BY ordinal",
                (chat_id,),
            ).fetchall()
        messages = tuple(Message(question, json.loads(answer), at) for question, answer, at in rows)
        return Chat(ChatInfo(*row), messages)

    def rename(self, chat_id: str, title: str) -> None:
        """Give a chat another title. Raises LibraryError for an empty one, or where there is no such chat."""
        if not title.strip():
            raise LibraryError(
                en="A chat needs a title. Give it one of at least a character.",
                ar="تحتاج المحادثة إلى عنوان. اكتب عنوانًا من حرف واحد على الأقل.",
            )
        with self._door(), transaction(self._connection):
            self._change("UPDATE chats SET title = ? WHERE id = ?", (shortened(title), chat_id))

    def delete(self, chat_id: str) -> None:
        """Forget a chat, so that nothing of it can be read in the library's files either. Raises LibraryError where
        there is no such chat."""
        with self._door():
            with transaction(self._connection):
                self._change("DELETE FROM chats WHERE id = ?", (chat_id,))
            # The rows are overwritten (see database.connect), but their pages are in the log until it is emptied.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _change(self, statement: str, values: tuple[str, ...]) -> None:
        if not self._connection.execute(statement, values).rowcount:
            raise _unknown(values[-1])


def shortened(title: str) -> str:
    """A title on one line, cut at a word where it is long."""
    line = " ".join(_well_formed(title).split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    cut = line[: TITLE_CHARACTERS - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[TITLE_CHARACTERS // 2 :] else cut) + "…"


def _well_formed(said: str) -> str:
    r"""`said` without lone surrogates, which JSON can carry (\ud800) and SQLite cannot: each becomes U+FFFD."""
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _now() -> str:
    # Microseconds keep the order of what happens within one second.
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _unknown(chat_id: str) -> LibraryError:
    return LibraryError(
        en=f"There is no chat '{chat_id}'. See which there are with: rag chats",
        ar=f"لا توجد محادثة «{chat_id}». اعرض المحادثات بالأمر: rag chats",
    )

"""Chats: questions and the answers they got, with their citations, kept beside the sources."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rag import text
from rag.errors import LibraryError
from rag.index.database import transaction

# A line of a list. The whole question stands in the chat itself.
TITLE_CHARACTERS = 60
# A remark beside a thumb; an essay is asked for elsewhere.
RATING_CHARACTERS = 500
_ID_BYTES = 5  # ten characters to type, and a chance of 1 in 10^6 that two of a million chats share one


_MESSAGES = (
    "SELECT m.question, m.answer, m.created_at, m.ordinal, r.is_good, r.word, r.rated_at FROM messages m "
    "LEFT JOIN ratings r ON r.chat_id = m.chat_id AND r.ordinal = m.ordinal WHERE m.chat_id = ?"
)


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """A chat as it is listed. Times are ISO 8601, UTC."""

    id: str
    title: str
    created_at: str
    updated_at: str
    messages: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thinks of an answer: whether it `is_good`, and a word about it, which may be empty."""

    is_good: bool
    word: str
    rated_at: str


@dataclass(frozen=True, slots=True)
class Message:
    """A question and its answer, which is the public JSON of `rag.serialise.answer_json`. `ordinal` names it within
    its chat, for good: others may be forgotten."""

    question: str
    answer: dict[str, Any]
    created_at: str
    ordinal: int = 0
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question without an answer: it is being answered, or that was stopped, failed, or was cut short."""

    id: str
    question: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The documents that the questions of a chat go to: those of the library, and those that are `gone` from it.
    Without any they go to all."""

    sources: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """A whole chat, its messages in their order, and what was asked in it and not answered."""

    info: ChatInfo
    messages: tuple[Message, ...]
    unanswered: tuple[AskedQuestion, ...] = ()


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

    def ask(self, chat_id: str, question: str, *, again: str | None = None) -> str:
        """Keep a question that has no answer yet, and name it; in the place of the one that was asked before as
        `again`, if any. Raises LibraryError where there is no such chat."""
        now = _now()
        with self._door(), transaction(self._connection):
            self._change("UPDATE chats SET updated_at = ? WHERE id = ?", (now, chat_id))
            self._connection.execute("DELETE FROM asked WHERE id = ? AND chat_id = ?", (again, chat_id))
            # Not a number: a page that was left open would take the next question for one that is gone.
            asked = secrets.token_hex(_ID_BYTES)
            row = (asked, chat_id, _well_formed(question), now)
            self._connection.execute("INSERT INTO asked VALUES (?, ?, ?, ?)", row)
        return asked

    def append(
        self, chat_id: str, question: str, answer: Mapping[str, Any], *, asked: str | None = None
    ) -> int:
        """Add an exchange at the end of a chat, in the place of the question that was kept as `asked`, if any; its
        ordinal. Raises LibraryError where there is no such chat."""
        now = _now()
        stored = json.dumps(answer, ensure_ascii=False)
        with self._door(), transaction(self._connection):
            self._change("UPDATE chats SET updated_at = ? WHERE id = ?", (now, chat_id))
            self._connection.execute("DELETE FROM asked WHERE id = ?", (asked,))
            (ordinal,) = self._connection.execute(
                "SELECT coalesce(max(ordinal) + 1, 0) FROM messages WHERE chat_id = ?", (chat_id,)
            ).fetchone()
            row = (chat_id, ordinal, _well_formed(question), _well_formed(stored), now)
            self._connection.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", row)
        return int(ordinal)

    def rate(self, chat_id: str, ordinal: int, is_good: bool | None, word: str = "") -> Message:
        """Keep what a reader thinks of an answer, instead of what he thought before; None takes it back. The message as
        it is then. Raises LibraryError where there is no such answer."""
        key = (chat_id, ordinal)
        with self._door():
            with transaction(self._connection):
                if is_good is None:
                    self._connection.execute("DELETE FROM ratings WHERE chat_id = ? AND ordinal = ?", key)
                else:
                    cut = _well_formed(" ".join(word.split()))[:RATING_CHARACTERS]
                    self._connection.execute(
                        "INSERT OR REPLACE INTO ratings SELECT chat_id, ordinal, ?, ?, ? FROM messages "
                        "WHERE chat_id = ? AND ordinal = ?",
                        (is_good, cut, _now(), *key),
                    )
            return self.message(chat_id, ordinal)

    def message(self, chat_id: str, ordinal: int) -> Message:
        """An answer and its question. Raises LibraryError where there is none of that ordinal."""
        with self._door():
            row = self._connection.execute(f"{_MESSAGES} AND m.ordinal = ?", (chat_id, ordinal)).fetchone()
        if row is None:
            raise _unknown_answer()
        return _message(row)

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
            rows = self._connection.execute(f"{_MESSAGES} ORDER BY m.ordinal", (chat_id,)).fetchall()
            asked = self._connection.execute(
                "SELECT id, question, asked_at FROM asked WHERE chat_id = ? ORDER BY asked_at", (chat_id,)
            ).fetchall()
        unanswered = tuple(AskedQuestion(*question) for question in asked)
        return Chat(ChatInfo(*row), tuple(map(_message, rows)), unanswered)

    def choose(self, chat_id: str, sources: Collection[str]) -> None:
        """Limit the questions of a chat to some sources from now on; none of them is no limit. Raises LibraryError
        where there is no such chat."""
        rows = [(chat_id, source) for source in dict.fromkeys(sources)]
        with self._door(), transaction(self._connection):
            self._change("UPDATE chats SET updated_at = updated_at WHERE id = ?", (chat_id,))
            self._connection.execute("DELETE FROM chosen WHERE chat_id = ?", (chat_id,))
            self._connection.executemany("INSERT INTO chosen VALUES (?, ?)", rows)

    def choice(self, chat_id: str) -> Choice:
        """What the questions of a chat are limited to, in the order of their names."""
        with self._door():
            rows = self._connection.execute(
                "SELECT source, source IN (SELECT source FROM sources) FROM chosen WHERE chat_id = ? ORDER BY source",
                (chat_id,),
            ).fetchall()
        return Choice(
            tuple(source for source, is_there in rows if is_there),
            tuple(source for source, is_there in rows if not is_there),
        )

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


def _message(row: tuple[Any, ...]) -> Message:
    question, answer, created_at, ordinal, is_good, word, rated_at = row
    rating = None if is_good is None else Rating(bool(is_good), word, rated_at)
    return Message(question, json.loads(answer), created_at, ordinal, rating)


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


def _unknown_answer() -> LibraryError:
    return LibraryError(
        en="This answer is no longer kept; its chat may have been deleted. Reload the page to see what there is.",
        ar="لم تعد هذه الإجابة محفوظة، وربما حُذفت محادثتها. أعد تحميل الصفحة لترى ما بقي.",
    )

"""What the stores have yet to take over from the library, written in the transaction that changes the
library."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from rag.index.database import transaction
from rag.index.embeddings import where_in

VECTORS = "chroma"
KEYWORDS = "keywords"
STORES = (VECTORS, KEYWORDS)


class Outbox:
    """Passages that changed, for each store. What to do about one is read from the library when it is
    done: put it if it is still there, else delete it. So the order does not matter and doing it twice does
    no harm."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, passage_ids: Collection[str]) -> None:
        """Note changed passages for every store. Belongs inside the transaction that changes them."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO pending VALUES (?, ?)",
            [(store, passage_id) for store in STORES for passage_id in passage_ids],
        )

    def count(self) -> int:
        """Changes that one of the stores has yet to take over."""
        return int(self._connection.execute("SELECT count(*) FROM pending").fetchone()[0])

    def unsettled(self, passage_ids: Sequence[str]) -> set[str]:
        """Those of `passage_ids` whose source is not whole in every store: a search that showed them would show a
        part of a document."""
        if not self._connection.execute("SELECT EXISTS (SELECT 1 FROM pending)").fetchone()[0]:
            return set()
        rows = where_in(self._connection, "SELECT id, source_id FROM passages WHERE id", passage_ids)
        moving = {source for source in {source for _, source in rows} if self._is_moving(source)}
        return {passage_id for passage_id, source in rows if source in moving}

    def _is_moving(self, source_id: int) -> bool:
        # CROSS JOIN keeps SQLite from going through all that is pending for each source.
        (found,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM passages p CROSS JOIN pending q ON q.passage_id = p.id "
            f"AND q.store IN ({','.join('?' * len(STORES))}) WHERE p.source_id = ?)",
            (*STORES, source_id),
        ).fetchone()
        return bool(found)

    def pending(self, store: str, limit: int) -> list[str]:
        """At most `limit` passages that have yet to change in `store`."""
        rows = self._connection.execute(
            "SELECT passage_id FROM pending WHERE store = ? LIMIT ?", (store, limit)
        )
        return [row[0] for row in rows]

    def settle(self, store: str, passage_ids: Sequence[str]) -> None:
        """These passages are now in `store` as they are in the library."""
        with transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM pending WHERE store = ? AND passage_id = ?",
                [(store, passage_id) for passage_id in passage_ids],
            )

    def forget(self, store: str) -> None:
        """`store` was made anew from the library. Belongs inside the transaction that says where it is."""
        self._connection.execute("DELETE FROM pending WHERE store = ?", (store,))

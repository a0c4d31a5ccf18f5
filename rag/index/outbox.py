"""What the stores have yet to take over from the library, written in the transaction that changes the
library."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from rag.index.database import transaction

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

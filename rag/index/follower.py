"""Keeps a store in step with the library: opens it, catches up, notices when it is broken, and makes it
anew."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from rag.errors import LibraryError
from rag.index.library import Library
from rag.index.rows import batches
from rag.index.stores import Shelf, Store, StoreBrokenError

StoreT = TypeVar("StoreT", bound=Store[Any])
ResultT = TypeVar("ResultT")

logger = logging.getLogger(__name__)

# A question waits for at most one batch while documents are coming in: about a third of a second in Chroma.
BATCH = 500


class Follower(Generic[StoreT]):
    """One store that follows the library, under the name that the library's outbox knows it by.

    Its present generation is named in the library; a new one is filled beside it and then named, in one
    transaction, so a crash at any moment leaves one that is whole.
    """

    def __init__(
        self,
        name: str,
        *,
        version: str,
        library: Library,
        shelf: Shelf[StoreT],
        read_rows: Callable[[Sequence[str]], Sequence[Any]],
        sweeps: bool = True,
    ) -> None:
        """`version` says how its contents are made: a store made otherwise is made anew. `read_rows` gives
        the rows of passage ids, leaving out those that the library does not hold. Without `sweeps` it leaves
        other generations where they are: they are those of another library."""
        self._name = name
        self._version = version
        self._library = library
        self._shelf = shelf
        self._read_rows = read_rows
        self._sweeps = sweeps
        self._store: StoreT | None = None

    def open(self) -> None:
        """Open the store, catch up, and mend it if need be. Raises LibraryError when it cannot be used at
        all."""
        generation = self._library.meta(self._name)
        if generation is None:
            self.rebuild()
        elif problem := self._open(generation):
            self._mend(problem)
        elif not self._renew_worn():
            self._sweep(generation)

    def use(self, action: Callable[[StoreT], ResultT]) -> ResultT:
        """Do something with the store; when it turns out broken, once more after mending it."""
        try:
            return action(self._open_store())
        except StoreBrokenError as error:
            self._mend(str(error))
        try:
            return action(self._open_store())
        except StoreBrokenError as error:
            raise _beyond_repair(self._name, error) from error

    def catch_up(self) -> int:
        """Take over a batch of what changed in the library; how many passages, 0 when there is nothing
        left."""
        ids = self._library.outbox.pending(self._name, BATCH)
        if ids:
            self.use(lambda store: self._apply(store, ids))
            if len(ids) < BATCH:
                self._renew_worn()
        return len(ids)

    def rebuild(self) -> None:
        """Make the store anew from the library, without embedding anything, and put it in the place of the
        old."""
        generation = f"{self._version}-{secrets.token_hex(4)}"
        try:
            fresh = self._filled(generation)
        except StoreBrokenError as error:
            raise _beyond_repair(self._name, error) from error
        self._library.switch_store(self._name, generation)
        self.close()
        self._store = fresh
        self._sweep(generation)

    def close(self) -> None:
        """Close the store. Doing it twice does no harm."""
        if self._store is not None:
            store, self._store = self._store, None
            self._let_go(store)

    def _let_go(self, store: StoreT) -> None:
        try:
            store.close()
        except StoreBrokenError as error:
            # It has let go all the same, and what is wrong with it shows when it is next opened.
            logger.warning("The %s index did not close cleanly: %s.", self._name, error)

    def _open(self, generation: str) -> str:
        """Open a generation and say what is wrong with it; empty when nothing is."""
        if not generation.startswith(f"{self._version}-"):
            return "it was made by another version"
        try:
            self._store = store = self._shelf.open(generation)
            while ids := self._library.outbox.pending(self._name, BATCH):
                self._apply(store, ids)
            return self._disagreement(store)
        except StoreBrokenError as error:
            return str(error)

    def _disagreement(self, store: StoreT) -> str:
        held, expected = store.count(), self._library.count()
        if held != expected:
            return f"it holds {held} passages, the library {expected}"
        # Stores take over in order of time, so the one that has the newest passage has those before it.
        newest = self._library.newest_passage()
        if newest is not None and not store.answers(self._read_rows([newest])[0]):
            return "it does not find the newest passage"
        return ""

    def _apply(self, store: StoreT, ids: Sequence[str]) -> None:
        rows = self._read_rows(ids)
        held = {row.passage_id for row in rows}
        gone = [passage_id for passage_id in ids if passage_id not in held]
        if rows:
            store.put(rows)
        if gone:
            store.delete(gone)
        store.commit()
        self._library.outbox.settle(self._name, ids)

    def _renew_worn(self) -> bool:
        """Make the store anew where what is gone tells in its searches; whether it did."""
        worn = self.use(lambda store: store.worn())
        if worn:
            self.rebuild()
        return worn

    def _filled(self, generation: str) -> StoreT:
        store = self._shelf.open(generation)
        try:
            for ids in batches(self._library.passage_ids(), BATCH):
                store.put(self._read_rows(ids))
            store.commit()
        except BaseException:
            self._let_go(store)
            # Half a store is of no use, and where the disk is full its room is needed.
            self._sweep(self._library.meta(self._name) or "")
            raise
        # Closing leaves nothing in its files but what it holds: see rag.index.spare.
        self._let_go(store)
        return self._shelf.open(generation)

    def _sweep(self, keep: str) -> None:
        if not self._sweeps:
            return
        try:
            self._shelf.sweep(keep)
        except StoreBrokenError as error:
            # What is left lying about is in nobody's way, and the next sweep tries again.
            logger.warning("Old generations of the %s index could not be removed: %s.", self._name, error)

    def _mend(self, problem: str) -> None:
        logger.warning("The %s index is made anew from the library: %s.", self._name, problem)
        self.rebuild()

    def _open_store(self) -> StoreT:
        if self._store is None:
            raise RuntimeError(f"the {self._name} index is closed")
        return self._store


def _beyond_repair(name: str, error: StoreBrokenError) -> LibraryError:
    return LibraryError(
        en=f"The {name} index fails even when it is made anew ({error}). Your documents are safe in the "
        "library; run `rag doctor` to see what is wrong.",
        ar=f"يفشل فهرس {name} حتى بعد إعادة بنائه ({error}). مستنداتك محفوظة في المكتبة؛ "
        "شغّل `rag doctor` لمعرفة السبب.",
    )

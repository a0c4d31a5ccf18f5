"""A question on its way to an answer. One thread writes what is shown of it, and any number of tabs look on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from rag.ui.turn import View

# Of all turns of the process: one may be shown in several tabs, each with turns of its own.
_numbers = count(1)


@dataclass(slots=True, eq=False)
class Turn:
    """A question and what is shown of it. Once it is over, its view stands.

    Its chat, None where there is none yet; the name by which the library keeps the question as `asked`; once it is
    answered and kept, the answer's `ordinal` in the chat; and the sources `among` which a new chat is to stay. One that
    `stands_alone` is as an earlier one was understood.
    """

    question: str
    chat_id: str | None = None
    asked: str | None = None
    ordinal: int | None = None
    among: tuple[str, ...] = ()
    stands_alone: bool = False
    name: str = field(default_factory=lambda: f"t{next(_numbers)}")
    view: View = field(default_factory=lambda: View(""))
    _over: bool = False
    _lock: Lock = field(default_factory=Lock)
    _lookers_on: list[Callable[[], None]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether it was answered, stopped, or given up."""
        return self._over

    def show(self, view: View) -> bool:
        """Show `view`; False where the turn was over already."""
        return self._change(view, over=False)

    def close(self, view: View | None = None) -> bool:
        """Over, with `view` as the last, if any; False where it was over already."""
        return self._change(view or self.view, over=True)

    def _change(self, view: View, *, over: bool) -> bool:
        with self._lock:
            if self._over:
                return False
            self.view, self._over = view, over
            lookers_on = list(self._lookers_on)
        for tell in lookers_on:
            tell()
        return True

    async def views(self) -> AsyncGenerator[View]:
        """What is shown, whenever it changes, until the turn is over. Whoever is slow misses views in between."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def tell() -> None:
            with suppress(RuntimeError):  # The server is ending, and its loop is closed.
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._lookers_on.append(tell)
        try:
            shown: View | None = None
            while True:
                changed.clear()
                with self._lock:
                    view, over = self.view, self._over
                if view is not shown:
                    shown = view
                    yield view
                if over:
                    return
                await changed.wait()
        finally:
            with self._lock:
                self._lookers_on.remove(tell)

"""A chat model's reply as events, and what its stages took."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field

from rag.generate import ChatEngine, Reply
from rag.prompt import Prompt
from rag.schema import Event, TextDelta


@dataclass(slots=True)
class Clock:
    """Seconds spent by stage."""

    timings: dict[str, float] = field(default_factory=dict)
    _started: float = field(default_factory=time.perf_counter)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """A stage is over."""
        now = time.perf_counter()
        self.timings[stage] = now - self._last
        self.timings["total"] = now - self._started
        self._last = now


@dataclass(slots=True)
class Begun:
    """Whether a reply has begun, and what its first piece is shown behind."""

    opening: str = ""
    written: bool = False


def stream_reply(
    engine: ChatEngine, filled: Prompt, begun: Begun, clock: Clock
) -> Generator[Event, None, tuple[str, Reply]]:
    """The reply, as it is written, and how it ended. Raises ModelError."""
    written: list[str] = []
    with closing(engine.stream(filled.system, filled.user)) as pieces:
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                return "".join(written).strip(), end.value or Reply()
            if not begun.written:
                clock.lap("first_token")
                piece = begun.opening + piece
                begun.written = True
            written.append(piece)
            yield TextDelta(piece)

"""How far a sync has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Before that, a rate is mostly the time of loading the model.
MIN_SECONDS_FOR_RATE = 3.0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync has come. `files` counts those read or skipped so far, `done` in [0, 1] is the share of what was
    to be read, by bytes."""

    files: int
    total_files: int
    current: str
    passages: int
    seconds: float
    done: float = 0.0

    @property
    def passages_per_second(self) -> float | None:
        """None while it is too early to say."""
        return self.passages / self.seconds if self.seconds >= MIN_SECONDS_FOR_RATE else None

    @property
    def remaining_seconds(self) -> float | None:
        """At the pace so far; None while it is too early to say."""
        if self.seconds < MIN_SECONDS_FOR_RATE or not 0 < self.done <= 1:
            return None
        return self.seconds * (1 - self.done) / self.done


OnProgress = Callable[[SyncProgress], None]


@dataclass(slots=True)
class Meter:
    """Counts files, passages and bytes, and tells. Bytes are taken on with a document, and are done when it is
    embedded, which is what takes the time."""

    on_progress: OnProgress | None
    total_files: int
    total_bytes: int
    files: int = 0
    passages: int = 0
    _current: str = ""
    _done_bytes: float = 0.0
    _waiting_bytes: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._started

    def begin_file(self, name: str) -> None:
        """Tell that a file is next."""
        self._current = name
        self._tell(0.0)

    def end_file(self) -> None:
        """Another file is read."""
        self.files += 1

    def take(self, size: float) -> None:
        """So many bytes wait to be embedded."""
        self._waiting_bytes += size

    def embedded(self, share: float) -> None:
        """This share of what waits is embedded: tell, and 1 settles it."""
        if share < 1:
            self._tell(share)
            return
        self._done_bytes += self._waiting_bytes
        self._waiting_bytes = 0.0

    def finish(self) -> None:
        """Tell that everything is done."""
        self.files, self._current = self.total_files, ""
        self._done_bytes, self._waiting_bytes = float(self.total_bytes), 0.0
        self._tell(1.0)

    def _tell(self, share: float) -> None:
        if self.on_progress and self.total_files:
            done = self._done_bytes + share * self._waiting_bytes
            self.on_progress(
                SyncProgress(
                    self.files,
                    self.total_files,
                    self._current,
                    self.passages,
                    self.seconds,
                    min(1.0, done / self.total_bytes) if self.total_bytes else 1.0,
                )
            )

"""What an answer took: seconds to the first word and in all, tokens read and written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.errors import RagError
from rag.generate import ChatEngine, Reply
from rag.schema import Answer

Costs = Mapping[str, float | None]

_FIRST_TOKEN, _TOTAL = "first_token", "total"


class RunStoppedError(RagError):
    """Somebody stopped the run: no failure, and the rows that are finished are kept."""

    def __init__(self) -> None:
        super().__init__("The evaluation was stopped; it can go on.", "أُوقف التقييم، ويمكن متابعته.")


def never() -> bool:
    """For runs that nobody stops."""
    return False


class MeteredEngine:
    """A chat model that adds up, for each thread, the tokens of prompt that its server says it read. Once `stopped`, it
    breaks off, with RunStoppedError."""

    def __init__(self, engine: ChatEngine, stopped: Callable[[], bool] = never) -> None:
        self._engine = engine
        self._stopped = stopped
        self._of_thread = threading.local()

    @property
    def name(self) -> str:
        """See ChatEngine."""
        return self._engine.name

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        """See ChatEngine."""
        reply: Reply | None = None
        with closing(self._engine.stream(system, user)) as pieces:
            while True:
                if self._stopped():
                    raise RunStoppedError
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    reply = end.value
                    break
                yield piece
        if reply and reply.prompt_tokens is not None:
            self._of_thread.prompt_tokens = self._so_far() + reply.prompt_tokens
        return reply

    def take(self) -> int | None:
        """What this thread's replies took since it last asked; None where no server said anything."""
        taken = getattr(self._of_thread, "prompt_tokens", None)
        self._of_thread.prompt_tokens = None
        return taken

    def _so_far(self) -> int:
        return getattr(self._of_thread, "prompt_tokens", None) or 0


def first_token_seconds(timings: Mapping[str, float]) -> float | None:
    """Seconds until the first word of an answer could be read: those of every stage up to the model's first token. An
    answer that is not streamed (a quotation, a refusal) is read when it is whole. None without timings."""
    if _FIRST_TOKEN not in timings:
        return timings.get(_TOTAL)
    stages = [stage for stage in timings if stage != _TOTAL]
    return sum(timings[stage] for stage in stages[: stages.index(_FIRST_TOKEN) + 1])


def costs_of(
    answer: Answer, *, seconds: float, prompt_tokens: int | None, answer_tokens: int | None
) -> Costs:
    """The costs of one answer under their keys in rows and reports."""
    first = first_token_seconds(answer.timings)
    return {
        "seconds": round(seconds, 4),
        "first_token_seconds": None if first is None else round(first, 4),
        "prompt_tokens": prompt_tokens,
        "answer_tokens": answer_tokens,
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost over the `n` answers that have it; None where none does."""

    mean: float | None
    median: float | None
    p95: float | None
    n: int


def summarise(values: Sequence[float]) -> Cost:
    """Mean, median and 95th percentile, the latter as numpy's "linear" percentile."""
    if not values:
        return Cost(None, None, None, 0)
    import numpy as np

    mean, (median, slow) = float(np.mean(values)), np.percentile(values, (50, 95))
    return Cost(round(mean, 4), round(float(median), 4), round(float(slow), 4), len(values))

"""What a chat model is to the rest of the house."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

# What `Answer.engine` says of a reply that no engine wrote: small talk.
NO_ENGINE = "none"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said of a finished reply: how many tokens of prompt it read (None where it did not say), and
    whether the reply was cut short for length."""

    prompt_tokens: int | None = None
    cut_short: bool = False


class ChatEngine(Protocol):
    """A chat model that writes an answer piece by piece."""

    @property
    def name(self) -> str:
        """Shown to the reader as what answered, e.g. "ollama:qwen3:4b"."""

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        """Pieces of the reply as they come, and in the end what the server said of it (None: nothing). Raises
        ModelError; closing the generator stops the server's work."""


def complete(
    engine: ChatEngine, system: str, user: str, *, enough: Callable[[str], bool] | None = None
) -> str:
    """The whole reply, for those who do not stream; or its beginning: `enough` is asked after each piece whether the
    reply so far will do, and the server is then stopped. Raises ModelError."""
    reply = ""
    with closing(engine.stream(system, user)) as pieces:
        for piece in pieces:
            reply += piece
            if enough and enough(reply):
                break
    return reply

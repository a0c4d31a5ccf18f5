"""What a chat model is to the rest of the house, and what all of its engines share."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

# What a small model goes on with once it has answered: the next question, or a source of its own.
STOPS = ("\nQuestion:", "\nالسؤال:", "<source")

_THINKING, _THOUGHT = "<think>", "</think>"


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


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without a <think>…</think> in front of the reply, where servers that do not know of thinking models
    leave it. Held back is no more than what may still become that mark."""
    held, state = "", "before"
    for piece in pieces:
        if state == "after":
            yield piece
            continue
        held += piece
        if state == "before":
            begun = held.lstrip()
            if begun.startswith(_THINKING):
                state, held = "thinking", begun[len(_THINKING) :]
            elif not _THINKING.startswith(begun):
                state = "after"
                yield held
        if state == "thinking":
            _, ended, rest = held.partition(_THOUGHT)
            held = held[-len(_THOUGHT) :] if not ended else rest.lstrip()
            if ended and held:
                yield held
            state = "after" if ended and held else "gap" if ended else state
        elif state == "gap" and held.strip():
            state = "after"
            yield held.lstrip()
    if state == "before" and held.strip():
        yield held


def leaves_this_machine(url: str) -> bool:
    """Whether a request to `url` may go through the proxy of the environment: one that is meant for the outside must
    not carry questions that go to this very machine."""
    return urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}

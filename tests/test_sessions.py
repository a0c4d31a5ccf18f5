"""Who is logged in, and who guesses, by a clock of the tests."""

from __future__ import annotations

from dataclasses import dataclass

from rag.api.sessions import (
    IDLE_SECONDS,
    MOST_SESSIONS,
    MOST_TRIES_OF_ALL,
    MOST_TRIES_OF_ONE,
    TRY_SECONDS,
    Sessions,
    Tries,
)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_tries_are_counted_by_address_and_in_all() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(MOST_TRIES_OF_ONE):
        assert tries.wait_seconds("a") == 0
        tries.failed("a")
        clock.now += 1
    assert tries.wait_seconds("a") == TRY_SECONDS - MOST_TRIES_OF_ONE
    assert tries.wait_seconds("b") == 0
    for number in range(MOST_TRIES_OF_ALL - MOST_TRIES_OF_ONE):
        tries.failed(f"other {number}")
    assert tries.wait_seconds("b") > 0
    clock.now += TRY_SECONDS
    assert tries.wait_seconds("a") == tries.wait_seconds("b") == 0


def test_a_session_ends_when_nobody_uses_it() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    used, idle = sessions.begin(), sessions.begin()
    assert used != idle
    clock.now += IDLE_SECONDS
    assert sessions.knows(used)
    clock.now += 1
    assert not sessions.knows(idle)
    assert sessions.knows(used)
    sessions.end(used)
    assert not sessions.knows(used)
    assert not sessions.knows("")


def test_sessions_are_bounded_and_the_idlest_ends_first() -> None:
    sessions = Sessions(Clock())
    first, second = sessions.begin(), sessions.begin()
    assert sessions.knows(first)
    for _ in range(MOST_SESSIONS - 1):
        sessions.begin()
    assert sessions.knows(first)
    assert not sessions.knows(second)

"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import pytest

from rag import memory


def test_giving_back_can_be_asked_for_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.give_back()

    def nothing(_: object) -> None:
        raise OSError("no C library")

    memory._malloc_trim.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", nothing)
    memory.give_back()
    memory._malloc_trim.cache_clear()


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="other C libraries do not keep it, or cannot be asked"
)
def test_what_was_freed_in_small_pieces_is_given_back() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])

    kept = [bytearray(2000) for _ in range(100_000)]
    full = resident()
    del kept[1:-1]  # the last piece keeps the heap from shrinking by itself
    memory.give_back()
    assert resident() < full - 20_000  # of about 50,000 pages of 4 kB
    assert len(kept) == 2

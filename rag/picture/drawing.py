"""Drawing a page of a PDF in a process of its own, which may neither take long nor much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore

from rag.picture.child import LENGTH
from rag.picture.leaf import Box, Leaf, PrintedWord

CHILD = "rag.picture.child"
_PACKAGES = Path(__file__).resolve().parents[2]

# A page of text takes a third of a second, most of it to start the process. Waiting may take longer than computing.
WAITING_FACTOR = 3
# Each process has a copy of the whole file.
_AT_ONCE = Semaphore(2)


@dataclass(frozen=True, slots=True)
class DrawLimits:
    """What one page may cost. `width` is that of the picture in pixels, twice what the page shows it at, and
    `max_pixels` bounds it for pages of any shape."""

    width: int = 1400
    max_pixels: int = 4_000_000
    max_png_bytes: int = 12 * 1024 * 1024
    seconds: int = 10
    memory_mb: int = 1024


class PictureError(Exception):
    """A page could not be drawn. Its text can be read all the same."""


def draw_page(data: bytes, page: int, limits: DrawLimits | None = None) -> Leaf:
    """A page, from 1, of the PDF `data`. Raises PictureError where it is none, has no such page, or exceeds a limit."""
    limits = limits or DrawLimits()
    if page < 1:
        raise PictureError(f"there is no page {page}")
    asked = (page, limits.width, limits.max_pixels, limits.seconds, limits.memory_mb)
    # -P: a random.py in the present folder must not be imported in the place of Python's own.
    command = [sys.executable, "-P", "-m", CHILD, *map(str, asked)]
    with _AT_ONCE:
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                timeout=limits.seconds * WAITING_FACTOR,
                env=_environment(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PictureError(str(error)) from error
    if done.returncode:
        raise PictureError(f"drawing ended with {done.returncode}")
    return _read(done.stdout, limits)


def _environment() -> dict[str, str]:
    """Its own packages, and one thread for numpy: each would take 64 MB of the address space."""
    path = os.pathsep.join(filter(None, [str(_PACKAGES), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _read(said: bytes, limits: DrawLimits) -> Leaf:
    try:
        (length,) = LENGTH.unpack_from(said)
        head = json.loads(said[LENGTH.size : LENGTH.size + length])
        words = tuple(
            PrintedWord(text, Box(*map(float, place[:4])), float(place[4])) for text, place in head["words"]
        )
        width, height = map(int, head["size"])
    except (ValueError, TypeError, KeyError) as error:
        raise PictureError("drawing ended without a picture") from error
    png = said[LENGTH.size + length :]
    if not 0 < len(png) <= limits.max_png_bytes:
        raise PictureError(f"a picture of {len(png):,} bytes")
    return Leaf(png, width, height, words)

"""The process that draws: a PDF comes in by standard input, a page goes out by standard output.

    python -P -m rag.picture.child PAGE WIDTH MAX_PIXELS SECONDS MEMORY_MB

PDFium is C++ and reads foreign files: the system itself holds this process to its time and memory, and what it
breaks is only itself. Out go the length of some JSON, that JSON (size and words), and a PNG.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pypdfium2

LENGTH = struct.Struct(">I")
# PDFium converts places on a page to whole pixels only: these are fine enough to be taken for fractions.
_UNITS = 1_000_000
# Quick to make, and a page of text is as small as it gets by more effort.
_PNG_EFFORT = 1
# A poster with more words than this is drawn, and nothing is marked on it.
_MAX_CHARACTERS = 60_000


def main() -> None:
    """Draw one page."""
    number, width, max_pixels, seconds, memory_mb = map(int, sys.argv[1:])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get into the picture
    data = sys.stdin.buffer.read()
    _limit(seconds, memory_mb)
    _draw(data, number, width, max_pixels, out)
    out.close()


def _draw(data: bytes, number: int, width: int, max_pixels: int, out: Any) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    page = document[number - 1]
    wide, high = page.get_size()
    scale = min(width / wide, math.sqrt(max_pixels / (wide * high)))
    image = page.render(scale=scale).to_pil()
    told = {"size": image.size, "words": _words(page)}
    head = json.dumps(told, ensure_ascii=True).encode("ascii")
    out.write(LENGTH.pack(len(head)))
    out.write(head)
    image.save(out, "PNG", compress_level=_PNG_EFFORT)


def _words(page: pypdfium2.PdfPage) -> list[tuple[str, list[float]]]:
    """Each word with left, top, right and bottom of its box and its baseline."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    count = text.count_chars()
    if count > _MAX_CHARACTERS:
        return []
    words = []
    letters: list[str] = []
    corners: list[tuple[float, float]] = []
    baseline = 0.0
    for index in range(count + 1):
        code = pdfium.FPDFText_GetUnicode(text.raw, index) if index < count else 0
        if not code or chr(code).isspace():
            if letters:
                across, down = zip(*corners, strict=True)
                words.append(("".join(letters), [min(across), min(down), max(across), max(down), baseline]))
                letters, corners = [], []
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if not letters:
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
            baseline = _on_page(page, x.value, y.value)[1]
        letters.append(chr(code))
        corners += [_on_page(page, left, bottom), _on_page(page, right, top)]
    return words


def _on_page(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of the document as fractions of the page as it is drawn: cropped, and turned."""
    import pypdfium2.raw as pdfium

    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _UNITS, _UNITS, 0, x, y, across, down)
    return across.value / _UNITS, down.value / _UNITS


def _limit(seconds: int, memory_mb: int) -> None:
    """Let allocations beyond the limit fail and computing beyond its time end this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    limits = [
        (resource.RLIMIT_AS, memory_mb * 1024 * 1024),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ]
    for kind, value in limits:
        with suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    main()

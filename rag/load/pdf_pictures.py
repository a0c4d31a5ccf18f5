"""Pages of a PDF that are pictures → their text: drawn by PDFium as they are seen, and read by OCR."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from rag.load.ocr import PictureError, Recognise
from rag.load.pdf_verdict import Verdict
from rag.schema import Page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

# What OCR is made for; less loses dots, more only takes longer.
_DPI = 300
_POINTS_PER_INCH = 72
# A page of A3 at 300 dpi has 17 million. Larger ones, such as posters, are drawn smaller.
_MAX_PIXELS = 25_000_000
_READ_BY_OCR = (Verdict.SCANNED, Verdict.GARBLED)


def recognise_pages(data: bytes, unread: dict[Verdict, list[int]], recognise: Recognise) -> list[Page]:
    """The pages of a PDF that OCR can read, of those that could not be read otherwise; `unread` says afterwards what
    has become of the others. One that takes too long is the last that is tried."""
    numbers = sorted(number for verdict in _READ_BY_OCR for number in unread.pop(verdict, ()))
    pages = []
    with closing(_drawn(data, numbers)) as pictures:
        for number, picture in zip(numbers, pictures, strict=False):
            found = _recognised(picture, recognise)
            if found is Verdict.UNFINISHED:
                unread[found] = [one for one in numbers if one >= number]
                break
            if isinstance(found, Verdict):
                unread.setdefault(found, []).append(number)
            else:
                pages.append(Page(found, number, ocr=True))
    return pages


def _recognised(picture: bytes, recognise: Recognise) -> str | Verdict:
    """What a page says, or what it is."""
    try:
        texts = recognise(picture) if picture else ()
    except PictureError as error:
        return Verdict.UNFINISHED if error.reason == "slow" else Verdict.ILLEGIBLE
    if not picture or any(text.is_noise for text in texts):
        return Verdict.ILLEGIBLE
    return "\n\n".join(text.text for text in texts) or Verdict.BLANK


def _drawn(data: bytes, numbers: list[int]) -> Generator[bytes, None, None]:
    """The pages of these numbers as picture files; an empty one where a page cannot be drawn."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError:
        yield from (b"" for _ in numbers)
        return
    with closing(document):
        for number in numbers:
            try:
                yield _draw(document, number)
            except PdfiumError:
                yield b""


def _draw(document: PdfDocument, number: int) -> bytes:
    page: PdfPage = document[number - 1]
    with closing(page):
        width, height = page.get_size()
        scale = min(_DPI / _POINTS_PER_INCH, math.sqrt(_MAX_PIXELS / max(1.0, width * height)))
        with closing(page.render(scale=scale, grayscale=True)) as bitmap:
            rows = bytes(bitmap.buffer)
            # A row may be longer in memory than the picture is wide.
            pixels = b"".join(
                rows[start : start + bitmap.width]
                for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
            # Portable GrayMap, the plainest of all picture files: http://netpbm.sourceforge.net/doc/pgm.html
            return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels

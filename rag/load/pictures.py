"""Pictures of text (.png, .jpg, .tif, .webp) → Document, by OCR. A file of several pages is a document of several."""

from __future__ import annotations

from collections.abc import Iterator

from rag.load.document import Loaded, make_paged_document
from rag.load.kinds import PICTURE
from rag.load.ocr import PictureError, Recognise
from rag.load.refusals import damaged, illegible, illegible_pages, too_large_picture, unfinished_picture
from rag.schema import Page

PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
"""Suffix → media type."""


def read_picture(data: bytes, *, source: str, media_type: str, recognise: Recognise) -> Iterator[Loaded]:
    """The document of a picture, or a LoadError. Its pages are numbered where there are several. It states no title:
    its first line is as often a letterhead."""
    try:
        texts = recognise(data)
    except PictureError as error:
        if error.reason == "broken":
            yield damaged(source, PICTURE)
        else:
            yield unfinished_picture(source) if error.reason == "slow" else too_large_picture(source)
        return
    is_paged = any(page.number > 1 for page in texts)
    pages = [Page(page.text, page.number if is_paged else None, ocr=True) for page in texts if page.text]
    if pages:
        yield make_paged_document(pages, source=source, headline="", media_type=media_type)
    noise = [page.number for page in texts if page.is_noise]
    if not pages:
        yield illegible(source)
    elif noise:
        yield illegible_pages(source, noise)

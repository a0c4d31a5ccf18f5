"""Pages of indexed PDFs as pictures: only of files whose bytes are still those that were indexed."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from rag.discover import path_of
from rag.index import Outline
from rag.picture import Leaf, PictureError, draw_page

PDF = "application/pdf"
# The whole file is read, and its bytes are compared, for every page that is drawn anew.
MAX_FILE_BYTES = 256 * 1024 * 1024
# Half a megabyte each. Who turns pages back, or follows several quotes of one page, waits for none of them again.
LEAVES_KEPT = 16

logger = logging.getLogger(__name__)


class Pictures:
    """Draws pages, and remembers the last ones. Thread-safe."""

    def __init__(self) -> None:
        self._leaves: OrderedDict[tuple[str, int], Leaf] = OrderedDict()
        self._lock = Lock()

    def leaf(self, outline: Outline, page: int) -> Leaf | None:
        """A page of a source; None where that is no PDF, its file has changed or gone, or it cannot be drawn."""
        key = (outline.stat.sha256, page)
        with self._lock:
            if key in self._leaves and is_offered(outline):
                self._leaves.move_to_end(key)
                return self._leaves[key]
        data = _indexed_bytes(outline)
        if data is None:
            return None
        try:
            leaf = draw_page(data, page)
        except PictureError as error:
            logger.info("%s, page %d, cannot be drawn: %s", outline.source, page, error)
            return None
        with self._lock:
            self._leaves[key] = leaf
            while len(self._leaves) > LEAVES_KEPT:
                self._leaves.popitem(last=False)
        return leaf


def is_offered(outline: Outline) -> bool:
    """Whether there is a PDF of the same size where the source was read from: as much as can be told at once."""
    if outline.media_type != PDF or not outline.stat.sha256 or outline.stat.size > MAX_FILE_BYTES:
        return False
    try:
        return _file(outline).stat().st_size == outline.stat.size
    except OSError:
        return False


def _indexed_bytes(outline: Outline) -> bytes | None:
    """The bytes of a source's file; None where they are not those that were indexed."""
    if not is_offered(outline):
        return None
    try:
        data = _file(outline).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == outline.stat.sha256 else None


def _file(outline: Outline) -> Path:
    return path_of(outline.stat.place or outline.stat.origin)

"""Plain text → Document."""

from __future__ import annotations

from rag.load.decode import decode
from rag.load.document import make_document
from rag.load.furniture import find_furniture, find_headline
from rag.schema import Document


def read_plain(data: bytes, *, source: str) -> Document:
    """The document of a text file; its text is the file's, decoded. Raises LoadError when the bytes are not
    text."""
    text = decode(data, name=source)
    return make_document(
        text,
        source=source,
        headline=find_headline(text),
        furniture=find_furniture(text),
        media_type="text/plain",
    )

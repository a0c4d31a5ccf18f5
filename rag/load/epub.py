"""EPUB → Document: a page a chapter, numbered in reading order. Chapters are read as the web pages that they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from rag.errors import LoadError
from rag.load.decode import storable
from rag.load.document import Loaded, make_paged_document
from rag.load.html import decode_html, visible_text
from rag.load.kinds import BOOK
from rag.load.refusals import CHAPTER_PARTS, copy_protected, damaged, no_text, unreadable_parts
from rag.load.zipped import Package, attribute, child, children, local_name, open_package, resolve
from rag.schema import Page

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PICTURE_TYPES = "image/"

# <a id="p12"/> is whole in a book's XHTML; HTML takes it for the beginning of a link that never ends.
_EMPTY_ELEMENT = re.compile(r"<([A-Za-z][\w:.-]*)(\s[^<>]*)?/>")
_NEVER_CLOSED = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def read_epub(data: bytes, *, source: str) -> Iterator[Loaded]:
    """The document of a book, and a LoadError that names the chapters that are damaged or missing.

    Its headline is the title in its metadata. Raises LoadError where the file is copy-protected, damaged, something
    else, or holds no text.
    """
    package = open_package(data, source=source, kind=BOOK)
    if _CONTAINER not in package:
        raise package.other_kind()
    root = child(package.xml(_CONTAINER), "rootfiles", "rootfile")
    book_part = attribute(root, "full-path") if root is not None else ""
    book = package.xml(book_part)
    chapters = _chapters(book, posixpath.dirname(book_part))
    locked_parts = _encrypted(package)
    pages: list[Page] = []
    broken: list[int] = []
    for number, part in enumerate(chapters, start=1):
        if part in locked_parts:
            raise copy_protected(source)
        try:
            text = _chapter(package, part)
        except LoadError:
            if package.is_spent:
                raise
            broken.append(number)
        else:
            pages += [Page(text, number=number)] if text else []
    if pages:
        yield make_paged_document(
            pages, source=source, headline=_title(book), media_type="application/epub+zip"
        )
        if broken:
            yield unreadable_parts(source, CHAPTER_PARTS, broken)
    elif broken or not chapters:
        yield damaged(source, BOOK)
    else:
        yield no_text(source, has_pictures=True)


def _chapters(book: Element, folder: str) -> list[str]:
    """The parts that the book is read through, in order; those that are pictures have an empty name."""
    parts = {
        attribute(item, "id"): ""
        if attribute(item, "media-type").startswith(_PICTURE_TYPES)
        else resolve(folder, unquote(attribute(item, "href")))
        for item in children(book, "manifest")
    }
    # A name that the manifest does not know is that of no part either.
    names = [attribute(entry, "idref") for entry in children(book, "spine")]
    return [parts.get(name, name) for name in names]


def _chapter(package: Package, part: str) -> str:
    data = package.read(part) if part else b""
    if not data.strip():
        return ""
    return storable(visible_text(_EMPTY_ELEMENT.sub(_opened_and_closed, decode_html(data, name=part))))


def _opened_and_closed(match: re.Match[str]) -> str:
    name, attributes = match.group(1), match.group(2) or ""
    return match.group() if name.lower() in _NEVER_CLOSED else f"<{name}{attributes}></{name}>"


def _encrypted(package: Package) -> frozenset[str]:
    """The parts that are encrypted. Most books that have any hide their fonts only, which need no key to be read
    past."""
    if _ENCRYPTION not in package:
        return frozenset()
    return frozenset(
        resolve("", unquote(attribute(element, "URI")))
        for element in package.xml(_ENCRYPTION).iter()
        if local_name(element) == "CipherReference"
    )


def _title(book: Element) -> str:
    title = child(book, "metadata", "title")
    return " ".join("".join(title.itertext()).split()) if title is not None else ""

"""Documents that are zip files of XML parts (Office, OpenDocument, EPUB), read within a budget of memory.

A zip file of 300 KB can unpack to 300 MB, and its directory can lie about that. So parts are unpacked here only, one
at a time and piece by piece, and what has been unpacked is counted rather than believed.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from rag.errors import LoadError
from rag.load.kinds import ZIP_START, Kind
from rag.load.refusals import cut_short, damaged, locked, other_kind, too_large_inside

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""What the parts that are read of one file may unpack to in all. A thousand pages of a Word document unpack to about
25 MB."""

_PIECE_BYTES = 1024 * 1024
_END_OF_DIRECTORY = b"PK\x05\x06"
# Office and OpenDocument know no other ways to pack, and the others unpack without a bound.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_IS_ENCRYPTED = 0x1

# What zipfile raises on a broken file: offsets beyond its end, fields that contradict each other, bad streams. A
# broken name is a UnicodeDecodeError, which is a ValueError.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
)
# Not well-formed XML; an encoding that Python does not know or expat cannot use.
_XML_ERRORS = (ElementTree.ParseError, LookupError, ValueError)


@dataclass(slots=True)
class Package:
    """The parts of a packed document. Names of parts are compared without regard to case, as Office does."""

    source: str
    kind: Kind
    data: bytes
    limit_bytes: int
    left_bytes: int
    _archive: zipfile.ZipFile
    _parts: dict[str, zipfile.ZipInfo]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    @property
    def is_spent(self) -> bool:
        """Whether a part was refused because the file unpacks to too much."""
        return self.left_bytes < 0

    def names(self, wanted: Callable[[str], bool]) -> list[str]:
        """The names of the parts for which `wanted` holds of the name in lower case, in the order of the file."""
        return [info.filename for key, info in self._parts.items() if wanted(key)]

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises LoadError where it is missing, damaged, locked or beyond the budget."""
        info = self._parts.get(_key(name))
        if info is None or info.compress_type not in _METHODS:
            raise damaged(self.source, self.kind)
        if info.flag_bits & _IS_ENCRYPTED:
            raise locked(self.source)
        if info.file_size > self.left_bytes:
            self.left_bytes = -1
            raise too_large_inside(self.source, self.limit_bytes)
        pieces = []
        try:
            with self._archive.open(info) as part:
                while piece := part.read(_PIECE_BYTES):
                    self.left_bytes -= len(piece)
                    if self.left_bytes < 0:
                        raise too_large_inside(self.source, self.limit_bytes)
                    pieces.append(piece)
        except _ZIP_ERRORS as error:
            raise damaged(self.source, self.kind) from error
        return b"".join(pieces)

    def xml(self, name: str) -> ElementTree.Element:
        """The root of an XML part.

        External entities are never fetched; expat refuses internal ones that grow (the "billion laughs").
        """
        try:
            return ElementTree.fromstring(self.read(name))
        except _XML_ERRORS as error:
            raise damaged(self.source, self.kind) from error

    def events(self, xml: bytes) -> Iterator[tuple[str, ElementTree.Element]]:
        """("start" or "end", element) through an XML part, as it is parsed.

        Whoever iterates clears the elements done with: a whole tree takes twenty times the bytes of a long document.
        """
        try:
            yield from ElementTree.iterparse(io.BytesIO(xml), events=("start", "end"))
        except _XML_ERRORS as error:
            raise damaged(self.source, self.kind) from error

    def inside(self, xml: bytes, *path: str, is_required: bool = True) -> Iterator[ElementTree.Element]:
        """The elements inside the first one down a path of local names below the root, one at a time: each is emptied
        when the next is asked for. Raises LoadError where the part is damaged, or lacks a path that is required."""
        matched, depth = 0, -1
        for event, element in self.events(xml):
            if event == "start":
                depth += 1
                if depth == matched + 1 and matched < len(path) and local_name(element) == path[matched]:
                    matched += 1
                continue
            depth -= 1
            if matched == len(path) and depth == matched:
                yield element
            elif matched == len(path) and depth < matched:
                return
            if depth <= matched:
                element.clear()
        if is_required:
            raise self.other_kind()

    def other_kind(self) -> LoadError:
        """The error for a package without the parts that make it what its suffix says."""
        return other_kind(self.data, self.source, self.kind)


def open_package(data: bytes, *, source: str, kind: Kind, limit_bytes: int = MAX_UNPACKED_BYTES) -> Package:
    """The package in `data`, of which nothing is unpacked yet. Raises LoadError where it is no zip file or cut."""
    if not data.startswith(ZIP_START):
        raise other_kind(data, source, kind)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_ERRORS as error:
        raise (damaged(source, kind) if _END_OF_DIRECTORY in data else cut_short(source)) from error
    parts = {key: info for info in archive.infolist() if (key := _key(info.filename))}
    return Package(source, kind, data, limit_bytes, limit_bytes, archive, parts)


def resolve(base: str, target: str) -> str:
    """The name of the part that `target` means in a part of the folder `base`."""
    return posixpath.normpath(posixpath.join(base, target.replace("\\", "/"))).lstrip("/")


def local_name(element: ElementTree.Element) -> str:
    """An element's name without its namespace: the strict and the usual dialect of Office differ in that alone."""
    return element.tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str) -> str:
    """The attribute of that local name, "" where there is none."""
    if name in element.attrib:
        return element.attrib[name]
    ending = "}" + name
    return next((value for key, value in element.attrib.items() if key.endswith(ending)), "")


def child(element: ElementTree.Element, *path: str) -> ElementTree.Element | None:
    """The first element down a path of local names."""
    found: ElementTree.Element | None = element
    for name in path:
        if found is None:
            return None
        found = next((inner for inner in found if local_name(inner) == name), None)
    return found


def children(element: ElementTree.Element, *path: str) -> list[ElementTree.Element]:
    """The elements inside the first one down a path of local names; none where there is no such path."""
    found = child(element, *path)
    return list(found) if found is not None else []


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()

"""The shapes that go in and out of the library, and how a document's passages are laid out as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rag.schema import Document, Language, Passage, Vectors

ItemT = TypeVar("ItemT")

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class SourceStat:
    """What tells a changed source from an unchanged one: SHA-256 of the bytes of its file, or of its own content
    where the file holds other sources too; and the size in bytes and the time of that file, which is `origin`, and its
    `place`: see FileStat."""

    sha256: str
    size: int
    mtime_ns: int
    origin: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class FileStat:
    """A file as it was when it was last looked at. `sha256` is of its bytes, empty where they are not known.
    `origin` is the file that its sources were read from: itself, or another one with the same bytes. `problems` say
    in English and Arabic why parts of it could not be read, by `reader`, which another one might be able to. `place` is
    its name from the root of the disk, empty where it is not known."""

    size: int
    mtime_ns: int
    sha256: str
    origin: str
    problems: tuple[tuple[str, str], ...] = ()
    reader: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PassageKeys:
    """The embedding keys of one passage: of its own text, and of each of its sentences in their order."""

    passage: bytes
    sentences: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A document to put in the place of what the library holds of its source, and of the source that it was
    `formerly`, where it was another. `keys` are those of `passages`, in their order."""

    document: Document
    stat: SourceStat
    passages: Sequence[Passage]
    keys: Sequence[PassageKeys]
    formerly: str = ""


@dataclass(frozen=True, slots=True)
class VectorRow:
    """A passage as the vector store holds it. `vector` is float32 (dimension,), unit norm."""

    passage_id: str
    vector: Vectors
    language: Language


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """A passage as the keyword store holds it: already analysed, tokens without white space."""

    passage_id: str
    stems: Sequence[str]
    roots: Sequence[str]
    skeletons: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence on a page, numbered in the order of the page."""

    page: int
    ordinal: int
    start: int
    end: int
    key: bytes


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A passage on a page, as the run of sentences `first` to `last`, both included."""

    passage: Passage
    page: int
    first: int
    last: int
    key: bytes


def embedding_key(fingerprint: str, text: str) -> bytes:
    """The name of the vector that the model called `fingerprint` gives `text`, exactly as it is embedded."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    digest.update(fingerprint.encode("utf-8"))
    digest.update(b"\0")
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def batches(items: Sequence[ItemT], size: int) -> Iterator[Sequence[ItemT]]:
    """`items` in slices of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def lay_out(
    document: Document, passages: Sequence[Passage], keys: Sequence[PassageKeys]
) -> tuple[list[PlacedSentence], list[PlacedPassage]]:
    """Number the sentences of each page, each once however many passages share it, and the runs of them that
    the passages are.

    Raises ValueError when passages and document do not belong together: what is written here is what
    citations will quote, so nothing enters that the document does not say.
    """
    if len(passages) != len(keys):
        raise ValueError(f"{len(passages)} passages, but keys for {len(keys)}")
    if len({passage.id for passage in passages}) != len(passages):
        raise ValueError(f"two passages of {document.source} have the same id")
    numbered = _by_number(document)
    pages = [_page_of(passage, document, numbered) for passage in passages]
    found: dict[tuple[int, int, int], bytes] = {}
    for page, passage, own in zip(pages, passages, keys, strict=True):
        for sentence, key in zip(passage.sentences, own.sentences, strict=True):
            found[page, sentence.start, sentence.end] = key

    placed: dict[tuple[int, int, int], PlacedSentence] = {}
    counts: dict[int, int] = {}
    for page, start, end in sorted(found):
        ordinal = counts[page] = counts.get(page, -1) + 1
        placed[page, start, end] = PlacedSentence(page, ordinal, start, end, found[page, start, end])

    rows = []
    for page, passage, own in zip(pages, passages, keys, strict=True):
        ordinals = [placed[page, sentence.start, sentence.end].ordinal for sentence in passage.sentences]
        if not ordinals or ordinals != list(range(ordinals[0], ordinals[0] + len(ordinals))):
            raise ValueError(
                f"the sentences of passage {passage.id} of {document.source} are not a run of the page"
            )
        rows.append(PlacedPassage(passage, page, ordinals[0], ordinals[-1], own.passage))
    return list(placed.values()), rows


def _by_number(document: Document) -> dict[int | None, list[int]]:
    """Page number → positions of the pages that have it: all of them, where pages have none."""
    numbered: dict[int | None, list[int]] = {}
    for ordinal, page in enumerate(document.pages):
        numbered.setdefault(page.number, []).append(ordinal)
    return numbered


def _page_of(passage: Passage, document: Document, numbered: Mapping[int | None, Sequence[int]]) -> int:
    """Which page of the document the passage quotes. Its number alone does not say: some pages have none."""
    for ordinal in numbered.get(passage.page, ()):
        page = document.pages[ordinal]
        if page.text[passage.start : passage.end] == passage.text and all(
            page.text[one.start : one.end] == one.text for one in passage.sentences
        ):
            return ordinal
    raise ValueError(f"passage {passage.id} is not in the text of {document.source}")

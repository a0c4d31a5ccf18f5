"""What a drawn page is. Places are fractions of the page's width and height, from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word of the page's text layer. Its letters may come in the order they are drawn in, and as presentation forms;
    `baseline` is what its line stands on."""

    text: str
    box: Box
    baseline: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as a PNG of `width` × `height` pixels, and its words in no certain order."""

    png: bytes
    width: int
    height: int
    words: tuple[PrintedWord, ...]

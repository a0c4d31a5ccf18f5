"""A glyph on a page, and the geometry that puts it there."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# A glyph this far off the baseline, in sizes, is placed on or under another.
_LIFTED = 0.02
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Glyph(NamedTuple):
    """A glyph on the page, in points, in a frame that is turned so that its line runs level.

    `text` is in reading order (several characters for a ligature or a letter with its marks). `left` and `right`
    bound its advance, `size` is the height of its font. `reversed_run` counts the runs of which the file says that
    they stand in the reverse of reading order; it is 0 elsewhere. `is_pagination`: the file marks the glyph as part
    of a page's header or footer.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    angle: int
    reversed_run: int
    is_pagination: bool


def matrix(numbers: Iterable[float]) -> Matrix:
    """A matrix of exactly six numbers; ValueError for others."""
    a, b, c, d, e, f = map(float, numbers)
    return a, b, c, d, e, f


def product(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that does first `m`, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


class Frame(NamedTuple):
    """A page turned so that a line of text runs level: by how many degrees, how far a unit of the text moves its pen
    (below 0 for mirrored text), and how high a unit is."""

    angle: int
    along: float
    height: float
    cosine: float
    sine: float


@lru_cache(maxsize=256)
def frame(a: float, b: float, c: float, d: float) -> Frame:
    """The frame of text drawn with a matrix that begins with these numbers.

    Text whose matrix mirrors it, as the invisible text of scans is for right-to-left lines, runs backwards on an
    upright line rather than upside down.
    """
    along, height = math.hypot(a, b), math.hypot(c, d)
    if a * d - b * c < 0 and a < 0:
        along, radians = -along, math.atan2(-c, d)
    else:
        radians = math.atan2(b, a)
    return Frame(round(math.degrees(radians)) % 360, along, height, math.cos(radians), math.sin(radians))


def with_actual_text(glyphs: Sequence[Glyph], text: str, before: Glyph | None) -> Sequence[Glyph]:
    """One glyph in place of those that together are written `text`; nothing where they stand for nothing. `before` is
    the glyph drawn before them, if there is one.

    Glyphs on several lines stay as they are drawn: which of them is which part of the text is not known.
    """
    if not text:
        return ()
    letter = _letter(glyphs, text, before)
    if any(
        glyph.angle != letter.angle or abs(glyph.baseline - letter.baseline) > letter.size for glyph in glyphs
    ):
        return glyphs
    # Marks are lifted off the baseline, and may reach beyond the letter.
    level = [glyph for glyph in glyphs if abs(glyph.baseline - letter.baseline) <= _LIFTED * letter.size]
    left, right = min(glyph.left for glyph in level), max(glyph.right for glyph in level)
    return (letter._replace(text=text, left=left, right=right),)


def _letter(glyphs: Sequence[Glyph], text: str, before: Glyph | None) -> Glyph:
    """Of a letter and its vowel marks the letter: drawn last in right-to-left text that is drawn from the left, as it
    mostly is, and first elsewhere."""
    if unicodedata.bidirectional(text[0]) not in _RIGHT_TO_LEFT:
        return glyphs[0]
    is_leftward = (
        before is not None
        and abs(before.baseline - glyphs[0].baseline) < glyphs[0].size
        and before.left > max(glyph.left for glyph in glyphs)
    )
    return glyphs[0] if is_leftward else glyphs[-1]

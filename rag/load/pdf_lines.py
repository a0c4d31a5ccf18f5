"""Glyphs that stand on one line → a Line: its pieces of text from left to right, with the spaces between words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from sys import intern

from rag.load.pdf_font import UNKNOWN
from rag.load.pdf_glyphs import Glyph
from rag.text.normalising import ARABIC_MARKS

SPACE = " "

# All in sizes of the font. Word spaces are a quarter, and TeX squeezes them to a fifth; kerning is below a tenth.
_MIN_WORD_GAP = 0.15
# Where the line has its own spaces, most gaps that show have one; Chromium leaves out a few.
_MIN_GAP_BESIDE_SPACES = 0.2
# Letters set apart ("T I T L E"): a word's gap is wider than theirs by this factor.
_SPREAD = 1.8
_SAME_PLACE, _STACKED = 0.02, 0.5
# A mark's pen may stand this far outside the letter that carries it.
_MARK_REACH = 0.5
_ARABIC_MARK = re.compile(f"[{ARABIC_MARKS}]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page as it looks: `units` are what the glyphs stand for, from left to right, each in reading order
    itself, and SPACE between words.

    `reversed_units` has one item a unit, 1 where the file says that it stands in a right-to-left run. `drawn_leftward`
    tells whether words were drawn from right to left. Places are in points; `first_left` and `first_right` are the
    widths of the outermost words, which tell whether a word would have fitted on the line before.
    """

    units: tuple[str, ...]
    reversed_units: bytes
    drawn_leftward: bool
    left: float
    right: float
    baseline: float
    size: float
    first_left: float
    first_right: float
    is_pagination: bool

    @property
    def visual(self) -> str:
        """The line's text as drawn, left to right."""
        return "".join(self.units)


@dataclass(slots=True)
class _Piece:
    """A unit under construction: when it was drawn, and how many characters of its text are not joined marks."""

    text: str
    left: float
    right: float
    order: int
    reversed_run: int
    letters: int = 1


def make_line(glyphs: Sequence[Glyph]) -> Line | None:
    """The line of glyphs given in drawing order; None if there is nothing on it to read."""
    inked = [glyph for glyph in glyphs if glyph.text.strip()]
    if not inked:
        return None
    size = median(glyph.size for glyph in inked)
    pieces = _with_spaces(_left_to_right(_pieces(glyphs, size), size), size)
    words = [
        list(word) for is_word, word in groupby(pieces, key=lambda piece: piece.text != SPACE) if is_word
    ]
    if not words:
        return None
    return Line(
        # A book has a million units, and some hundred different ones.
        units=tuple(intern(piece.text) for piece in pieces),
        reversed_units=bytes(piece.reversed_run > 0 for piece in pieces),
        drawn_leftward=_is_drawn_leftward(words),
        left=min(glyph.left for glyph in inked),
        right=max(glyph.right for glyph in inked),
        baseline=median(glyph.baseline for glyph in inked),
        size=size,
        first_left=words[0][-1].right - words[0][0].left,
        first_right=words[-1][-1].right - words[-1][0].left,
        is_pagination=all(glyph.is_pagination for glyph in inked),
    )


def _pieces(glyphs: Sequence[Glyph], size: float) -> list[_Piece]:
    """The glyphs as pieces in drawing order, each mark joined to the letter that carries it."""
    letters: list[_Piece] = []
    spaces: list[_Piece] = []
    marks: list[_Piece] = []
    # fpdf2 gives the text of a letter with marks to the mark that is drawn first, and none to the rest.
    host: _Piece | None = None
    for order, glyph in enumerate(glyphs):
        if glyph.text in ("", UNKNOWN) and host is not None:
            if glyph.right - glyph.left >= host.right - host.left:
                host.left, host.right = glyph.left, glyph.right
            continue
        host = None
        if not glyph.text or (glyph.text == UNKNOWN and glyph.left == glyph.right):
            # What takes no room is a vowel mark; the letters around it are one word still.
            continue
        piece = _Piece(glyph.text, glyph.left, glyph.right, order, glyph.reversed_run, len(glyph.text))
        if glyph.text.isspace():
            piece.text = SPACE
            spaces.append(piece)
        elif unicodedata.category(glyph.text[0]) == "Mn":
            marks.append(piece)
        else:
            letters.append(piece)
            host = piece if glyph.left == glyph.right else None
    if not letters:
        return sorted([*spaces, *marks], key=lambda piece: piece.order)
    _join_marks(letters, marks, _MARK_REACH * size)
    return sorted([*letters, *spaces], key=lambda piece: piece.order)


def _join_marks(letters: list[_Piece], marks: list[_Piece], reach: float) -> None:
    """Each mark behind the letter that carries it: in Arabic that is drawn from the left, as shaping programs draw
    it, the letter drawn next; elsewhere the one drawn last; the other of the two where that is away."""
    orders = [letter.order for letter in letters]
    is_rightward = _direction(letters) > 0
    for mark in marks:
        at = bisect_left(orders, mark.order)
        last, following = letters[max(0, at - 1) : at], letters[at : at + 1]
        is_backward = is_rightward and _ARABIC_MARK.match(mark.text) is not None
        neighbours = [*following, *last] if is_backward else [*last, *following]
        near = (letter for letter in neighbours if letter.left - reach <= mark.left <= letter.right + reach)
        carrier = next(near, neighbours[0])
        if mark.order < carrier.order:
            head = carrier.text[: carrier.letters]
            carrier.text = head + mark.text + carrier.text[carrier.letters :]
        else:
            carrier.text += mark.text


def _direction(pieces: Sequence[_Piece]) -> int:
    """Above 0 if pieces in drawing order mostly go to the right."""
    return sum(1 if after.left > before.left else -1 for before, after in pairwise(pieces))


def _left_to_right(pieces: list[_Piece], size: float) -> list[_Piece]:
    """Pieces in drawing order by their left edges.

    Those at one place stay as their line is drawn: fonts build lam-alef of two glyphs, the first of which does not
    move the pen. So do those that stand a little back, where the file says that it draws them from the left: slanting
    scripts put letters on top of each other.
    """
    edge = -float("inf")
    run = 0
    edges: list[tuple[float, _Piece]] = []
    for piece in pieces if _direction(pieces) > 0 else reversed(pieces):
        reach = _STACKED if piece.reversed_run == run > 0 else _SAME_PLACE
        if not edge - reach * size < piece.left < edge:
            edge = piece.left
        edges.append((edge, piece))
        run = piece.reversed_run
    return [piece for _, piece in sorted(edges, key=lambda placed: placed[0])]


def _with_spaces(pieces: list[_Piece], size: float) -> list[_Piece]:
    """The pieces from left to right with exactly one space between words, wide gaps included."""
    threshold = _word_gap(pieces, size)
    found: list[_Piece] = []
    space: _Piece | None = None
    edge = 0.0
    for piece in pieces:
        if piece.text == SPACE:
            space = space or piece
            continue
        # What the file gives as one run has the spaces that it draws.
        is_inside = bool(found) and piece.reversed_run == found[-1].reversed_run > 0
        if found and (space is not None or piece.left - edge > (size if is_inside else threshold)):
            # A gap belongs to a right-to-left run only if it is inside it.
            run = min((space or piece).reversed_run, (space or found[-1]).reversed_run)
            found.append(_Piece(SPACE, edge, piece.left, piece.order, run))
        edge = max(edge, piece.right) if found else piece.right
        found.append(piece)
        space = None
    return found


def _word_gap(pieces: list[_Piece], size: float) -> float:
    """The gap above which a space is seen."""
    has_spaces = any(piece.text == SPACE for piece in pieces[1:-1])
    gaps = [
        after.left - before.right
        for before, after in pairwise(pieces)
        if before.text != SPACE and after.text != SPACE
    ]
    usual = median(gaps) if len(gaps) > 2 else 0.0
    return max((_MIN_GAP_BESIDE_SPACES if has_spaces else _MIN_WORD_GAP) * size, usual * _SPREAD)


def _is_drawn_leftward(words: list[list[_Piece]]) -> bool:
    starts = [min(piece.order for piece in word) for word in words]
    return sum(1 if after < before else -1 for before, after in pairwise(starts)) > 0

"""Where on a page a paragraph ends, as its lines stand: steps down, indents, and lines that end early."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import pairwise
from statistics import quantiles

from rag.load.pdf_columns import Block
from rag.load.pdf_lines import Line

# A paragraph begins where the step down is this much more than from line to line within paragraphs.
_WIDER_STEP = 1.25
# Steps within paragraphs are the small ones: a quarter at least of all steps at a size are such.
_STEP_QUANTILES = 4
# All in sizes of the font. Larger steps lead over a figure or to a footnote and say nothing about paragraphs.
_MAX_STEP = 3.0
# First lines are set in by one to three sizes; a ragged edge or a hanging quotation mark is less.
_MIN_INDENT = 0.8
_WORD_SPACE = 0.3
_FLUSH = 0.2
_SIZE_TOLERANCE = 0.1
# Of the width of a column: ragged lines leave less empty.
_SHORT_LINE = 0.3
# A block is set flush on both sides if this share of its lines reaches both edges: all but the last ones.
_JUSTIFIED_SHARE = 0.5

Steps = dict[int, float]
"""The usual step in points from a line to the next, by the size of the font in whole points."""


class Break(Enum):
    """What stands between two lines: nothing, the end of a line on which the next word had found room, the end of a
    line that was left largely empty, or the end of a paragraph."""

    NONE = 0
    EARLY = 1
    LINE = 2
    PARAGRAPH = 3


def find_steps(blocks: Iterable[Block]) -> Steps:
    """The usual steps of a document."""
    steps: dict[int, list[float]] = {}
    for block in blocks:
        for (above, *_), (below, *_) in pairwise(block.rows):
            step = above.baseline - below.baseline
            if _same_size(above, below) and step <= _MAX_STEP * below.size:
                steps.setdefault(round(below.size), []).append(step)
    return {
        size: quantiles(found, n=_STEP_QUANTILES)[0] if len(found) > 1 else found[0]
        for size, found in steps.items()
    }


def find_break(
    above: Line, below: Line, block: Block, steps: Steps, *, is_rtl: bool, may_hang: bool
) -> Break:
    """What stands between two lines of a block whose text runs in the direction `is_rtl`. `may_hang` says that lines
    after `above` may be set in from it, as those of a list item are."""
    step = above.baseline - below.baseline
    usual = steps.get(round(below.size), step)
    if not _same_size(above, below) or not 0 < step <= _WIDER_STEP * usual:
        return Break.PARAGRAPH
    indent = above.right - below.right if is_rtl else below.left - above.left
    if indent > _MIN_INDENT * below.size and not may_hang:
        return Break.PARAGRAPH
    room = above.left - block.left if is_rtl else block.right - above.right
    first_word = below.first_right if is_rtl else below.first_left
    if room <= first_word + _WORD_SPACE * below.size:
        return Break.NONE
    return Break.EARLY if room < _SHORT_LINE * (block.right - block.left) else Break.LINE


def is_justified(block: Block) -> bool:
    """Whether lines are stretched to reach both edges of a block."""
    lines = [row[0] for row in block.rows if len(row) == 1]
    flush = sum(
        line.left - block.left <= _FLUSH * line.size and block.right - line.right <= _FLUSH * line.size
        for line in lines
    )
    return len(lines) > 1 and flush >= _JUSTIFIED_SHARE * len(lines)


def _same_size(above: Line, below: Line) -> bool:
    return abs(above.size - below.size) <= _SIZE_TOLERANCE * max(above.size, below.size)

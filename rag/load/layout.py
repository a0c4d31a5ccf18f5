"""Text laid out in lines, as a browser would show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_CELL_SEPARATOR = " | "


@dataclass(slots=True)
class LayoutWriter:
    """Collects the text of a page: runs of white space become one space, line breaks do not add up.

    `pieces` joined is the text so far, of `length` characters; breaks and spaces are written only before more
    text. `pre_depth` above 0 means preformatted text, whose lines and spaces stay as they are.
    """

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    pre_depth: int = 0
    _breaks: int = 0
    _has_space: bool = False
    _inline_cells: list[bool] = field(default_factory=list)

    def write(self, text: str) -> None:
        """More text of the page."""
        if self.pre_depth:
            self._write_lines(text)
            return
        collapsed = _SPACE.sub(" ", text)
        self._has_space |= collapsed.startswith(" ")
        content = collapsed.strip(" ")
        if content:
            self._put(content)
            self._has_space = collapsed.endswith(" ")

    def break_line(self, breaks: int) -> None:
        """At least this many line breaks before whatever comes next; a space in a cell that keeps to its
        line."""
        if breaks and any(self._inline_cells[-1:]):
            self._has_space = True
        else:
            self._breaks = max(self._breaks, breaks)

    def add_break(self) -> None:
        """One line break more than there would be, up to a blank line."""
        self.break_line(min(self._breaks + 1, 2))

    def open_cell(self, *, is_inline: bool) -> None:
        """A table cell begins: inline ones stand on the line of their row, apart by " | ", others on their
        own."""
        if not is_inline:
            self.break_line(1)
        elif self.length and not self._breaks:
            self._has_space = False
            self._put(_CELL_SEPARATOR)
        self._inline_cells.append(is_inline)

    def close_cell(self) -> None:
        """The cell ends."""
        self._inline_cells.pop()
        self._has_space = False

    def _write_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.add_break()
            if line:
                self._put(line)

    def _put(self, content: str) -> None:
        if self.length and self._breaks:
            self._append("\n" * self._breaks)
        elif self.length and self._has_space:
            self._append(" ")
        self._breaks, self._has_space = 0, False
        self._append(content)

    def _append(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

"""The lines of a text with their offsets: what headlines and furniture are recognised by."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n]+")
_SPACE = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n|\r|\n")

# A line that ends so is prose. A colon, a comma or a quotation mark may end a headline's line as well as a
# sentence.
_SENTENCE_END = re.compile(r"[.!?؟۔。…؛;،,][\s\"'”’»)\]\u200e\u200f]*$")
# A sentence ends inside the line and another begins: letters, a full stop, a space, a letter.
_SENTENCE_INSIDE = re.compile(r"[^\W\d_]{3,}[\"'”’»)\]]?[.!?؟]\s+[\"'“‘«(\[]?[^\W\d_]")

# The longest headlines of news sites have about 20 words.
MAX_HEADLINE_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `text` is the document's text from `start` to `end`, without white space
    around it.

    `blank_after` says whether a blank line or the end of the text follows.
    """

    start: int
    end: int
    text: str
    blank_after: bool

    @property
    def key(self) -> str:
        """Equal for lines that print the same."""
        return _SPACE.sub(" ", self.text)

    @property
    def is_headline_like(self) -> bool:
        """Whether the line is short and no sentence ends in it."""
        return (
            len(self.text) <= MAX_HEADLINE_CHARACTERS
            and _SENTENCE_END.search(self.text) is None
            and _SENTENCE_INSIDE.search(self.text) is None
        )


def lines(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order."""
    spans = []
    for match in _LINE.finditer(text):
        content = match.group().strip()
        if content:
            start = match.start() + match.group().index(content)
            spans.append((start, start + len(content)))
    found = []
    for index, (start, end) in enumerate(spans):
        is_last = index + 1 == len(spans)
        gap = "" if is_last else text[end : spans[index + 1][0]]
        found.append(Line(start, end, text[start:end], is_last or len(_LINE_ENDS.findall(gap)) > 1))
    return found

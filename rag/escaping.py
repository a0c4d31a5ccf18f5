"""What everything that is not ours passes through before it is shown: on the page, in reports, in a terminal."""

from __future__ import annotations

import html
import re

# Bidi overrides can make a quote show other digits than it holds ("81" as "18"), and no prose needs them; control
# characters and lone surrogates are not text at all. They are shown as what they are: something unreadable.
_UNREADABLE = re.compile("[\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """`text` as HTML that shows exactly it, and can neither become markup nor reorder what is around it."""
    return html.escape(_UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n")))


# Beside these, what a terminal obeys rather than prints: a carriage return goes back over the line, and ESC or a C1
# control begins a command to change colours, the title, or what was printed before.
_OBEYED = re.compile("[\x80-\x9f\r]")


def printable(text: str) -> str:
    """`text` for a terminal, which then only prints it."""
    return _OBEYED.sub("\ufffd", _UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n")))

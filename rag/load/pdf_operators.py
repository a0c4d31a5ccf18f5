"""The operators of a PDF content stream with their operands (ISO 32000-1, 7.2 to 7.3 and 7.8.2).

pypdf parses these too, byte by byte: three quarters of the time a page took went there. One regular expression for
all tokens does it five times as fast. What is malformed is skipped, as readers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Operand = float | bytes | str | list["Operand"] | dict[str, "Operand"] | None
"""A number, a string, a name with its slash, an array, a dictionary, or anything else (true, null) as None."""

INLINE_IMAGE = b"BI"
"""The operator under which an inline image comes, without operands."""


class TooComplexError(Exception):
    """A page asks for more work than any page needs."""


# The busiest maps and drawings have a few hundred thousand tokens; beyond this it is a bomb.
_MAX_TOKENS = 5_000_000
# No page is this many points wide; what says so is damage, and would be infinite in sums.
_MAX_NUMBER = 1e7

_REGULAR = rb"[^\x00\t\n\f\r ()<>\[\]{}/%]"
_TOKEN = re.compile(
    rb"([+\-.\d]" + _REGULAR + rb"*)"  # 1 number
    rb"|<([0-9A-Fa-f\x00\t\n\f\r ]*)>"  # 2 hexadecimal string
    rb"|([A-Za-z'\"]" + _REGULAR + rb"*)"  # 3 operator
    rb"|\(((?:[^()\\]++|\\.)*+)\)"  # 4 string without brackets in it
    rb"|(/" + _REGULAR + rb"*)"  # 5 name
    rb"|(\[|<<)|(\]|>>)"  # 6, 7 array or dictionary, opened and closed
    rb"|(\()"  # 8 string with brackets in it
    rb"|%[^\r\n]*",
    re.DOTALL,
)
_BRACKET = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_WHITE = re.compile(rb"[\x00\t\n\f\r ]+")
# An image's data ends at EI between white space, with an operator or the end behind it rather than more data.
_IMAGE_END = re.compile(rb"[\x00\t\n\f\r ]EI(?=[\x00\t\n\f\r ]+[\x20-\x7e]|[\x00\t\n\f\r ]*$)")
_CONSTANTS = (b"true", b"false", b"null")


def operations(data: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    """Each operator with the operands before it. Raises TooComplexError where there is no end of tokens."""
    operands: list[Operand] = []
    # Arrays and dictionaries that are still open, innermost last.
    opened: list[list[Operand]] = []
    at: int | None = 0
    tokens = 0
    while at is not None:
        start, at = at, None
        for match in _TOKEN.finditer(data, start):
            tokens += 1
            kind = match.lastindex
            if kind == 1:
                operands.append(_number(match[1]))
            elif kind == 2:
                operands.append(_hexadecimal(match[2]))
            elif kind == 3:
                operator = match[3]
                if operator in _CONSTANTS:
                    operands.append(None)
                    continue
                # An operator inside an array: its end is missing.
                while opened:
                    operands = _closed(opened.pop(), operands)
                yield operator, operands
                operands = []
                if operator == INLINE_IMAGE:
                    found = _IMAGE_END.search(data, match.end())
                    at = found.end() if found else None
                    break
            elif kind == 4:
                operands.append(_unescaped(match[4]))
            elif kind == 5:
                operands.append(_name(match[5]))
            elif kind == 6:
                opened.append(operands)
                operands = []
            elif kind == 7:
                if opened:
                    operands = _closed(opened.pop(), operands, is_dictionary=match[7] == b">>")
            elif kind == 8:
                end = _closing_bracket(data, match.end())
                operands.append(_unescaped(data[match.end() : end]))
                at = end + 1
                break
            if tokens > _MAX_TOKENS:
                raise TooComplexError


def _closed(outer: list[Operand], inner: list[Operand], *, is_dictionary: bool = False) -> list[Operand]:
    """The operands outside an array or dictionary, with it as the last."""
    if is_dictionary:
        pairs = zip(inner[::2], inner[1::2], strict=False)
        outer.append({key: value for key, value in pairs if isinstance(key, str)})
    else:
        outer.append(inner)
    return outer


def _number(token: bytes) -> float:
    """The number, or 0 for what is none: as other readers take "--5" or "1.2.3"."""
    try:
        value = float(token)
    except ValueError:
        return 0.0
    return value if -_MAX_NUMBER < value < _MAX_NUMBER else 0.0


def _hexadecimal(digits: bytes) -> bytes:
    if not digits.isalnum():
        digits = _WHITE.sub(b"", digits)
    # A missing last digit is 0.
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _name(token: bytes) -> str:
    return _NAME_ESCAPE.sub(lambda code: bytes.fromhex(code[1].decode("ascii")), token).decode("latin-1")


def _unescaped(content: bytes) -> bytes:
    if b"\\" not in content:
        return content

    def plain(escape: re.Match[bytes]) -> bytes:
        if escape[1] is not None:
            return bytes([int(escape[1], 8) & 0xFF])
        return _ESCAPED.get(escape[2], escape[2])

    return _ESCAPE.sub(plain, content)


def _closing_bracket(data: bytes, at: int) -> int:
    """Where the string that begins at `at` ends: at its own closing bracket, or with the data."""
    depth = 1
    for match in _BRACKET.finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    return len(data)

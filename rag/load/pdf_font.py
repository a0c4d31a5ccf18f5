"""What the codes of a PDF font stand for, and how far each moves the pen.

The only module that knows pypdf's font reader, which pypdf keeps to itself: its version is pinned, and the tests
here fail should it move.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from pypdf.generic import ArrayObject, DictionaryObject
    from pypdf.generic._font import Font

UNKNOWN = "\ufffd"
"""Stands for a glyph whose character the file does not tell."""

_WIDE = "utf-16-be"
_SPACE = b" "
# Widths are in thousandths of the font size, except in fonts drawn by page operators, which state their own scale.
_GLYPH_UNITS = 0.001
# NUL, controls and lone surrogates are no characters of any writing; a font that says so says nothing.
_NO_CHARACTERS = frozenset({"Cc", "Cs", "Cn"})
_WHITE = frozenset("\t\n\r")
# Of the glyphs that are drawn for one character or more, all but one are often mapped to NUL or to nothing.
_NOTHING = ("", "\0")


class Code(NamedTuple):
    """A code of a font: its text in reading order (a ligature has several characters, `UNKNOWN` if the file does not
    say), its advance in units of the font size, and whether word spacing applies to it."""

    text: str
    advance: float
    takes_word_spacing: bool


UNKNOWN_CODE = Code(UNKNOWN, 0.5, False)
"""Any code of a font that cannot be read; its width is that of most letters."""


@dataclass(slots=True)
class PdfFont:
    """A font of a PDF. `decode` remembers what it has seen, because a page repeats some fifty codes."""

    _font: Font
    _scale: float
    _is_wide: bool
    _is_identity: bool
    _known: dict[bytes, Code] = field(default_factory=dict)

    def decode(self, data: bytes) -> list[Code]:
        """The codes of a shown string, in the order in which they are drawn."""
        width = 2 if self._is_wide else 1
        codes = []
        for at in range(0, len(data) - width + 1, width):
            piece = data[at : at + width]
            code = self._known.get(piece)
            if code is None:
                code = self._known[piece] = self._read(piece)
            codes.append(code)
        return codes

    def _read(self, piece: bytes) -> Code:
        widths = self._font.character_widths
        key = piece.decode(_WIDE, "surrogatepass") if self._is_wide else chr(piece[0])
        advance = widths.get(key, widths.get("default", 0.0))
        return Code(
            _readable(self._text(key, piece)),
            float(advance) * self._scale,
            piece == _SPACE,
        )

    def _text(self, key: str, piece: bytes) -> str:
        mapped = self._font.character_map.get(key)
        if isinstance(mapped, str):
            return mapped
        encoding = self._font.encoding
        if isinstance(encoding, str) or self._is_wide:
            # Codes of two bytes are numbers of glyphs, unless the encoding is one of Unicode.
            return key if encoding == _WIDE and not self._is_identity else UNKNOWN
        named = encoding.get(piece[0]) if self._font.interpretable else None
        # A glyph name that the Adobe list does not have ("/g23") comes back as it is.
        return UNKNOWN if named is None or (named.startswith("/") and len(named) > 1) else named


def make_font(resource: DictionaryObject) -> PdfFont:
    """The font of a font resource. Raises what pypdf raises on malformed ones."""
    from pypdf.generic._font import Font

    font = Font.from_font_resource(resource)
    is_composite = resource.get("/Subtype") == "/Type0"
    encoding = str(resource.get("/Encoding", ""))
    scale = _GLYPH_UNITS
    if resource.get("/Subtype") == "/Type3" and "/FontMatrix" in resource:
        scale = abs(float(cast("ArrayObject", resource["/FontMatrix"])[0]))
    return PdfFont(
        font,
        scale,
        _is_wide=is_composite,
        _is_identity=is_composite and (not encoding.startswith("/") or encoding.startswith("/Identity")),
    )


def _readable(text: str) -> str:
    """`text`, or UNKNOWN where a character of it is none; "" for a glyph that only completes another."""
    if text in _NOTHING:
        return ""
    if all(
        unicodedata.category(character) not in _NO_CHARACTERS or character in _WHITE for character in text
    ):
        return text
    return UNKNOWN

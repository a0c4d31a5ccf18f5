"""What a page of a PDF draws: its glyphs, each with its text and place, and how much of it is pictures.

An interpreter of the text operators of ISO 32000-1 (chapters 8, 9 and 14.6). The extractors at hand lose what Arabic
needs: glyphs where they stand on the line, ActualText (Chromium and LibreOffice give vowel marks and ligatures only
there), and runs that say that their characters are reversed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.load.pdf_font import UNKNOWN_CODE, PdfFont, make_font
from rag.load.pdf_glyphs import IDENTITY, Glyph, Matrix, frame, matrix, product, with_actual_text
from rag.load.pdf_malformed import malformed_errors
from rag.load.pdf_operators import INLINE_IMAGE, TooComplexError, operations

if TYPE_CHECKING:
    from pypdf import PageObject

FontCache = dict[object, PdfFont | None]
"""The fonts of a document by their object number, None for broken ones: a book uses the same few on every page."""

# Forms within forms: real pages nest three or four deep, and a file may draw itself.
_MAX_FORM_DEPTH = 10
# Forms are counted each time they are drawn; a page of many small pictures has some hundred.
_MAX_FORMS = 5_000
# The busiest maps have some hundred thousand.
_MAX_OPERATORS = 2_000_000
# A newspaper page has thirty thousand letters.
_MAX_GLYPHS = 300_000
_UTF16_MARK, _UTF8_MARK = b"\xfe\xff", b"\xef\xbb\xbf"
# Bits of an annotation's flags: hidden, and not shown on the screen (table 165).
_UNSEEN = 0b100010
# Filled-in form fields and typed-on text; other annotations show no text of their own.
_ANNOTATIONS_WITH_TEXT = ("/Widget", "/FreeText")


@dataclass(slots=True)
class Drawing:
    """A page's glyphs in drawing order, and the area of its pictures in square points."""

    glyphs: list[Glyph] = field(default_factory=list)
    picture_area: float = 0.0


@dataclass(slots=True)
class _State:
    """The graphics state as far as text needs it."""

    to_page: Matrix = IDENTITY
    font: PdfFont | None = None
    size: float = 0.0
    character_spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """An open marked-content sequence: the first glyph in it, what it stands for if it says so, and `_in_marks` of
    what is around it."""

    start: int
    actual_text: str | None
    around: tuple[int, bool]


def draw(page: PageObject, fonts: FontCache) -> Drawing:
    """Everything the page draws. `fonts` is filled, to be used again for the other pages of the file.

    Operators with bad operands are skipped, as readers do. Raises TooComplexError, and what pypdf raises on malformed
    objects.
    """
    interpreter = _Interpreter(fonts)
    contents = page.get_contents()
    if contents is not None:
        interpreter.run(contents.get_data(), _entry(page, "/Resources"))
    annotations = _entry(page, "/Annots")
    for annotation in annotations if isinstance(annotations, list) else ():
        try:
            interpreter.draw_annotation(annotation.get_object())
        except malformed_errors():
            # The page's own text stays.
            continue
    return interpreter.drawing


class _Interpreter:
    """Executes content streams, and collects what they draw in `drawing`."""

    def __init__(self, fonts: FontCache) -> None:
        self.drawing = Drawing()
        self._fonts = fonts
        self._state = _State()
        self._stack: list[_State] = []
        self._text_matrix = self._line_matrix = IDENTITY
        self._marks: list[_Mark] = []
        # The reversed run that text is part of, and whether it is a header or footer: as in Glyph.
        self._in_marks = (0, False)
        self._reversed_runs = 0
        self._resources: Any = {}
        self._operators = 0
        self._forms = 0
        self._depth = 0
        self._handlers: dict[bytes, Callable[[Sequence[Any]], None]] = {
            b"q": self._save,
            b"Q": self._restore,
            b"cm": self._transform,
            b"BT": self._begin_text,
            b"Tf": self._set_font,
            b"Td": self._move,
            b"TD": self._move_with_leading,
            b"Tm": self._set_matrix,
            b"T*": self._next_line,
            b"Tj": self._show_string,
            b"TJ": self._show_array,
            b"'": self._show_on_next_line,
            b'"': self._show_spaced,
            b"Tc": self._setter("character_spacing"),
            b"Tw": self._setter("word_spacing"),
            b"Tz": self._set_stretch,
            b"TL": self._setter("leading"),
            b"Ts": self._setter("rise"),
            b"BMC": self._begin_mark,
            b"BDC": self._begin_mark,
            b"EMC": self._end_mark,
            b"Do": self._draw_object,
            INLINE_IMAGE: self._add_picture,
        }

    def run(self, data: bytes, resources: Any) -> None:
        """Execute a content stream with the names that `resources` defines, or those around it if it has none."""
        outer = self._resources
        if isinstance(resources, Mapping):
            self._resources = resources
        for operator, operands in operations(data):
            self._operators += 1
            if self._operators > _MAX_OPERATORS:
                raise TooComplexError
            handler = self._handlers.get(operator)
            if handler is not None:
                try:
                    handler(operands)
                except (IndexError, TypeError, ValueError, OverflowError):
                    continue
        self._resources = outer

    def draw_annotation(self, annotation: Any) -> None:
        """Draw what an annotation shows, if that can be text: its form, fitted into its rectangle."""
        if _entry(annotation, "/Subtype") not in _ANNOTATIONS_WITH_TEXT:
            return
        form = _entry(_entry(annotation, "/AP"), "/N")
        box, rectangle = _entry(form, "/BBox"), _entry(annotation, "/Rect")
        # A check box has a form for each of its states, and no text.
        if not hasattr(form, "get_data") or not box or not rectangle:
            return
        if int(_entry(annotation, "/F") or 0) & _UNSEEN:
            return
        left, bottom = float(box[0]), float(box[1])
        place = (1.0, 0.0, 0.0, 1.0, float(rectangle[0]) - left, float(rectangle[1]) - bottom)
        self._state, self._stack = _State(to_page=place), []
        self._draw_form(form)

    # Graphics state

    def _save(self, _: Sequence[Any]) -> None:
        self._stack.append(copy(self._state))

    def _restore(self, _: Sequence[Any]) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def _transform(self, operands: Sequence[Any]) -> None:
        self._state.to_page = product(matrix(operands), self._state.to_page)

    # Text state and position

    def _setter(self, name: str) -> Callable[[Sequence[Any]], None]:
        def set_parameter(operands: Sequence[Any]) -> None:
            setattr(self._state, name, float(operands[0]))

        return set_parameter

    def _set_stretch(self, operands: Sequence[Any]) -> None:
        self._state.stretch = float(operands[0]) / 100

    def _set_font(self, operands: Sequence[Any]) -> None:
        # First, so that text in a font that is missing is not read in the one before.
        self._state.font = self._font(operands[0])
        self._state.size = float(operands[1])

    def _font(self, name: str) -> PdfFont | None:
        from pypdf.generic import DictionaryObject

        resource = _entry(_entry(self._resources, "/Font"), name)
        if not isinstance(resource, DictionaryObject):
            return None
        reference = resource.indirect_reference
        key = id(resource) if reference is None else (reference.idnum, reference.generation)
        if key not in self._fonts:
            try:
                self._fonts[key] = make_font(resource)
            except malformed_errors():
                self._fonts[key] = None
        return self._fonts[key]

    def _begin_text(self, _: Sequence[Any]) -> None:
        self._text_matrix = self._line_matrix = IDENTITY

    def _move(self, operands: Sequence[Any]) -> None:
        x, y = float(operands[0]), float(operands[1])
        a, b, c, d, e, f = self._line_matrix
        self._line_matrix = self._text_matrix = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

    def _move_with_leading(self, operands: Sequence[Any]) -> None:
        self._state.leading = -float(operands[1])
        self._move(operands)

    def _set_matrix(self, operands: Sequence[Any]) -> None:
        self._line_matrix = self._text_matrix = matrix(operands)

    def _next_line(self, _: Sequence[Any]) -> None:
        self._move((0.0, -self._state.leading))

    # Showing text

    def _show_string(self, operands: Sequence[Any]) -> None:
        self._show(operands[0])

    def _show_on_next_line(self, operands: Sequence[Any]) -> None:
        self._next_line(())
        self._show(operands[0])

    def _show_spaced(self, operands: Sequence[Any]) -> None:
        self._state.word_spacing, self._state.character_spacing = float(operands[0]), float(operands[1])
        self._show_on_next_line(operands[2:])

    def _show_array(self, operands: Sequence[Any]) -> None:
        for item in operands[0]:
            if isinstance(item, bytes):
                self._show(item)
            else:
                self._advance(-float(item) / 1000 * self._state.size * self._state.stretch)

    def _advance(self, distance: float) -> None:
        a, b, c, d, e, f = self._text_matrix
        self._text_matrix = (a, b, c, d, e + distance * a, f + distance * b)

    def _show(self, data: Any) -> None:
        state = self._state
        if not isinstance(data, bytes):
            raise TypeError
        if len(self.drawing.glyphs) + len(data) > _MAX_GLYPHS:
            raise TooComplexError
        codes = state.font.decode(data) if state.font is not None else [UNKNOWN_CODE] * len(data)
        a, b, c, d, e, f = product(self._text_matrix, state.to_page)
        angle, along, height, cosine, sine = frame(a, b, c, d)
        pen = e * cosine + f * sine
        baseline = f * cosine - e * sine + state.rise * height
        size = abs(state.size) * height
        if not size or not math.isfinite(pen + baseline + size):
            raise OverflowError
        reversed_run, is_pagination = self._in_marks
        moved = 0.0
        for text, advance, takes_word_spacing in codes:
            width = advance * state.size * state.stretch
            start, end = pen + moved * along, pen + (moved + width) * along
            if start > end:
                start, end = end, start
            self.drawing.glyphs.append(
                Glyph(text, start, end, baseline, size, angle, reversed_run, is_pagination)
            )
            moved += width + state.character_spacing * state.stretch
            if takes_word_spacing:
                moved += state.word_spacing * state.stretch
        self._advance(moved)

    # Marked content

    def _begin_mark(self, operands: Sequence[Any]) -> None:
        tag, properties = operands[0], operands[1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = _entry(_entry(self._resources, "/Properties"), properties)
        actual_text = _text_string(_entry(properties, "/ActualText"))
        self._marks.append(_Mark(len(self.drawing.glyphs), actual_text, self._in_marks))
        reversed_run, is_pagination = self._in_marks
        if tag == "/ReversedChars":
            self._reversed_runs += 1
            reversed_run = self._reversed_runs
        is_pagination |= tag == "/Artifact" and _entry(properties, "/Type") == "/Pagination"
        self._in_marks = (reversed_run, is_pagination)

    def _end_mark(self, _: Sequence[Any]) -> None:
        if not self._marks:
            return
        mark = self._marks.pop()
        self._in_marks = mark.around
        glyphs = self.drawing.glyphs
        if mark.actual_text is not None and mark.start < len(glyphs):
            before = glyphs[mark.start - 1] if mark.start else None
            glyphs[mark.start :] = with_actual_text(glyphs[mark.start :], mark.actual_text, before)

    # Pictures and forms

    def _add_picture(self, _: Sequence[Any]) -> None:
        a, b, c, d, _e, _f = self._state.to_page
        self.drawing.picture_area += abs(a * d - b * c)

    def _draw_object(self, operands: Sequence[Any]) -> None:
        target = _entry(_entry(self._resources, "/XObject"), operands[0])
        kind = _entry(target, "/Subtype")
        if kind == "/Image":
            self._add_picture(())
        elif kind == "/Form" and hasattr(target, "get_data") and self._depth < _MAX_FORM_DEPTH:
            self._draw_form(target)

    def _draw_form(self, form: Any) -> None:
        self._forms += 1
        if self._forms > _MAX_FORMS:
            raise TooComplexError
        state, stack, matrices = self._state, self._stack, (self._text_matrix, self._line_matrix)
        marks = len(self._marks)
        self._state, self._stack = copy(state), []
        if form_matrix := _entry(form, "/Matrix"):
            self._state.to_page = product(matrix(form_matrix), state.to_page)
        self._depth += 1
        self.run(form.get_data(), _entry(form, "/Resources"))
        self._depth -= 1
        while len(self._marks) > marks:
            self._end_mark(())
        self._state, self._stack = state, stack
        self._text_matrix, self._line_matrix = matrices


def _entry(dictionary: Any, key: Any) -> Any:
    """The value of a key, followed to the object it refers to; None where there is none."""
    value: Any = dictionary.get(key) if isinstance(dictionary, Mapping) else None
    return value.get_object() if hasattr(value, "get_object") else value


def _text_string(value: Any) -> str | None:
    """A PDF text string: UTF-16 or UTF-8 with its mark, else Latin."""
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        return None
    if value.startswith(_UTF16_MARK):
        return value[len(_UTF16_MARK) :].decode("utf-16-be", "replace")
    if value.startswith(_UTF8_MARK):
        return value[len(_UTF8_MARK) :].decode("utf-8", "replace")
    return value.decode("latin-1")

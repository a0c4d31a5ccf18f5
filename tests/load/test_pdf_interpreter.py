"""What a page draws: glyphs at their places, with the text that the file gives them."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from rag.load.pdf_font import UNKNOWN
from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_interpreter import Drawing, draw
from rag.load.pdf_operators import TooComplexError
from tests.load import pdfs

# Each letter is half its size wide.
EVEN = (
    b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 32/LastChar 126/Encoding/WinAnsiEncoding/Widths[%s]>>"
    % (b"500 " * 95)
)
# Codes of two bytes: 1 is alef, 2 is lam-alef, 3 a mark without width, 4 is mapped to nothing, 5 is not mapped.
WIDE = (
    b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 4 0 R"
    b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/W[1[500 800 0 500 500]]>>]>>"
)
TO_UNICODE = pdfs.stream(
    b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n4 beginbfchar\n"
    b"<0001> <0627>\n<0002> <06440627>\n<0003> <064E>\n<0004> <0000>\nendbfchar"
)


def drawing(data: bytes, number: int = 0) -> Drawing:
    return draw(PdfReader(io.BytesIO(data)).pages[number], {})


def drawn(content: bytes, **options: object) -> list[Glyph]:
    return drawing(pdfs.paged(content, font=EVEN, **options)).glyphs  # type: ignore[arg-type]


def places(glyphs: list[Glyph]) -> list[tuple[str, float, float, float]]:
    return [
        (glyph.text, round(glyph.left, 3), round(glyph.right, 3), round(glyph.baseline, 3))
        for glyph in glyphs
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"/F 10 Tf 72 700 Td (ab) Tj", [("a", 72, 77, 700), ("b", 77, 82, 700)]),
        (b"/F 10 Tf 1 0 0 1 72 700 Tm (a) Tj (b) Tj", [("a", 72, 77, 700), ("b", 77, 82, 700)]),
        (b"/F 10 Tf [(a) -1000 (b)] TJ", [("a", 0, 5, 0), ("b", 15, 20, 0)]),
        (b"/F 10 Tf 2 Tc 3 Tw (a b) Tj", [("a", 0, 5, 0), (" ", 7, 12, 0), ("b", 17, 22, 0)]),
        (b"/F 10 Tf 50 Tz 4 Ts (ab) Tj", [("a", 0, 2.5, 4), ("b", 2.5, 5, 4)]),
        (b"/F 10 Tf 12 TL 0 700 Td (a) Tj T* (b) Tj", [("a", 0, 5, 700), ("b", 0, 5, 688)]),
        (
            b"/F 10 Tf 0 700 Td (a) Tj 3 -14 TD (b) Tj (c) '",
            [("a", 0, 5, 700), ("b", 3, 8, 686), ("c", 3, 8, 672)],
        ),
        (b'/F 10 Tf 12 TL 3 1 (a b) "', [("a", 0, 5, -12), (" ", 6, 11, -12), ("b", 15, 20, -12)]),
        (b"q 2 0 0 2 10 20 cm /F 5 Tf (a) Tj Q (b) Tj", [("a", 10, 15, 20)]),
        (b"1 0 0 -1 0 800 cm /F 10 Tf 1 0 0 -1 5 100 Tm (ab) Tj", [("a", 5, 10, 700), ("b", 10, 15, 700)]),
        # Mirrored, as the invisible text of scans is: the pen goes to the left.
        (b"/F 10 Tf -1 0 0 1 100 700 Tm (ab) Tj", [("a", 95, 100, 700), ("b", 90, 95, 700)]),
    ],
)
def test_places(content: bytes, expected: list[tuple[str, float, float, float]]) -> None:
    assert places(drawn(b"BT " + content + b" ET")) == expected


def test_turned_text_runs_level_in_its_own_frame() -> None:
    (first, second) = drawn(b"BT /F 10 Tf 0 1 -1 0 300 200 Tm (ab) Tj ET")
    assert (first.angle, first.size) == (90, 10)
    assert places([first, second]) == [("a", 200, 205, -300), ("b", 205, 210, -300)]


def test_codes_of_two_bytes_and_what_they_stand_for() -> None:
    glyphs = drawing(
        pdfs.paged(b"BT /F 10 Tf <00010002000300040005> Tj ET", font=WIDE, more=[TO_UNICODE])
    ).glyphs
    assert places(glyphs) == [
        ("ا", 0, 5, 0),
        ("لا", 5, 13, 0),
        ("\u064e", 13, 13, 0),
        ("", 13, 18, 0),
        (UNKNOWN, 18, 23, 0),
    ]


def test_codes_of_one_byte_that_count_the_glyphs_of_a_font() -> None:
    """As LibreOffice numbers them."""
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 0/LastChar 3/Widths[0 500 800 0]/ToUnicode 4 0 R>>"
    to_unicode = pdfs.stream(
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n3 beginbfchar\n"
        b"<01> <0627>\n<02> <06440627>\n<03> <064E>\nendbfchar"
    )
    data = pdfs.paged(b"BT /F 10 Tf [<01> -100 <0302>] TJ ET", font=font, more=[to_unicode])
    assert places(drawing(data).glyphs) == [("ا", 0, 5, 0), ("\u064e", 6, 6, 0), ("لا", 6, 14, 0)]


def test_fonts_that_are_drawn_and_scaled_by_themselves() -> None:
    font = (
        b"<</Type/Font/Subtype/Type3/FontMatrix[.01 0 0 .01 0 0]/FirstChar 97/LastChar 97/Widths[60]"
        b"/FontBBox[0 0 1 1]/CharProcs<</a 4 0 R>>/Encoding<</Type/Encoding/Differences[97/a]>>>>"
    )
    glyphs = drawing(pdfs.paged(b"BT /F 10 Tf (aa) Tj ET", font=font, more=[pdfs.stream(b"")])).glyphs
    assert places(glyphs) == [("a", 0, 6, 0), ("a", 6, 12, 0)]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (b"/Span <</ActualText <FEFF06440627>>> BDC", [("لا", 0, 10, 0)]),
        (b"/Span <</ActualText (ffi)>> BDC", [("ffi", 0, 10, 0)]),
        (b"/Span <</ActualText <EFBBBFD8A7>>> BDC", [("ا", 0, 10, 0)]),
        (b"/Span /Named BDC", [("named", 0, 10, 0)]),
        (b"/Span <</ActualText ()>> BDC", []),
        (b"/Span <</Lang (ar)>> BDC", [("a", 0, 5, 0), ("b", 5, 10, 0)]),
        (b"/Span /Unknown BDC", [("a", 0, 5, 0), ("b", 5, 10, 0)]),
        (b"/Span <</ActualText (outer)>> BDC /Span <</ActualText (in)>> BDC", [("outer", 0, 10, 0)]),
    ],
)
def test_text_that_the_file_gives_in_place_of_glyphs(mark: bytes, expected: list[tuple[str, float]]) -> None:
    content = b"BT /F 10 Tf " + mark + b" (ab) Tj EMC EMC ET"
    assert places(drawn(content, resources=b"/Properties<</Named<</ActualText(named)>>>>")) == expected


def test_a_letter_with_its_mark_stands_where_the_letter_stands() -> None:
    content = b"""BT /F 10 Tf /Span <</ActualText <FEFF0631064E>>> BDC
    1 0 0 1 18 703 Tm (x) Tj 1 0 0 1 20 700 Tm (y) Tj EMC ET"""
    assert places(drawn(content)) == [("رَ", 20, 25, 700)]


def test_actual_text_over_several_lines_leaves_the_glyphs() -> None:
    content = b"BT /F 10 Tf 12 TL /Span <</ActualText (both)>> BDC (a) Tj T* (b) Tj EMC ET"
    assert [glyph.text for glyph in drawn(content)] == ["a", "b"]


def test_runs_and_artifacts_that_the_file_marks() -> None:
    glyphs = drawn(
        b"BT /F 10 Tf /ReversedChars BMC (a) Tj EMC (b) Tj /ReversedChars BMC (c) Tj EMC "
        b"/Artifact <</Type/Pagination>> BDC (d) Tj EMC /Artifact BMC (e) Tj EMC EMC (f) Tj ET"
    )
    assert [(glyph.reversed_run, glyph.is_pagination) for glyph in glyphs] == [
        (1, False),
        (0, False),
        (2, False),
        (0, True),
        (0, False),
        (0, False),
    ]


def test_forms_pictures_and_annotations() -> None:
    form = pdfs.stream(
        b"BT /F 10 Tf (in) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[1 0 0 1 100 50]"
    )
    picture = pdfs.stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1")
    field = pdfs.stream(
        b"BT /F 10 Tf (me) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 3 0 R>>>>"
    )
    data = pdfs.paged(
        b"q 20 0 0 10 0 0 cm /Im Do Q /Fm Do BI /W 1 ID x EI /None Do",
        font=EVEN,
        resources=b"/XObject<</Fm 4 0 R/Im 5 0 R>>",
        page=b"/Annots[<</Subtype/Widget/Rect[300 400 309 409]/AP<</N 6 0 R>>>>"
        b"<</Subtype/Widget/F 2/Rect[0 0 9 9]/AP<</N 6 0 R>>>><</Subtype/Link/Rect[0 0 9 9]/AP<</N 6 0 R>>>>]",
        more=[form, picture, field],
    )
    found = drawing(data)
    assert places(found.glyphs) == [
        ("i", 100, 105, 50),
        ("n", 105, 110, 50),
        ("m", 300, 305, 400),
        ("e", 305, 310, 400),
    ]
    assert found.picture_area == 20 * 10 + 1


@pytest.mark.parametrize(
    "content",
    [
        b"/F Tf /F (x) Tf BT /F 10 Tf 5 Td [1 2] Td (a) Tm 1 2 3 cm /X Tj 5 TJ Tc EMC Q (b) Tj ET",
        b"BT /F 1e300 Tf 1e300 0 0 1e300 0 0 Tm (x) Tj /F 10 Tf 1 0 0 1 0 0 Tm (b) Tj ET",
        b"BT /F 0 Tf (hidden) Tj /F 10 Tf (b) Tj ET",
    ],
)
def test_operators_with_bad_operands_are_skipped(content: bytes) -> None:
    assert [glyph.text for glyph in drawn(content)][-1:] == ["b"]


def test_text_in_a_font_that_is_missing_is_not_read_in_the_one_before() -> None:
    assert [glyph.text for glyph in drawn(b"BT /F 10 Tf (a) Tj /G 10 Tf (bc) Tj ET")] == [
        "a",
        UNKNOWN,
        UNKNOWN,
    ]


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.load.pdf_interpreter._MAX_FORMS", 20)
    form = pdfs.stream(
        b"/Fm Do /Fm Do", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</Fm 4 0 R>>>>"
    )
    data = pdfs.paged(b"/Fm Do", resources=b"/XObject<</Fm 4 0 R>>", more=[form])
    with pytest.raises(TooComplexError):
        drawing(data)
    monkeypatch.setattr("rag.load.pdf_interpreter._MAX_GLYPHS", 3)
    with pytest.raises(TooComplexError):
        drawn(b"BT /F 10 Tf (abcd) Tj ET")
    monkeypatch.setattr("rag.load.pdf_interpreter._MAX_OPERATORS", 3)
    with pytest.raises(TooComplexError):
        drawn(b"q q q q")


def test_fonts_are_read_once_for_all_pages() -> None:
    reader = PdfReader(io.BytesIO(pdfs.paged(pdfs.text_lines("one"), pdfs.text_lines("two"))))
    fonts: dict[object, object] = {}
    for page in reader.pages:
        draw(page, fonts)  # type: ignore[arg-type]
    assert len(fonts) == 1

"""Which pages of a PDF are given to OCR, as what, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.errors import LoadError
from rag.load.ocr import PictureError
from rag.load.ocr_words import PictureText
from rag.load.pdf import read_pdf
from rag.schema import Document
from tests.load import pdfs
from tests.load.test_pdf import PICTURE, PROSE, WITH_PICTURE

GARBLED = PROSE.replace(b"/F ", b"/Missing ")
A4_AT_300_DPI = (2480, 3509)


def _size(picture: bytes) -> tuple[int, int]:
    """Of a Portable GrayMap, all of whose pixels are there."""
    magic, size, rest = picture.split(b" ", 1)[0], picture.split(b"\n", 1)[0], picture.split(b"\n", 1)[1]
    assert magic == b"P5"
    width, height, most = map(int, size.split()[1:])
    assert (most, len(rest)) == (255, width * height)
    return width, height


def test_pages_that_are_pictures_or_garbled_are_drawn_and_read() -> None:
    sizes: list[tuple[int, int]] = []

    def recognise(picture: bytes) -> Sequence[PictureText]:
        sizes.append(_size(picture))
        return [PictureText(1, f"نص الصورة {len(sizes)}.")]

    data = pdfs.paged(PROSE, PICTURE, GARBLED, b"", **WITH_PICTURE)
    (document,) = read_pdf(data, source="a.pdf", recognise=recognise)
    assert isinstance(document, Document)
    assert [(page.number, page.ocr) for page in document.pages] == [(1, False), (2, True), (3, True)]
    assert [page.text for page in document.pages][1:] == ["نص الصورة 1.", "نص الصورة 2."]
    assert all(
        abs(width - A4_AT_300_DPI[0]) <= 1 and abs(height - A4_AT_300_DPI[1]) <= 1 for width, height in sizes
    )


def test_a_poster_is_drawn_smaller() -> None:
    data = pdfs.paged(PICTURE, **WITH_PICTURE).replace(b"[0 0 595 842]", b"[0 0 9950 8420]")
    data = data.replace(b"595 0 0 842 0 0 cm", b"9950 0 0 8420 0 0 cm")
    sizes: list[int] = []

    def recognise(picture: bytes) -> Sequence[PictureText]:
        width, height = _size(picture)
        sizes.append(width * height)
        return [PictureText(1, "Poster.")]

    (document,) = read_pdf(data, source="a.pdf", recognise=recognise)
    assert isinstance(document, Document)
    assert 24_000_000 < sizes[0] < 25_100_000


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([PictureText(1, "", is_noise=True)], "OCR finds no readable text on every page"),
        ([], "no text on every page"),
    ],
)
def test_pages_without_readable_text(texts: list[PictureText], said: str) -> None:
    data = pdfs.paged(PICTURE, PICTURE, **WITH_PICTURE)
    (failure,) = read_pdf(data, source="a.pdf", recognise=lambda _: texts)
    assert isinstance(failure, LoadError)
    assert said in failure.en
    assert "كل الصفحات" in failure.ar


def test_a_page_that_takes_too_long_is_the_last_and_what_was_read_stays() -> None:
    calls: list[int] = []

    def recognise(picture: bytes) -> Sequence[PictureText]:
        calls.append(len(picture))
        if len(calls) == 2:
            raise PictureError("slow")
        return [PictureText(1, "One page of text.")]

    data = pdfs.paged(*[PICTURE] * 5, **WITH_PICTURE)
    document, failure = read_pdf(data, source="a.pdf", recognise=recognise)
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [1]
    assert isinstance(failure, LoadError)
    assert len(calls) == 2
    assert "did not finish in time on pages 2–5 (raise RAG_FILE_SECONDS)" in failure.en
    assert "RAG_FILE_SECONDS" in failure.ar


def test_a_page_that_fails_leaves_the_others() -> None:
    def recognise(_: bytes) -> Sequence[PictureText]:
        raise PictureError("broken")

    document, failure = read_pdf(
        pdfs.paged(PROSE, PICTURE, **WITH_PICTURE), source="a.pdf", recognise=recognise
    )
    assert isinstance(document, Document)
    assert isinstance(failure, LoadError)
    assert "OCR finds no readable text on page 2" in failure.en

"""Pages of real PDFs, drawn in the process that does it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from rag import text
from rag.picture import Box, DrawLimits, Leaf, PictureError, draw_page, find_marks
from tests.load import pdfs


def ink(leaf: Leaf, box: Box) -> float:
    """The share of dark pixels in a part of a page."""
    image = Image.open(io.BytesIO(leaf.png)).convert("L")
    part = image.crop(
        (
            round(box.left * leaf.width), round(box.top * leaf.height),
            round(box.right * leaf.width), round(box.bottom * leaf.height),
        )
    )  # fmt: skip
    return sum(part.histogram()[:128]) / (part.width * part.height)


@pytest.mark.parametrize("make", [pdfs.fpdf_pdf, pdfs.presentation_forms_pdf])
def test_the_sentences_of_an_arabic_pdf_are_marked_where_they_are_printed(
    make: Callable[[str, str], bytes],
) -> None:
    """A paragraph for each sentence: every printed line is then of one of them, and has to be marked for that alone."""
    article = pdfs.seeds()[0]
    sentences = [line[start:end] for line in article.splitlines() for start, end in text.sentences(line)][:9]
    leaf = draw_page(make("\n".join(sentences), "naskh"), 1)
    assert Image.open(io.BytesIO(leaf.png)).size == (leaf.width, leaf.height)
    marked = [box for sentence in sentences for box in find_marks(leaf.words, sentence)]
    baselines: list[float] = []
    for baseline in sorted(word.baseline for word in leaf.words):
        # Words of another font stand a hair higher.
        if not baselines or baseline - baselines[-1] > 0.01:
            baselines.append(baseline)
    assert len(marked) == len(baselines) > len(sentences)
    for box, baseline in zip(marked, baselines, strict=True):
        assert box.top < baseline < box.bottom
        assert ink(leaf, box) > 0.02


def test_each_line_of_a_pdf_is_marked_alone() -> None:
    lines = [f"Sentence number {n} is about the bridge {n * 7}." for n in range(1, 9)]
    leaf = draw_page(pdfs.paged(pdfs.text_lines(*lines, top=780, size=12, step=20)), 1)
    for n, line in enumerate(lines):
        (box,) = find_marks(leaf.words, line)
        baseline = (842 - (780 - n * 20)) / 842
        assert box.top < baseline < box.bottom + 0.005
        assert box.bottom - box.top < 20 / 842
        assert box.left == pytest.approx(72 / 595, abs=0.01)
        assert ink(leaf, box) > 0.03


@pytest.mark.parametrize("entries", [b"/Rotate 90", b"/Rotate 270", b"/CropBox[60 60 560 830]"])
def test_a_page_that_is_turned_or_cropped_is_marked_where_it_shows(entries: bytes) -> None:
    leaf = draw_page(pdfs.paged(pdfs.text_lines("The bridge is 81 metres long today."), page=entries), 1)
    assert (leaf.width > leaf.height) == (b"Rotate" in entries)
    boxes = [word.box for word in leaf.words]
    assert len(boxes) == 7
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in boxes)
    assert all(ink(leaf, box) > 0.05 for box in boxes)


def test_a_page_of_any_shape_keeps_to_the_pixels_it_may_have() -> None:
    wide = pdfs.paged(pdfs.text_lines("wide"), page=b"/MediaBox[0 0 8000 40]")
    leaf = draw_page(wide, 1, DrawLimits(width=1000, max_pixels=100_000))
    assert leaf.width <= 1000
    huge = pdfs.paged(pdfs.text_lines("tall"), page=b"/MediaBox[0 0 40 8000]")
    leaf = draw_page(huge, 1, DrawLimits(width=1000, max_pixels=100_000))
    assert leaf.width * leaf.height <= 110_000


@pytest.mark.parametrize(
    ("data", "page"),
    [
        (b"no pdf at all", 1),
        (b"", 1),
        (pdfs.paged(pdfs.text_lines("one")), 2),
        (pdfs.paged(pdfs.text_lines("one")), 0),
    ],
)
def test_what_cannot_be_drawn_is_an_error(data: bytes, page: int) -> None:
    with pytest.raises(PictureError):
        draw_page(data, page)


@pytest.mark.parametrize("limits", [DrawLimits(max_png_bytes=100), DrawLimits(memory_mb=64)])
def test_a_page_that_costs_too_much_is_an_error(limits: DrawLimits) -> None:
    with pytest.raises(PictureError):
        draw_page(pdfs.paged(pdfs.text_lines("one")), 1, limits)

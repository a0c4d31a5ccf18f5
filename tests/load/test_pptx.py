"""PowerPoint presentations: a page a slide."""

from __future__ import annotations

import io

import pptx
import pytest
from pptx.util import Inches

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.pptx import read_pptx
from rag.schema import Document
from tests.load.office import docx_file, edited, encrypted_office_file, packed, pptx_file, unpacked, without

SLIDES = [
    ("خطة المشروع", "نقطة أولى\nنقطة ثانية", "لا تنسَ الأرقام"),
    ("Budget", "5 million", ""),
    ("", "", ""),
    ("النهاية", "شكرًا لكم", ""),
]


def load(data: bytes) -> list[Loaded]:
    return list(read_pptx(data, source="docs/عرض.pptx"))


def read(data: bytes) -> Document:
    (document,) = load(data)
    assert isinstance(document, Document)
    return document


def test_a_slide_is_a_page_with_its_number() -> None:
    document = read(pptx_file(SLIDES, title="Stated elsewhere"))
    assert [(page.number, page.text) for page in document.pages] == [
        (1, "خطة المشروع\n\nنقطة أولى\n\nنقطة ثانية\n\nملاحظات المتحدّث:\n\nلا تنسَ الأرقام"),
        (2, "Budget\n\n5 million"),
        (4, "النهاية\n\nشكرًا لكم"),
    ]
    assert (document.headline, document.title, document.language) == ("خطة المشروع", "خطة المشروع", "ar")
    assert document.media_type.endswith("presentationml.presentation")


def test_notes_are_announced_in_the_language_of_the_slide() -> None:
    assert (
        read(pptx_file([("Plan", "One", "Say hello")])).pages[0].text.endswith("Speaker notes:\n\nSay hello")
    )


@pytest.mark.parametrize(
    ("title", "headline"), [("خطة العام المقبل", "خطة العام المقبل"), ("PowerPoint Presentation", "")]
)
def test_without_a_title_on_the_first_slide_the_properties_state_it(title: str, headline: str) -> None:
    assert read(pptx_file([("", "نص", "")], title=title)).headline == headline


def drawn() -> bytes:
    """A slide with a table, a group, a line break, and the furniture of its layout."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    grid = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for row, texts in enumerate((("البند", "المبلغ"), ("أجور", "٥٠٠"))):
        for column, text in enumerate(texts):
            grid.cell(row, column).text = text
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "في المجموعة\vسطر ثانٍ"
    out = io.BytesIO()
    presentation.save(out)
    footer = (
        b'<p:sp><p:nvSpPr><p:cNvPr id="9" name="f"/><p:cNvSpPr/><p:nvPr><p:ph type="%s"/></p:nvPr></p:nvSpPr>'
    )
    text = b"<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>furniture</a:t></a:r></a:p></p:txBody></p:sp>"
    shapes = b"".join(footer % kind + text for kind in (b"ftr", b"sldNum", b"dt"))
    return edited(
        out.getvalue(),
        "ppt/slides/slide1.xml",
        lambda xml: xml.replace(b"</p:spTree>", shapes + b"</p:spTree>"),
    )


def test_tables_and_groups_are_read_and_footers_are_not() -> None:
    assert read(drawn()).pages[0].text == "البند: أجور | المبلغ: ٥٠٠\n\nفي المجموعة\nسطر ثانٍ"


def test_the_texts_of_a_diagram_are_read() -> None:
    frame = (
        b'<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds xmlns:dgm="urn:d" r:dm="rId9"/>'
        b"</a:graphicData></a:graphic></p:graphicFrame></p:spTree>"
    )
    relation = (
        b'<Relationship Id="rId9" Type="x/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    )
    data = edited(
        pptx_file([("عنوان", "", "")]),
        "ppt/slides/slide1.xml",
        lambda xml: xml.replace(b"</p:spTree>", frame),
    )
    data = edited(
        data, "ppt/slides/_rels/slide1.xml.rels", lambda xml: xml.replace(b"</Relationships>", relation)
    )
    diagram = '<dgm:m xmlns:dgm="urn:d" xmlns:a="urn:a"><a:p><a:r><a:t>مرحلة أولى</a:t></a:r></a:p></dgm:m>'
    assert read(packed(unpacked(data) | {"ppt/diagrams/data1.xml": diagram.encode()})).pages[0].text == (
        "عنوان\n\nمرحلة أولى"
    )


def test_a_slide_show_with_macros_is_a_presentation() -> None:
    show = edited(
        pptx_file(SLIDES[:1]),
        "[Content_Types].xml",
        lambda xml: xml.replace(b"presentation.main+xml", b"slideshow.main+xml"),
    )
    assert len(read(show).pages) == 1


def test_damaged_slides_are_named_and_the_rest_is_read() -> None:
    data = edited(pptx_file(SLIDES), "ppt/slides/slide1.xml", lambda xml: xml[:-30])
    document, failure = load(without(data, "ppt/slides/slide4.xml"))
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [2]
    assert isinstance(failure, LoadError)
    assert "docs/عرض.pptx: slides 1, 4 are damaged and were left out; the rest was read" in failure.en
    assert "الشرائح 1, 4" in failure.ar


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted_office_file(), "is protected by a password"),
        (pptx_file(SLIDES)[:-100], "is cut short"),
        (pptx_file([("", "", "")]), "holds no text: there is nothing to index"),
        (docx_file([("", "x")]), "is not a PowerPoint presentation: it looks like a Word document"),
        (edited(pptx_file(SLIDES[:1]), "ppt/slides/slide1.xml", lambda _: b"<"), "is damaged"),
        (edited(pptx_file(SLIDES), "ppt/presentation.xml", lambda _: b"<"), "is damaged"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(data)
    assert reason in caught.value.en
    assert "docs/عرض.pptx" in caught.value.ar


def test_slides_of_pictures_alone_hold_no_text() -> None:
    picture = b"<p:pic><p:nvPicPr><p:nvPr/></p:nvPicPr></p:pic></p:spTree>"
    data = edited(
        pptx_file([("", "", "")]), "ppt/slides/slide1.xml", lambda xml: xml.replace(b"</p:spTree>", picture)
    )
    with pytest.raises(LoadError, match=r"holds pictures and no text"):
        load(data)

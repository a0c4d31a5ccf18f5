"""OpenDocument texts, presentations and spreadsheets."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load.odf import read_odp, read_ods, read_odt
from tests.load.office import docx_file, edited, odf_file, odf_rows

TABLE = odf_rows(["المدينة", "السكان"], ["القاهرة", "٩٥٠٠٠٠٠"], ["الجيزة", "4,500,000"])
ROWS = "المدينة: القاهرة | السكان: ٩٥٠٠٠٠٠\n\nالمدينة: الجيزة | السكان: 4,500,000"
IMAGE = "<text:p><draw:frame><draw:image/></draw:frame></text:p>"


def text_of(body: str) -> str:
    return read_odt(odf_file("text", body), source="a.odt").pages[0].text


def test_a_text_with_headings_and_tables() -> None:
    body = (
        '<text:h text:outline-level="1">أطلس المدن</text:h><text:p>نص أول.</text:p>'
        f"<text:section><text:list><text:list-item><text:p>بند</text:p></text:list-item></text:list></text:section>"
        f"<table:table><table:table-header-rows/>{TABLE}</table:table>"
    )
    document = read_odt(odf_file("text", body, title="عنوان الخصائص هنا"), source="docs/أ.odt")
    assert document.pages[0].text == f"أطلس المدن\n\nنص أول.\n\nبند\n\n{ROWS}"
    assert (document.headline, document.language) == ("أطلس المدن", "ar")
    assert document.media_type == "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("body", "styles", "headline"),
    [
        (
            '<text:h text:outline-level="1">فصل</text:h><text:p text:style-name="P1">الكتاب كله</text:p>',
            '<style:style style:name="P1" style:parent-style-name="Title"/>',
            "الكتاب كله",
        ),
        ('<text:p text:style-name="Title">The Book</text:p>', "", "The Book"),
        ("<text:p>نص.</text:p>", "", "خصائص الملف"),
    ],
)
def test_the_headline_is_what_the_text_states(body: str, styles: str, headline: str) -> None:
    data = odf_file("text", body, styles=styles, title="خصائص الملف")
    assert read_odt(data, source="a.odt").headline == headline


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a<text:s text:c='3'/>b<text:s/>c<text:tab/>d<text:line-break/>e", "a   b c\td\ne"),
        ("a <text:span>b<text:a> c</text:a></text:span>\n  d", "a b c d"),
        (
            "نص<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>حاشية</text:p>"
            "</text:note-body></text:note> تتمة",
            "نص تتمة\n\nحاشية",
        ),
        (
            "قبل<draw:frame><draw:text-box><text:p>إطار</text:p></draw:text-box><svg:desc>x</svg:desc></draw:frame>",
            "قبل\n\nإطار",
        ),
        ("a<office:annotation><text:p>comment</text:p></office:annotation>b", "ab"),
        ("a<text:s text:c='999999999'/>b", "a" + " " * 100 + "b"),
    ],
)
def test_what_stands_in_a_paragraph(content: str, text: str) -> None:
    assert text_of(f"<text:p>{content}</text:p>") == text


def test_deleted_text_is_left_out_and_the_contents_are_furniture() -> None:
    body = (
        "<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>فصل ... 1</text:p></text:index-body></text:table-of-content>"
        "<text:p>النص.</text:p>"
    )
    (page,) = read_odt(odf_file("text", body), source="a.odt").pages
    assert page.text == "فصل ... 1\n\nالنص."
    assert [page.text[span.start : span.end] for span in page.furniture] == ["فصل ... 1"]


def test_a_text_without_styles_of_its_own() -> None:
    data = edited(
        odf_file("text", "<text:p>نص.</text:p>"),
        "content.xml",
        lambda xml: xml.replace(b"<office:automatic-styles></office:automatic-styles>", b""),
    )
    assert read_odt(data, source="a.odt").pages[0].text == "نص."


def test_a_table_in_a_cell_does_not_end_the_sheet() -> None:
    inner = f"<table:table>{odf_rows(['inner'])}</table:table>"
    outer = (
        f"<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>{odf_rows(['last'])}"
    )
    (page,) = read_ods(
        odf_file("spreadsheet", f'<table:table table:name="S">{outer}</table:table>'), source="a"
    ).pages
    assert "inner" in page.text
    assert page.text.endswith("last")


def test_a_slide_is_a_page() -> None:
    def slide(text: str, notes: str = "") -> str:
        box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
        spoken = f"<presentation:notes>{box.format(notes)}</presentation:notes>" if notes else ""
        return f"<draw:page>{box.format(text) if text else ''}{spoken}</draw:page>"

    data = odf_file(
        "presentation", slide("خطة", "تذكّر") + slide("") + slide("Budget"), title="خطة العام المقبل"
    )
    document = read_odp(data, source="a.odp")
    assert [(page.number, page.text) for page in document.pages] == [
        (1, "خطة\n\nملاحظات المتحدّث:\n\nتذكّر"),
        (3, "Budget"),
    ]
    assert document.headline == "خطة العام المقبل"


def test_a_sheet_is_a_page_whose_repeated_blanks_are_counted_and_not_unrolled() -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="{}">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    body = (
        f'<table:table table:name="مدن">{blank.format(3)}{TABLE}{blank.format(1_048_000)}</table:table>'
        '<table:table table:name="Two"><table:table-rows>'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table-rows></table:table>"
    )
    first, second = read_ods(odf_file("spreadsheet", body), source="docs/جدول.ods").pages
    assert first.text == f"مدن، الصفوف من 5 إلى 6\n\n{ROWS}"
    assert (first.number, second.number) == (1, 2)
    assert second.text.startswith("Two, row 1\n\nx | x | x")
    assert 1024 <= second.text.count("x") < 1100


@pytest.mark.parametrize("read", [read_odt, read_odp, read_ods])
def test_what_cannot_be_read_is_told_apart(read: object) -> None:
    kinds = {read_odt: "text", read_odp: "presentation", read_ods: "spreadsheet"}
    kind = kinds[read]
    locked = '<file-entry full-path="content.xml"><encryption-data/></file-entry>'
    for data, reason in (
        (odf_file(kind, "", manifest=locked), "is protected by a password"),
        (odf_file(kind, "")[:-50], "is cut short"),
        (odf_file(kind, ""), "holds no text"),
        (odf_file(kind, "<text:p>"), "is damaged"),
        (docx_file([("", "x")]), "looks like a Word document"),
        (odf_file("text" if kind != "text" else "spreadsheet", ""), "looks like an OpenDocument"),
    ):
        with pytest.raises(LoadError) as caught:
            read(data, source="docs/ملف")
        assert reason in caught.value.en
        assert "docs/ملف" in caught.value.ar


@pytest.mark.parametrize(
    ("read", "kind"), [(read_odt, "text"), (read_odp, "presentation"), (read_ods, "spreadsheet")]
)
def test_pictures_alone_are_no_text(read: object, kind: str) -> None:
    body = {"text": IMAGE, "presentation": f"<draw:page>{IMAGE}</draw:page>"}.get(
        kind,
        f"<table:table><table:table-row><table:table-cell>{IMAGE}</table:table-cell></table:table-row></table:table>",
    )
    with pytest.raises(LoadError, match=r"holds pictures and no text"):
        read(odf_file(kind, body), source="a")

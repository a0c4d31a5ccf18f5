"""Word documents: what python-docx writes, and what only Word does."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load.docx import read_docx
from rag.schema import Document
from tests.load.office import (
    docx_file,
    edited,
    encrypted_office_file,
    ole_file,
    packed,
    unpacked,
    without,
    word_paragraphs,
    word_xml,
    xlsx_file,
)

TABLE = [["المدينة", "السكان"], ["القاهرة", "٩٥٠٠٠٠٠"], ["الجيزة", "4,500,000"]]
STYLES = (
    '<w:style w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="عنوان خاص"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:styleId="11"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style>'
)


def read(data: bytes) -> Document:
    return read_docx(data, source="docs/تقرير.docx")


def text_of(body: str, **parts: str) -> str:
    return read(word_xml(body, **parts)).pages[0].text


def failure_of(data: bytes) -> LoadError:
    with pytest.raises(LoadError) as caught:
        read(data)
    assert "docs/تقرير.docx" in caught.value.en
    assert "docs/تقرير.docx" in caught.value.ar
    return caught.value


def test_paragraphs_headings_and_tables_in_their_order() -> None:
    styled = [("Title", "تقرير المدن السنوي"), ("Heading 1", "مقدمة"), ("", "زاد عدد السكان 2.5% عام 2021.")]
    document = read(docx_file(styled, table=TABLE))
    assert document.pages[0].text == (
        "تقرير المدن السنوي\n\nمقدمة\n\nزاد عدد السكان 2.5% عام 2021.\n\n"
        "المدينة: القاهرة | السكان: ٩٥٠٠٠٠٠\n\nالمدينة: الجيزة | السكان: 4,500,000"
    )
    assert document.pages[0].number is None
    assert (document.headline, document.title) == ("تقرير المدن السنوي", "تقرير المدن السنوي")
    assert (document.language, document.source) == ("ar", "docs/تقرير.docx")
    assert document.media_type.endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("paragraphs", "title", "headline"),
    [
        ([("Title", "The Report"), ("Heading 1", "One"), ("", "Text.")], "Stated elsewhere", "The Report"),
        ([("", "قسم"), ("Heading 1", "أطلس المدن"), ("", "نص.")], "خصائص الملف هنا", "أطلس المدن"),
        ([("", f"Text {n}.") for n in range(6)] + [("Heading 1", "The only one")], "", "The only one"),
        (
            [("", f"Text {n}.") for n in range(6)] + [("Heading 1", "One"), ("Heading 1", "Two")],
            "دليل المدن المصرية",
            "دليل المدن المصرية",
        ),
        (
            [("", "عنوان المقال الأول"), ("", "نص أطول من العنوان بكثير ينتهي بنقطة.")],
            "Document1",
            "عنوان المقال الأول",
        ),
        ([("", "Just text."), ("", "More text.")], "Microsoft Word - x", ""),
    ],
)
def test_the_headline_is_what_the_document_states(
    paragraphs: list[tuple[str, str]], title: str, headline: str
) -> None:
    assert read(docx_file(paragraphs, title=title)).headline == headline


def test_built_in_styles_are_known_by_name_and_through_those_based_on_them() -> None:
    body = (
        word_paragraphs("قسم")
        + word_paragraphs("عنوان الفصل", style="Mine")
        + word_paragraphs("x", style="loop")
    )
    assert read(word_xml(body, styles=STYLES)).headline == "عنوان الفصل"


def test_the_table_of_contents_is_furniture() -> None:
    body = word_paragraphs("مقدمة ..... 1", "خاتمة ..... 9", style="11") + word_paragraphs("النص هنا.")
    (page,) = read(word_xml(body, styles=STYLES)).pages
    assert [page.text[span.start : span.end] for span in page.furniture] == ["مقدمة ..... 1", "خاتمة ..... 9"]


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (
            "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>",
            "a\tb\nc\u2011d",
        ),
        ("<w:r><w:t>قبل </w:t></w:r><w:ins><w:r><w:t>أُدرج</w:t></w:r></w:ins>", "قبل أُدرج"),
        ("<w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>", "a"),
        ("<w:r><w:t>a</w:t></w:r><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>", "a"),
        ("<w:hyperlink r:id='r9'><w:r><w:t>رابط</w:t></w:r></w:hyperlink>", "رابط"),
        ("<w:sdt><w:sdtContent><w:r><w:t>حقل</w:t></w:r></w:sdtContent></w:sdt>", "حقل"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r>", "7"),
        ("<w:r><w:t>a</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", "a"),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r>", "shown"),
    ],
)
def test_what_stands_in_a_paragraph(run: str, text: str) -> None:
    assert text_of(f"<w:p>{run}</w:p>") == text


def test_blocks_in_content_controls_are_read() -> None:
    inside = (
        word_paragraphs("داخل") + "<w:tbl><w:tr><w:tc>" + word_paragraphs("خلية") + "</w:tc></w:tr></w:tbl>"
    )
    assert text_of(f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>") == "داخل\n\nخلية"


def test_footnotes_come_after_the_paragraph_that_refers_to_them() -> None:
    body = (
        "<w:p><w:r><w:t>نص</w:t><w:footnoteReference w:id='2'/><w:t> تتمة</w:t></w:r></w:p>"
        + word_paragraphs("next")
    )
    notes = (
        f"<w:footnote w:id='0' w:type='separator'>{word_paragraphs('---')}</w:footnote>"
        f"<w:footnote w:id='2'>{word_paragraphs('حاشية')}</w:footnote>"
    )
    assert text_of(body, footnotes=notes) == "نص تتمة\n\nحاشية\n\nnext"


def test_a_footnote_is_read_once_even_if_it_refers_to_itself() -> None:
    reference = "<w:p><w:r><w:t>x</w:t><w:footnoteReference w:id='2'/></w:r></w:p>"
    note = "<w:footnote w:id='2'><w:p><w:r><w:footnoteReference w:id='2'/><w:t>حاشية</w:t></w:r></w:p></w:footnote>"
    assert text_of(reference * 3, footnotes=note) == "x\n\nحاشية\n\nx\n\nx"


def test_text_boxes_are_read_once_though_they_are_stored_twice() -> None:
    box = f"<w:txbxContent>{word_paragraphs('في الإطار')}</w:txbxContent>"
    shape = (
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        + box
        + "</wps:txbx></w:drawing>"
        "</mc:Choice><mc:Fallback><w:pict><v:textbox>"
        + box
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert text_of(f"<w:p><w:r><w:t>قبل</w:t>{shape}</w:r></w:p>") == "قبل\n\nفي الإطار"


def test_merged_cells_say_in_each_row_what_they_hold() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{word_paragraphs(text)}</w:tc>"

    rows = (
        cell("الإقليم") + cell("المدينة") + cell("عدد"),
        cell("الدلتا", "<w:vMerge w:val='restart'/>") + cell("طنطا") + cell("5"),
        cell("", "<w:vMerge/>") + cell("المنصورة") + cell("6"),
        cell("المجموع", "<w:gridSpan w:val='2'/>") + cell("11"),
    )
    assert text_of("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>").split("\n\n") == [
        "الإقليم: الدلتا | المدينة: طنطا | عدد: 5",
        "الإقليم: الدلتا | المدينة: المنصورة | عدد: 6",
        "الإقليم: المجموع | عدد: 11",
    ]


def test_headers_and_footers_are_left_out() -> None:
    import io

    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "سري"
    document.sections[0].footer.paragraphs[0].text = "صفحة 1"
    document.add_paragraph("المتن.")
    out = io.BytesIO()
    document.save(out)
    assert read(out.getvalue()).pages[0].text == "المتن."


def test_what_word_opens_is_read() -> None:
    """A picture that is gone, a document with macros, the strict dialect, and one without styles or properties."""
    plain = docx_file([("", "نص المستند.")])
    gone = b'<Relationship Id="z" Type="x/image" Target="NULL"/></Relationships>'
    with_macros = edited(
        plain,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            b"openxmlformats-officedocument.wordprocessingml.document.main",
            b"ms-word.document.macroEnabled.main",
        ),
    )
    strict = {
        name: part.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        for name, part in unpacked(plain).items()
    }
    for data in (
        edited(plain, "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", gone)),
        with_macros,
        packed(strict),
        without(without(plain, "word/styles.xml"), "docProps/core.xml"),
        without(plain, "_rels/.rels"),
    ):
        assert read(data).pages[0].text == "نص المستند."


PICTURE = "<w:p><w:r><w:drawing/></w:r></w:p>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted_office_file(), "is protected by a password. Open it, save a copy without the password"),
        (ole_file({"WordDocument": b"x"}), "looks like an old Word document (.doc), which cannot be read"),
        (docx_file([("", "نص")])[:-200], "is cut short"),
        (docx_file([]), "holds no text: there is nothing to index"),
        (word_xml(PICTURE), "holds pictures and no text"),
        (b"%PDF-1.7", "looks like a PDF. Rename it so that it ends in .pdf"),
        (b"{\\rtf1 x}", "looks like an RTF document. Rename it so that it ends in .rtf"),
        (b"<html><body>x", "looks like a web page"),
        (xlsx_file({"a": [["x"]]}), "looks like an Excel workbook. Rename it so that it ends in .xlsx"),
        (packed({"a.txt": "x"}), "looks like a zip archive"),
        (edited(docx_file([("", "x")]), "word/document.xml", lambda xml: xml[:-50]), "is damaged"),
        (edited(docx_file([("", "x")]), "word/styles.xml", lambda _: b"<"), "is damaged"),
        (
            edited(word_xml(""), "word/document.xml", lambda xml: xml.replace(b"w:body", b"w:busy")),
            "is damaged",
        ),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    assert reason in failure_of(data).en

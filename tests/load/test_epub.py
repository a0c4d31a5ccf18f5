"""EPUB books: a page a chapter."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.epub import read_epub
from rag.schema import Document
from tests.load.office import docx_file, edited, epub_file, packed, without

XHTML = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
CHAPTERS = {
    "cover.xhtml": XHTML.format('<img src="c.png" alt=""/>'),
    "فصل 1.xhtml": XHTML.format(
        '<section><header><h1>الفصل الأول</h1></header><a id="p1"/><p>نص <i/>الفصل.</p></section>'
    ),
    "two.xhtml": XHTML.format("<p>Second chapter.</p><aside><p>A footnote.</p></aside><nav>Contents</nav>"),
}


def load(data: bytes) -> list[Loaded]:
    return list(read_epub(data, source="docs/كتاب.epub"))


def failure_of(data: bytes) -> LoadError:
    try:
        (failure,) = load(data)
    except LoadError as error:
        failure = error
    assert isinstance(failure, LoadError)
    assert "docs/كتاب.epub" in failure.en
    assert "docs/كتاب.epub" in failure.ar
    return failure


def test_a_chapter_is_a_page_in_reading_order() -> None:
    (document,) = load(epub_file(CHAPTERS, title="ألف ليلة  وليلة"))
    assert isinstance(document, Document)
    assert [(page.number, page.text) for page in document.pages] == [
        (2, "الفصل الأول\n\nنص الفصل."),
        (3, "Second chapter.\n\nA footnote."),
    ]
    assert (document.headline, document.title) == ("ألف ليلة وليلة", "ألف ليلة وليلة")
    assert document.media_type == "application/epub+zip"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1256"])
def test_chapters_in_old_encodings(encoding: str) -> None:
    chapter = XHTML.replace("utf-8", encoding).format("<p>نص الفصل الأول من الكتاب.</p>").encode(encoding)
    (document,) = load(epub_file({"a.html": chapter}, media_type="text/html"))
    assert isinstance(document, Document)
    assert document.pages[0].text == "نص الفصل الأول من الكتاب."


def test_names_of_chapters_may_be_escaped() -> None:
    data = edited(
        epub_file({"a b.xhtml": CHAPTERS["two.xhtml"]}),
        "OEBPS/book.opf",
        lambda xml: xml.replace(b"a b.xhtml", b"a%20b.xhtml"),
    )
    assert isinstance(load(data)[0], Document)


def encryption(part: str) -> str:
    return (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
        f'<enc:CipherReference URI="{part}"/></enc:CipherData></enc:EncryptedData></encryption>'
    )


def test_a_copy_protected_book_is_told_apart_from_one_with_hidden_fonts() -> None:
    failure = failure_of(epub_file(CHAPTERS, encryption=encryption("OEBPS/two.xhtml")))
    assert "is locked by its seller's copy protection (DRM)" in failure.en
    assert isinstance(load(epub_file(CHAPTERS, encryption=encryption("OEBPS/font.otf")))[0], Document)


def test_damaged_chapters_are_named_and_the_rest_is_read() -> None:
    data = epub_file(CHAPTERS | {"z.xhtml": b"PK\x03\x04\x00"})
    document, failure = load(without(data, "OEBPS/two.xhtml"))
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [2]
    assert isinstance(failure, LoadError)
    assert "chapters 3, 4 are damaged" in failure.en
    assert "الفصول 3, 4" in failure.ar


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (epub_file({"cover.xhtml": CHAPTERS["cover.xhtml"]}), "holds pictures and no text"),
        (epub_file({"page1.svg": "<svg/>"}, media_type="image/svg+xml"), "holds pictures and no text"),
        (epub_file({}), "is damaged and cannot be read as an EPUB book"),
        (epub_file(CHAPTERS)[:-60], "is cut short"),
        (without(epub_file(CHAPTERS), "OEBPS/book.opf"), "is damaged"),
        (edited(epub_file(CHAPTERS), "META-INF/container.xml", lambda _: b"<container/>"), "is damaged"),
        (docx_file([("", "x")]), "looks like a Word document"),
        (packed({"a.txt": "x"}), "looks like a zip archive"),
        (b"%PDF-1.4", "looks like a PDF"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    assert reason in failure_of(data).en


def test_a_book_that_unpacks_to_too_much_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.load.zipped.open_package.__kwdefaults__", {"limit_bytes": 100_000})
    failure = failure_of(epub_file(CHAPTERS | {"bomb.xhtml": bytes(200_000)}))
    assert "unpacks to more than 100,000 bytes" in failure.en

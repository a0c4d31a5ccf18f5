"""CSV and TSV as spreadsheets and databases write them."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load import workbook
from rag.load.csv import read_csv

ARABIC = "الاسم;العمر;المدينة\r\nأحمد;٣٠;القاهرة\r\nمنى;25;الجيزة\r\n"


def text_of(content: str | bytes, source: str = "docs/مدن.csv") -> str:
    data = content.encode() if isinstance(content, str) else content
    return read_csv(data, source=source).pages[0].text


def test_a_row_is_a_paragraph_with_the_names_of_its_columns() -> None:
    document = read_csv(ARABIC.encode(), source="docs/مدن.csv")
    (page,) = document.pages
    assert page.text == (
        "الصفوف من 2 إلى 3\n\nالاسم: أحمد | العمر: ٣٠ | المدينة: القاهرة\n\nالاسم: منى | العمر: 25 | المدينة: الجيزة"
    )
    assert (document.title, document.headline, page.number) == ("مدن.csv", "", None)
    assert (document.language, document.media_type) == ("ar", "text/csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1256"])
def test_encodings(encoding: str) -> None:
    content = ARABIC.replace("٣٠", "30")
    assert text_of(content.encode(encoding)) == text_of(content)


@pytest.mark.parametrize(
    "content",
    [
        "a,b,c\n1.5,2,x\n3,4,y\n",
        "a;b;c\n1.5;2;x\n3;4;y\n",
        "a\tb\tc\n1.5\t2\tx\n3\t4\ty\n",
        "a|b|c\n1.5|2|x\n3|4|y\n",
        "sep=;\r\na;b;c\r\n1.5;2;x\r\n3;4;y\r\n",
        '"a","b","c"\r1.5,"2",x\r3,4,y',
    ],
)
def test_separators_are_found(content: str) -> None:
    assert text_of(content) == "Rows 2–3\n\na: 1.5 | b: 2 | c: x\n\na: 3 | b: 4 | c: y"


def test_decimal_commas_do_not_hide_the_semicolon() -> None:
    assert text_of("name;price;tax\nx;1,5;0,5\ny;2,5;0,7\nz, w;3;1\n").endswith(
        "name: z, w | price: 3 | tax: 1"
    )


def test_quoted_cells_may_hold_separators_and_lines() -> None:
    text = text_of('name,note,n\n"Nasser, ""Gamal""","line one\nline two",1\n\nx,y,2\n')
    assert (
        text
        == 'Rows 2–4\n\nname: Nasser, "Gamal" | note: line one line two | n: 1\n\nname: x | note: y | n: 2'
    )


@pytest.mark.parametrize(
    "content", ['a,b\none,"never closed\ntwo,x\nthree,y\n', 'a,b\none,"never"closed\ntwo,5" x\nthree,y\n']
)
def test_stray_quotation_marks_lose_no_text(content: str) -> None:
    text = text_of(content)
    for word in ("one", "never", "closed", "two", "x", "three", "y"):
        assert word in text


def test_an_article_in_a_cell_is_read_whole() -> None:
    article = "كلمة " * 50_000
    assert article.strip() in text_of(f'id,text\n1,"{article}"\n')


def test_a_list_of_lines_needs_no_separator() -> None:
    assert text_of("القاهرة\nالجيزة\n") == "الصفوف من 1 إلى 2\n\nالقاهرة\n\nالجيزة"


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_CHARACTERS", 100)
    with pytest.raises(LoadError, match=r"docs/a\.csv makes more than 100 characters of text.*Split it"):
        text_of("a long column name,another\n" + "1,2\n" * 10, "docs/a.csv")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b" \n\n", "is empty"), (b";;\n;;\n", "holds no text"), (b"PK\x03\x04", "is not text")],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read_csv(data, source="a.csv")

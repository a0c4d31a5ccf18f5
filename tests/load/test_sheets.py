"""Excel workbooks, new and old: a page a sheet, a paragraph a row."""

from __future__ import annotations

import datetime
import io

import pytest
import xlsxwriter

from rag.errors import LoadError
from rag.load import sheets, workbook
from rag.load.document import Loaded
from rag.load.sheets import read_workbook
from rag.schema import Document
from tests.load.office import (
    docx_file,
    edited,
    encrypted_office_file,
    old_workbook,
    ole_file,
    packed,
    unpacked,
    xlsx_file,
)

CITIES = [["المدينة", "السكان", "منذ"], ["القاهرة", 9500000, None], ["الجيزة", 0.1 + 0.2, "قديم"]]

DAY = datetime.date(2021, 5, 3)


def load(data: bytes) -> list[Loaded]:
    return list(read_workbook(data, source="docs/مدن.xlsx"))


def read(data: bytes) -> Document:
    (document,) = load(data)
    assert isinstance(document, Document)
    return document


def failure_of(data: bytes) -> LoadError:
    try:
        (failure,) = load(data)
    except LoadError as error:
        failure = error
    assert isinstance(failure, LoadError)
    assert "docs/مدن.xlsx" in failure.en
    assert "docs/مدن.xlsx" in failure.ar
    return failure


def test_a_sheet_is_a_page_and_a_row_a_paragraph() -> None:
    document = read(xlsx_file({"المدن": CITIES, "Empty": [], "Data": [["x", "y"], ["a", True]]}))
    assert [(page.number, page.text) for page in document.pages] == [
        (
            1,
            "المدن، الصفوف من 2 إلى 3\n\nالمدينة: القاهرة | السكان: 9500000\n\n"
            "المدينة: الجيزة | السكان: 0.3 | منذ: قديم",
        ),
        (3, "Data, row 2\n\nx: a | y: TRUE"),
    ]
    assert (document.title, document.headline, document.language) == ("مدن.xlsx", "", "ar")
    assert document.media_type.endswith("spreadsheetml.sheet")


def test_the_title_in_the_properties_is_the_headline() -> None:
    document = read(xlsx_file({"a": CITIES}, title="دليل المدن المصرية"))
    assert (document.title, document.headline) == ("دليل المدن المصرية", "دليل المدن المصرية")


def test_rows_are_numbered_as_excel_numbers_them() -> None:
    rows: list[list[object]] = [
        [],
        ["تقرير السكان"],
        [],
        *CITIES,
        *([f"مدينة {n}", n, "x"] for n in range(12)),
    ]
    paragraphs = read(xlsx_file({"س": rows})).pages[0].text.split("\n\n")
    assert paragraphs[:3] == ["تقرير السكان", "س، الصفوف من 5 إلى 14", "المدينة: القاهرة | السكان: 9500000"]
    assert "س، الصفوف من 15 إلى 18" in paragraphs


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12, "12"),
        (12.5, "12.5"),
        (1234567890123, "1234567890123"),
        (False, "FALSE"),
        (DAY, "2021-05-03"),
        (datetime.datetime.combine(DAY, datetime.time()), "2021-05-03"),
        (datetime.datetime.combine(DAY, datetime.time(14, 5)), "2021-05-03 14:05"),
        (datetime.datetime.combine(DAY, datetime.time(14, 5, 9)), "2021-05-03 14:05:09"),
        (datetime.time(14, 5), "14:05"),
        (datetime.timedelta(hours=30, minutes=5), "30:05"),
        (datetime.timedelta(seconds=65), "0:01:05"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_values_as_a_person_would_write_them(value: object, shown: str) -> None:
    assert sheets.cell_text(value) == shown


def test_dates_and_formulas_come_as_they_show() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["day", "sum", "error"])
        sheet.write_datetime(
            1, 0, datetime.datetime.combine(DAY, datetime.time()), book.add_format({"num_format": "d/m/yy"})
        )
        sheet.write_formula(1, 1, "=1+1", value=2)
        sheet.write_string(1, 2, "x")
    assert read(out.getvalue()).pages[0].text == "S, row 2\n\nday: 2021-05-03 | sum: 2 | error: x"


def test_what_is_merged_downwards_is_in_each_row_and_titles_are_not_repeated() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range(0, 1, 1, 3, "Title over three columns")
        sheet.write_row(2, 1, ["region", "city", "size"])
        sheet.merge_range(3, 1, 4, 1, "Delta")
        sheet.write_row(3, 2, ["Tanta", 5])
        sheet.write_row(4, 2, ["Mansoura", 6])
        sheet.write_row(5, 2, ["Aswan", 7])
    assert read(out.getvalue()).pages[0].text.split("\n\n") == [
        "Title over three columns",
        "S, rows 4–6",
        "region: Delta | city: Tanta | size: 5",
        "region: Delta | city: Mansoura | size: 6",
        "city: Aswan | size: 7",
    ]


def test_old_workbooks() -> None:
    document = read(old_workbook("مدن", [["المدينة", "السكان"], ["القاهرة", 9500000.0], ["الجيزة", 4.5]]))
    assert document.pages[0].text == (
        "مدن، الصفوف من 2 إلى 3\n\nالمدينة: القاهرة | السكان: 9500000\n\nالمدينة: الجيزة | السكان: 4.5"
    )
    assert document.media_type == "application/vnd.ms-excel"


def test_two_cells_in_far_corners_are_refused_before_they_fill_the_memory() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    failure = failure_of(out.getvalue())
    assert "spans 1,048,576 rows and 16,384 columns, over the limit of 16,000,000 cells" in failure.en


def test_pictures_in_a_workbook_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(unpacked(xlsx_file({"a": CITIES})) | {"xl/media/image1.png": bytes(2_000_000)})
    monkeypatch.setattr("rag.load.zipped.open_package.__kwdefaults__", {"limit_bytes": 1_000_000})
    assert len(read(data).pages) == 1


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_CHARACTERS", 50)
    assert "makes more than 50 characters of text" in failure_of(xlsx_file({"a": CITIES})).en


def test_damaged_sheets_are_named_and_the_rest_is_read() -> None:
    data = edited(
        xlsx_file({"a": CITIES, "b": CITIES}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml[: len(xml) // 2],
    )
    document, failure = load(data)
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [2]
    assert isinstance(failure, LoadError)
    assert "sheets 1 are damaged" in failure.en


def test_a_date_that_no_calendar_has_spoils_its_own_sheet_only() -> None:
    """calamine gives up on it (a Rust panic), which is no Exception."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("a").write_number(0, 0, -1e300, book.add_format({"num_format": "yyyy-mm-dd"}))
        book.add_worksheet("b").write_row(0, 0, ["x"])
    document, failure = load(out.getvalue())
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [2]
    assert isinstance(failure, LoadError)


def test_sheets_may_stand_anywhere_in_the_package() -> None:
    parts = unpacked(xlsx_file({"a": [["x", "y"], ["k", "v"]]}))
    parts["xl/other/s.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    related = "xl/_rels/workbook.xml.rels"
    parts[related] = parts[related].replace(b"worksheets/sheet1.xml", b"other/s.xml")
    assert read(packed(parts)).pages[0].text == "a, row 2\n\nx: k | y: v"


def broken_old_workbook() -> bytes:
    """One that makes calamine give up (a Rust panic): the stream says that its records go on after its end."""
    data = bytearray(old_workbook("S", [["x"]]))
    at = data.index((0x0809).to_bytes(2, "little"), 1024)
    data[at + 2 : at + 4] = (0xFFFF).to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted_office_file(), "is protected by a password"),
        (xlsx_file({"a": CITIES})[:-60], "is cut short"),
        (old_workbook("a", [["x"]])[:1000], "is damaged and cannot be read as an old Excel workbook"),
        (broken_old_workbook(), "is damaged and cannot be read as an old Excel workbook"),
        (xlsx_file({"a": []}), "holds no text: there is nothing to index"),
        (
            packed(unpacked(xlsx_file({"a": []})) | {"xl/media/image1.png": b"x"}),
            "holds pictures and no text",
        ),
        (docx_file([("", "x")]), "looks like a Word document. Rename it so that it ends in .docx"),
        (ole_file({"WordDocument": b"x"}), "looks like an old Word document"),
        (b"<html><table><tr><td>x", "looks like a web page. Rename it so that it ends in .html"),
        (b"a\tb\r\n1\t2\r\n", "looks like plain text. Rename it so that it ends in .txt"),
        (edited(xlsx_file({"a": CITIES}), "xl/workbook.xml", lambda _: b"<"), "is damaged"),
        (edited(xlsx_file({"a": CITIES}), "xl/worksheets/sheet1.xml", lambda _: b"<"), "is damaged"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    assert reason in failure_of(data).en

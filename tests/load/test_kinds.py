"""What a file is by its content."""

from __future__ import annotations

import pytest

from rag.load.kinds import binary_kind, kind_of
from tests.load.office import (
    docx_file,
    encrypted_office_file,
    epub_file,
    odf_file,
    old_workbook,
    ole_file,
    packed,
    pptx_file,
    xlsx_file,
)

WORKBOOK_INSIDE = {"word/document.xml": "<w/>", "word/embeddings/a.xlsx": xlsx_file({"a": [["x"]]})}


@pytest.mark.parametrize(
    ("data", "described", "suffix"),
    [
        (b"%PDF-1.7\n", "a PDF", ".pdf"),
        (b"{\\rtf1\\ansi}", "an RTF document", ".rtf"),
        (docx_file([("", "نص")]), "a Word document", ".docx"),
        (pptx_file([("عنوان", "نص", "")]), "a PowerPoint presentation", ".pptx"),
        (xlsx_file({"ورقة": [["نص"]]}), "an Excel workbook", ".xlsx"),
        (odf_file("text", ""), "an OpenDocument text", ".odt"),
        (odf_file("presentation", ""), "an OpenDocument presentation", ".odp"),
        (odf_file("spreadsheet", ""), "an OpenDocument spreadsheet", ".ods"),
        (epub_file({}), "an EPUB book", ".epub"),
        (packed(WORKBOOK_INSIDE), "a Word document", ".docx"),
        (packed({"a.txt": "x"}), "a zip archive or an Office document", ""),
        (old_workbook("ورقة", [["نص"]]), "an old Excel workbook (.xls)", ".xls"),
        (ole_file({"WordDocument": b"x"}), "an old Word document (.doc)", ""),
        (ole_file({"PowerPoint Document": b"x"}), "an old PowerPoint presentation (.ppt)", ""),
        (ole_file({"__substg1.0_0037001F": b"x"}), "an Outlook message (.msg)", ""),
        (ole_file({"Contents": b"x"}), "an old Office document (.doc, .xls)", ""),
        (encrypted_office_file(), "an Office document protected by a password", ""),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive", ""),
    ],
)
def test_binary_files_by_what_is_in_them(data: bytes, described: str, suffix: str) -> None:
    kind = binary_kind(data)
    assert kind is not None
    assert (kind.en, kind.suffix) == (described, suffix)
    assert kind.ar
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "described"),
    [
        (b"<html><table>", "a web page"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE HTML>", "a web page"),
        (b"a,b\r\n1,2\r\n", "plain text"),
        ("المدينة\tالسكان".encode("windows-1256"), "plain text"),
    ],
)
def test_text_is_known_where_nothing_else_is(data: bytes, described: str) -> None:
    assert binary_kind(data) is None
    kind = kind_of(data)
    assert kind is not None
    assert kind.en == described


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"text\x00"])
def test_the_rest_is_unknown(data: bytes) -> None:
    assert kind_of(data) is None

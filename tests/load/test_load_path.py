"""One door for all formats: dispatch by suffix, limits, and failures as values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load import SUFFIXES, Loaded, load_path
from rag.schema import Document
from tests.load.office import (
    docx_file,
    epub_file,
    odf_file,
    odf_rows,
    old_workbook,
    pdf_file,
    pptx_file,
    xlsx_file,
)

TEXT = "أكد الوزراء التزامهم بهزيمة التنظيم."


def load(path: Path, max_bytes: int = 1000) -> list[Loaded]:
    return list(load_path(path, source=f"docs/{path.name}", max_bytes=max_bytes))


def failure_of(path: Path, max_bytes: int = 1000) -> LoadError:
    (failure,) = load(path, max_bytes)
    assert isinstance(failure, LoadError)
    return failure


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.txt", TEXT, "text/plain"),
        ("ملف عربي.TXT", TEXT, "text/plain"),
        ("a.md", TEXT, "text/markdown"),
        ("a.markdown", TEXT, "text/markdown"),
        ("a.html", f"<p>{TEXT}", "text/html"),
        ("a.HTM", f"<p>{TEXT}", "text/html"),
        ("a.jsonl", f'{{"id": "docs/a.jsonl", "text": "{TEXT}"}}', "application/jsonl"),
    ],
)
def test_every_suffix_has_its_reader(tmp_path: Path, name: str, content: str, media_type: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert path.suffix.lower() in SUFFIXES
    (document,) = load(path)
    assert isinstance(document, Document)
    assert document.source == f"docs/{name}"
    assert document.media_type == media_type
    assert document.pages[0].text == TEXT


LATIN = "The council met on Monday. It took no vote."
OFFICE = {
    "a.docx": docx_file([("", TEXT)]),
    "a.docm": docx_file([("", TEXT)]),
    "a.odt": odf_file("text", f"<text:p>{TEXT}</text:p>"),
    "a.odp": odf_file(
        "presentation", f"<draw:page><draw:frame><text:p>{TEXT}</text:p></draw:frame></draw:page>"
    ),
    "a.ods": odf_file("spreadsheet", f"<table:table>{odf_rows([TEXT])}</table:table>"),
    "a.pptx": pptx_file([("", TEXT, "")]),
    "a.pptm": pptx_file([("", TEXT, "")]),
    "A.PPSX": pptx_file([("", TEXT, "")]),
    "a.xlsx": xlsx_file({"ورقة": [[TEXT]]}),
    "a.xlsm": xlsx_file({"ورقة": [[TEXT]]}),
    "a.xls": old_workbook("ورقة", [[TEXT]]),
    "a.epub": epub_file({"a.xhtml": f"<p>{TEXT}</p>"}),
    "a.rtf": rb"{\rtf1\ansi\ansicpg1256 " + TEXT.encode("windows-1256") + b"}",
    "a.csv": TEXT.encode("windows-1256"),
    "a.tsv": TEXT.encode(),
    "a.eml": f"From: a@b.c\nSubject: x\n\n{TEXT}".encode(),
    "a.json": f'{{"a": "{TEXT}"}}'.encode(),
    "a.pdf": pdf_file([LATIN]),
}


@pytest.mark.parametrize("name", OFFICE)
def test_every_office_suffix_has_its_reader(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(OFFICE[name])
    (document,) = load(path, max_bytes=10**6)
    assert isinstance(document, Document)
    text = document.pages[-1].text
    assert (TEXT in text and document.language == "ar") or text == LATIN
    assert document.source == f"docs/{name}"


def test_every_suffix_is_tested() -> None:
    tested = {Path(name.lower()).suffix for name in OFFICE}
    assert SUFFIXES - tested == {".txt", ".md", ".markdown", ".html", ".htm", ".jsonl"}


@pytest.mark.parametrize("suffix", sorted(SUFFIXES - {".jsonl"}))
def test_an_empty_file_says_so(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"")
    assert failure_of(tmp_path / f"a{suffix}").en.startswith(f"docs/a{suffix} is empty (0 bytes)")


def test_what_nests_beyond_reading_is_a_failure(tmp_path: Path) -> None:
    deep = "<text:section>" * 50_000 + "<text:p>x</text:p>" + "</text:section>" * 50_000
    (tmp_path / "a.odt").write_bytes(odf_file("text", deep))
    assert "is nested too deeply" in failure_of(tmp_path / "a.odt", max_bytes=10**7).en


def test_importing_the_loaders_imports_no_library_of_a_format() -> None:
    heavy = [
        "selectolax",
        "python_calamine",
        "pypdf",
        "bidi",
        "lxml",
        "docx",
        "pptx",
        "email.message",
        "httpx",
    ]
    script = f"import sys, rag.load; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_an_unknown_suffix_names_the_supported_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.write_text(TEXT, encoding="utf-8")
    failure = failure_of(path)
    for suffix in SUFFIXES:
        assert suffix in failure.en
        assert suffix in failure.ar
    assert "docs/a.xyz" in failure.en
    assert "'.xyz'" in failure.en


def test_too_large_a_file_is_not_read_and_both_sizes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x" * 1001, encoding="utf-8")
    failure = failure_of(path)
    assert "1,001 bytes" in failure.en
    assert "limit of 1,000" in failure.en
    assert len(load(path, max_bytes=1001)) == 1


@pytest.mark.parametrize("name", ["gone.txt", "gone.jsonl"])
def test_a_missing_file_is_a_failure_and_no_exception(tmp_path: Path, name: str) -> None:
    failure = failure_of(tmp_path / name)
    assert f"docs/{name} cannot be read: No such file or directory" in failure.en


@pytest.mark.parametrize("name", ["folder.txt", "folder.jsonl"])
def test_a_folder_is_a_failure(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert "cannot be read" in failure_of(tmp_path / name, max_bytes=10**6).en


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_what_a_reader_refuses_is_a_failure_that_names_the_source(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF-1.4 \x00\x01")
    failure = failure_of(tmp_path / name)
    assert failure.en.startswith(f"docs/{name} is not text: it looks like a PDF.")

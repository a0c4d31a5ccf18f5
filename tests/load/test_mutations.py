"""Damaged files of every format: each is read or reported, and none ends or hangs the program.

The damage is random with a fixed seed: bytes changed, cut out and doubled, ends cut off, and in packed files the same
inside their parts, where a change to the outside would only spoil a checksum.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load import load_path
from rag.schema import Document
from tests.load.office import (
    docx_file,
    encrypted_office_file,
    epub_file,
    odf_file,
    odf_rows,
    old_workbook,
    packed,
    pdf_file,
    pptx_file,
    unpacked,
    word_paragraphs,
    word_xml,
    xlsx_file,
)

TEXT = "أكد الوزراء، الاثنين، التزامهم بهزيمة التنظيم في 83 دولة. The council met on Monday."
TABLE = [["المدينة", "السكان", "منذ"], ["القاهرة", "9500000", "969"], ["الجيزة", "4.5", "642"]]
NOTE = f"<w:footnote w:id='2'>{word_paragraphs('حاشية')}</w:footnote>"
FOOTNOTED = f"<w:p><w:r><w:t>{TEXT}</w:t><w:footnoteReference w:id='2'/></w:r></w:p>"

SEEDS: dict[str, bytes] = {
    "a.txt": (TEXT + "\n").encode() * 20,
    "1256.txt": (TEXT + "\n").encode("windows-1256") * 20,
    "a.md": f"---\ntitle: {TEXT}\n---\n# {TEXT}\n\n```\ncode\n```\n[a](b) ![c](d)\n".encode(),
    "a.html": f"<html><head><title>{TEXT}</title></head><body><table><tr><td>{TEXT}</table></body></html>".encode(),
    "a.jsonl": f'{{"id": "1", "title": "عنوان", "text": "{TEXT}"}}\n{{"id": 2, "text": "x"}}\n'.encode(),
    "a.json": f'{{"title": "{TEXT}", "rows": [{{"a": [1, 2.5, null]}}, {{"b": {{"c": true}}}}]}}'.encode(),
    "a.csv": "\n".join(f'"{a}";{b};{c}' for a, b, c in TABLE).encode(),
    "a.tsv": "\n".join(map("\t".join, TABLE)).encode("utf-16"),
    "a.rtf": rb"{\rtf1\ansi\ansicpg1256{\fonttbl{\f0\fcharset178 Arial;}}{\info{\title x}}\f0 \'c7\'e1\'d3\uc1\u1604?"
    rb"\par\trowd\cellx1 a\cell b\cell\row{\footnote note}{\pict\bin3 abc}\pard end\par}",
    "a.eml": (
        "From: =?utf-8?B?2KPYrdmF2K8=?= <a@b.c>\r\nTo: x@y.z\r\nDate: Sat, 21 Nov 2026 14:05:00 +0200\r\n"
        'Subject: =?utf-8?q?=D8=A3?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain; charset=windows-1256\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "x+HT4cfj\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>نص</p>\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n"
        "Subject: inner\r\n\r\ninner\r\n--B\r\nContent-Disposition: attachment; filename*=utf-8''%D8%A3.pdf\r\n"
        "\r\nx\r\n--B--\r\n"
    ).encode(),
    "a.pdf": pdf_file(["The council met on Monday. It took no vote.", "A second page of the report."]),
    "a.docx": docx_file([("Title", "عنوان"), ("", TEXT)], table=TABLE, title="عنوان في الخصائص"),
    "xml.docx": word_xml(FOOTNOTED, footnotes=NOTE),
    "a.pptx": pptx_file([("عنوان", TEXT, "ملاحظة"), ("Two", "body", "")]),
    "a.xlsx": xlsx_file({"مدن": TABLE, "Two": [["a", "b"], ["c", 1.5]]}),
    "a.xls": old_workbook("مدن", [["المدينة", "السكان"], ["القاهرة", 9500000.0], ["الجيزة", 4.5]]),
    "locked.xlsx": encrypted_office_file(),
    "a.odt": odf_file(
        "text", f"<text:h>{TEXT}</text:h><table:table>{odf_rows(*TABLE)}</table:table>", title=TEXT
    ),
    "a.ods": odf_file("spreadsheet", f"<table:table table:name='مدن'>{odf_rows(*TABLE)}</table:table>"),
    "a.odp": odf_file(
        "presentation", f"<draw:page><draw:frame><text:p>{TEXT}</text:p></draw:frame></draw:page>"
    ),
    "a.epub": epub_file({"a.xhtml": f"<p>{TEXT}</p>", "b.xhtml": f"<h1>{TEXT}</h1><p>x</p>"}, title="كتاب"),
}
MUTANTS_EACH = 50


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 3, 10))):
        data[chance.randrange(len(data))] = chance.randrange(256)


def _cut_end(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _cut_out(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice((1, 7, 100))]


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.choice((1, 7, 100))]


def _zero(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start : start + 16] = bytes(len(data[start : start + 16]))


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _cut_end, _cut_out, _double, _zero)


def _mutants(name: str) -> Iterator[bytes]:
    """The damaged forms of a seed, the same ones in every run."""
    chance = random.Random(name)
    seed = SEEDS[name]
    parts = unpacked(seed) if seed.startswith(b"PK") else {}
    for number in range(MUTANTS_EACH):
        damage = DAMAGES[number % len(DAMAGES)]
        if parts and number % 2:
            chosen = chance.choice(
                [part for part, body in parts.items() if body and not part.endswith(".jpeg")]
            )
            body = bytearray(parts[chosen])
            damage(body, chance)
            yield packed(parts | {chosen: bytes(body)})
        else:
            data = bytearray(seed)
            damage(data, chance)
            yield bytes(data)


def test_there_are_at_least_three_hundred() -> None:
    assert len(SEEDS) * MUTANTS_EACH >= 300


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_is_read_or_reported(tmp_path: Path, name: str) -> None:
    for data in _mutants(name):
        path = tmp_path / name
        path.write_bytes(data)
        loaded = list(load_path(path, source=name, max_bytes=10**6))
        assert loaded
        for item in loaded:
            if isinstance(item, LoadError):
                assert item.en.strip()
                assert item.ar.strip()
                assert item.en != item.ar
            else:
                _check_document(item)


def _check_document(document: Document) -> None:
    assert document.source
    assert any(page.text.strip() for page in document.pages)
    for page in document.pages:
        page.text.encode("utf-8")  # no half of a surrogate pair, which no database stores
        assert "\0" not in page.text
        for span in page.furniture:
            assert 0 <= span.start <= span.end <= len(page.text)

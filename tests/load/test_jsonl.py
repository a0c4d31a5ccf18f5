"""JSON Lines: every good line is a document, every bad one a failure that names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.jsonl import read_jsonl
from rag.schema import Document

GOOD = '{"id": "d1", "title": "عنوان  المقال", "text": "نص أول.\\r\\nثانٍ."}'


def load(tmp_path: Path, data: bytes | str, max_bytes: int = 10_000) -> list[Loaded]:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_jsonl(path, source="corpus.jsonl", max_bytes=max_bytes))


def test_a_line_is_a_document_with_its_text_exactly(tmp_path: Path) -> None:
    (document,) = load(tmp_path, GOOD)
    assert isinstance(document, Document)
    assert (document.source, document.title, document.headline) == ("d1", "عنوان المقال", "عنوان المقال")
    assert document.pages[0].text == "نص أول.\r\nثانٍ."
    assert document.language == "ar"


@pytest.mark.parametrize(
    ("line", "source", "title"),
    [
        ('{"id": 7, "text": "One two."}', "7", "One two."),
        ('{"id": "a", "title": null, "text": "x"}', "a", "x"),
        ('{"id": "a", "title": "", "text": "x"}', "a", "x"),
        ('\ufeff{"id": "a", "text": "x", "url": "ignored"}', "a", "x"),
        (
            '{"id": "a", "text": "The Title Of It\\n\\nThe text goes on for longer than that."}',
            "a",
            "The Title Of It",
        ),
    ],
)
def test_optional_and_lenient_fields(tmp_path: Path, line: str, source: str, title: str) -> None:
    (document,) = load(tmp_path, line)
    assert isinstance(document, Document)
    assert (document.source, document.title) == (source, title)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "not valid JSON"),
        ("[1, 2]", "not an object"),
        ('{"text": "x"}', '"id" must be a string'),
        ('{"id": true, "text": "x"}', '"id" must be a string'),
        ('{"id": " ", "text": "x"}', '"id" is empty'),
        ('{"id": "b"}', '"text" must be a string'),
        ('{"id": "b", "text": " \\n"}', '"text" is empty'),
        ('{"id": "b", "text": 5}', '"text" must be a string'),
        ('{"id": "b", "text": "x", "title": 5}', '"title" must be a string'),
        ('{"id": "b\\u0000", "text": "x"}', "characters that are no text"),
        ('{"id": "b", "text": "x", "title": "\\ud83d"}', "characters that are no text"),
        ('{"id": "d1", "text": "again"}', 'the id "d1" is that of line 1 already'),
        ('{"id": ' + "9" * 5000 + "}", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_bad_line_is_named_and_hides_no_other(tmp_path: Path, line: str, reason: str) -> None:
    first, failure, last = load(
        tmp_path, f'{GOOD}\n\n{line}\n{{"id": "d2", "text": "x"}}\n', max_bytes=200_000
    )
    assert isinstance(first, Document)
    assert isinstance(failure, LoadError)
    assert isinstance(last, Document)
    assert failure.en.startswith("corpus.jsonl, line 3: ")
    assert reason in failure.en
    assert failure.ar.startswith("corpus.jsonl، السطر 3: ")


def test_what_no_database_stores_is_replaced_one_for_one_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (document,) = load(tmp_path, '{"id": "b", "text": "a\\u0000b \\ud83d c \\ud83d\\ude00"}')
    assert isinstance(document, Document)
    assert document.pages[0].text == "a\ufffdb \ufffd c 😀"
    assert 'in the document "b"' in caplog.text


def test_a_line_in_another_encoding_is_a_failure(tmp_path: Path) -> None:
    failure, document = load(tmp_path, '{"id": "a", "text": "نص"}\n'.encode("windows-1256") + GOOD.encode())
    assert isinstance(failure, LoadError)
    assert "line 1: it is not valid UTF-8" in failure.en
    assert isinstance(document, Document)


def test_utf16_is_one_failure(tmp_path: Path) -> None:
    (failure,) = load(tmp_path, f"{GOOD}\n{GOOD}".encode("utf-16"))
    assert isinstance(failure, LoadError)
    assert "UTF-16" in failure.en


def test_the_limit_is_one_of_lines(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"d{number}", "text": "x" * 50 * number}) for number in range(1, 6)]
    limit = len(lines[2])
    for newline in ("\n", "\r\n"):
        loaded = load(tmp_path, newline.join(lines) + newline, max_bytes=limit)
        assert [isinstance(item, Document) for item in loaded] == [True, True, True, False, False]
        assert "line 5: it is longer than" in str(loaded[4])


@pytest.mark.parametrize("data", ["", "\n\n \n"])
def test_a_file_without_documents_is_an_error(tmp_path: Path, data: str) -> None:
    (failure,) = load(tmp_path, data)
    assert isinstance(failure, LoadError)
    assert "holds no documents" in failure.en


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text(
        "".join(f'{{"id": {number}, "text": "x"}}\n' for number in range(20_000)), encoding="utf-8"
    )
    with path.open("r+b") as file:
        documents = read_jsonl(path, source="corpus.jsonl", max_bytes=1000)
        first = next(documents)
        assert isinstance(first, Document)
        assert first.source == "0"
        file.truncate(300_000)
        assert len(list(documents)) < 19_000

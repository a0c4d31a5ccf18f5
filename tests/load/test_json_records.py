"""JSON: records as paragraphs, corpora as documents."""

from __future__ import annotations

import json

import pytest

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.json_records import read_json
from rag.schema import Document


def load(value: object) -> list[Loaded]:
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return list(read_json(data, source="docs/بيانات.json"))


def read(value: object) -> Document:
    (document,) = load(value)
    assert isinstance(document, Document)
    return document


def test_a_record_is_a_paragraph() -> None:
    records = [
        {
            "الاسم": "أحمد",
            "العمر": 30,
            "العنوان": {"المدينة": "القاهرة", "رمز": None},
            "لغات": ["عربية", "إنجليزية"],
        },
        {"الاسم": "منى", "نشط": True},
    ]
    document = read(records)
    assert document.pages[0].text == (
        "السجلات من 1 إلى 2\n\n"
        "الاسم: أحمد | العمر: 30 | العنوان.المدينة: القاهرة | لغات: عربية, إنجليزية\n\nالاسم: منى | نشط: true"
    )
    assert (document.title, document.headline) == ("بيانات.json", "")
    assert (document.language, document.media_type) == ("ar", "application/json")


def test_escapes_do_not_hide_the_language() -> None:
    assert read(json.dumps([{"اسم": "منى"}]).encode()).pages[0].text == "السجل 1\n\nاسم: منى"


def test_an_object_is_its_fields_and_then_its_lists() -> None:
    document = read(
        {"title": "The  Atlas", "items": [{"a": 1}, {"a": 2}], "by": {"name": "x"}, "empty": {}, "n": [1, 2]}
    )
    assert document.pages[0].text == (
        "title: The Atlas\n\nby.name: x\n\nn: 1, 2\n\nitems, records 1–2\n\na: 1\n\na: 2"
    )
    assert (document.title, document.headline) == ("The Atlas", "The Atlas")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["one", "two", 3], "one\n\ntwo\n\n3"),
        ([["a", "b"], ["c"]], "a, b\n\nc"),
        ("just a string", "just a string"),
        ({"a": {"b": [{"c": 1}, {"c": 2}]}}, "a.b.c: 1\n\na.b.c: 2"),
        ({"x": "halves \ud83d of a pair"}, "x: halves \ufffd of a pair"),
        (b'{"half": "\\ud83d", "nul": "\\u0000"}', "half: \ufffd\n\nnul: \ufffd"),
        (b"\xef\xbb\xbf[1, 2.50, -3e9]", "1\n\n2.5\n\n-3000000000.0"),
    ],
)
def test_values_of_every_kind(value: object, text: str) -> None:
    data = json.dumps(value).encode() if isinstance(value, dict) else value
    assert read(data).pages[0].text == text


def test_long_texts_keep_their_lines() -> None:
    article = "فقرة أولى من المقال.\nفقرة ثانية.\n" * 20
    assert read({"id": 1, "body": article}).pages[0].text == f"id: 1\n\nbody: {article.strip()}"


def test_a_list_of_documents_is_a_corpus_as_in_json_lines() -> None:
    first, failure, second = load(
        [{"id": "d1", "title": "عنوان", "text": "نص."}, {"id": "", "text": "x"}, {"id": 2, "text": "y"}]
    )
    assert isinstance(first, Document)
    assert (first.source, first.title, first.media_type) == ("d1", "عنوان", "application/jsonl")
    assert isinstance(failure, LoadError)
    assert failure.en == 'docs/بيانات.json, record 2: "id" is empty.'
    assert failure.ar.startswith("docs/بيانات.json، السجل 2: ")
    assert isinstance(second, Document)
    assert second.source == "2"


def test_records_that_nest_as_deep_as_json_may() -> None:
    depth = 900
    assert read(b'{"a": ' * depth + b'"x"' + b"}" * depth).pages[0].text.endswith("a.a: x")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": [1, 2', "is cut short"),
        (b'{"a": "open', "is cut short"),
        (b'{"a": 1}\n{"a": 2}\n', "holds one JSON object a line. Rename it so that it ends in .jsonl"),
        (b"{'a': 1}", "is not valid JSON (Expecting property name"),
        (b"[" + b"9" * 5000 + b"]", "is not valid JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "holds no text"),
        (b'{"a": null, "b": ""}', "holds no text"),
        (b"PK\x03\x04", "is not text"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(data)
    assert reason in caught.value.en
    assert "docs/بيانات.json" in caught.value.ar

"""What may stand in the fields of a question, however a person or a tool wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from rag.evaluate.fields import BadFieldError, Question, Relevant, known_fields, read_question


def question(**fields: Any) -> Question:
    known, _ = known_fields({"question": "من انضم؟", **fields})
    return read_question(known, "own")


@pytest.mark.parametrize(
    ("given", "items"),
    [
        ({"answers": [["Mauritania", "موريتانيا"], ["Yemen"]]}, (("Mauritania", "موريتانيا"), ("Yemen",))),
        ({"answers": [["Mauritania", " "], "Yemen", []]}, (("Mauritania",), ("Yemen",))),
        ({"items": "Mauritania = موريتانيا | Yemen"}, (("Mauritania", "موريتانيا"), ("Yemen",))),
        ({"items": [["Yemen", 81]]}, (("Yemen", "81"),)),
        ({"قائمة الأجوبة": "موريتانيا|اليمن"}, (("موريتانيا",), ("اليمن",))),
        ({"items": ""}, ()),
    ],
)
def test_items_of_a_list(given: dict[str, object], items: tuple[tuple[str, ...], ...]) -> None:
    read = question(**given)
    assert read.items == items
    assert read.answers == ()
    assert read.answerable is (True if items else None)


def test_answers_and_items_side_by_side() -> None:
    read = question(answers="two countries", items="Mauritania | Yemen")
    assert (read.answers, read.items) == (("two countries",), (("Mauritania",), ("Yemen",)))


def test_wrong_answers() -> None:
    assert question(wrong_answers=["99", 100]).wrong_answers == ("99", "100")
    assert question(**{"إجابات خاطئة": "99 | 100"}).wrong_answers == ("99", "100")


@pytest.mark.parametrize(
    ("given", "conflict"),
    [
        ({}, None),
        ({"conflict": "yes"}, True),
        ({"تعارض": "لا"}, False),
        ({"conflict": False}, False),
        ({"tags": ["number", "conflict"]}, True),
        ({"الوسوم": "عدد|تعارض"}, True),
        ({"tags": "number"}, None),
    ],
)
def test_conflict(given: dict[str, object], conflict: bool | None) -> None:
    assert question(**given).conflict is conflict


def test_sources_and_quotes() -> None:
    by_name = question(relevant="a.txt | b.txt", quote="one | two")
    assert by_name.relevant == (Relevant("a.txt", "one"), Relevant("b.txt", "two"))
    in_entries = question(relevant=[{"source": "a.txt", "quote": "one"}, {"source": "b.txt", "quote": None}])
    assert in_entries.relevant == (Relevant("a.txt", "one"), Relevant("b.txt"))
    with pytest.raises(BadFieldError, match="quote"):
        question(relevant=[{"source": "a.txt", "quote": "one"}], quote="two")


@pytest.mark.parametrize(
    ("given", "lang"), [("", "ar"), ("Arabic", "ar"), ("الإنجليزية", "en"), ("EN", "en"), ("fr", "fr")]
)
def test_language(given: str, lang: str) -> None:
    assert question(lang=given).lang == lang


def test_ids() -> None:
    assert question().id == "own"
    assert question(id=7).id == "7"
    assert question(المعرف="س-7").id == "س-7"


def test_names_that_nothing_reads() -> None:
    fields, unknown = known_fields({"question": "a?", "answrs": "x", "note": None, "Answers ": "y"})
    assert fields == {"question": "a?", "answers": "y"}
    assert unknown == ["answrs"]

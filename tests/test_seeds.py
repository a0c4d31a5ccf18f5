"""The sample corpus is as it was given, and every question about it can be trusted."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import TypedDict

import pytest

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

# The articles are the user's own files: a changed byte here is a fault, never an improvement.
SHA256 = {
    "000_3731951351f0f5e4.txt": "cf41fc7b001b31c01c5068bf8e3d4c38ad6a47309b73bb8d17d07d4a3d2c9e4b",
    "001_24ca618f4eb04f7a.txt": "74614b60269bfc7921b5876a26349f19735aeb71fc15cc1429d728d47569219a",
    "002_b0b6bfff154b50a2.txt": "bd6234e69b956f658500c4f13d0a047458c52da98fcff5ba7c8b2f7451d77753",
    "003_1c787875b37093a0.txt": "78ab3419c0a095298f87ac6fd386c99d2fb2daf575f4a2db57e7ab5d7bd4a6b9",
    "004_2bade05a7721ea1c.txt": "f6d7aae1186afa9881d248144e982ea6cd0ac14f7ec2664380ecb8d3dfc3c16f",
}
MAX_QUOTE_CHARACTERS = 300
# Names such as "CIFG" may stand in an Arabic question; most of its letters are Arabic all the same.
MIN_SHARE_OF_OWN_SCRIPT = 0.7
TAGS_OF_SUBJECT = {
    "number",
    "person",
    "place",
    "date",
    "organisation",
    "reason",
    "statement",
    "list",
    "yes-no",
}
TAGS_OF_WORDING = {"paraphrase", "spelling", "tashkeel", "dialect", "arabic-indic-digits", "mixed-script"}
TAGS_OF_ANSWER = {"conflict", "unanswerable", "near-miss", "unrelated"}


class Evidence(TypedDict):
    """Where an answer stands."""

    source: str
    quote: str


class Question(TypedDict):
    """One line of questions.jsonl."""

    id: str
    lang: str
    question: str
    answers: list[str]
    relevant: list[Evidence]
    answerable: bool
    tags: list[str]


def _read_article(name: str) -> str:
    """The text as its bytes say: no newline translation, which would move offsets."""
    return (SEEDS / name).read_bytes().decode("utf-8")


def _read_questions() -> list[Question]:
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _plain(text: str) -> str:
    """Case folded, decimal digits of any script as ASCII."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text.casefold())


def _is_arabic(char: str) -> bool:
    return char.isalpha() and unicodedata.name(char, "").startswith("ARABIC")


def _is_latin(char: str) -> bool:
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN")


QUESTIONS = _read_questions()
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
each_answerable = pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])


def test_the_articles_are_byte_for_byte_as_given() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.glob("*.txt")}
    assert found == SHA256


def test_the_questions_are_enough_and_balanced() -> None:
    languages = [question["lang"] for question in QUESTIONS]
    assert len(QUESTIONS) >= 40
    assert languages.count("ar") == languages.count("en") == len(QUESTIONS) / 2
    assert len(UNANSWERABLE) >= 8
    assert {question["lang"] for question in UNANSWERABLE} == {"ar", "en"}
    assert {item["source"] for question in ANSWERABLE for item in question["relevant"]} == set(SHA256)


def test_ids_and_wordings_are_unique() -> None:
    assert [question["id"] for question in QUESTIONS] == [
        f"seed-{number:03d}" for number in range(1, len(QUESTIONS) + 1)
    ]
    assert len({_plain(question["question"]) for question in QUESTIONS}) == len(QUESTIONS)


def test_the_file_holds_arabic_letters_and_no_escapes() -> None:
    assert "\\u" not in (SEEDS / "questions.jsonl").read_text(encoding="utf-8")


@each_question
def test_a_question_has_exactly_the_documented_fields(question: Question) -> None:
    assert set(question) == Question.__required_keys__
    assert question["tags"]
    assert set(question["tags"]) <= TAGS_OF_SUBJECT | TAGS_OF_WORDING | TAGS_OF_ANSWER
    assert question["question"].endswith("؟" if question["lang"] == "ar" else "?")


@each_question
def test_a_question_is_written_in_its_language(question: Question) -> None:
    arabic = sum(map(_is_arabic, question["question"]))
    latin = sum(map(_is_latin, question["question"]))
    own = arabic if question["lang"] == "ar" else latin
    assert own / (arabic + latin) >= MIN_SHARE_OF_OWN_SCRIPT


@each_question
def test_answers_and_evidence_stand_together(question: Question) -> None:
    tags = set(question["tags"])
    assert bool(question["answers"]) is bool(question["relevant"]) is question["answerable"]
    assert ("unanswerable" in tags) is not question["answerable"]
    assert len(tags & {"near-miss", "unrelated"}) == (0 if question["answerable"] else 1)


@each_answerable
def test_each_quote_stands_in_its_article_and_holds_an_answer(question: Question) -> None:
    assert all(answer.strip() for answer in question["answers"])
    for item in question["relevant"]:
        assert item["quote"] in _read_article(item["source"])
        assert 0 < len(item["quote"]) <= MAX_QUOTE_CHARACTERS
        assert any(_plain(answer) in _plain(item["quote"]) for answer in question["answers"]), item


@each_answerable
def test_an_english_question_has_an_english_answer_too(question: Question) -> None:
    in_english = [answer for answer in question["answers"] if not any(map(_is_arabic, answer))]
    assert in_english or question["lang"] == "ar"


def test_a_conflict_lists_every_value_and_every_article() -> None:
    conflicts = [question for question in QUESTIONS if "conflict" in question["tags"]]
    assert {question["lang"] for question in conflicts} == {"ar", "en"}
    for question in conflicts:
        assert {"81", "83"} <= set(question["answers"])
        values = {
            (item["source"][:3], value)
            for item in question["relevant"]
            for value in ("81", "83")
            if value in item["quote"]
        }
        assert values == {("000", "81"), ("001", "81"), ("003", "83")}

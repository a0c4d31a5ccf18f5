"""Batches: every format, failed questions, stopping, and that nothing in a document becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import DatasetError, ModelError
from rag.evaluate.batch import CSV_COLUMNS, answer_batch, rows_folder
from rag.evaluate.fields import Question
from rag.evaluate.run import run_evaluation
from rag.schema import Answer
from tests.evaluate.building import answer, citation, hit, refusal, retrieval

QUESTIONS = [
    Question("1", "كم دولة؟", "ar"),
    Question("2", "Who won?", "en"),
    Question("3", "=HYPERLINK(1)", "en"),
    Question("4", "متى؟", "ar"),
]
ANSWERS = {
    "كم دولة؟": answer(
        "شاركت 81 دولة.", ("وشكرتها.", "weak"), citations=[citation("d/a.txt", "شاركت\n81 دولة.")]
    ),
    "Who won?": refusal(),
    "=HYPERLINK(1)": answer(
        "+cmd|' /C calc'!A0", text="+cmd|' /C calc'!A0 [1]", citations=[citation("d/b.txt", n=1)]
    ),
}


def runner(
    answers: dict[str, Answer], *, asked: list[str] | None = None, stop_after: int = 99
) -> Callable[[Path], object]:
    """A run over QUESTIONS that answers from a table; what is not in it fails."""
    asked = [] if asked is None else asked

    def ask(question: str) -> Answer:
        if len(asked) == stop_after:
            raise KeyboardInterrupt
        asked.append(question)
        if question not in answers:
            raise ModelError(en="The model is *down*.", ar="النموذج *متوقف*.")
        return answers[question]

    def run(folder: Path) -> object:
        return run_evaluation(
            QUESTIONS,
            answer=ask,
            search=lambda question: retrieval(question, hit("d/a.txt")),
            out=folder,
            settings={},
        )

    return run


def read(out: Path) -> Any:
    """A written file as its readers see it."""
    content = out.read_text(encoding="utf-8")
    if out.suffix == ".jsonl":
        return [json.loads(line) for line in content.splitlines()]
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


def test_json_lines_hold_whole_answers_and_errors(tmp_path: Path) -> None:
    batch = answer_batch(tmp_path / "a.jsonl", runner(ANSWERS), language="en")
    assert (batch.questions, batch.refused, batch.failed) == (4, 1, 1)
    first, second, _, failed = read(batch.path)
    assert first["citations"][0]["quote"] == "شاركت\n81 دولة."
    assert (first["id"], first["error"], second["refused"]) == ("1", None, True)
    assert (failed["answer"], failed["error"]["ar"]) == (None, "النموذج *متوقف*.")


def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(tmp_path: Path) -> None:
    batch = answer_batch(tmp_path / "a.CSV", runner(ANSWERS), language="ar")
    assert batch.path.read_bytes().startswith(b"\xef\xbb\xbfid,question,")
    header, first, second, third, failed = read(batch.path)
    assert tuple(header) == CSV_COLUMNS
    assert first[3:6] == ["no", "weak", "[1] d/a.txt: شاركت 81 دولة."]
    assert second[3] == "yes"
    assert (third[1], third[2]) == ("'=HYPERLINK(1)", "'+cmd|' /C calc'!A0 [1]")
    assert failed[2:] == ["", "", "", "", "", "", "النموذج *متوقف*."]


@pytest.mark.parametrize(
    ("language", "sources", "error"),
    [("en", "Sources", "✗ The model is \\*down\\*."), ("ar", "المصادر", "✗ النموذج \\*متوقف\\*.")],
)
def test_markdown_is_to_be_read(tmp_path: Path, language: Any, sources: str, error: str) -> None:
    batch = answer_batch(tmp_path / "a.md", runner(ANSWERS), language=language)
    content = batch.path.read_text(encoding="utf-8")
    assert content.startswith("## كم دولة؟\n\nشاركت 81 دولة. [1]")
    assert f"**{sources}**" in content
    assert content.endswith(f"## متى؟\n\n{error}\n")


def test_a_stopped_batch_goes_on_and_only_what_failed_is_asked_again(tmp_path: Path) -> None:
    out, asked = tmp_path / "a.jsonl", list[str]()
    with pytest.raises(KeyboardInterrupt):
        answer_batch(out, runner(ANSWERS, asked=asked, stop_after=2), language="en")
    assert not out.exists()
    answer_batch(out, runner(ANSWERS, asked=asked), language="en")
    assert asked == [question.question for question in QUESTIONS]
    # One failed: its rows are kept, and it alone is asked again.
    assert rows_folder(out).is_dir()
    batch = answer_batch(out, runner({**ANSWERS, "متى؟": answer("سنة 1952.")}, asked=asked), language="en")
    assert (batch.failed, asked[4:]) == (0, ["متى؟"])
    assert [row["id"] for row in read(out)] == ["1", "2", "3", "4"]
    assert list(tmp_path.iterdir()) == [out]


def test_what_others_put_beside_the_rows_stays(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    notes = rows_folder(out) / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine", encoding="utf-8")
    answer_batch(out, runner({**ANSWERS, "متى؟": refusal()}), language="en")
    assert list(rows_folder(out).iterdir()) == [notes]


@pytest.mark.parametrize(("name", "said"), [("a.xlsx", "a.md"), ("a", "a.md"), ("folder.md", "--out")])
def test_where_answers_cannot_go_is_said_before_anything_is_asked(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "folder.md").mkdir()
    asked: list[str] = []
    with pytest.raises(DatasetError) as caught:
        answer_batch(tmp_path / name, runner(ANSWERS, asked=asked), language="en")
    assert said in caught.value.en
    assert said in caught.value.ar
    assert asked == []


def test_a_file_that_is_there_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_text("yesterday", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        answer_batch(out, runner(ANSWERS, stop_after=1), language="en")
    assert out.read_text(encoding="utf-8") == "yesterday"

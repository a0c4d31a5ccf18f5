"""Sweeps: the grid, the runs, and the one table."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from rag.errors import SettingsError
from rag.evaluate import Report, run_evaluation, setting_grid, sweep, sweep_table
from rag.evaluate.sweeping import Variant, variant_name
from tests.evaluate.building import answer, refusal, retrieval
from tests.evaluate.test_compare import QUESTIONS


def test_the_grid() -> None:
    assert setting_grid(["top_k=4, 6,4", "llm=ollama:qwen3:4b"]) == [
        {"top_k": "4", "llm": "ollama:qwen3:4b"},
        {"top_k": "6", "llm": "ollama:qwen3:4b"},
    ]
    assert setting_grid([]) == [{}]
    assert variant_name({}) == "default"


@pytest.mark.parametrize("change", ["top_k", "top_k=", "top_k= , ", "topk=4", "=4"])
def test_changes_that_are_none(change: str) -> None:
    with pytest.raises(SettingsError, match="top_k=4,6") as caught:
        setting_grid([change])
    assert change in caught.value.ar


def test_settings_twice_and_grids_beyond_reason() -> None:
    with pytest.raises(SettingsError, match="once"):
        setting_grid(["top_k=4", "top_k=6"])
    many = ",".join(str(number) for number in range(1, 12))
    with pytest.raises(SettingsError, match="121 variants"):
        setting_grid([f"top_k={many}", f"candidate_count={many}"])


def answering(variant: Variant, out: Path) -> Report:
    """Finds one more answer for each step of top_k."""
    good = {question.id: question.answers for question in QUESTIONS if question.answers}
    found = list(good)[: int(variant["top_k"])]
    answers = {
        question.question: answer(question.answers[0]) if question.id in found else refusal()
        for question in QUESTIONS
    }
    return run_evaluation(
        QUESTIONS, answer=answers.__getitem__, search=retrieval, out=out, settings=dict(variant)
    )


def test_a_sweep_by_hand(tmp_path: Path) -> None:
    found = sweep(setting_grid(["top_k=0,1,3", "llm=ollama:x"]), answering, out=tmp_path)
    assert found.entries[0].name == "top_k=0, llm=ollama:x"
    assert [entry.report.metrics["contains_answer"].value for entry in found.entries] == [0, 0.333333, 1]
    # Names that no folder may have are told apart by a digest.
    assert all(
        entry.folder.startswith(f"top_k={entry.variant['top_k']},llm=ollama_x-") for entry in found.entries
    )
    assert found.entries[0].against_first is None
    against = found.entries[2].against_first
    assert against is not None
    assert against.metrics["contains_answer"].difference == 1
    assert against.settings == {"top_k": ("0", "3")}
    saved = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    assert saved == json.loads(json.dumps(found.as_json()))
    assert [entry["variant"]["top_k"] for entry in saved["entries"]] == ["0", "1", "3"]
    assert (tmp_path / found.entries[1].folder / "report.json").is_file()


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Contains the answer"), ("ar", "في الرد الجواب المطلوب")]
)
def test_the_table(tmp_path: Path, language: str, name: str) -> None:
    found = sweep(setting_grid(["top_k=0,3"]), answering, out=tmp_path)
    console = Console(file=io.StringIO(), width=120)
    console.print(sweep_table(found, "ar" if language == "ar" else "en"))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    (line,) = [line for line in shown.splitlines() if name in line]
    assert [cell.strip() for cell in line.split("│")[2:-1]] == ["0.000", "1.000"]
    assert "top_k=3" in shown
    assert "nDCG" not in shown

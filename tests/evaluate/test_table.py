"""The report as a terminal shows it, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rag.evaluate import Report, report_table
from rag.evaluate.judge import Agreement
from rag.evaluate.report import Judgement
from rag.evaluate.usage import Cost
from rag.schema import Language
from tests.evaluate.test_run import Pipeline, model_down


def shown(report: Report, language: Language) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(report_table(report, language))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("language", "name"), [("en", "Wrong refusals ↓"), ("ar", "امتناع في غير محله ↓")])
def test_a_metric_is_a_row(tmp_path: Path, language: Any, name: str) -> None:
    printed = shown(Pipeline(failures={"Where?": model_down()}).run(tmp_path), language)
    (line,) = [line for line in printed.splitlines() if name in line]
    # Overall 1 of the 2 that were answered or refused, both of them Arabic; no English one is left.
    interval = "0.000…1.000"
    cells = [cell.strip() for cell in line.split("│")[2:-1]]
    assert cells == ["0.500", interval, "2", "0.500", "2", "–", "0"]
    assert "1" in printed.splitlines()[0]
    assert "judge" not in printed


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Seconds to the first word: median 0.50, 95th percentile 1.25",
                "Tokens read: median 812, 95th percentile 3000",
                "The judge ollama:x agrees with the count on 90% of 40 answers (κ 0.75)",
                "The judge ollama:x agrees with the claim check on 70% of 10 claims (κ –)",
                "Answers on which the judge failed: 2; replies of it that cannot be read: 3",
                "Columns that nothing reads: answrs, [note]",
                "Sources that are named and not in the corpus: 2, the first b.txt",
            ],
        ),
        (
            "ar",
            [
                "الثواني حتى أول كلمة: الوسيط 0.50، والمئين 95 1.25",
                "يتفق الحَكَم ollama:x مع العدّ في 90% من الأجوبة (العدد 40، κ 0.75)",
                "أجوبة تعثّر الحُكم عليها: 2؛ وأحكام لا تُقرأ: 3",
                "أعمدة لم تُقرأ: answrs, [note]",
                "مصادر مذكورة وليست بين الوثائق: 2، أولها b.txt",
            ],
        ),
    ],
)
def test_what_stands_below(tmp_path: Path, language: Language, lines: list[str]) -> None:
    nothing = Cost(None, None, None, 0)
    report = replace(
        Pipeline().run(tmp_path),
        costs={
            "first_token_seconds": Cost(0.6, 0.5, 1.25, 5),
            "seconds": nothing,
            "prompt_tokens": Cost(900.0, 812.0, 3000.0, 5),
            "answer_tokens": nothing,
        },
        judge=Judgement(
            "ollama:x", Agreement(40, 0.9, 0.75, 3, 1), Agreement(10, 0.7, None, 0, 3), unreadable=3, failed=2
        ),
        ignored_columns=("answrs", "[note]"),
        missing_sources=("b.txt", "c.txt"),
    )
    printed = shown(report, language)
    for line in lines:
        assert line in printed
    assert "Seconds in all" not in printed


def test_columns_are_directions_only_where_there_are_several(tmp_path: Path) -> None:
    report = Pipeline().run(tmp_path)
    one = replace(report, slices={**report.slices, "direction": {"ar-ar": report.metrics}})
    two = replace(
        report, slices={**report.slices, "direction": {"ar-ar": report.metrics, "en-ar": report.metrics}}
    )
    assert "ar-ar" not in shown(one, "en")
    assert "en-ar" in shown(two, "en")

"""Comparisons of two runs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from rag.errors import DatasetError
from rag.evaluate import Question, compare_runs, comparison_table, run_evaluation
from rag.evaluate.compare import paired_difference
from rag.schema import Answer
from tests.evaluate.building import answer, refusal, retrieval

QUESTIONS = [
    Question("1", "أين؟", "ar", ("روما",), answerable=True),
    Question("2", "Where?", "en", ("Rome",), answerable=True),
    Question("3", "Who won?", "en", answerable=False),
    Question("4", "متى؟", "ar", ("2021",), answerable=True),
]


def run(
    out: Path, answers: dict[str, Answer], *, questions: list[Question] = QUESTIONS, top_k: int = 6
) -> Path:
    by_question = {question.question: answers.get(question.id, refusal()) for question in questions}
    run_evaluation(
        questions,
        answer=by_question.__getitem__,
        search=retrieval,
        out=out,
        settings={"top_k": top_k, "llm": "x"},
    )
    return out


def test_differences_and_flips_by_hand(tmp_path: Path) -> None:
    before = run(tmp_path / "a", {"1": answer("روما"), "2": answer("Paris"), "3": answer("Italy")})
    after = run(tmp_path / "b", {"1": answer("باريس"), "2": answer("in Rome"), "4": answer("٢٠٢١")}, top_k=8)
    compared = compare_runs(before, after)
    # contains_answer: 1, 0, 0 (refused) before; 0, 1, 1 after: 1/3 → 2/3.
    contains = compared.metrics["contains_answer"]
    assert (contains.before, contains.after, contains.n) == (0.333333, 0.666667, 3)
    assert contains.difference == pytest.approx(1 / 3, abs=1e-6)
    assert contains.low < 0 < contains.high
    assert "citation_precision" not in compared.metrics
    assert compared.settings == {"top_k": (6, 8)}
    assert [(flip.id, flip.metric, flip.better) for flip in compared.flips] == [
        ("1", "contains_answer", False),
        ("2", "contains_answer", True),
        ("4", "contains_answer", True),
        ("4", "wrong_refusal", True),
        ("3", "wrong_answer", True),
    ]


def test_the_bootstrap_interval() -> None:
    # A difference that is the same everywhere has no doubt.
    same = paired_difference([0.25] * 20, [0.5] * 20)
    assert (same.difference, same.low, same.high) == (0.25, 0.25, 0.25)
    # 50 wins and 50 ties: mean 0.5, standard error sqrt(0.25 / 100) = 0.05, so about 0.5 ± 1.96 · 0.05.
    wins = paired_difference([0.0] * 100, [1.0] * 50 + [0.0] * 50)
    assert wins.difference == 0.5
    assert (wins.low, wins.high) == pytest.approx((0.402, 0.598), abs=0.02)
    assert wins == paired_difference([0.0] * 100, [1.0] * 50 + [0.0] * 50)
    # Pairing matters: equal means that move against each other question by question leave doubt.
    assert paired_difference([0, 1], [1, 0]).low == -1


def test_only_the_same_questions_are_paired(tmp_path: Path) -> None:
    before = run(tmp_path / "a", {"1": answer("روما")})
    reworded = [QUESTIONS[0], Question("2", "Where did they meet?", "en", ("Rome",)), QUESTIONS[2]]
    compared = compare_runs(before, run(tmp_path / "b", {"1": answer("روما")}, questions=reworded))
    assert (compared.paired, compared.only_first, compared.only_second) == (2, 2, 1)
    assert compared.flips == ()


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    finished = run(tmp_path / "a", {})
    with pytest.raises(DatasetError, match="no finished run"):
        compare_runs(finished, tmp_path / "none")
    (tmp_path / "a" / "report.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DatasetError, match="no finished run"):
        compare_runs(finished, finished)
    other = run(tmp_path / "b", {}, questions=[Question("9", "لماذا؟", "ar")])
    with pytest.raises(DatasetError, match="no question in common"):
        compare_runs(run(tmp_path / "c", {}), other)


def test_the_table(tmp_path: Path) -> None:
    before = run(tmp_path / "a", {})
    after = run(tmp_path / "b", {"1": answer("روما"), "2": answer("Rome"), "4": answer("2021")})
    console = Console(file=io.StringIO(), width=120)
    for language in ("en", "ar"):
        console.print(comparison_table(compare_runs(before, after), language))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Contains the answer" in shown
    assert "في الرد الجواب المطلوب" in shown
    assert shown.count("+1.000 … +1.000") >= 2

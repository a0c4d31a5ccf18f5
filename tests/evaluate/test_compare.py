"""Comparisons of two runs."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from rag.errors import DatasetError, ModelError
from rag.evaluate import Question, Relevant, compare_runs, comparison_table, flips_table, run_evaluation
from rag.evaluate.compare import paired_difference
from rag.evaluate.provenance import Model, Provenance
from rag.schema import Answer
from tests.evaluate.building import answer, citation, hit, refusal, retrieval

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
    assert contains.p_value == 1
    assert compared.settings == {"top_k": (6, 8)}
    assert [(flip.id, flip.metric, flip.better) for flip in compared.flips] == [
        ("1", "contains_answer", False),
        ("2", "contains_answer", True),
        ("4", "contains_answer", True),
        ("4", "wrong_refusal", True),
        ("3", "wrong_answer", True),
    ]


def test_a_paired_difference_by_hand() -> None:
    # A difference that is the same everywhere has no doubt.
    same = paired_difference([0.25] * 20, [0.5] * 20)
    assert (same.difference, same.low, same.high) == (0.25, 0.25, 0.25)
    # 50 wins and 50 ties: mean 0.5, standard error sqrt(0.25 / 100) = 0.05, so about 0.5 ± 1.96 · 0.05.
    wins = paired_difference([0.0] * 100, [1.0] * 50 + [0.0] * 50)
    assert (wins.before, wins.after, wins.difference, wins.n) == (0, 0.5, 0.5, 100)
    assert (wins.low, wins.high) == pytest.approx((0.402, 0.598), abs=0.02)
    # All of 50 to one side: 2 in 2^50.
    assert wins.p_value == 0
    assert wins.is_clear
    # Pairing matters: equal means that move against each other question by question leave doubt.
    against = paired_difference([0, 1], [1, 0])
    assert (against.low, against.high, against.p_value) == (-1, 1, 1)
    # Four wins of forty: the interval leaves out 0, but 4 of 4 heads come once in eight (2/16).
    few = paired_difference([0.0] * 40, [1.0] * 4 + [0.0] * 36)
    assert few.low > 0
    assert few.p_value == 0.125
    assert not few.is_clear


def test_slices_costs_and_failures(tmp_path: Path) -> None:
    before = run(tmp_path / "a", {"1": answer("روما"), "2": answer("Rome")})
    after = tmp_path / "b"

    def ask(question: str) -> Answer:
        if question == "أين؟":
            raise ModelError(en="down", ar="متوقف")
        return replace(answer("Rome"), timings={"total": 0.1})

    run_evaluation(QUESTIONS, answer=ask, search=retrieval, out=after, settings={})
    compared = compare_runs(before, after)
    assert compared.errors == (0, 1)
    assert compared.slices["lang"]["en"]["contains_answer"].difference == 0
    assert compared.slices["lang"]["ar"]["contains_answer"].difference == -0.5
    assert set(compared.slices["answerable"]) == {"yes", "no"}
    # Refusals have no timings here: only question 2 was answered in both runs, in 0.5 s and in 0.1 s.
    first_token = compared.costs["first_token_seconds"]
    assert (first_token.before, first_token.after, first_token.n) == (0.5, 0.1, 1)
    assert json.loads(json.dumps(compared.as_json()))["errors"] == [0, 1]


def test_models_and_code_are_among_what_differs(tmp_path: Path) -> None:
    for name, made_by in {
        "a": Provenance({"chat": Model("ollama:x", "0123456789abcdef")}, "1"),
        "b": Provenance({"chat": Model("ollama:x", "f" * 20), "judge": Model("ollama:y")}, "1"),
    }.items():
        run_evaluation(
            QUESTIONS[:1],
            answer=lambda _: answer("روما"),
            search=retrieval,
            out=tmp_path / name,
            settings={},
            provenance=made_by,
        )
    assert compare_runs(tmp_path / "a", tmp_path / "b").settings == {
        "chat_model": ("ollama:x (0123456789ab)", "ollama:x (ffffffffffff)"),
        "judge_model": (None, "ollama:y"),
    }


def test_graded_flips_are_in_order_of_what_was_lost(tmp_path: Path) -> None:
    sources = tuple(Relevant(name) for name in ("a.txt", "b.txt"))
    questions = [Question(str(n), f"{n}؟", "ar", relevant=sources, answerable=True) for n in range(3)]

    def evaluate(out: Path, *found: list[str]) -> Path:
        hits = dict(zip((question.question for question in questions), found, strict=True))
        run_evaluation(
            questions,
            answer=lambda _: answer("روما", citations=[citation("a.txt")]),
            search=lambda question: retrieval(question, *map(hit, hits[question])),
            out=out,
            settings={},
        )
        return out

    before = evaluate(tmp_path / "a", ["a.txt", "b.txt"], ["a.txt", "b.txt"], ["a.txt"])
    after = evaluate(tmp_path / "b", ["a.txt"], ["c.txt"], ["b.txt", "a.txt"])
    # recall@5: 1 → 1/2, 1 → 0, 1/2 → 1.
    assert [(flip.id, flip.change, flip.better) for flip in compare_runs(before, after).flips] == [
        ("1", -1, False),
        ("0", -0.5, False),
        ("2", 0.5, True),
    ]


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


def test_runs_of_an_earlier_version_can_be_compared(tmp_path: Path) -> None:
    old = run(tmp_path / "a", {"1": answer("روما")})
    rows = [json.loads(line) for line in (old / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    new_keys = {"direction", "costs", "judge", "items", "wrong_answers", "conflict"}
    older = [{key: value for key, value in row.items() if key not in new_keys} for row in rows]
    (old / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in older), encoding="utf-8")
    report = json.loads((old / "report.json").read_text(encoding="utf-8"))
    known = {key: value for key, value in report.items() if key not in {"models", "code_sha256"}}
    (old / "report.json").write_text(json.dumps(known), encoding="utf-8")
    compared = compare_runs(old, run(tmp_path / "b", {"1": answer("روما")}))
    assert (compared.paired, compared.metrics["contains_answer"].difference, compared.costs) == (4, 0, {})


def test_the_tables(tmp_path: Path) -> None:
    before = run(tmp_path / "a", {})
    after = run(tmp_path / "b", {"1": answer("روما"), "2": answer("Rome"), "4": answer("2021")})
    console = Console(file=io.StringIO(), width=140)
    compared = compare_runs(before, after)
    for language in ("en", "ar"):
        console.print(comparison_table(compared, language))
        console.print(flips_table(compared, language, limit=2))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Contains the answer" in shown
    assert "في الرد الجواب المطلوب" in shown
    assert shown.count("+1.000…+1.000") >= 2
    # Three wins of three: 2 of the 2^3 sign patterns.
    assert "0.250" in shown
    assert "Questions that flipped: 6" in shown
    assert "and 4 more" in shown
    assert "Where?" in shown


def test_brackets_are_no_markup(tmp_path: Path) -> None:
    question = [Question("1", "[red]لماذا؟[/red]", "ar", ("روما",))]
    before = run(tmp_path / "a", {}, questions=question)
    after = run(tmp_path / "b", {"1": answer("روما")}, questions=question)
    console = Console(file=io.StringIO(), width=140)
    console.print(flips_table(compare_runs(before, after)))
    assert "[red]لماذا؟[/red]" in console.file.getvalue()  # type: ignore[attr-defined]

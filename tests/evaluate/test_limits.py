"""Limits for CI: what is read, what fails, and what is said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluate import Comparison, Report, check_limits, compare_runs, failed_drops, failed_limits
from rag.evaluate.compare import paired_difference
from tests.evaluate.building import answer
from tests.evaluate.test_compare import run
from tests.evaluate.test_run import Pipeline


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """contains_answer 2/3 (n 3; ar 1/2), wrong_refusal 1/3, mrr@10 2/3; no conflict is known; nothing failed."""
    return Pipeline().run(tmp_path)


@pytest.mark.parametrize(
    ("expression", "fails"),
    [
        ("contains_answer<0.9", True),
        ("contains_answer<0.6", False),
        ("contains_answer < 67%", True),
        (" contains_answer <= .666667 ", True),
        ("wrong_refusal>0.25", True),
        ("wrong_refusal>50%", False),
        ("wrong_answer>=1", True),
        ("mrr@10<0.5", False),
        ("contains_answer[lang:ar]<0.6", True),
        ("contains_answer[lang:ar]<0.5", False),
        ("contains_answer[ tag = place ]>=0.5", True),
        ("errors>0", False),
        ("errors>=0", True),
        ("seconds.p95>3600", False),
        ("seconds>=0", True),
        # What is not measured cannot be relied on.
        ("conflict_found<0.5", True),
        ("prompt_tokens.mean>5", True),
    ],
)
def test_limits(report: Report, expression: str, fails: bool) -> None:
    failed = failed_limits(report, ["ndcg@10<0", expression])
    assert [limit.expression for limit in failed] == ([expression] if fails else [])


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("ndcg@10=0.9", "no limit"),
        ("ndgc@10<0.9", "no metric 'ndgc@10'"),
        ("seconds.max>1", "no metric"),
        ("seconds[lang:ar]>1", "no metric"),
        ("f1[language:ar]<0.5", "no slices by 'language'"),
    ],
)
def test_a_limit_that_no_report_could_answer_is_refused_before_the_run(expression: str, said: str) -> None:
    check_limits(["f1[tag:number]<0.5", "seconds.p95>4", "seconds>4", "errors>0", "wrong_refusal>25%"])
    with pytest.raises(DatasetError, match=re.escape(said)) as caught:
        check_limits(["errors>0", expression])
    assert expression in caught.value.ar


def test_what_is_said_of_a_failed_limit(report: Report) -> None:
    (wrong, unmeasured) = failed_limits(report, ["wrong_refusal>0.25", "conflict_found<0.5"])
    assert wrong.value == pytest.approx(1 / 3, abs=1e-6)
    assert wrong.en == "wrong_refusal>0.25: it is 0.333333."
    assert "0.333333" in wrong.ar
    assert unmeasured.value is None
    assert "nothing was measured" in unmeasured.en
    assert "لم يُقس شيء" in unmeasured.ar


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        ("ndcg@10", "Write it as 'ndcg@10<0.9'"),
        ("ndcg@10=0.9", "Write it as"),
        ("ndcg@10<high", "Write it as"),
        ("nDCG<0.9", "no metric 'nDCG'. There are: ndcg@10, "),
        ("seconds.max>3", "no metric 'seconds.max'"),
        ("errors[lang:ar]>3", "no metric 'errors'"),
        ("f1[lang:fr]<0.5", "no slice lang:fr. It has: lang:ar, lang:en, "),
        ("f1[colour:red]<0.5", "no slice colour:red"),
    ],
)
def test_limits_that_cannot_be_read(report: Report, expression: str, advice: str) -> None:
    with pytest.raises(DatasetError, match=advice.replace("(", r"\(")):
        failed_limits(report, [expression])


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """contains_answer 2/3 → 1/3; wrong_refusal 1/3 → 2/3; f1 as contains_answer; wrong_answer 1 → 0."""
    before = run(tmp_path / "a", {"1": answer("روما"), "2": answer("Rome"), "3": answer("Italy")})
    return compare_runs(before, run(tmp_path / "b", {"1": answer("روما")}))


@pytest.mark.parametrize(
    ("drop", "failed"),
    [
        ("contains_answer=0.3", {"contains_answer"}),
        ("contains_answer: 40%", set()),
        ("wrong_refusal=0.3", {"wrong_refusal"}),
        # It fell, and less is better.
        ("wrong_answer=0", set()),
        (
            "0.3",
            {
                "contains_answer",
                "wrong_refusal",
                "exact_match",
                "f1",
                "exact_match_arabic",
                "f1_arabic",
            },
        ),
        ("50%", set()),
    ],
)
def test_drops(comparison: Comparison, drop: str, failed: set[str]) -> None:
    found = failed_drops(comparison, [drop])
    assert {limit.en.split()[0] for limit in found} == failed
    assert all(limit.expression == drop for limit in found)


def test_a_drop_of_exactly_what_is_allowed_is_allowed(comparison: Comparison) -> None:
    fell = replace(comparison, metrics={"f1": paired_difference([0.9] * 5, [0.88] * 5)})
    assert failed_drops(fell, ["f1=0.02"]) == ()
    (failed,) = failed_drops(fell, ["f1=0.0199"])
    assert failed.en == "f1 went from 0.9 to 0.88: worse by 0.02, more than 0.0199 (p 0.062)."
    assert "0.88" in failed.ar


def test_drops_that_cannot_be_read(comparison: Comparison) -> None:
    (unmeasured,) = failed_drops(comparison, ["list_recall=0.1"])
    assert unmeasured.value is None
    for drop, advice in (("f1<0.02", "Write it as 'ndcg@10=0.02'"), ("bleu=0.1", "no metric 'bleu'")):
        with pytest.raises(DatasetError, match=advice):
            failed_drops(comparison, [drop])

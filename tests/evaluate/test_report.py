"""Means with their doubt, and what a report says of itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.evaluate.report import Score, score_of
from tests.evaluate.test_run import QUESTIONS, Pipeline


def test_scores_by_hand() -> None:
    nothing = float("nan")
    assert score_of(np.array([nothing, nothing])) == Score(None, 0)
    # One question has no doubt that could be told.
    assert score_of(np.array([nothing, 0.5])) == Score(0.5, 1)
    assert score_of(np.array([0.25, nothing, 0.25])) == Score(0.25, 2, 0.25, 0.25)
    # Draws of two from {0, 1}: see test_doubt.py.
    assert score_of(np.array([0.0, 1.0])) == Score(0.5, 2, 0.0, 1.0)


def test_every_slice_has_every_metric_with_its_n(tmp_path: Path) -> None:
    report = Pipeline().run(tmp_path)
    for slices in report.slices.values():
        for scores in slices.values():
            assert scores.keys() == report.metrics.keys()
    by_answerable = report.slices["answerable"]
    assert by_answerable["yes"]["wrong_refusal"].n + by_answerable["no"]["wrong_answer"].n == 4
    assert report.slices["lang"]["ar"]["contains_answer"] == Score(0.5, 2, 0.0, 1.0)


def test_the_file_says_what_made_it(tmp_path: Path) -> None:
    Pipeline().run(tmp_path)
    saved = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert saved["intervals"] == {"level": 0.95, "method": "bootstrap", "resamples": 2000, "seed": 0}
    assert saved["questions"] == len(QUESTIONS)
    assert saved["judge"] is None
    assert saved["costs"]["prompt_tokens"] == {"mean": None, "median": None, "p95": None, "n": 0}
    # Answers are given in 0.5 s by the clock of building.py; its refusals have none.
    assert saved["costs"]["first_token_seconds"]["median"] == pytest.approx(0.5)
    first_keys = {"format", "created_at", "commit", "settings", "questions_sha256", "questions", "errors"}
    assert first_keys | {"metrics", "slices", "seconds", "settings_digest"} <= saved.keys()

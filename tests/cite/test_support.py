"""The support score: three features and a logistic model."""

from __future__ import annotations

import pytest

from rag.cite.support import SupportFeatures, support_features, support_score, support_scores
from tests.fakes import FakeEmbedder

SOURCE = ["One two three.", "Four five six.", "Seven eight nine.", "Ten eleven twelve."]


def test_features_of_a_claim_and_its_source() -> None:
    (found,) = support_features(["four five six"], [SOURCE[:3]], questions=[""], embedder=FakeEmbedder())
    # One window of three sentences; three of its nine words are the claim's.
    assert found.echoed == pytest.approx(3 / 9)
    whole = FakeEmbedder().embed_passages(["four five six", " ".join(SOURCE[:3])])
    assert found.window == pytest.approx(float(whole[0] @ whole[1]), abs=1e-6)


def test_the_nearest_window_counts() -> None:
    near, far = support_features(
        ["ten eleven twelve", "zebra"], [SOURCE, SOURCE], questions=["", ""], embedder=FakeEmbedder()
    )
    assert near.window > far.window


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((0.9, 0.85, 0.2), (0.8, 0.85, 0.2)),
        ((0.9, 0.85, 0.2), (0.9, 0.8, 0.2)),
        ((0.9, 0.85, 0.1), (0.9, 0.85, 0.5)),
    ],
)
def test_each_feature_counts(better: tuple[float, float, float], worse: tuple[float, float, float]) -> None:
    assert 0 < support_score(SupportFeatures(*worse)) < support_score(SupportFeatures(*better)) < 1


def test_no_source_no_support() -> None:
    embedder = FakeEmbedder()
    assert support_scores(["a"], [[]], question="q", embedder=embedder) == [0.0]
    assert support_scores([], [], question="q", embedder=embedder) == []

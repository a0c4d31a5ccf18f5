"""Intervals and p-values, against arithmetic that can be done by hand or in full."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from rag.evaluate import doubt
from rag.evaluate.doubt import mean_interval, sign_flip_p_value


def test_what_is_the_same_everywhere_has_no_doubt() -> None:
    assert mean_interval([0.25] * 20) == (0.25, 0.25)
    assert mean_interval([1.0]) == (1.0, 1.0)


def test_the_bootstrap_of_two_values_by_hand() -> None:
    # Two draws of {0, 1}: means 0, 1/2, 1 with chances 1/4, 1/2, 1/4, so 2.5 % and 97.5 % lie in the end masses.
    assert mean_interval([0.0, 1.0]) == (0.0, 1.0)
    # Four draws of {0, 0, 0, 1}: P(mean = 0) = (3/4)^4 = .316; P(mean ≤ 1/2) = .949, P(mean ≤ 3/4) = .996.
    assert mean_interval([0, 0, 0, 1]) == (0.0, 0.75)


@pytest.mark.parametrize("distinct", [2, 200], ids=["counted", "drawn one by one"])
def test_intervals_are_those_of_the_normal_case(distinct: int) -> None:
    # 400 values: the mean's standard error is s/20, and the 95 % interval about 1.96 of them to each side.
    values = np.random.default_rng(5).integers(distinct, size=400) / (distinct - 1)
    error = 1.96 * values.std() / 20
    assert mean_interval(values) == pytest.approx(
        (values.mean() - error, values.mean() + error), abs=0.08 * error
    )


def test_counting_draws_is_the_same_distribution_as_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [1.0] * 90 + [0.0] * 10
    counted = mean_interval(values)
    monkeypatch.setattr(doubt, "_DRAWS_PER_COUNT", 1000)
    assert mean_interval(values) == pytest.approx(counted, abs=0.01)


def test_the_same_values_have_the_same_doubt_in_batches_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).random(50)
    whole, p_value = mean_interval(values), sign_flip_p_value(values - 0.45)
    assert (mean_interval(values), sign_flip_p_value(values - 0.45)) == (whole, p_value)
    monkeypatch.setattr(doubt, "_CELLS", 500)
    assert mean_interval(values) == whole
    assert sign_flip_p_value(values - 0.45) == p_value


def mcnemar(wins: int, losses: int) -> float:
    """McNemar's exact test from its definition: twice the binomial tail of the discordant pairs."""
    n = wins + losses
    tail = sum(math.comb(n, k) for k in range(min(wins, losses) + 1)) / 2**n
    return min(1.0, 2 * tail)


@pytest.mark.parametrize(
    ("wins", "losses"), [(5, 0), (1, 0), (6, 1), (3, 3), (40, 20), (900, 800), (0, 2000)]
)
def test_right_or_wrong_is_mcnemars_exact_test(wins: int, losses: int) -> None:
    differences = [1.0] * wins + [-1.0] * losses + [0.0] * 10
    assert sign_flip_p_value(differences) == pytest.approx(mcnemar(wins, losses), rel=1e-6, abs=1e-12)


def test_five_wins_by_hand() -> None:
    # All five signs equal: 2 of the 2^5 patterns.
    assert sign_flip_p_value([1, 1, 1, 1, 1]) == pytest.approx(2 / 32)
    assert sign_flip_p_value([0, 0]) == 1.0
    # 0.1 + 0.2 - 0.3 is 0 on paper: every pattern reaches it.
    assert sign_flip_p_value([0.1, 0.2, -0.3]) == 1.0


def test_p_values_are_those_of_all_sign_patterns() -> None:
    source = random.Random(3)
    for _ in range(30):
        values = [source.choice([-1, 1]) * source.choice([0.1, 0.25, 0.5, 1 / 3]) for _ in range(8)]
        observed = abs(sum(values)) - 1e-9
        patterns = [
            abs(sum(sign * abs(value) for sign, value in zip(signs, values, strict=True))) >= observed
            for signs in itertools.product((-1, 1), repeat=8)
        ]
        assert sign_flip_p_value(values) == pytest.approx(sum(patterns) / len(patterns))


def test_random_patterns_come_close_to_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    values = list(np.random.default_rng(2).normal(0.3, 1, size=14))
    exact = sign_flip_p_value(values)
    monkeypatch.setattr(doubt, "_EXACT_SUMS", 1)
    assert sign_flip_p_value(values) == pytest.approx(exact, abs=0.02)
    # Nothing reaches the observed sum but itself and its mirror: the p-value is small and never 0.
    assert 0 < sign_flip_p_value(np.arange(1.0, 40.0)) < 0.001

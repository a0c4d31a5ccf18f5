"""How sure a mean is, and whether two runs differ by more than chance. Seeded: the same numbers give the same doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 2000
"""Bootstrap resamples. An end of the interval then has a standard error of 1.5 % of its width (normal case)."""

PERMUTATIONS = 10_000
"""Random sign flips, where there are too many for all of them: a p-value of 0.05 then has a standard error of 0.002."""

SEED = 0

_INTERVAL = (2.5, 97.5)
# Counting how often a distinct value is drawn takes as long as drawing some forty values one by one (measured).
_DRAWS_PER_COUNT = 40
# All sign patterns are gone through where they give at most this many different sums.
_EXACT_SUMS = 100_000
# Random numbers that are held in memory at a time.
_CELLS = 1_000_000
# Differences that are equal but for the last bits of their arithmetic.
_DECIMALS = 9


def mean_interval(values: Sequence[float] | Floats) -> tuple[float, float]:
    """95 % interval of the mean of at least one value: percentiles of the bootstrap (Efron & Tibshirani 1993)."""
    low, high = np.percentile(_resampled_means(np.asarray(values, dtype=np.float64)), _INTERVAL)
    return float(low), float(high)


def _resampled_means(values: Floats) -> Floats:
    """Where there are few distinct values (right or wrong), only how often each is drawn: that is multinomial, so it
    is the same distribution as drawing one by one, at a fraction of the cost."""
    n = len(values)
    random = np.random.default_rng(SEED)
    levels, counts = np.unique(values, return_counts=True)
    if len(levels) * _DRAWS_PER_COUNT < n:
        batches = (
            random.multinomial(n, counts / n, size=size) @ levels / n
            for size in _batches(RESAMPLES, len(levels))
        )
    else:
        batches = (values[random.integers(n, size=(size, n))].mean(axis=1) for size in _batches(RESAMPLES, n))
    return np.concatenate(list(batches))


def sign_flip_p_value(differences: Sequence[float] | Floats) -> float:
    """Two-sided p-value of the paired permutation test on the mean difference (Fisher 1935): how often a difference
    at least as large arises when each pair is swapped by the toss of a coin.

    Exact where the differences have few distinct sizes; for right-or-wrong metrics that is McNemar's exact test.
    Else from PERMUTATIONS random patterns, the observed one counted (Phipson & Smyth 2010), so that it is never 0.
    """
    signed = np.round(np.asarray(differences, dtype=np.float64), _DECIMALS)
    signed = signed[signed != 0]
    if not len(signed):
        return 1.0
    # Half a rounding step of room: sums that are equal on paper must count as equal.
    reached = abs(float(signed.sum())) - 10.0**-_DECIMALS / 2
    sizes, counts = np.unique(np.abs(signed), return_counts=True)
    if sum(math.log(count + 1) for count in counts) <= math.log(_EXACT_SUMS):
        sums, chances = _all_sums(sizes, counts)
        return min(1.0, float(chances[np.abs(sums) >= reached].sum()))
    random = np.random.default_rng(SEED)
    as_large = 0
    for size in _batches(PERMUTATIONS, len(signed)):
        tossed = random.integers(2, size=(size, len(signed)), dtype=np.int8)
        as_large += int((np.abs((2.0 * tossed - 1) @ signed) >= reached).sum())
    return (1 + as_large) / (1 + PERMUTATIONS)


def _all_sums(sizes: Floats, counts: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Every sum that sign patterns give, and its chance: of `count` differences of one size, k are positive."""
    sums, chances = np.zeros(1), np.ones(1)
    for size, count in zip(sizes, counts, strict=True):
        positive = np.arange(count + 1)
        sums = (sums[:, None] + size * (2 * positive - count)).ravel()
        chances = (chances[:, None] * _coin_tosses(int(count))).ravel()
    return sums, chances


def _coin_tosses(count: int) -> Floats:
    """Chance of each number of heads, 0 to `count`: Binomial(count, 1/2), by logarithms, as 2^count overflows."""
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    chances: Floats = np.exp(
        log_factorials[-1] - log_factorials - log_factorials[::-1] - count * math.log(2.0)
    )
    return chances


def _batches(total: int, columns: int) -> Iterator[int]:
    """`total` rows in batches that hold at most _CELLS cells."""
    size = max(1, _CELLS // columns)
    return (min(size, total - start) for start in range(0, total, size))

"""Two runs over the same questions: what changed, how sure that is, and which questions flipped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.errors import DatasetError
from rag.evaluate.rows import REPORT_FILE, Row, read_rows
from rag.evaluate.score import METRICS
from rag.schema import Language

if TYPE_CHECKING:
    from rich.table import Table

RESAMPLES = 2000
"""Bootstrap resamples. An end of the interval then has a standard error of 1.5 % of its width (normal case)."""

_SEED = 0
_INTERVAL = (2.5, 97.5)
# Outcomes of a question that are either right or wrong.
_OUTCOMES = ("contains_answer", "wrong_refusal", "wrong_answer")


@dataclass(frozen=True, slots=True)
class Difference:
    """Means of the two runs over the `n` questions both measured, second minus first, and its 95 % interval."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose outcome changed."""

    id: str
    question: str
    metric: str
    before: float
    after: float
    better: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, paired by question. `settings` are those that differ: name → (first, second)."""

    paired: int
    only_first: int
    only_second: int
    settings: dict[str, tuple[object, object]]
    metrics: dict[str, Difference]
    flips: tuple[Flip, ...]

    def as_json(self) -> dict[str, Any]:
        """For scripts. Keys only ever grow."""
        return asdict(self)


def compare_runs(first: Path, second: Path) -> Comparison:
    """Compare the finished runs of two folders. Rows are paired when id and wording of the question agree.

    Intervals are percentiles of a paired bootstrap over questions (Efron & Tibshirani 1993), seeded. Flips that made
    things worse come first. Raises DatasetError where a folder holds no finished run or nothing can be paired.
    """
    settings_first, rows_first = _load(first)
    settings_second, rows_second = _load(second)
    pairs = [(row, rows_second[key]) for key, row in rows_first.items() if key in rows_second]
    if not pairs:
        raise DatasetError(
            en=f"{first} and {second} have no question in common. Compare runs of the same question file.",
            ar=f"لا سؤال مشتركًا بين {first} و{second}. قارن تشغيلين لملف الأسئلة نفسه.",
        )
    return Comparison(
        paired=len(pairs),
        only_first=len(rows_first) - len(pairs),
        only_second=len(rows_second) - len(pairs),
        settings={
            name: (settings_first.get(name), settings_second.get(name))
            for name in sorted(settings_first.keys() | settings_second.keys())
            if settings_first.get(name) != settings_second.get(name)
        },
        metrics={
            metric.key: difference
            for metric in METRICS
            if (difference := _difference(pairs, metric.key)) is not None
        },
        flips=tuple(sorted(_flips(pairs), key=lambda flip: flip.better)),
    )


def paired_difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Mean of `after` minus `before`, which belong together one by one, with its bootstrap interval."""
    old, new = np.asarray(before), np.asarray(after)
    low, high = np.percentile(_resampled_means(new - old), _INTERVAL)
    return Difference(
        before=round(float(old.mean()), 6),
        after=round(float(new.mean()), 6),
        difference=round(float((new - old).mean()), 6),
        low=round(float(low), 6),
        high=round(float(high), 6),
        n=len(old),
    )


def comparison_table(comparison: Comparison, language: Language = "en") -> Table:
    """The differences for a terminal; those whose interval leaves out 0 are bold."""
    from rich.table import Table

    names = ("المقياس", "قبل", "بعد", "الفرق", "مجال 95 %", "n")
    if language == "en":
        names = ("Metric", "Before", "After", "Difference", "95 % interval", "n")
    table = Table()
    for column, name in enumerate(names):
        table.add_column(name, justify="left" if column == 0 else "right")
    for metric in METRICS:
        if difference := comparison.metrics.get(metric.key):
            table.add_row(
                metric.name(language) + ("" if metric.higher_is_better else " ↓"),
                f"{difference.before:.3f}",
                f"{difference.after:.3f}",
                f"{difference.difference:+.3f}",
                f"{difference.low:+.3f} … {difference.high:+.3f}",
                str(difference.n),
                style="bold" if difference.low > 0 or difference.high < 0 else None,
            )
    return table


def _load(out: Path) -> tuple[Mapping[str, object], dict[tuple[str, str], Row]]:
    """Settings and rows of a finished run."""
    try:
        report = json.loads((out / REPORT_FILE).read_text(encoding="utf-8"))
        settings = report["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            en=f"{out} holds no finished run ({REPORT_FILE} is missing or damaged). Finish it with: rag eval run",
            ar=f"لا تشغيل مكتملًا في {out} (الملف {REPORT_FILE} مفقود أو تالف). أكمله بالأمر: rag eval run",
        ) from error
    return settings, {(row["id"], row["question"]): row for row in read_rows(out)}


def _both(pairs: Sequence[tuple[Row, Row]], key: str) -> Iterator[tuple[Row, float, float]]:
    """The pairs that both measured `key`, with its two values."""
    for old, new in pairs:
        before, after = old["metrics"].get(key), new["metrics"].get(key)
        if before is not None and after is not None:
            yield old, before, after


def _difference(pairs: Sequence[tuple[Row, Row]], key: str) -> Difference | None:
    values = [(before, after) for _, before, after in _both(pairs, key)]
    if not values:
        return None
    return paired_difference([before for before, _ in values], [after for _, after in values])


def _resampled_means(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    random = np.random.default_rng(_SEED)
    # One resample at a time: all of them at once would hold RESAMPLES x n indices.
    return np.array([values[random.integers(len(values), size=len(values))].mean() for _ in range(RESAMPLES)])


def _flips(pairs: Sequence[tuple[Row, Row]]) -> Iterator[Flip]:
    for metric in METRICS:
        if metric.key in _OUTCOMES:
            for row, before, after in _both(pairs, metric.key):
                if before != after:
                    better = (after > before) == metric.higher_is_better
                    yield Flip(row["id"], row["question"], metric.key, before, after, better)

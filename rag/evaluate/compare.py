"""Two runs over the same questions: what changed, how sure that is, and which questions flipped."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import DatasetError
from rag.evaluate.doubt import Floats, mean_interval, sign_flip_p_value
from rag.evaluate.rows import Row, read_report, read_rows
from rag.evaluate.score import COSTS, METRICS, Metric
from rag.evaluate.slices import DIMENSIONS, slices_of

# What a reader wants to see question by question: right or wrong, or found or not.
OUTCOMES = (
    *("recall@5", "contains_answer", "list_complete", "evidence_cited"),
    *("wrong_refusal", "wrong_answer", "judge_correct"),
)

CLEAR_P_VALUE = 0.05
"""By convention. Of right-or-wrong metrics with few changes the interval may leave out 0 before this is reached: there
the p-value is exact, and the interval a little too narrow."""

_MEASURES = (*METRICS, *COSTS)
_NOT_MEASURED = float("nan")
_DIGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """Means of the two runs over the `n` questions both measured, second minus first, its 95 % interval, and how often
    chance alone would give as much."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    n: int
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would rarely give as much."""
        return self.p_value < CLEAR_P_VALUE


Differences = dict[str, Difference]


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose outcome changed, by `change`: below 0 is worse, whatever the metric."""

    id: str
    question: str
    metric: str
    before: float
    after: float
    better: bool
    change: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, paired by question. `settings` are those that differ: name → (first, second); models, code and
    questions are among them. `slices` is dimension → value → metric, as in a report. `errors` are the questions that
    failed, in the first run and in the second, of those that are paired."""

    paired: int
    only_first: int
    only_second: int
    settings: dict[str, tuple[object, object]]
    metrics: Differences
    flips: tuple[Flip, ...]
    slices: dict[str, dict[str, Differences]]
    costs: Differences
    errors: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        """For scripts. Keys only ever grow."""
        return asdict(self)


def compare_runs(first: Path, second: Path) -> Comparison:
    """Compare the finished runs of two folders. Rows are paired when id and wording of the question agree.

    Flips come worst first. Raises DatasetError where a folder holds no finished run or nothing can be paired.
    """
    made_first, made_second = _made_by(read_report(first)), _made_by(read_report(second))
    before = {(row["id"], row["question"]): _Marked.of(row) for row in read_rows(first)}
    pairs, only_second = _Pairs(), 0
    for row in read_rows(second):
        marked = before.get((row["id"], row["question"]))
        if marked is None:
            only_second += 1
        else:
            pairs.add(row, marked)
    if not pairs.questions:
        raise DatasetError(
            en=f"{first} and {second} have no question in common. Compare runs of the same question file.",
            ar=f"لا سؤال مشتركًا بين {first} و{second}. قارن تشغيلين لملف الأسئلة نفسه.",
        )
    return Comparison(
        paired=len(pairs.questions),
        only_first=len(before) - len(pairs.questions),
        only_second=only_second,
        settings={
            name: (made_first.get(name), made_second.get(name))
            for name in sorted(made_first.keys() | made_second.keys())
            if made_first.get(name) != made_second.get(name)
        },
        metrics=pairs.differences(METRICS, range(len(pairs.questions))),
        flips=tuple(sorted(pairs.flips(), key=lambda flip: flip.change)),
        slices=pairs.slices(),
        costs=pairs.differences(COSTS, range(len(pairs.questions))),
        errors=(pairs.failed_before, pairs.failed_after),
    )


def paired_difference(before: Sequence[float] | Floats, after: Sequence[float] | Floats) -> Difference:
    """Mean of `after` minus `before`, which belong together one by one; see doubt.py for interval and p-value."""
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    low, high = mean_interval(new - old)
    return Difference(
        before=round(float(old.mean()), 6),
        after=round(float(new.mean()), 6),
        difference=round(float((new - old).mean()), 6),
        low=round(low, 6),
        high=round(high, 6),
        n=len(old),
        p_value=round(sign_flip_p_value(new - old), 6),
    )


def _made_by(report: Mapping[str, Any]) -> dict[str, object]:
    """What made a run, by name: settings, models with their digests, code, questions with their gold."""
    models = {
        f"{role}_model": model["name"] + (f" ({model['digest'][:_DIGEST_DIGITS]})" if model["digest"] else "")
        for role, model in report.get("models", {}).items()
    }
    rest = {name: report.get(name) for name in ("code_sha256", "questions_sha256")}
    return {**report["settings"], **models, **rest}


@dataclass(frozen=True, slots=True)
class _Marked:
    """What is kept of a row: its measures in the order of _MEASURES, and whether it failed."""

    values: array[float]
    failed: bool

    @classmethod
    def of(cls, row: Row) -> _Marked:
        costs = row.get("costs", {})
        found = [row["metrics"].get(metric.key) for metric in METRICS] + [
            costs.get(cost.key) for cost in COSTS
        ]
        values = array("d", (_NOT_MEASURED if value is None else value for value in found))
        return cls(values, row["error"] is not None)


@dataclass(slots=True)
class _Pairs:
    """The questions that both runs have, one row of numbers for each."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    failed_before: int = 0
    failed_after: int = 0
    _before: array[float] = field(default_factory=lambda: array("d"))
    _after: array[float] = field(default_factory=lambda: array("d"))
    _members: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, row: Row, before: _Marked) -> None:
        after = _Marked.of(row)
        for slice_ in slices_of(row):
            self._members.setdefault(slice_, []).append(len(self.questions))
        self.questions.append((row["id"], row["question"]))
        self._before.extend(before.values)
        self._after.extend(after.values)
        self.failed_before += before.failed
        self.failed_after += after.failed

    def differences(self, measures: Iterable[Metric], members: Sequence[int]) -> Differences:
        """Of each measure that both runs have of any of these questions."""
        chosen = np.asarray(members, dtype=np.intp)
        found: Differences = {}
        for measure in measures:
            old, new = (column[chosen] for column in self._columns(measure))
            both = ~(np.isnan(old) | np.isnan(new))
            if both.any():
                found[measure.key] = paired_difference(old[both], new[both])
        return found

    def slices(self) -> dict[str, dict[str, Differences]]:
        return {
            dimension: {
                value: self.differences(METRICS, members)
                for (name, value), members in sorted(self._members.items())
                if name == dimension
            }
            for dimension in DIMENSIONS
        }

    def flips(self) -> Iterator[Flip]:
        for metric in METRICS:
            if metric.key not in OUTCOMES:
                continue
            old, new = self._columns(metric)
            gain = (new - old) * (1 if metric.higher_is_better else -1)
            for position in np.flatnonzero(np.nan_to_num(gain)):
                name, question = self.questions[position]
                change = float(gain[position])
                before, after = float(old[position]), float(new[position])
                yield Flip(name, question, metric.key, before, after, change > 0, round(change, 6))

    def _columns(self, measure: Metric) -> tuple[Floats, Floats]:
        position = _MEASURES.index(measure)
        return _table(self._before)[:, position], _table(self._after)[:, position]


def _table(values: array[float]) -> npt.NDArray[np.float64]:
    return np.frombuffer(values).reshape(-1, len(_MEASURES))

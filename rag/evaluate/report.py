"""Rows → means by slice, with the count and the doubt behind each, as an object and as JSON."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from rag.evaluate.doubt import RESAMPLES, SEED, Floats, mean_interval
from rag.evaluate.judge import Agreement, agreement
from rag.evaluate.provenance import Model, Provenance, commit, environment
from rag.evaluate.rows import Row, Setting, digest, has_failed
from rag.evaluate.score import COSTS, METRICS
from rag.evaluate.slices import DIMENSIONS, slices_of
from rag.evaluate.usage import Cost, summarise

REPORT_FORMAT = 2

_NOT_MEASURED = float("nan")


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of a metric over the `n` questions it measures, and its 95 % interval; None where there are none, and
    the interval where there are fewer than two."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


Scores = dict[str, Score]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long answers took; None where nothing was answered."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A chat model as judge: how far it agrees with `contains_answer` (`list_complete` for lists) on answers, and
    with the product's claim check on claims. `first` is the judge. `failed` counts the answers on which it gave an
    error, `unreadable` its replies that were neither yes nor no."""

    name: str
    answers: Agreement
    claims: Agreement
    unreadable: int
    failed: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says of its question file: `ignored_columns` nothing reads, and `missing_sources` are named there
    and not in the corpus, so that no search can find them."""

    questions_file: str | None = None
    questions_file_sha256: str | None = None
    ignored_columns: tuple[str, ...] = ()
    missing_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `slices` is dimension → value → metric: {"lang": {"ar": {"f1": …}}, "direction": …,
    "answerable": …, "tag": …}.

    `commit` is that of the checkout the product ran from, with "-dirty" if it was changed, else None.
    """

    created_at: str
    commit: str | None
    settings: dict[str, Setting]
    questions_sha256: str
    questions: int
    errors: int
    metrics: Scores
    slices: dict[str, dict[str, Scores]]
    seconds: Seconds
    costs: dict[str, Cost]
    models: dict[str, Model]
    code_sha256: str | None
    judge: Judgement | None
    environment: dict[str, Any]
    questions_file: str | None
    questions_file_sha256: str | None
    ignored_columns: tuple[str, ...]
    missing_sources: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """`report.json`. Its keys only ever grow."""
        return {
            "format": REPORT_FORMAT,
            **asdict(self),
            "settings_digest": digest(self.settings),
            "intervals": {"level": 0.95, "method": "bootstrap", "resamples": RESAMPLES, "seed": SEED},
        }


def build_report(
    rows: Iterable[Row],
    *,
    settings: Mapping[str, Setting],
    questions_sha256: str,
    provenance: Provenance,
    judge: str | None,
    facts: Facts,
) -> Report:
    """The report of finished rows, of which one at a time is held."""
    tally = _Tally()
    for row in rows:
        tally.add(row)
    costs = {cost.key: summarise(tally.costs[cost.key]) for cost in COSTS}
    return Report(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        settings=dict(settings),
        questions_sha256=questions_sha256,
        questions=tally.count,
        errors=tally.errors,
        metrics=tally.scores(range(tally.count)),
        slices=tally.slices(),
        seconds=Seconds(costs["seconds"].median, costs["seconds"].p95),
        costs=costs,
        models=dict(provenance.models),
        code_sha256=provenance.code_sha256,
        judge=tally.judgement(judge) if judge else None,
        environment=environment(),
        **asdict(facts),
    )


def score_of(values: Floats) -> Score:
    """Mean, count and interval of the values that are not NaN."""
    measured = values[~np.isnan(values)]
    if not len(measured):
        return Score(None, 0)
    value = round(float(measured.mean()), 6)
    if len(measured) < 2:
        return Score(value, 1)
    low, high = mean_interval(measured)
    return Score(value, len(measured), round(low, 6), round(high, 6))


class _Tally:
    """Numbers of rows in columns, eight bytes each: a hundred thousand questions fit in memory."""

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.costs = {cost.key: array("d") for cost in COSTS}
        self._columns = {metric.key: array("d") for metric in METRICS}
        self._members: dict[tuple[str, str], array[int]] = {}
        self._judge_failed = self._unreadable = 0
        self._answers = _Pairs()
        self._claims = _Pairs()

    def add(self, row: Row) -> None:
        """Count one row."""
        for key, column in self._columns.items():
            value = row["metrics"].get(key)
            column.append(_NOT_MEASURED if value is None else value)
        for slice_ in slices_of(row):
            self._members.setdefault(slice_, array("L")).append(self.count)
        for key, costs in self.costs.items():
            if (cost := row["costs"].get(key)) is not None:
                costs.append(cost)
        self.errors += row["error"] is not None
        self.count += 1
        self._add_judged(row)

    def _add_judged(self, row: Row) -> None:
        judged = row["judge"]
        if judged is None:
            return
        if has_failed(row):
            self._judge_failed += 1
            return
        self._unreadable += judged["unreadable"]
        counted = row["metrics"]["list_complete" if row["items"] else "contains_answer"]
        if judged["correct"] is not None and counted is not None:
            self._answers.add(judged["correct"], counted == 1)
        for supported, claim in zip(judged["claims"], row["answer"]["claims"], strict=False):
            self._claims.add(supported, claim["status"] == "supported")

    def scores(self, members: Sequence[int]) -> Scores:
        """Every metric over some of the rows."""
        chosen = np.asarray(members, dtype=np.intp)
        return {
            key: score_of(np.frombuffer(column)[chosen] if column else np.empty(0))
            for key, column in self._columns.items()
        }

    def slices(self) -> dict[str, dict[str, Scores]]:
        """Every metric by slice, the slices of a dimension in the order of their names."""
        return {
            dimension: {
                value: self.scores(members)
                for (name, value), members in sorted(self._members.items())
                if name == dimension
            }
            for dimension in DIMENSIONS
        }

    def judgement(self, name: str) -> Judgement:
        """What the judge said, beside what was counted."""
        return Judgement(
            name, self._answers.agreement(), self._claims.agreement(), self._unreadable, self._judge_failed
        )


class _Pairs:
    """How often two judges accept the same things."""

    def __init__(self) -> None:
        self._counts = {(first, second): 0 for first in (True, False) for second in (True, False)}

    def add(self, first: bool, second: bool) -> None:
        """Count what both said of one thing."""
        self._counts[first, second] += 1

    def agreement(self) -> Agreement:
        """How far they agree."""
        return agreement(*self._counts.values())

"""Rows → means by slice, with the count behind each, as an object, as JSON and as a table."""

from __future__ import annotations

import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.evaluate.rows import Row, Setting, digest
from rag.evaluate.score import METRICS
from rag.schema import Language

if TYPE_CHECKING:
    from rich.table import Table

REPORT_FORMAT = 1
_GIT_TIMEOUT_SECONDS = 5
_SLOW_SHARE = 0.95
_ANSWERABLE: Mapping[bool | None, Sequence[str]] = {True: ["yes"], False: ["no"], None: []}


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of a metric over the `n` questions it measures; None where there are none."""

    value: float | None
    n: int


Scores = dict[str, Score]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long answers took; None where nothing was answered."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `slices` is slice → value → metric: {"lang": {"ar": {"f1": …}}, "tag": …, "answerable": …}.

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

    def as_json(self) -> dict[str, Any]:
        """`report.json`. Its keys only ever grow."""
        return {"format": REPORT_FORMAT, **asdict(self), "settings_digest": digest(self.settings)}


def build_report(rows: Sequence[Row], *, settings: Mapping[str, Setting], questions_sha256: str) -> Report:
    """The report of finished rows."""
    return Report(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        settings=dict(settings),
        questions_sha256=questions_sha256,
        questions=len(rows),
        errors=sum(row["error"] is not None for row in rows),
        metrics=_scores(rows),
        slices={
            "lang": _sliced(rows, lambda row: [row["lang"]]),
            "tag": _sliced(rows, lambda row: row["tags"]),
            "answerable": _sliced(rows, lambda row: _ANSWERABLE[row["answerable"]]),
        },
        seconds=_seconds([row["seconds"] for row in rows if row["answer"]]),
    )


def report_table(report: Report, language: Language = "en") -> Table:
    """The report for a terminal: a metric a row, overall and by language of the question, with its n."""
    from rich.table import Table

    arabic = language == "ar"
    languages = list(report.slices["lang"])
    table = Table(title=_title(report, arabic=arabic))
    table.add_column("المقياس" if arabic else "Metric")
    for name in ("الكل" if arabic else "All", *languages):
        table.add_column(name, justify="right")
        table.add_column("n", justify="right", style="dim")
    for metric in METRICS:
        scores = [
            report.metrics[metric.key],
            *(report.slices["lang"][name][metric.key] for name in languages),
        ]
        if scores[0].n:
            cells = [cell for score in scores for cell in (_shown(score.value), str(score.n))]
            table.add_row(metric.name(language) + ("" if metric.higher_is_better else " ↓"), *cells)
    return table


def _sliced(rows: Sequence[Row], names: Callable[[Row], Iterable[str]]) -> dict[str, Scores]:
    """Scores by slice. A row may lie in several (tags) or none."""
    members: dict[str, list[Row]] = {}
    for row in rows:
        for name in names(row):
            members.setdefault(name, []).append(row)
    return {name: _scores(members[name]) for name in sorted(members)}


def _scores(rows: Sequence[Row]) -> Scores:
    return {metric.key: _mean([row["metrics"].get(metric.key) for row in rows]) for metric in METRICS}


def _mean(values: Sequence[float | None]) -> Score:
    measured = [value for value in values if value is not None]
    return Score(round(statistics.fmean(measured), 6) if measured else None, len(measured))


def _seconds(values: Sequence[float]) -> Seconds:
    if not values:
        return Seconds(None, None)
    in_order = sorted(values)
    slow = in_order[min(len(in_order) - 1, int(len(in_order) * _SLOW_SHARE))]
    return Seconds(round(statistics.median(in_order), 4), round(slow, 4))


def _title(report: Report, *, arabic: bool) -> str:
    if arabic:
        failed = f"، تعثّر منها {report.errors}" if report.errors else ""
        return f"عدد الأسئلة: {report.questions}{failed}"
    failed = f", {report.errors} of them failed" if report.errors else ""
    return f"{report.questions} questions{failed}"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _commit() -> str | None:
    """The commit of the source this module runs from, if git tracks it: not that of a folder around a site-packages."""
    git, here = shutil.which("git"), Path(__file__)
    if git is None:
        return None

    def run(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                [git, *arguments],
                cwd=here.parent,
                capture_output=True,
                encoding="utf-8",
                timeout=_GIT_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if run("ls-files", "--error-unmatch", here.name) is None:
        return None
    return run("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")

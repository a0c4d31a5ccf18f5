"""The numbers of a run that is going on: its rows are read as they are written, each once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from rag.evaluate import METRICS, Metric
from rag.evaluate.rows import ROWS_FILE

MAIN = (
    *("ndcg@10", "evidence@1", "contains_answer", "evidence_cited"),
    *("alce_recall", "wrong_refusal", "wrong_answer", "conflict_found"),
)
"""The metrics that a run is told by: of what is found, answered, cited and refused, one or two each."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a metric over the `n` questions that it measures."""

    metric: Metric
    value: float
    n: int


Figures = tuple[Figure, ...]


def figures_of(report: Mapping[str, Any]) -> Figures:
    """The main numbers of a report."""
    scores = report["metrics"]
    return tuple(
        Figure(metric, scores[metric.key]["value"], scores[metric.key]["n"])
        for metric in METRICS
        if metric.key in MAIN and metric.key in scores and scores[metric.key]["n"]
    )


@dataclass(slots=True)
class RowsTail:
    """The main numbers of the rows that a folder has so far."""

    folder: Path
    _lock: Lock = field(default_factory=Lock)
    _offset: int = 0
    _rows: dict[str, Mapping[str, float | None]] = field(default_factory=dict)

    def figures(self) -> Figures:
        """The numbers so far. Of a question that was asked again the newer row counts."""
        with self._lock:  # several tabs may ask at once
            self._read_on()
            rows = list(self._rows.values())
        found = []
        for metric in METRICS:
            if metric.key in MAIN:
                measured = [value for row in rows if (value := row.get(metric.key)) is not None]
                if measured:
                    found.append(Figure(metric, sum(measured) / len(measured), len(measured)))
        return tuple(found)

    def _read_on(self) -> None:
        try:
            with (self.folder / ROWS_FILE).open("rb") as file:
                file.seek(self._offset)
                lines = file.readlines()
        except OSError:
            return  # not written yet
        for line in lines:
            if not line.endswith(b"\n"):
                break  # is being written
            self._offset += len(line)
            row = json.loads(line)
            self._rows[row["id"]] = {key: row["metrics"].get(key) for key in MAIN}

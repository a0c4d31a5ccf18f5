"""Tables of reports: metrics by their names, and slices side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.evaluate.html_markup import plain
from rag.evaluate.html_words import say, slice_label, slice_title
from rag.evaluate.score import METRICS, Metric
from rag.schema import Language

# Columns that a page of paper holds beside the names of the metrics.
_TABLE_COLUMNS = 6


def table(header: Sequence[str], lines: Sequence[Sequence[str]], *, of_text: bool = False) -> str:
    """A table whose first column names its rows. Cells are HTML; those `of_text` may wrap."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{line[0]}</th>{"".join(f"<td>{cell}</td>" for cell in line[1:])}</tr>'
        for line in lines
    )
    kind = "wide text" if of_text else "wide"
    return f'<div class="{kind}" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def metric_name(metric: Metric, language: Language) -> str:
    """A metric's name as a table shows it, with a word on those of which less is better."""
    name = plain(metric.name(language))
    if metric.higher_is_better:
        return name
    return f'{name} <span class="less">({plain(say("less_is_better", language))})</span>'


def measured(scores: Mapping[str, Any]) -> Iterator[tuple[Metric, Mapping[str, Any]]]:
    """The metrics that measured anything, in the order of reports."""
    for metric in METRICS:
        score = scores.get(metric.key)
        if score and score["n"] and score["value"] is not None:
            yield metric, score


def slice_tables(kind: str, cells: Mapping[str, Mapping[str, str]], language: Language) -> str:
    """The slices of one kind side by side, a metric a row, in tables that fit on paper. `cells` is the slice's name →
    metric → HTML, empty where nothing was measured."""
    parts = [f"<h3>{plain(slice_title(kind, language))}</h3>"]
    names = list(cells)
    for first in range(0, len(names), _TABLE_COLUMNS):
        some = names[first : first + _TABLE_COLUMNS]
        header = [
            plain(say("metric", language)),
            *(plain(slice_label(kind, name, language)) for name in some),
        ]
        lines = [
            [metric_name(metric, language), *(cells[name].get(metric.key) or "–" for name in some)]
            for metric in METRICS
            if any(cells[name].get(metric.key) for name in some)
        ]
        parts.append(table(header, lines))
    return "".join(parts)

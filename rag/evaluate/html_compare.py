"""A comparison of two runs as a page: what changed, how sure that is, and the questions that changed, side by side."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rag.evaluate.html import write_page
from rag.evaluate.html_markup import number, page, plain, section
from rag.evaluate.html_questions import MOST_QUESTIONS, inside, outcome_of
from rag.evaluate.html_tables import metric_name, slice_tables, table
from rag.evaluate.html_words import say
from rag.evaluate.plots import Bar, difference_plot
from rag.evaluate.rows import Row
from rag.evaluate.score import COSTS, METRICS, Metric
from rag.schema import Language

# A run by what it is called, and its rows, which are gone through once.
Run = tuple[str, Iterable[Row]]


def write_comparison_html(
    path: Path, comparison: Mapping[str, Any], first: Run, second: Run, language: Language
) -> Path:
    """The page of a comparison at `path`, whole or not at all. Raises DatasetError where it cannot be written."""
    return write_page(path, comparison_html(comparison, first, second, language))


def comparison_html(comparison: Mapping[str, Any], first: Run, second: Run, language: Language) -> str:
    """The page of a comparison. `comparison` is what `Comparison.as_json` gives."""
    parts = {
        "differences": _differences(comparison, language),
        "flips": _flips(comparison, first, second, language),
        "slices": _slices(comparison, language),
        "settings": _settings(comparison, first[0], second[0], language),
    }
    title = say("comparison_title", language)
    facts = [f"{say('before', language)}: {first[0]}", f"{say('after', language)}: {second[0]}"]
    facts += [
        say(key, language, n=comparison[key])
        for key in ("paired", "only_first", "only_second")
        if comparison[key] or key == "paired"
    ]
    lead = " · ".join(f"<bdi>{plain(fact)}</bdi>" for fact in facts)
    body = "\n".join(section(key, part, language) for key, part in parts.items())
    return page(title, f'<header><h1>{plain(title)}</h1><p class="lead">{lead}</p></header>{body}', language)


def _differences(comparison: Mapping[str, Any], language: Language) -> str:
    measured = list(_measured(METRICS, comparison["metrics"]))
    if not measured:
        return f"<p>{plain(say('empty', language))}</p>"
    bars = [
        Bar(metric.name(language), found["difference"], found["low"], found["high"], found["n"])
        for metric, found in measured
        if found["low"] or found["high"]
    ]
    shown = ""
    if bars:
        drawn = difference_plot(bars, title=say("differences", language), rtl=language == "ar")
        shown = f'<div class="figures"><figure>{drawn}</figure></div>'
    costs = list(_measured(COSTS, comparison.get("costs", {})))
    return _table(measured, language) + shown + (_table(costs, language) if costs else "")


def _measured(
    metrics: Sequence[Metric], found: Mapping[str, Any]
) -> Iterator[tuple[Metric, Mapping[str, Any]]]:
    return ((metric, found[metric.key]) for metric in metrics if metric.key in found)


def _table(measured: Sequence[tuple[Metric, Mapping[str, Any]]], language: Language) -> str:
    keys = ("metric", "before", "after", "difference", "interval", "p_value", "n")
    lines = [
        (
            metric_name(metric, language),
            number(found["before"]),
            number(found["after"]),
            _difference(found),
            f'<bdi dir="ltr">{found["low"]:+.3f} … {found["high"]:+.3f}</bdi>',
            number(found["p_value"]),
            number(found["n"], decimals=0),
        )
        for metric, found in measured
    ]
    return table([plain(say(key, language)) for key in keys], lines)


def _difference(found: Mapping[str, Any]) -> str:
    """A difference; bold where its interval leaves out 0."""
    shown = f'<bdi dir="ltr">{found["difference"]:+.3f}</bdi>'
    return f"<b>{shown}</b>" if found["low"] > 0 or found["high"] < 0 else shown


def _slices(comparison: Mapping[str, Any], language: Language) -> str:
    """The differences by slice, each with its interval."""
    parts = []
    for kind, slices in comparison.get("slices", {}).items():
        cells = {
            name: {
                key: f'{_difference(found)}<small><bdi dir="ltr">{found["low"]:+.2f} … {found["high"]:+.2f}</bdi>'
                f" · <bdi>n {found['n']}</bdi></small>"
                for key, found in measured.items()
            }
            for name, measured in slices.items()
        }
        if len(cells) > 1:
            parts.append(slice_tables(kind, cells, language))
    return "".join(parts)


def _flips(comparison: Mapping[str, Any], first: Run, second: Run, language: Language) -> str:
    """Each question that changed, once, in the order of its worst change."""
    flips: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for flip in comparison["flips"]:
        flips.setdefault((flip["id"], flip["question"]), []).append(flip)
    if not flips:
        return f"<p>{plain(say('no_flips', language))}</p>"
    shown = dict(islice(flips.items(), MOST_QUESTIONS))
    before, after = (_by_question(rows, shown) for _, rows in (first, second))
    listed = "".join(
        _flip(n, before[key], after[key], changes, language)
        for n, (key, changes) in enumerate(shown.items(), start=1)
        if key in before and key in after
    )
    return f'<div class="list">{listed}</div>'


def _by_question(rows: Iterable[Row], wanted: Container[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    return {key: row for row in rows if (key := (row["id"], row["question"])) in wanted}


def _flip(n: int, before: Row, after: Row, changes: Sequence[Mapping[str, Any]], language: Language) -> str:
    kind = "better" if changes[0]["better"] else "worse"
    names = " · ".join(_changed(changes, language))
    sides = "".join(
        f"<div><h3>{plain(say(side, language))}: {plain(say(f'outcome_{outcome_of(row)}', language))}</h3>"
        f"{''.join(inside(f'f{n}-{side}', row, language, None))}</div>"
        for side, row in (("before", before), ("after", after))
    )
    return (
        f'<details class="question"><summary><span class="badge {kind}">{plain(say(kind, language))}</span>'
        f'<span class="asked" dir="auto">{plain(before["question"])}</span>'
        f'<span class="facts"><bdi>{plain(before["id"])}</bdi> · {names}</span></summary>'
        f'<div class="inside pair">{sides}</div></details>'
    )


def _changed(changes: Sequence[Mapping[str, Any]], language: Language) -> Iterator[str]:
    names = {metric.key: metric.name(language) for metric in METRICS}
    for change in changes:
        yield (
            f"<bdi>{plain(names.get(change['metric'], change['metric']))}</bdi> "
            f'<bdi dir="ltr">{change["before"]:.3g} → {change["after"]:.3g}</bdi>'
        )


def _settings(comparison: Mapping[str, Any], first: str, second: str, language: Language) -> str:
    lines = [
        (f"<code><bdi>{plain(name)}</bdi></code>", f"<bdi>{plain(old)}</bdi>", f"<bdi>{plain(new)}</bdi>")
        for name, (old, new) in comparison["settings"].items()
    ]
    header = [plain(say("setting", language)), f"<bdi>{plain(first)}</bdi>", f"<bdi>{plain(second)}</bdi>"]
    return table(header, lines, of_text=True) if lines else ""

"""A run as a page: report.json and rows.jsonl → report.html, one file that asks nobody for anything.

html_markup.py     escaped text, and the document around everything
html_words.py      every word, in both languages
html_report.css    how it looks on a screen, a telephone and paper
html_tables.py     metrics and slices as tables
html_figures.py    what is drawn, and plots.py, which draws it
html_questions.py  every question, to be opened
html_compare.py    the page of a comparison
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import DatasetError
from rag.evaluate.html_figures import Answered, figures_html
from rag.evaluate.html_markup import interval, left_to_right, number, page, plain, section
from rag.evaluate.html_questions import PageText, fitting, questions_html
from rag.evaluate.html_tables import measured, metric_name, slice_tables, table
from rag.evaluate.html_words import say
from rag.evaluate.rows import Row
from rag.evaluate.score import COSTS, Unit
from rag.schema import Language

HTML_FILE = "report.html"

_DECIMALS: Mapping[Unit, int] = {"share": 3, "seconds": 3, "tokens": 0}


def write_html(
    out: Path,
    report: Mapping[str, Any],
    rows: Iterable[Row],
    language: Language,
    page_text: PageText | None = None,
) -> Path:
    """`report.html` of a run, written whole or not at all; its path. With `page_text` quotes are shown in the text
    around them. Raises DatasetError where it cannot be written."""
    return write_page(out / HTML_FILE, report_html(report, rows, language, page_text))


def write_page(path: Path, content: str) -> Path:
    """A page, whole or not at all; its path. Raises DatasetError where it cannot be written."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text(content, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise DatasetError(
            en=f"The page cannot be written to {path}: {error.strerror}. Give another place for it.",
            ar=f"تعذّرت كتابة الصفحة في {path}: {error.strerror}. اختر مكانًا آخر لها.",
        ) from error
    return path


def report_html(
    report: Mapping[str, Any], rows: Iterable[Row], language: Language, page_text: PageText | None = None
) -> str:
    """The page of a run. `report` is what report.json holds, `rows` its questions in their order, which are gone
    through once."""
    answers: list[Answered] = []

    def noted() -> Iterator[Row]:
        for row in rows:
            if answer := Answered.of(row):
                answers.append(answer)
            yield row

    shown, left_out = fitting(noted())
    parts = {
        "summary": _summary(report, language),
        "plots": figures_html(report, answers, language),
        "slices": _slices(report, language),
        "questions": questions_html(shown, left_out, language, page_text) if shown else "",
        "about": _about(report, language),
    }
    title = say("report_title", language)
    body = "\n".join(section(key, part, language) for key, part in parts.items())
    links = "".join(
        f'<a href="#{key}">{plain(say(key, language))}</a>' for key, part in parts.items() if part
    )
    return page(
        title,
        f"<header><h1>{plain(title)}</h1>{_lead(report, answers, language)}<nav>{links}</nav></header>{body}",
        language,
    )


def _lead(report: Mapping[str, Any], answers: Sequence[Answered], language: Language) -> str:
    facts = [say("questions_count", language, n=report["questions"])]
    if report["errors"]:
        facts.append(say("errors_count", language, n=report["errors"]))
    engines = dict.fromkeys(answer.engine for answer in answers)
    facts += [say("engine", language, engine=engine) for engine in engines]
    facts.append(say("made_at", language, at=left_to_right(report["created_at"][:16].replace("T", " "))))
    return f'<p class="lead">{" · ".join(f"<bdi>{plain(fact)}</bdi>" for fact in facts)}</p>'


def _summary(report: Mapping[str, Any], language: Language) -> str:
    lines = [
        (
            metric_name(metric, language),
            number(score["value"]),
            interval(score.get("low"), score.get("high")),
            number(score["n"], decimals=0),
        )
        for metric, score in measured(report["metrics"])
    ]
    if not lines:
        return f"<p>{plain(say('empty', language))}</p>"
    header = [plain(say(key, language)) for key in ("metric", "value", "interval", "n")]
    note = f'<p class="note">{plain(say("read_intervals", language))}</p>'
    return table(header, lines) + note + _costs(report.get("costs", {}), language)


def _costs(costs: Mapping[str, Any], language: Language) -> str:
    """What answers took: seconds and tokens."""
    lines = [
        (
            metric_name(metric, language),
            *(number(cost[key], decimals=_DECIMALS[metric.unit]) for key in ("mean", "median", "p95")),
            number(cost["n"], decimals=0),
        )
        for metric in COSTS
        if (cost := costs.get(metric.key)) and cost["n"]
    ]
    header = [plain(say(key, language)) for key in ("cost", "mean", "median", "p95", "n")]
    return table(header, lines) if lines else ""


def _slices(report: Mapping[str, Any], language: Language) -> str:
    return "".join(
        slice_tables(
            kind,
            {name: {key: _cell(score) for key, score in scores.items()} for name, scores in slices.items()},
            language,
        )
        for kind, slices in report["slices"].items()
        if _say_more(slices, report["metrics"])
    )


def _say_more(slices: Mapping[str, Any], metrics: Mapping[str, Any]) -> bool:
    """Whether slices differ from the whole: a single one that holds every question repeats the summary."""
    return len(slices) > 1 or any(
        score["n"] != metrics[key]["n"] for scores in slices.values() for key, score in scores.items()
    )


def _cell(score: Mapping[str, Any]) -> str:
    if not score["n"]:
        return ""
    doubt = interval(score.get("low"), score.get("high"))
    return f"{number(score['value'])}<small>{doubt}{' · ' if doubt else ''}<bdi>n {score['n']}</bdi></small>"


def _about(report: Mapping[str, Any], language: Language) -> str:
    """Everything else the report says: commit, digests, models, settings. Keys stand as they are in report.json."""
    told = {"metrics", "slices", "costs", "questions", "errors"}
    lines = [
        [f"<code><bdi>{plain(name)}</bdi></code>", f"<bdi>{plain(value)}</bdi>"]
        for name, value in _flat({key: value for key, value in report.items() if key not in told})
    ]
    return table([plain(say("setting", language)), plain(say("value", language))], lines, of_text=True)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested values by dotted names; what is None or empty was not used, and is left out."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            if value:
                yield prefix + name, ", ".join(map(str, value))
        elif value is not None and value != "":
            yield prefix + name, value

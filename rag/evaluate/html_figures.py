"""The plots of a report: what is drawn of a run, and what is said beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluate.html_markup import plain
from rag.evaluate.html_questions import outcome_of
from rag.evaluate.html_tables import measured, metric_name
from rag.evaluate.html_words import say, slice_label
from rag.evaluate.plots import (
    Bar,
    bar_plot,
    calibration_error,
    latency_plot,
    reliability_plot,
    typical_seconds,
)
from rag.evaluate.rows import Row
from rag.schema import Language

PLOTTED = (
    *("ndcg@10", "evidence@1", "contains_answer", "f1_arabic", "list_recall", "evidence_cited"),
    *("alce_recall", "alce_precision", "wrong_refusal", "wrong_answer", "conflict_found", "judge_correct"),
)
"""Metrics that get bars, where they were measured: one or two of each kind. The tables have all."""

# A plot of more slices than this is a list; the tables have them all.
_MOST_BARS = 9
# Fewer answers have no distribution to draw.
_LEAST_POINTS = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """What plots need of an answer: a run may have more rows than fit into memory. `right` is None where it is not
    known."""

    engine: str
    seconds: float
    answerability: float
    answerable: bool | None
    refused: bool
    right: bool | None

    @classmethod
    def of(cls, row: Row) -> Answered | None:
        """What a row says; None where there was no answer."""
        answer = row["answer"]
        if answer is None:
            return None
        is_judged = row["metrics"].get("contains_answer") is not None
        return cls(
            engine=answer["engine"],
            seconds=row["seconds"],
            answerability=answer["answerability"],
            answerable=row["answerable"],
            refused=answer["refused"],
            right=outcome_of(row) == "right" if is_judged else None,
        )


def figures_html(report: Mapping[str, Any], answers: Sequence[Answered], language: Language) -> str:
    """Bars by slice for the main metrics, the reliability of the answerability score, and how long answers took."""
    drawn = "".join(
        [*_bar_figures(report, language), _reliability(answers, language), _latency(answers, language)]
    )
    return f'<div class="figures">{drawn}</div>' if drawn else ""


def _figure(title: str, plot: str, *, more: str = "") -> str:
    return f"<figure><figcaption>{title}{f'<p>{plain(more)}</p>' if more else ''}</figcaption>{plot}</figure>"


def _bar_figures(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    for metric, score in measured(report["metrics"]):
        if metric.key not in PLOTTED:
            continue
        bars = [_bar(say("all", language), score)]
        for kind, slices in report["slices"].items():
            found = [
                _bar(slice_label(kind, name, language), scores[metric.key])
                for name, scores in slices.items()
                if scores.get(metric.key, {}).get("n")
            ]
            # A slice that holds every question says what "all" says; of many the larger ones are shown.
            told = [bar for bar in found if bar.n < score["n"]]
            if kind == "direction" and [bar.n for bar in told] == [bar.n for bar in bars[1:]]:
                continue  # all sources are of one language: the language of the question has said it
            bars += sorted(told, key=lambda bar: -bar.n) if kind == "tag" else told
        drawn = bar_plot(bars[:_MOST_BARS], title=metric.name(language), rtl=language == "ar")
        yield _figure(metric_name(metric, language), drawn)


def _bar(label: str, score: Mapping[str, Any]) -> Bar:
    return Bar(label, score["value"], score.get("low"), score.get("high"), score["n"])


def _reliability(answers: Sequence[Answered], language: Language) -> str:
    """Whether the score is right, by the questions known to have an answer or none; where all have one, by how many
    of those that were not refused were answered rightly."""
    known = [one for one in answers if one.answerable is not None]
    if len({one.answerable for one in known}) == 2:
        kind, points = "answerable", [(one.answerability, bool(one.answerable)) for one in known]
    else:
        kind = "right"
        points = [
            (one.answerability, one.right) for one in known if one.right is not None and not one.refused
        ]
    if len(points) < _LEAST_POINTS:
        return ""
    drawn = reliability_plot(
        points,
        title=say("reliability", language),
        x_label=say("score_axis", language),
        y_label=say(f"share_axis_{kind}", language),
    )
    error = f"{calibration_error(points):.3f}"
    return _figure(
        plain(say("reliability", language)), drawn, more=say(f"reliability_{kind}", language, error=error)
    )


def _latency(answers: Sequence[Answered], language: Language) -> str:
    seconds = [one.seconds for one in answers]
    if len(seconds) < _LEAST_POINTS:
        return ""
    drawn = latency_plot(
        seconds,
        title=say("latency", language),
        x_label=say("seconds_axis", language),
        y_label=say("questions_axis", language),
    )
    median, slow = typical_seconds(seconds)
    caption = say("latency_caption", language, median=f"{median:.3g}", slow=f"{slow:.3g}")
    return _figure(plain(say("latency", language)), drawn, more=caption)

"""Reports and comparisons for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from rag.evaluate.compare import Comparison
from rag.evaluate.report import Report, Score
from rag.evaluate.score import COSTS, METRICS, Metric
from rag.evaluate.sweeping import Sweep
from rag.schema import Language

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

UNKNOWN = "–"


_WORDS: Mapping[str, tuple[str, str]] = {
    "metric": ("Metric", "المقياس"),
    "all": ("All", "الكل"),
    "interval": ("95 % interval", "مجال 95 %"),
    "questions": ("{count} questions", "عدد الأسئلة: {count}"),
    "failed": (", {count} of them failed", "، تعثّر منها {count}"),
    "cost": ("{name}: median {median}, 95th percentile {slow}", "{name}: الوسيط {median}، والمئين 95 {slow}"),
    "on_answers": (
        "The judge {judge} agrees with the count on {share} of {n} answers (κ {kappa})",
        "يتفق الحَكَم {judge} مع العدّ في {share} من الأجوبة (العدد {n}، κ {kappa})",
    ),
    "on_claims": (
        "The judge {judge} agrees with the claim check on {share} of {n} claims (κ {kappa})",
        "يتفق الحَكَم {judge} مع مدقق الجمل في {share} من الجمل (العدد {n}، κ {kappa})",
    ),
    "judge_failed": (
        "Answers on which the judge failed: {failed}; replies of it that cannot be read: {unreadable}",
        "أجوبة تعثّر الحُكم عليها: {failed}؛ وأحكام لا تُقرأ: {unreadable}",
    ),
    "ignored": ("Columns that nothing reads: {names}", "أعمدة لم تُقرأ: {names}"),
    "before": ("Before", "قبل"),
    "after": ("After", "بعد"),
    "difference": ("Difference", "الفرق"),
    "question": ("Question", "السؤال"),
    "pairs": (
        "{paired} questions in both runs; only in the first: {first}, only in the second: {second}",
        "أسئلة التشغيلين المشتركة: {paired}، وفي الأول وحده: {first}، وفي الثاني وحده: {second}",
    ),
    "errors": ("Failed: {before} before, {after} after", "تعثّر: {before} قبل، و{after} بعد"),
    "flips": ("Questions that flipped: {count}", "أسئلة تغيّر حكمها: {count}"),
    "more_flips": ("and {count} more", "و{count} غيرها"),
    "missing": (
        "Sources that are named and not in the corpus: {count}, the first {first}",
        "مصادر مذكورة وليست بين الوثائق: {count}، أولها {first}",
    ),
}


class _Say(Protocol):
    """A text of the table, filled in, in one language."""

    def __call__(self, word: str, **values: object) -> str: ...


def _speaking(language: Language) -> _Say:
    def say(word: str, **values: object) -> str:
        english, arabic = _WORDS[word]
        return (arabic if language == "ar" else english).format(**values)

    return say


def report_table(report: Report, language: Language = "en") -> Table:
    """The report: a metric a row with its interval, overall and by direction (language of the question and of its
    sources; by language of the question where no source is known), each with its n. Below it what answers took, how
    far a judge agrees, and what in the question file may be a mistake."""
    from rich.table import Table

    say = _speaking(language)
    slices = report.slices["direction"] or report.slices["lang"]
    shown = list(slices) if len(slices) > 1 else []
    caption = [*_costs(report, language, say), *_judgement(report, say), *_suspect(report, say)]
    table = Table(title=_title(report, say), caption=_plain("\n".join(caption)))
    table.add_column(say("metric"))
    table.add_column(say("all"), justify="right")
    table.add_column(say("interval"), justify="right", style="dim", no_wrap=True)
    table.add_column("n", justify="right", style="dim")
    for name in shown:
        table.add_column(_plain(name), justify="right")
        table.add_column("n", justify="right", style="dim")
    for metric in METRICS:
        score = report.metrics[metric.key]
        if score.n:
            parts = [slices[name][metric.key] for name in shown]
            cells = [cell for part in parts for cell in (_value(part.value), str(part.n))]
            table.add_row(
                _shown_name(metric, language), _value(score.value), _interval(score), str(score.n), *cells
            )
    return table


def comparison_table(comparison: Comparison, language: Language = "en") -> Table:
    """The differences, with interval and p-value; clear ones are bold. Below them what differs between the runs."""
    from rich.table import Table

    say = _speaking(language)
    title = say(
        "pairs",
        paired=comparison.paired,
        first=comparison.only_first,
        second=comparison.only_second,
    )
    changed = [f"{name}: {old} → {new}" for name, (old, new) in comparison.settings.items()]
    if any(comparison.errors):
        changed.append(say("errors", before=comparison.errors[0], after=comparison.errors[1]))
    table = Table(title=title, caption=_plain("\n".join(changed)))
    table.add_column(say("metric"))
    for column in ("before", "after", "difference", "interval"):
        table.add_column(say(column), justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    table.add_column("n", justify="right", style="dim", no_wrap=True)
    for metric in (*METRICS, *COSTS):
        found = comparison.metrics.get(metric.key) or comparison.costs.get(metric.key)
        if found:
            table.add_row(
                _shown_name(metric, language),
                f"{found.before:.3f}",
                f"{found.after:.3f}",
                f"{found.difference:+.3f}",
                f"{found.low:+.3f}…{found.high:+.3f}",
                f"{found.p_value:.3f}",
                str(found.n),
                style="bold" if found.is_clear else None,
            )
    return table


def flips_table(comparison: Comparison, language: Language = "en", *, limit: int = 20) -> Table:
    """The first `limit` of the questions that flipped, worst first."""
    from rich.table import Table

    say = _speaking(language)
    more = len(comparison.flips) - limit
    table = Table(
        title=say("flips", count=len(comparison.flips)),
        caption=say("more_flips", count=more) if more > 0 else None,
    )
    for column in ("metric", "before", "after"):
        table.add_column(say(column))
    table.add_column("id", style="dim")
    table.add_column(say("question"))
    names = {metric.key: metric.name(language) for metric in METRICS}
    for flip in comparison.flips[:limit]:
        style = None if flip.better else "red"
        cells = (names[flip.metric], f"{flip.before:g}", f"{flip.after:g}", flip.id, flip.question)
        table.add_row(*map(_plain, cells), style=style)
    return table


def sweep_table(sweep: Sweep, language: Language = "en") -> Table:
    """A metric a row, a variant a column; bold are the values that clearly differ from the first variant's."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column(_speaking(language)("metric"))
    for entry in sweep.entries:
        table.add_column(_plain(entry.name), justify="right")
    for metric in METRICS:
        if not any(entry.report.metrics[metric.key].n for entry in sweep.entries):
            continue
        cells = []
        for entry in sweep.entries:
            against = entry.against_first.metrics.get(metric.key) if entry.against_first else None
            style = "bold" if against and against.is_clear else ""
            cells.append(Text(_value(entry.report.metrics[metric.key].value), style=style))
        table.add_row(_shown_name(metric, language), *cells)
    for cost in COSTS:
        medians = [entry.report.costs[cost.key].median for entry in sweep.entries]
        if any(median is not None for median in medians):
            table.add_row(_shown_name(cost, language), *(_cost(cost, median) for median in medians))
    return table


def _shown_name(metric: Metric, language: Language) -> str:
    return metric.name(language) + ("" if metric.higher_is_better else " ↓")


def _plain(words: str) -> Text:
    """Text whose brackets are brackets, and no markup of rich."""
    from rich.text import Text

    return Text(words)


def _value(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"


def _cost(metric: Metric, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.2f}" if metric.unit == "seconds" else f"{value:.0f}"


def _interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return UNKNOWN
    return f"{score.low:.3f}…{score.high:.3f}"


def _title(report: Report, say: _Say) -> str:
    title = say("questions", count=report.questions)
    return title + (say("failed", count=report.errors) if report.errors else "")


def _costs(report: Report, language: Language, say: _Say) -> Iterator[str]:
    for metric in COSTS:
        cost = report.costs[metric.key]
        if cost.median is not None and cost.p95 is not None:
            median, slow = _cost(metric, cost.median), _cost(metric, cost.p95)
            yield say("cost", name=metric.name(language), median=median, slow=slow)


def _judgement(report: Report, say: _Say) -> Iterator[str]:
    judge = report.judge
    if judge is None:
        return
    for agreement, what in ((judge.answers, "on_answers"), (judge.claims, "on_claims")):
        if agreement.agreement is not None:
            kappa = UNKNOWN if agreement.kappa is None else f"{agreement.kappa:.2f}"
            share = f"{agreement.agreement:.0%}"
            yield say(what, judge=judge.name, share=share, kappa=kappa, n=agreement.n)
    if judge.failed or judge.unreadable:
        yield say("judge_failed", failed=judge.failed, unreadable=judge.unreadable)


def _suspect(report: Report, say: _Say) -> Iterator[str]:
    """What in the question file may be a mistake."""
    if report.ignored_columns:
        yield say("ignored", names=", ".join(report.ignored_columns))
    if report.missing_sources:
        yield say("missing", count=len(report.missing_sources), first=report.missing_sources[0])

"""Limits for CI: `--fail-if 'ndcg@10<0.9'` on one run, `--max-drop 'f1=0.02'` between two.

METRIC OP BOUND                     ndcg@10<0.9, wrong_refusal>25%
METRIC[SLICE:VALUE] OP BOUND        f1[direction:ar-ar]<0.5, contains_answer[tag:number]<0.8
COST OP BOUND                       seconds.p95>4, prompt_tokens.mean>3000 (alone: the median)
errors OP BOUND                     errors>0
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import DatasetError
from rag.evaluate.compare import Comparison
from rag.evaluate.report import Report
from rag.evaluate.score import COSTS, METRICS
from rag.evaluate.slices import DIMENSIONS

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = r"(?P<bound>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<percent>%?)"
_LIMIT = re.compile(
    rf"\s*(?P<name>[\w@.]+)\s*(?:\[\s*(?P<slice>\w+)\s*[:=]\s*(?P<value>[^\]]*?)\s*\])?\s*"
    rf"(?P<operator><=|>=|<|>)\s*{_NUMBER}\s*"
)
_DROP = re.compile(rf"\s*(?:(?P<name>[\w@.]+)\s*[=:]\s*)?{_NUMBER}\s*")

_ERRORS = "errors"
_STATISTICS = ("median", "mean", "p95")
_METRIC_KEYS = frozenset(metric.key for metric in METRICS)
_COST_KEYS = frozenset(cost.key for cost in COSTS)


@dataclass(frozen=True, slots=True)
class FailedLimit:
    """A limit that was not kept: as it was given, what was measured (None: nothing), and a sentence for the reader."""

    expression: str
    value: float | None
    en: str
    ar: str


def failed_limits(report: Report, expressions: Sequence[str]) -> tuple[FailedLimit, ...]:
    """The expressions that are true of a report, or that it has no figure for: nobody can rely on those.

    Raises DatasetError where an expression cannot be read or names no metric.
    """
    return tuple(failed for expression in expressions if (failed := _check(report, expression)))


def check_limits(expressions: Sequence[str]) -> None:
    """Raises DatasetError where one of the expressions cannot be read or names no metric, before a run begins: which
    values its slices have, only its report says."""
    for expression in expressions:
        match = _read(expression)
        if match["slice"] is not None and match["slice"] not in DIMENSIONS:
            known = ", ".join(DIMENSIONS)
            raise DatasetError(
                en=f"'{expression}': there are no slices by '{match['slice']}'. There are: {known}.",
                ar=f"«{expression}»: لا شرائح بحسب «{match['slice']}». الموجود: {known}.",
            )
        if not _is_figure(match["name"], sliced=match["slice"] is not None):
            raise _unknown(expression, match["name"])


def failed_drops(comparison: Comparison, drops: Sequence[str]) -> tuple[FailedLimit, ...]:
    """The metrics that the second run has worse than the first by more than is allowed: "f1=0.02" allows it of one,
    "0.02" or "2%" of every metric that both measured. Of metrics of which less is better a rise is what is worse.

    Raises DatasetError where one cannot be read or names no metric.
    """
    return tuple(failed for drop in drops for failed in _check_drop(comparison, drop))


def _check(report: Report, expression: str) -> FailedLimit | None:
    match = _read(expression)
    found = _figure(report, expression, match["name"], match["slice"], match["value"])
    if found is None:
        return FailedLimit(
            expression,
            None,
            en=f"{expression}: nothing was measured. Check that the questions have what this metric needs.",
            ar=f"{expression}: لم يُقس شيء. تحقّق من أن في ملف الأسئلة ما يحتاج إليه هذا المقياس.",
        )
    if not _OPERATORS[match["operator"]](found, _bound(match)):
        return None
    return FailedLimit(
        expression, found, en=f"{expression}: it is {found:g}.", ar=f"{expression}: القيمة {found:g}."
    )


def _read(expression: str) -> re.Match[str]:
    match = _LIMIT.fullmatch(expression)
    if match is None:
        raise _unreadable(expression, "ndcg@10<0.9")
    return match


def _is_figure(name: str, *, sliced: bool) -> bool:
    """Whether reports have a figure of that name; of slices they have metrics alone."""
    if name in _METRIC_KEYS:
        return True
    cost, _, statistic = name.partition(".")
    is_cost = cost in _COST_KEYS and (statistic or _STATISTICS[0]) in _STATISTICS
    return not sliced and (name == _ERRORS or is_cost)


def _figure(report: Report, expression: str, name: str, dimension: str | None, value: str) -> float | None:
    """What a report has under a name. Raises DatasetError where there is no such name or slice."""
    if dimension is None and name == _ERRORS:
        return float(report.errors)
    cost, _, statistic = name.partition(".")
    if dimension is None and cost in _COST_KEYS and (statistic or _STATISTICS[0]) in _STATISTICS:
        figure: float | None = getattr(report.costs[cost], statistic or _STATISTICS[0])
        return figure
    if name not in _METRIC_KEYS:
        raise _unknown(expression, name)
    if dimension is None:
        return report.metrics[name].value
    slices = report.slices.get(dimension, {})
    if value not in slices:
        known = ", ".join(f"{other}:{one}" for other, ones in report.slices.items() for one in ones)
        raise DatasetError(
            en=f"'{expression}': the report has no slice {dimension}:{value}. It has: {known}.",
            ar=f"«{expression}»: لا شريحة {dimension}:{value} في التقرير. فيه: {known}.",
        )
    return slices[value][name].value


def _check_drop(comparison: Comparison, drop: str) -> Iterator[FailedLimit]:
    match = _DROP.fullmatch(drop)
    if match is None:
        raise _unreadable(drop, "ndcg@10=0.02")
    name, allowed = match["name"], _bound(match)
    if name is not None and name not in _METRIC_KEYS:
        raise _unknown(drop, name)
    if name is not None and name not in comparison.metrics:
        yield FailedLimit(
            drop,
            None,
            en=f"{drop}: the two runs have no question on which both measured it.",
            ar=f"{drop}: لا سؤال قاسه التشغيلان معًا.",
        )
    for metric in METRICS:
        found = comparison.metrics.get(metric.key)
        if found is None or name not in (None, metric.key):
            continue
        gain = found.difference if metric.higher_is_better else -found.difference
        if -gain > allowed:
            yield FailedLimit(
                drop,
                found.difference,
                en=f"{metric.key} went from {found.before:g} to {found.after:g}: worse by {-gain:g}, more than "
                f"{allowed:g} (p {found.p_value:.3f}).",
                ar=f"انتقل {metric.key} من {found.before:g} إلى {found.after:g}: ساء بمقدار {-gain:g}، والحد "
                f"{allowed:g} (p {found.p_value:.3f}).",
            )


def _bound(match: re.Match[str]) -> float:
    return float(match["bound"]) / (100 if match["percent"] else 1)


def _unreadable(expression: str, example: str) -> DatasetError:
    return DatasetError(
        en=f"'{expression}' is no limit. Write it as '{example}'; the names are in docs/metrics.md.",
        ar=f"«{expression}» ليس حدًا مفهومًا. اكتبه هكذا: '{example}'، والأسماء في docs/metrics.md.",
    )


def _unknown(expression: str, name: str) -> DatasetError:
    known = ", ".join([metric.key for metric in METRICS] + [cost.key for cost in COSTS] + [_ERRORS])
    return DatasetError(
        en=f"'{expression}': there is no metric '{name}'. There are: {known}.",
        ar=f"«{expression}»: لا مقياس باسم «{name}». المقاييس: {known}.",
    )

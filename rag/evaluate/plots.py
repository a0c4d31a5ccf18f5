"""Plots as inline SVG: no script, no font, no library. Colours and type come from the page's style.

Horizontal bars follow the page's direction: in an Arabic page they grow from right to left, their labels on the right.
Plots with two numeric axes keep the origin on the left, as Arabic mathematics does.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluate.html_markup import plain

_WIDTH = 320
_BAR_STEP, _BAR_HEIGHT, _LABEL_ASCENT = 38, 9, 13
# A label that is longer than this meets the figure beside it.
_LABEL_CHARACTERS = 24
_CAP = 3

_PLOT_HEIGHT = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 12, 40

RELIABILITY_BINS = 10
_LATENCY_BINS = 16
# What is slower shares the last column: one question that waited for a model to load would flatten the others.
_LATENCY_SHOWN = 0.98
_SLOW_SHARE = 0.95

# 95 % of a normal distribution.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Bar:
    """A value in [0, 1] with its interval, over `n` questions."""

    label: str
    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with like scores: their mean score, the share of them that is true, its interval, how many."""

    score: float
    share: float
    low: float
    high: float
    n: int


def bar_plot(bars: Sequence[Bar], *, title: str, rtl: bool) -> str:
    """One bar a line, its label and value above it, its interval as a whisker. The scale is 0 to 1."""
    height = _BAR_STEP * len(bars)
    drawn = "".join(_bar(bar, _BAR_STEP * line, rtl=rtl) for line, bar in enumerate(bars))
    return _svg(_WIDTH, height, title, drawn)


def _bar(bar: Bar, top: int, *, rtl: bool) -> str:
    def across(value: float) -> float:
        reach = _WIDTH * min(max(value, 0.0), 1.0)
        return _WIDTH - reach if rtl else reach

    text_y, bar_y = top + _LABEL_ASCENT, top + _LABEL_ASCENT + 6
    middle = bar_y + _BAR_HEIGHT / 2
    start, end = sorted((across(0.0), across(bar.value)))
    begin, finish = (_WIDTH, 0) if rtl else (0, _WIDTH)
    shown = bar.label if len(bar.label) <= _LABEL_CHARACTERS else bar.label[: _LABEL_CHARACTERS - 1] + "…"
    figure = f"{bar.value:.3f}" + (
        "" if bar.low is None or bar.high is None else f" ({bar.low:.2f}–{bar.high:.2f})"
    )
    whisker = ""
    if bar.low is not None and bar.high is not None:
        low, high = across(bar.low), across(bar.high)
        caps = "".join(f"M{x:.1f} {middle - _CAP:.1f}V{middle + _CAP:.1f}" for x in (low, high))
        whisker = f'<path class="whisker" d="M{low:.1f} {middle:.1f}H{high:.1f}{caps}"/>'
    return (
        f"<g><title>{plain(bar.label)}: {figure}, n {bar.n}</title>"
        f'<text class="label" x="{begin}" y="{text_y}" direction="{"rtl" if rtl else "ltr"}">{plain(shown)}</text>'
        f'<text class="figure" x="{finish}" y="{text_y}" direction="ltr" text-anchor="{"start" if rtl else "end"}">'
        f'{figure} <tspan class="n">n {bar.n}</tspan></text>'
        f'<rect class="track" x="0" y="{bar_y}" width="{_WIDTH}" height="{_BAR_HEIGHT}" rx="2"/>'
        f'<rect class="bar" x="{start:.1f}" y="{bar_y}" width="{end - start:.1f}" height="{_BAR_HEIGHT}" rx="2"/>'
        f"{whisker}</g>"
    )


def reliability_bins(points: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Scores in [0, 1] with what turned out true, in ten bins of equal width; empty ones are left out.

    Intervals are Wilson's for a share (1927), which hold for few questions and for shares of 0 and 1.
    """
    gathered: dict[int, list[tuple[float, bool]]] = {}
    for score, truth in points:
        place = min(int(score * RELIABILITY_BINS), RELIABILITY_BINS - 1)
        gathered.setdefault(place, []).append((score, truth))
    return [_bin(gathered[place]) for place in sorted(gathered)]


def calibration_error(points: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far the bins' scores lie from their shares, weighted by n (Guo et al. 2017)."""
    bins = reliability_bins(points)
    return sum(one.n * abs(one.score - one.share) for one in bins) / max(len(points), 1)


def reliability_plot(points: Sequence[tuple[float, bool]], *, title: str, x_label: str, y_label: str) -> str:
    """Share that turned out true against the score that was given; a well calibrated score lies on the diagonal."""
    marks = []
    for one in reliability_bins(points):
        x, y = _x(one.score), _y(one.share)
        marks.append(
            f"<g><title>{one.score:.2f} → {one.share:.2f} ({one.low:.2f}–{one.high:.2f}), n {one.n}</title>"
            f'<path class="whisker" d="M{x:.1f} {_y(one.low):.1f}V{_y(one.high):.1f}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{_radius(one.n, len(points)):.1f}"/></g>'
        )
    diagonal = f'<path class="ideal" d="M{_x(0):.1f} {_y(0):.1f}L{_x(1):.1f} {_y(1):.1f}"/>'
    steps = [(step / 4, f"{step / 4:.2f}") for step in range(5)]
    axes = _axes(x_label, y_label, x_ticks=steps, y_ticks=steps)
    return _svg(_WIDTH, _PLOT_HEIGHT, title, axes + diagonal + "".join(marks))


def latency_plot(seconds: Sequence[float], *, title: str, x_label: str, y_label: str) -> str:
    """How many questions took how long; the last column holds all that were slower. Lines: median (whole) and 95th
    percentile (dashed), which `typical_seconds` gives in figures."""
    in_order = sorted(seconds)
    median, slow = typical_seconds(in_order)
    top = _round_up(max(in_order[_at(in_order, _LATENCY_SHOWN)], slow, 1e-3))
    counts = [0] * _LATENCY_BINS
    for one in in_order:
        counts[min(int(one / top * _LATENCY_BINS), _LATENCY_BINS - 1)] += 1
    most = max(counts)
    columns = []
    for place, count in enumerate(counts):
        x, y = _x(place / _LATENCY_BINS), _y(count / most)
        width = _x((place + 1) / _LATENCY_BINS) - x - 1
        first, last = top * place / _LATENCY_BINS, top * (place + 1) / _LATENCY_BINS
        span = f"{_short(first)}–{_short(last)}" if place < _LATENCY_BINS - 1 else f"≥ {_short(first)}"
        columns.append(
            f"<g><title>{span}: {count}</title>"
            f'<rect class="bar" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_y(0) - y:.1f}"/></g>'
        )
    lines = "".join(
        f'<path class="{kind}" d="M{_x(value / top):.1f} {_y(0):.1f}V{_TOP}"/>'
        for kind, value in (("median", median), ("slow", slow))
    )
    axes = _axes(
        x_label,
        y_label,
        x_ticks=[(step / 2, _short(top * step / 2)) for step in range(3)],
        y_ticks=[(0.0, "0"), (1.0, str(most))],
    )
    return _svg(_WIDTH, _PLOT_HEIGHT, title, axes + "".join(columns) + lines)


def typical_seconds(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile of at least one duration."""
    in_order = sorted(seconds)
    return statistics.median(in_order), in_order[_at(in_order, _SLOW_SHARE)]


def difference_plot(bars: Sequence[Bar], *, title: str, rtl: bool) -> str:
    """Differences with their intervals around zero, which stands in the middle; the scale fits the widest."""
    widest = max(
        (max(abs(bar.low or 0.0), abs(bar.high or 0.0), abs(bar.value)) for bar in bars), default=0.0
    )
    reach = _round_up(widest or 0.01)
    drawn = "".join(_difference(bar, _BAR_STEP * line, reach=reach, rtl=rtl) for line, bar in enumerate(bars))
    return _svg(_WIDTH, _BAR_STEP * len(bars), title, drawn)


def _difference(bar: Bar, top: int, *, reach: float, rtl: bool) -> str:
    def across(value: float) -> float:
        share = 0.5 + value / reach / 2
        return _WIDTH * (1 - share if rtl else share)

    middle = top + _LABEL_ASCENT + 10
    low, high = across(bar.low or 0.0), across(bar.high or 0.0)
    begin, finish = (_WIDTH, 0) if rtl else (0, _WIDTH)
    return (
        f"<g><title>{plain(bar.label)}: {bar.value:+.3f}, n {bar.n}</title>"
        f'<text class="label" x="{begin}" y="{top + _LABEL_ASCENT}" direction="{"rtl" if rtl else "ltr"}">'
        f"{plain(bar.label)}</text>"
        f'<text class="figure" x="{finish}" y="{top + _LABEL_ASCENT}" direction="ltr" '
        f'text-anchor="{"start" if rtl else "end"}">{bar.value:+.3f}</text>'
        f'<path class="grid" d="M0 {middle}H{_WIDTH}"/>'
        f'<path class="zero" d="M{_WIDTH / 2:.1f} {middle - 6}V{middle + 6}"/>'
        f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}"/>'
        f'<circle class="dot" cx="{across(bar.value):.1f}" cy="{middle}" r="3.5"/></g>'
    )


def _bin(points: Sequence[tuple[float, bool]]) -> Bin:
    n = len(points)
    share = sum(truth for _, truth in points) / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    return Bin(
        statistics.fmean(score for score, _ in points),
        share,
        max(0.0, centre - half),
        min(1.0, centre + half),
        n,
    )


def _radius(n: int, total: int) -> float:
    """Area by the share of the questions, and never too small to see."""
    return 3 + 7 * math.sqrt(n / max(total, 1))


def _axes(
    x_label: str,
    y_label: str,
    *,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
) -> str:
    across = "".join(
        f'<text class="tick" x="{_x(at):.1f}" y="{_y(0) + 16:.1f}" direction="ltr" text-anchor="middle">{label}</text>'
        for at, label in x_ticks
    )
    up = "".join(
        f'<path class="grid" d="M{_LEFT} {_y(at):.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text class="tick" x="{_LEFT - 5}" y="{_y(at) + 4:.1f}" direction="ltr" text-anchor="end">{label}</text>'
        for at, label in y_ticks
    )
    middle_x, middle_y = (_LEFT + _WIDTH - _RIGHT) / 2, (_TOP + _y(0)) / 2
    return (
        f'{up}{across}<text class="axis" x="{middle_x:.1f}" y="{_PLOT_HEIGHT - 6}" text-anchor="middle">'
        f'{plain(x_label)}</text><text class="axis" text-anchor="middle" '
        f'transform="translate(11 {middle_y:.1f}) rotate(-90)">{plain(y_label)}</text>'
    )


def _x(share: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * share


def _y(share: float) -> float:
    return _PLOT_HEIGHT - _BOTTOM - (_PLOT_HEIGHT - _BOTTOM - _TOP) * share


def _at(in_order: Sequence[float], share: float) -> int:
    return min(len(in_order) - 1, int(len(in_order) * share))


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def _short(value: float) -> str:
    return f"{value:.3g}"


def _svg(width: int, height: int, title: str, drawn: str) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{plain(title)}" '
        f'preserveAspectRatio="xMidYMid meet">{drawn}</svg>'
    )

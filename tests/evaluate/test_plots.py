"""Plots: the arithmetic behind them, and that what is drawn is well-formed and stands where it should."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from rag.evaluate.plots import (
    Bar,
    bar_plot,
    calibration_error,
    difference_plot,
    latency_plot,
    reliability_bins,
    reliability_plot,
    typical_seconds,
)

BARS = [
    Bar("All", 0.75, 0.5, 1.0, 8),
    Bar('وسم "<طويل>" ' * 9, 0.0, None, None, 1),
    Bar("one", 1.0, 1.0, 1.0, 2),
]


def test_reliability_bins_by_hand() -> None:
    # 0.05 and 0.09 share the first bin: mean 0.07, one of two true. 1.0 belongs to the last.
    points = [(0.05, False), (0.09, True), (1.0, True), (0.95, True), (0.9, True)]
    first, last = reliability_bins(points)
    assert (first.score, first.share, first.n) == (pytest.approx(0.07), 0.5, 2)
    assert (last.score, last.share, last.n) == (pytest.approx(0.95), 1.0, 3)
    # Wilson for 1 of 2: centre (0.5 + z²/4) / (1 + z²/2) = 0.5; half z/(1 + z²/2) · √(0.125 + z²/16) = 0.4055.
    assert (first.low, first.high) == (pytest.approx(0.0945, abs=1e-4), pytest.approx(0.9055, abs=1e-4))
    # Wilson for 3 of 3: 1 / (1 + z²/3) = 0.4385 to 1.
    assert (last.low, last.high) == (pytest.approx(0.4385, abs=1e-4), 1.0)
    # 2/5 · |0.07 - 0.5| + 3/5 · |0.95 - 1| = 0.172 + 0.03
    assert calibration_error(points) == pytest.approx(0.202)
    assert calibration_error([]) == 0.0


def test_typical_seconds() -> None:
    assert typical_seconds([3.0, 1.0, 2.0]) == (2.0, 3.0)
    assert typical_seconds([n / 10 for n in range(100)]) == (pytest.approx(4.95), 9.5)


@pytest.mark.parametrize("rtl", [False, True])
def test_bars_grow_from_where_lines_begin(rtl: bool) -> None:
    drawn = ElementTree.fromstring(bar_plot(BARS, title='"plot"', rtl=rtl))
    assert drawn.attrib["aria-label"] == '"plot"'
    bars = [rect.attrib for rect in drawn.iter("rect") if rect.attrib["class"] == "bar"]
    assert [float(bar["width"]) for bar in bars] == [240.0, 0.0, 320.0]
    assert [float(bar["x"]) for bar in bars] == ([80.0, 320.0, 0.0] if rtl else [0.0, 0.0, 0.0])
    labels = [text.attrib for text in drawn.iter("text") if text.attrib["class"] == "label"]
    assert {label["x"] for label in labels} == {"320" if rtl else "0"}
    # The whole name of a long label stands in its title.
    titles = [title.text or "" for title in drawn.iter("title")]
    assert titles[1].startswith(BARS[1].label)
    assert titles[0] == "All: 0.750 (0.50–1.00), n 8"


@pytest.mark.parametrize("seconds", [[0.0], [0.0, 0.0, 0.0], [0.2] * 50, [0.1] * 99 + [60.0], [5000.0, 1e-6]])
def test_latencies_of_any_spread_are_drawn_inside_the_plot(seconds: list[float]) -> None:
    drawn = ElementTree.fromstring(latency_plot(seconds, title="t", x_label="s", y_label="n"))
    columns = [rect.attrib for rect in drawn.iter("rect")]
    counts = [int((title.text or "").rsplit(": ", 1)[1]) for title in drawn.iter("title")]
    assert sum(counts) == len(seconds)
    assert max(float(column["height"]) for column in columns) == pytest.approx(168.0)
    for column in columns:
        assert float(column["x"]) >= 40
        assert float(column["x"]) + float(column["width"]) <= 308


def test_the_slowest_few_share_the_last_column() -> None:
    drawn = ElementTree.fromstring(latency_plot([0.1] * 99 + [60.0], title="t", x_label="s", y_label="n"))
    titles = [title.text for title in drawn.iter("title")]
    assert titles[-1] == "≥ 0.0938: 100"


def test_reliability_and_differences_are_well_formed() -> None:
    points = [(n / 20, n % 3 == 0) for n in range(20)]
    drawn = ElementTree.fromstring(reliability_plot(points, title="t", x_label="<x>", y_label="&y"))
    assert len(list(drawn.iter("circle"))) == len(reliability_bins(points))
    for rtl in (False, True):
        changed = ElementTree.fromstring(difference_plot([Bar("a", 0.1, 0.05, 0.2, 9)], title="t", rtl=rtl))
        (dot,) = changed.iter("circle")
        # The scale reaches 0.2: 0.1 lies a quarter of the width from the middle, on the side that lines run to.
        assert float(dot.attrib["cx"]) == (80.0 if rtl else 240.0)
    ElementTree.fromstring(difference_plot([Bar("same", 0.0, 0.0, 0.0, 9)], title="t", rtl=False))

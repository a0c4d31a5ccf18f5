"""Months and week days under all their names."""

from __future__ import annotations

import pytest

from rag.text import dates


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("in June 2022", {"month 6"}),
        ("بحلول يونيو/حزيران 2022", {"month 6"}),
        ("في 18 شباط", {"month 2"}),
        ("on 18 February", {"month 2"}),
        ("Feb. 18", {"month 2"}),
        ("اليوم الإثنين", {"day 1"}),
        ("يوم الاثنين، وفبراير", {"day 1", "month 2"}),
        ("في كانون الثاني وتشرين الأول", {"month 1", "month 10"}),
        ("In May they may march.", {"month 5"}),
        ("He may march on; the mar is small.", set()),
        ("5 March", {"month 3"}),
        ("", set()),
    ],
)
def test_dates(text: str, named: set[str]) -> None:
    assert dates(text) == named

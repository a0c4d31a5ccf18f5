"""Plain text: title, headline and language."""

from __future__ import annotations

import pytest

from rag.load.plain import read_plain

PROSE = "أكد الوزراء في البيان الختامي التزامهم التام بهزيمة التنظيم، ورحبوا بانضمام أربع دول."


@pytest.mark.parametrize(
    ("text", "title", "headline", "language"),
    [
        (f"البيان الختامي للتحالف\n\n{PROSE}", "البيان الختامي للتحالف", "البيان الختامي للتحالف", "ar"),
        (PROSE, "أكد الوزراء في البيان الختامي التزامهم التام بهزيمة التنظيم…", "", "ar"),
        ("Prices rose. Then they fell.", "Prices rose.", "", "en"),
        ("مشاركة على:\nنجح الاجتماع.\n", "نجح الاجتماع.", "", "ar"),
        ("مشاركة على:\n", "مشاركة على:", "", "ar"),
        ("12345\n", "12345", "", "en"),
    ],
)
def test_title_and_headline(text: str, title: str, headline: str, language: str) -> None:
    document = read_plain(text.encode(), source="a.txt")
    assert (document.title, document.headline, document.language) == (title, headline, language)
    assert document.source == "a.txt"
    assert document.media_type == "text/plain"
    (page,) = document.pages
    assert page.text == text
    assert page.number is None


def test_newlines_are_kept_so_that_offsets_hold() -> None:
    text = f"سطر أول\r\n\r\n{PROSE}\rسطر\n"
    assert read_plain(text.encode(), source="a.txt").pages[0].text == text

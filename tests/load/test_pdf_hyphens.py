"""The end of a line inside a paragraph: a space, a hyphen, or nothing."""

from __future__ import annotations

import pytest

from rag.load.pdf_hyphens import joined, words_inside

WORDS = words_inside(
    ["A long-term plan of economic and social matters here.", "the information of all people is it"]
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("the first", "line", "the first line"),
        ("قال", "الوزير", "قال الوزير"),
        ("new infor-", "mation", "new information"),
        ("an arrange-", "ment of", "an arrangement of"),
        ("a long-", "term plan", "a long-term plan"),
        ("social-", "economic", "social-economic"),
        ("state-of-the-", "art", "state-of-the-art"),
        ("COVID-", "19", "COVID-19"),
        ("Anglo-", "Saxon", "Anglo-Saxon"),
        ("THE ELE-", "MENT", "THE ELEMENT"),
        ("اقتصادية-", "اجتماعية", "اقتصادية-اجتماعية"),
        ("soft\u00ad", "ware", "software"),
        ("soft\u2010", "ware", "software"),
        ("he said -", "and left", "he said - and left"),
        ("1990-", "(and after)", "1990- (and after)"),
        ("see https://a.example/b?", "c=1", "see https://a.example/b?c=1"),
        ("see https://a.example/", "and go", "see https://a.example/ and go"),
    ],
)
def test_joined(before: str, after: str, expected: str) -> None:
    assert joined(before, after, WORDS) == expected

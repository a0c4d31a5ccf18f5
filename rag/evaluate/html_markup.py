"""What the pages of reports are made of: escaped text, marked quotes, and a page that asks nobody for anything.

Whatever comes from a document, a model or a question file passes through `plain`, and is text, never markup. The page
has no script at all, and its policy would let none run.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from rag import escaping
from rag.evaluate.html_words import say
from rag.evaluate.matching import any_stands_in
from rag.schema import Language

_STYLE_FILE = Path(__file__).with_name("html_report.css")


def plain(value: object) -> str:
    """`value` as HTML that shows exactly it: see rag.escaping."""
    return escaping.plain(str(value))


def number(value: float | None, *, decimals: int = 3) -> str:
    """A number that stays in one piece in a line of either direction; a dash for none."""
    return "–" if value is None else f'<bdi dir="ltr">{value:.{decimals}f}</bdi>'


def interval(low: float | None, high: float | None, *, decimals: int = 2) -> str:
    """An interval, lower end on the left as in print of either language; empty for none."""
    if low is None or high is None:
        return ""
    return f'<bdi dir="ltr">{low:.{decimals}f}–{high:.{decimals}f}</bdi>'


def left_to_right(value: str) -> str:
    """Text that reads from left to right wherever it stands: a date of digits, a path."""
    return f"\u2066{value}\u2069"


def page(title: str, body: str, language: Language) -> str:
    """A whole document: style inside, no request, no script."""
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{page_policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" href="data:,">\n<title>{plain(title)}</title>\n<style>{_style()}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def page_policy() -> str:
    """The Content-Security-Policy of pages: their own style and nothing else. Who serves them sends it too."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def section(key: str, body: str, language: Language) -> str:
    """A part of the page under its heading, which `key` names and anchors; nothing where there is nothing."""
    if not body:
        return ""
    return f'<section id="{key}"><h2>{plain(say(key, language))}</h2>{body}</section>'


def marked(value: str, answers: Sequence[str]) -> str:
    """`value` with the words that give one of `answers` marked."""
    parts, at = [], 0
    for start, end in answer_spans(value, answers):
        parts += [plain(value[at:start]), f'<mark class="gold">{plain(value[start:end])}</mark>']
        at = end
    return "".join([*parts, plain(value[at:])])


def answer_spans(value: str, answers: Sequence[str]) -> list[tuple[int, int]]:
    """Where `value` gives one of `answers`, by the rule of the metric contains_answer; in order, not overlapping."""
    chunks = [match.span() for match in re.finditer(r"\S+", value)]
    found = [span for answer in answers for span in _spans_of(value, chunks, answer)]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not apart or apart[-1][1] <= start:
            apart.append(_without_edges(value, start, end))
    return apart


def _spans_of(value: str, chunks: Sequence[tuple[int, int]], answer: str) -> Iterator[tuple[int, int]]:
    """Each shortest run of chunks that gives the answer. A longer text gives what a part of it gives, so its ends are
    found by bisection: asking for every window took 20 ms a question."""

    def gives(first: int, last: int) -> bool:
        return any_stands_in(value[chunks[first][0] : chunks[last][1]], [answer])

    def lacks(last: int, first: int) -> bool:
        return not gives(first, last)

    first, final = 0, len(chunks) - 1
    while first <= final and gives(first, final):
        last = bisect_left(range(final + 1), True, lo=first, key=partial(gives, first))
        begin = bisect_left(range(last + 1), True, lo=first, key=partial(lacks, last)) - 1
        yield chunks[begin][0], chunks[last][1]
        first = last + 1


def _without_edges(value: str, start: int, end: int) -> tuple[int, int]:
    """The span without the punctuation around its words; tashkeel belongs to them."""
    while start < end and unicodedata.category(value[start]).startswith("P"):
        start += 1
    while end > start and unicodedata.category(value[end - 1]).startswith("P"):
        end -= 1
    return start, end


@cache
def _style() -> str:
    return _STYLE_FILE.read_text(encoding="utf-8")

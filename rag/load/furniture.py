"""Headline and furniture of a text: which lines are its title, and which are not prose of it at all.

The rules go by lines and keep what they are not sure of: a line that goes missing cannot be found or cited.
"""

from __future__ import annotations

from collections import Counter

from rag.load.boilerplate import is_boilerplate, is_link_list_heading
from rag.load.lines import Line, lines
from rag.schema import Span

# How many lines may precede the headline: category, date, author.
_HEADLINE_WITHIN_LINES = 4
# A headline says something; one word is a label.
_MIN_HEADLINE_WORDS = 2
# Category lines above a headline ("World | Politics") are shorter than headlines.
_MAX_CATEGORY_CHARACTERS = 60
# Shorter lines recur in tables, lists and dialogue, where every printing counts.
_MIN_REPEATED_WORDS = 4
# Pages link to a dozen related articles at most; more lines than that are content.
_MAX_LINKS = 12
# Signs that a line is part of a list or table and not a headline.
_LIST_MARKS = ("-", "*", "•", "|", "+", ">", "#")


def find_headline(text: str) -> str:
    """The headline that the text itself prints, or "" if it prints none.

    One of the first lines that is short, ends no sentence and is printed again in the text; else the first
    line, if it is of that kind and stands apart from longer text by a blank line.
    """
    found = _headline([line for line in lines(text) if not is_boilerplate(line)])
    return found.key if found else ""


def find_furniture(text: str) -> tuple[Span, ...]:
    """The stretches of lines that are not prose of the text, one span a line, in order.

    Buttons and notices, links to other pages, signatures of news agencies, category lines above a repeated
    headline, and the repeats of a headline-like line (one printing stays: the one that text follows).
    """
    rows = lines(text)
    marked = {index for index, line in enumerate(rows) if is_boilerplate(line)}
    marked |= _link_lists(rows, marked)
    marked |= _categories(rows, marked)
    marked |= _repeats(rows, marked)
    return tuple(Span(rows[index].start, rows[index].end) for index in sorted(marked))


def _headline(rows: list[Line]) -> Line | None:
    """The line of `rows` (which leave out boilerplate) that is the headline, in its first printing."""
    printings = Counter(line.key for line in rows)
    for line in rows[:_HEADLINE_WITHIN_LINES]:
        if printings[line.key] > 1 and _may_be_headline(line):
            return line
    if len(rows) > 1 and rows[0].blank_after and _may_be_headline(rows[0]):
        longest_below = max(len(line.text) for line in rows[1:])
        return rows[0] if longest_below > len(rows[0].text) else None
    return None


def _may_be_headline(line: Line) -> bool:
    words = sum(any(map(str.isalpha, word)) for word in line.text.split())
    return line.is_headline_like and words >= _MIN_HEADLINE_WORDS and not line.text.startswith(_LIST_MARKS)


def _link_lists(rows: list[Line], marked: set[int]) -> set[int]:
    """Titles of other pages: all the lines from the heading of a link list to the end or the next furniture,
    if every one of them could be a title. Where prose follows, nothing is taken."""
    found: set[int] = set()
    for heading in (index for index in sorted(marked) if is_link_list_heading(rows[index])):
        links: list[int] = []
        for index in range(heading + 1, len(rows)):
            if index in marked or len(links) > _MAX_LINKS:
                break
            links.append(index)
        if len(links) <= _MAX_LINKS and all(rows[index].is_headline_like for index in links):
            found.update(links)
    return found


def _categories(rows: list[Line], marked: set[int]) -> set[int]:
    """Short lines above a headline that is printed again; without that evidence they may be the title
    itself."""
    open_rows = [line for index, line in enumerate(rows) if index not in marked]
    headline = _headline(open_rows)
    if headline is None or sum(line.key == headline.key for line in open_rows) == 1:
        return set()
    above = range(rows.index(headline))
    return {
        index
        for index in above
        if rows[index].is_headline_like and len(rows[index].text) <= _MAX_CATEGORY_CHARACTERS
    }


def _repeats(rows: list[Line], marked: set[int]) -> set[int]:
    """All printings but one of each line that could be a headline: of those in a row before other text, the
    last."""
    printings: dict[str, list[int]] = {}
    for index, line in enumerate(rows):
        if index not in marked:
            printings.setdefault(line.key, []).append(index)
    found: set[int] = set()
    for indices in printings.values():
        line = rows[indices[0]]
        if len(indices) == 1 or not _may_be_headline(line) or len(line.text.split()) < _MIN_REPEATED_WORDS:
            continue
        kept = 0
        while kept + 1 < len(indices) and indices[kept + 1] == indices[kept] + 1:
            kept += 1
        found.update(indices[:kept], indices[kept + 1 :])
    return found

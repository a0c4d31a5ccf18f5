"""CSV and TSV → Document: each row with the names of its columns. The separator is found by looking."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from rag.load.decode import decode
from rag.load.workbook import make_table
from rag.schema import Document

# The semicolon is Excel's where the comma is the decimal point; databases export with bars.
_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT_ROWS = 50
# Excel's own first line, which names the separator and is no row.
_SEPARATOR_LINE = re.compile(r"\"?sep=([,;|\t])\"?\r?\n", re.IGNORECASE)
# Not str.splitlines, which also splits at characters that may stand inside a cell.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# Python's own limit, 131,072, is shorter than an article in a cell. The most that a C long holds everywhere.
_MAX_CELL_CHARACTERS = 2**31 - 1


def read_csv(data: bytes, *, source: str) -> Document:
    """The document of a CSV or TSV file, its rows numbered as a spreadsheet numbers them.

    A quotation mark that is never closed makes one long cell of what follows; no text is lost. Raises LoadError when
    the bytes are not text, or make too much of it.
    """
    content = decode(data, name=source)
    named = _SEPARATOR_LINE.match(content)
    start = named.end() if named else 0
    separator = named.group(1) if named else _separator(content)
    rows = enumerate(_rows(content, start, separator), start=1)
    return make_table(rows, source=source, media_type="text/csv")


def _rows(content: str, start: int, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    return csv.reader((line.group() for line in _LINE.finditer(content, start)), delimiter=separator)


def _separator(content: str) -> str:
    """The separator under which most rows have the same number of cells, and the most cells among those."""

    def agreement(separator: str) -> tuple[int, int]:
        widths = Counter(map(len, islice(_rows(content, 0, separator), _LOOKED_AT_ROWS)))
        del widths[0], widths[1]
        width, rows = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        return rows, width

    return max(_SEPARATORS, key=agreement)

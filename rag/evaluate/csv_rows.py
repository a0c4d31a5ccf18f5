"""CSV as spreadsheets write it: any of three delimiters, a `sep=` line, padding cells, empty rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from rag.errors import DatasetError

_DELIMITERS = (",", ";", "\t")
# Excel's own first line, which names the delimiter ("sep=;").
_SEPARATOR_LINE = "sep="


def read_csv(
    content: str, name: str, *, is_question: Callable[[str], bool]
) -> Iterator[tuple[int, dict[str, object]]]:
    """Number of the first line and cells by header of each row that has any.

    The first row is the header; its delimiter is the one under which most columns appear, one of which must be
    `is_question`. Raises DatasetError.
    """
    # strict finds a quote that is never closed, which would otherwise swallow the rest of the file.
    records = _records(content, name, _delimiter(content, name, is_question), strict=True)
    header_line, header = next(records)
    if twice := next((column for column in header if column.strip() and header.count(column) > 1), None):
        raise bad_line(
            name,
            header_line,
            f"two columns are named '{twice}'. Give each column its own name",
            f"عمودان باسم «{twice}». اجعل لكل عمود اسمًا خاصًا",
        )
    for line, cells in records:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            raise bad_line(
                name,
                line,
                f"{len(cells)} cells under {len(header)} columns. Put text that holds the delimiter in quotes",
                f"{len(cells)} خلايا تحت {len(header)} أعمدة. ضع النص الذي يحوي الفاصل بين علامتي تنصيص",
            )
        yield line, dict(zip(header, cells, strict=False))


def bad_line(name: str, line: int, en: str, ar: str) -> DatasetError:
    """The error for one line. `en` and `ar` say what is wrong and what to do, without the last full stop."""
    return DatasetError(en=f"{name}, line {line}: {en}.", ar=f"{name}، السطر {line}: {ar}.")


def _delimiter(content: str, name: str, is_question: Callable[[str], bool]) -> str:
    headers = {
        delimiter: next(_records(content, name, delimiter, strict=False), (1, []))[1]
        for delimiter in _DELIMITERS
    }
    usable = [delimiter for delimiter, header in headers.items() if any(map(is_question, header))]
    if not usable:
        found = max(headers.values(), key=len)
        shown = ", ".join(found)
        raise DatasetError(
            en=f"{name} has no column 'question' (its first row: {shown}). Name the column of questions 'question'.",
            ar=f"لا عمود باسم «السؤال» في {name} (صفه الأول: {shown}). سمّ عمود الأسئلة «السؤال» أو question.",
        )
    return max(usable, key=lambda delimiter: len(headers[delimiter]))


def _records(content: str, name: str, delimiter: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and cells of each record that is not empty."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=strict)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise bad_line(
                name,
                line,
                f"not valid CSV ({error}). Check the quotation marks of this row",
                f"ليس CSV سليمًا ({error}). راجع علامات التنصيص في هذا الصف",
            ) from error
        if cells is None:
            return
        is_separator_line = line == 1 and cells[:1] and cells[0].lower().startswith(_SEPARATOR_LINE)
        if any(cell.strip() for cell in cells) and not is_separator_line:
            yield line, cells
        line = reader.line_num + 1

"""Excel workbooks (.xlsx, .xlsm, .xls) → Document: a page a sheet. The only module that knows python-calamine.

calamine keeps a sheet as a full rectangle: for two cells in opposite corners it asks for 550 GB and ends the process.
So the parts of a packed workbook are unpacked here first, within limits, and calamine is given sheets that fit. Rows
of an old .xls cannot be looked at beforehand.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from rag.errors import LoadError
from rag.load.decode import storable
from rag.load.document import Loaded
from rag.load.kinds import OLD_OFFICE, OLD_WORKBOOK, OLE_START, WORKBOOK, ZIP_START, Kind, binary_kind
from rag.load.ooxml import core_title, main_part
from rag.load.refusals import SHEET_PARTS, damaged, locked, no_text, other_kind, unreadable_parts
from rag.load.tables import MAX_KEY_CHARACTERS, Row
from rag.load.workbook import make_workbook, sheet_page
from rag.load.zipped import Package, open_package
from rag.schema import Page

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
"""What calamine makes of a cell; "" is an empty one."""

MAX_CELLS = 16_000_000
"""A sheet's width times its height. calamine takes 32 bytes a cell, empty ones too: half a gigabyte."""

_USUAL_PART = "xl/workbook.xml"
_MEDIA_TYPES = {
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    OLD_WORKBOOK: "application/vnd.ms-excel",
}
# Where the names inside it are cut off, an old workbook is a damaged one.
_MAYBE_OLD_WORKBOOKS = (OLD_WORKBOOK, OLD_OFFICE)
_PICTURES = "xl/media/"
_XML = (".xml", ".rels")
# What calamine does not read, and is often most of the file.
_NOT_READ = (
    "customxml/",
    "docprops/",
    "xl/charts/",
    "xl/drawings/",
    "xl/externallinks/",
    "xl/pivotcache/",
    "xl/theme/",
)
# Rows and cells say where they stand: r="12", r="AB12".
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
_PANIC = "PanicException"

_T = TypeVar("_T")


def read_workbook(data: bytes, *, source: str) -> Iterator[Loaded]:
    """The document of a workbook, and a LoadError that names the sheets that are damaged.

    Its headline is the title in its properties. A page's number is the sheet's place among the sheets; a sheet of
    nothing, or of a chart, has no page. Raises LoadError where the file is locked, damaged, something else, or
    holds no text.
    """
    kind, headline, has_pictures = OLD_WORKBOOK, "", False
    if data.startswith(ZIP_START):
        package = open_package(data, source=source, kind=WORKBOOK)
        kind, headline = WORKBOOK, core_title(package)
        has_pictures = bool(package.names(lambda name: name.startswith(_PICTURES)))
        main_part(package, _USUAL_PART)
        data = _unpacked(package)
    elif not data.startswith(OLE_START) or binary_kind(data) not in _MAYBE_OLD_WORKBOOKS:
        raise other_kind(data, source, WORKBOOK)
    workbook = _open(data, source, kind)
    pages: list[Page] = []
    broken: list[int] = []
    for number, name in enumerate(workbook.sheet_names, start=1):
        try:
            page = sheet_page(name, _rows(workbook, number - 1), number=number, source=source)
        except _BrokenError:
            broken.append(number)
        else:
            pages += [page] if page.text else []
    if pages:
        yield make_workbook(pages, source=source, headline=headline, media_type=_MEDIA_TYPES[kind])
        if broken:
            yield unreadable_parts(source, SHEET_PARTS, broken)
    else:
        yield damaged(source, kind) if broken else no_text(source, has_pictures=has_pictures)


def _unpacked(package: Package) -> bytes:
    """The package with nothing packed in it and nothing that is not read: what calamine cannot blow up.

    Raises LoadError where a sheet spans too many cells.
    """
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name in package.names(lambda name: name.endswith(_XML) and not name.startswith(_NOT_READ)):
            part = package.read(name)
            _check_span(part, package.source)
            archive.writestr(name, part)
    return copy.getvalue()


def _check_span(sheet: bytes, source: str) -> None:
    last_row, columns = 0, set[bytes]()
    for match in _REFERENCE.finditer(sheet):
        last_row = max(last_row, int(match.group(2)))
        columns.add(match.group(1).upper())
    last_column = max(map(_column_number, columns), default=0)
    if last_row * last_column > MAX_CELLS:
        raise LoadError(
            en=f"{source}: a sheet spans {last_row:,} rows and {last_column:,} columns, over the limit of "
            f"{MAX_CELLS:,} cells. Delete stray cells far from the table, or split it.",
            ar=f"{source}: فيه ورقة تمتدّ على {last_row:,} صف و{last_column:,} عمود، وهو فوق الحدّ "
            f"{MAX_CELLS:,} خلية. احذف الخلايا البعيدة عن الجدول أو قسّمه.",
        )


def _column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; 0 for the reference of a row."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _open(data: bytes, source: str, kind: Kind) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        return _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))
    except _BrokenError as error:
        raise (
            locked(source) if isinstance(error.__cause__, PasswordError) else damaged(source, kind)
        ) from error


class _BrokenError(Exception):
    """calamine could not read something."""


def _guarded(read: Callable[[], _T]) -> _T:
    """What `read` returns. Raises _BrokenError from whatever calamine raises on a broken file."""
    from python_calamine import CalamineError

    try:
        return read()
    except BaseException as error:
        # Rust code that gives up raises what is no Exception, of a type that cannot be imported.
        if isinstance(error, CalamineError) or type(error).__name__ == _PANIC:
            raise _BrokenError from error
        raise


def _rows(workbook: CalamineWorkbook, index: int) -> Iterator[Row]:
    """The rows of a sheet, numbered as Excel numbers them; a short text that was merged downwards is in each of them.

    Raises _BrokenError where the sheet is damaged.
    """
    sheet = _guarded(lambda: workbook.get_sheet_by_index(index))
    merged = _merged_downwards(sheet)
    carried: dict[int, tuple[int, str]] = {}
    rows = _guarded(sheet.iter_rows)
    number = 0
    while (values := _guarded(lambda: next(rows, None))) is not None:
        cells = list(map(cell_text, values))
        for column, cell in enumerate(cells) if merged else ():
            if (number, column) in merged and len(cell) <= MAX_KEY_CHARACTERS:
                carried[column] = (merged[number, column], cell)
            elif not cell and column in carried and number <= carried[column][0]:
                cells[column] = carried[column][1]
        number += 1
        yield number, cells


def _merged_downwards(sheet: CalamineSheet) -> dict[tuple[int, int], int]:
    """The last row of the cells that were merged in one column, by row and column of the first. Titles are merged
    over several columns."""
    left = sheet.start[1] if sheet.start else 0
    return {
        (top, column - left): bottom
        for (top, column), (bottom, last_column) in sheet.merged_cell_ranges or ()
        if column == last_column
    }


def cell_text(value: Cell) -> str:
    """A value as a person would write it: whole numbers without a point, dates without a midnight."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        # What Excel itself shows: 0.1 + 0.2 is 0.3.
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        day = value.date().isoformat()
        return day if value.time() == datetime.time() else f"{day} {_clock(value.time())}"
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return _clock(value) if isinstance(value, datetime.time) else value.isoformat()


def _clock(time: datetime.time) -> str:
    return time.isoformat("seconds" if time.second else "minutes")

"""JSON → Documents: its values as "name: value", a record a paragraph.

A list of records with "id" and "text" is a corpus, as in JSON Lines, and each of them a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from rag.errors import LoadError
from rag.load.decode import decode, storable
from rag.load.document import Loaded
from rag.load.jsonl import BadRecordError, document_of
from rag.load.refusals import cut_short, too_deep
from rag.load.tables import RECORDS, ROWS_PER_LABEL, row_label, row_paragraphs
from rag.load.workbook import make_records

_TITLES = ("title", "headline", "عنوان", "العنوان")
_LIST_SEPARATOR = ", "
# The end of a long path says most; without a bound, a long name would be repeated for everything inside it.
_MAX_NAME_CHARACTERS = 100


def read_json(data: bytes, *, source: str) -> Iterator[Loaded]:
    """The document of a JSON file, or those of its records with a LoadError for each that is none.

    The headline is the field "title" of a single object. Raises LoadError where the file is no JSON, cut short, or
    holds nothing.
    """
    value = _parsed(decode(data, name=source), source)
    if isinstance(value, list) and value and all(map(_is_document, value)):
        yield from _documents(value, source)
    else:
        paragraphs = _paragraphs(value)
        yield make_records(paragraphs, source=source, headline=_title(value), media_type="application/json")


def _parsed(text: str, source: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise too_deep(source) from error
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise cut_short(source) from error
        if _is_json_lines(text):
            raise LoadError(
                en=f"{source} holds one JSON object a line. Rename it so that it ends in .jsonl.",
                ar=f"في كل سطر من {source} كائن JSON مستقل. غيّر اسمه لينتهي بـ .jsonl.",
            ) from error
        raise _not_json(source, error) from error
    except ValueError as error:
        # A whole number of thousands of digits.
        raise _not_json(source, error) from error


def _not_json(source: str, error: ValueError) -> LoadError:
    return LoadError(
        en=f"{source} is not valid JSON ({error}). Correct it there or export it again.",
        ar=f"الملف {source} ليس JSON سليمًا ({error}). صحّحه في ذلك الموضع أو صدّره من جديد.",
    )


def _is_json_lines(text: str) -> bool:
    first, _, rest = text.partition("\n")
    try:
        return isinstance(json.loads(first), dict) and rest.lstrip().startswith("{")
    except (ValueError, RecursionError):
        return False


def _is_document(record: object) -> bool:
    return isinstance(record, dict) and "id" in record and isinstance(record.get("text"), str)


def _documents(records: Sequence[object], source: str) -> Iterator[Loaded]:
    for number, record in enumerate(records, start=1):
        try:
            yield document_of(record)
        except BadRecordError as error:
            yield LoadError(
                en=f"{source}, record {number}: {error.en}.", ar=f"{source}، السجل {number}: {error.ar}."
            )


def _title(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    title = next((value[name] for name in _TITLES if isinstance(value.get(name), str)), "")
    return storable(" ".join(title.split()))


def _paragraphs(value: object) -> Iterator[str]:
    """Each field of an object a paragraph, then its lists of records; each item of a list."""
    if isinstance(value, dict):
        lists = {name: inner for name, inner in value.items() if _are_records(inner)}
        for field in _fields({name: inner for name, inner in value.items() if name not in lists}):
            yield from row_paragraphs([field])
        for name, records in lists.items():
            yield from _records(storable(name), records)
    elif _are_records(value):
        yield from _records("", value)
    elif isinstance(value, list):
        for item in value:
            yield from row_paragraphs(_fields(item))
    else:
        yield from row_paragraphs(_fields(value))


def _are_records(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _records(name: str, records: Sequence[object]) -> Iterator[str]:
    sample = " ".join(" ".join(field) for field in _fields(records[0]))
    label = row_label(name, sample, counted=RECORDS)
    for start in range(0, len(records), ROWS_PER_LABEL):
        group = records[start : start + ROWS_PER_LABEL]
        yield label(start + 1, start + len(group))
        for record in group:
            yield from row_paragraphs(_fields(record))


def _fields(value: object) -> Iterator[tuple[str, str]]:
    """(path, text) of every value inside, in order. Without recursion: JSON may nest as deep as Python recurses."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        name, inner = stack.pop()
        if isinstance(inner, dict):
            named = ((f"{name}.{key}" if name else key, field) for key, field in inner.items())
            stack += reversed([(path[-_MAX_NAME_CHARACTERS:], field) for path, field in named])
        elif isinstance(inner, list) and any(isinstance(item, dict | list) for item in inner):
            stack += [(name, item) for item in reversed(inner)]
        elif isinstance(inner, list):
            yield storable(name), _LIST_SEPARATOR.join(filter(None, map(_scalar, inner)))
        else:
            yield storable(name), _scalar(inner)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    return storable(value) if isinstance(value, str) else json.dumps(value)

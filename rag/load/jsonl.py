"""JSON Lines → Documents, one a line: {"id": …, "title": …, "text": …}."""

from __future__ import annotations

import codecs
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rag.errors import LoadError
from rag.load.decode import storable
from rag.load.document import Loaded, make_document
from rag.load.furniture import find_furniture, find_headline
from rag.schema import Document

_log = logging.getLogger(__name__)

_EXAMPLE = '{"id": "1", "title": "…", "text": "…"}'
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadRecordError(Exception):
    """Why a record is no document, in both languages."""

    def __init__(self, en: str, ar: str) -> None:
        super().__init__(en)
        self.en = en
        self.ar = ar


def read_jsonl(path: Path, *, source: str, max_bytes: int) -> Iterator[Loaded]:
    """The documents of a JSON Lines file, one by one, and a LoadError for each line that is none.

    `source` names the file in errors; a document's source is its id (a string, or an integer as one). The
    original text is the field "text", exactly, save that NUL and halves of surrogate pairs are U+FFFD and
    logged. Lines are read as they are asked for, and none longer than `max_bytes` is held in memory. The
    second line with an id is a failure: the first one is the document.
    """
    seen: dict[str, int] = {}
    is_empty = True
    with path.open("rb") as file:
        for number, line in enumerate(_read_lines(file, max_bytes), start=1):
            if number == 1 and line.startswith(_WIDE_MARKS):
                yield LoadError(
                    en=f"{source} is UTF-16; JSON Lines must be UTF-8. Save it as UTF-8 and try again.",
                    ar=f"الملف {source} بترميز UTF-16، ويجب أن يكون JSON Lines بترميز UTF-8. "
                    "احفظه به ثم أعد المحاولة.",
                )
                return
            try:
                document = _read_line(line, max_bytes)
                if document is None:
                    continue
                is_empty = False
                first = seen.setdefault(document.source, number)
                if first != number:
                    raise BadRecordError(
                        f'the id "{document.source}" is that of line {first} already; give each line its own',
                        f"المعرّف «{document.source}» مستعمل في السطر {first}، فاجعل لكل سطر معرّفًا",
                    )
            except BadRecordError as error:
                is_empty = False
                yield LoadError(
                    en=f"{source}, line {number}: {error.en}.", ar=f"{source}، السطر {number}: {error.ar}."
                )
            else:
                yield document
    if is_empty:
        yield LoadError(
            en=f"{source} holds no documents. Add a line such as {_EXAMPLE} or remove the file.",
            ar=f"لا مستندات في {source}. أضف سطرًا مثل {_EXAMPLE} أو احذف الملف.",
        )


def _read_lines(file: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """The file's lines; of one that is longer than `max_bytes`, only the beginning."""
    limit = max_bytes + len(b"\r\n")
    while line := file.readline(limit):
        rest = line
        while len(rest) == limit and not rest.endswith(b"\n"):
            rest = file.readline(limit)
        yield line


def _read_line(line: bytes, max_bytes: int) -> Document | None:
    """The document of a line, None for a blank one."""
    if len(line.rstrip(b"\r\n")) > max_bytes:
        raise BadRecordError(
            f"it is longer than {max_bytes:,} bytes, the limit for a document; split it or raise RAG_MAX_FILE_MB",
            f"أطول من {max_bytes:,} بايت، وهو حدّ المستند؛ قسّمه أو ارفع RAG_MAX_FILE_MB",
        )
    if not line.strip():
        return None
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadRecordError(
            "it is not valid UTF-8; save the file as UTF-8", "ليس UTF-8 سليمًا؛ احفظ الملف به"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadRecordError(
            f"it is not valid JSON ({error}); write one object a line",
            f"ليس JSON سليمًا ({error})؛ اكتب كائنًا في كل سطر",
        ) from error
    return document_of(record)


def document_of(record: object) -> Document:
    """The document of a record {"id": …, "title": …, "text": …}; its source is its id. Raises BadRecordError."""
    if not isinstance(record, dict):
        raise BadRecordError(f"it is not an object such as {_EXAMPLE}", f"ليس كائنًا مثل {_EXAMPLE}")
    identifier = record.get("id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    text = _string(record, "text")
    stored = storable(text)
    if stored != text:
        _log.warning('characters that are no text were replaced by U+FFFD in the document "%s"', identifier)
    title = " ".join(_string(record, "title").split()) if record.get("title") is not None else ""
    return make_document(
        stored,
        source=_string({"id": identifier}, "id"),
        headline=title or find_headline(stored),
        furniture=find_furniture(stored),
        media_type="application/jsonl",
    )


def _string(record: dict[str, object], field: str) -> str:
    value = record.get(field)
    if not isinstance(value, str):
        raise BadRecordError(f'"{field}" must be a string', f'يجب أن يكون "{field}" نصًا')
    if field != "text" and storable(value) != value:
        raise BadRecordError(f'"{field}" holds characters that are no text', f'في "{field}" محارف ليست نصًا')
    if not value.strip() and field != "title":
        raise BadRecordError(f'"{field}" is empty', f'"{field}" فارغ')
    return value

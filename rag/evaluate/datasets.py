"""A file of questions → Questions, or one sentence that says which line is wrong and what to do.

JSON Lines, a JSON list, or CSV, told apart by their content. Only `question` is required; see fields.py for the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DatasetError, LoadError
from rag.evaluate.csv_rows import bad_line, read_csv
from rag.evaluate.fields import (
    BadFieldError,
    Question,
    Relevant,
    is_question,
    known_fields,
    read_question,
    wording_of,
)
from rag.load.decode import decode

__all__ = ["Question", "QuestionFile", "Relevant", "load_questions", "read_questions"]

_ID_DIGITS = 10
# What may stand between two values. Only these are white space to JSON: U+2028 may stand inside a string.
_GAP = re.compile(r"[ \t\r\n]*")
_LIST_GAP = re.compile(r"[ \t\r\n,]*")


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A file of questions, read. `ignored` are the names of its columns that nothing reads, in their order; `sha256`
    is of its bytes."""

    name: str
    sha256: str
    questions: tuple[Question, ...]
    ignored: tuple[str, ...]


def load_questions(path: Path) -> list[Question]:
    """The questions of a file alone. See `read_questions`."""
    return list(read_questions(path).questions)


def read_questions(path: Path) -> QuestionFile:
    """The questions of a JSON or CSV file, in order. Rows with nothing in them are skipped.

    A question without an id gets one from its own words, so that adding a row changes no other row's id.
    Raises DatasetError, naming file and line, where a row cannot be used or there is no question at all.
    """
    name = path.name
    data = _bytes(path)
    questions: list[Question] = []
    lines: dict[str, int] = {}
    ignored: dict[str, None] = {}
    for line, row in _rows(_decoded(data, name), name):
        fields, unknown = known_fields(row)
        ignored.update(dict.fromkeys(unknown))
        question = _question(fields, name, line, taken=lines)
        if question.id in lines:
            raise bad_line(
                name,
                line,
                f"the id '{question.id}' is already that of line {lines[question.id]}. Give each question its own",
                f"المعرّف «{question.id}» مستعمل في السطر {lines[question.id]}. اجعل لكل سؤال معرّفًا خاصًا",
            )
        lines[question.id] = line
        questions.append(question)
    if not questions:
        raise _empty(name)
    return QuestionFile(name, hashlib.sha256(data).hexdigest(), tuple(questions), tuple(ignored))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(
            en=f"{path} cannot be read: {error.strerror}. Check the path of the question file.",
            ar=f"تعذّرت قراءة {path}: {error.strerror}. تحقّق من مسار ملف الأسئلة.",
        ) from error


def _decoded(data: bytes, name: str) -> str:
    if not data.strip():
        raise _empty(name)
    try:
        return decode(data, name=name)
    except LoadError as error:
        raise DatasetError(
            en=f"{error.en} Questions are read from JSON Lines or CSV, best in UTF-8.",
            ar=f"{error.ar} تُقرأ الأسئلة من JSON Lines أو CSV، والأفضل بترميز UTF-8.",
        ) from error


def _empty(name: str) -> DatasetError:
    return DatasetError(
        en=f'{name} holds no questions. Write one a line: {{"question": "…"}}, or a CSV with a column "question".',
        ar=f'لا أسئلة في {name}. اكتب سؤالًا في كل سطر: {{"question": "…"}}، أو ملف CSV فيه عمود «السؤال».',
    )


def _rows(content: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Number of the first line and content of each row."""
    first = content.lstrip()[:1]
    if first not in {"{", "["}:
        yield from read_csv(content, name, is_question=is_question)
        return
    for line, row in _json_values(content, name):
        if not isinstance(row, dict):
            raise bad_line(
                name,
                line,
                'not an object. Write one object a line, such as {"question": "…"}',
                'ليس كائنًا. اكتب كائنًا واحدًا في كل سطر، مثل {"question": "…"}',
            )
        yield line, row


def _json_values(content: str, name: str) -> Iterator[tuple[int, object]]:
    """The values of a file of JSON, with the line each begins in: one behind the other, or all in one list."""
    decoder = json.JSONDecoder()
    is_list = content.lstrip().startswith("[")
    between = _LIST_GAP if is_list else _GAP
    position, line = (content.index("[") + 1 if is_list else 0), 1
    line += content.count("\n", 0, position)
    while True:
        gap = between.match(content, position)
        begin = gap.end() if gap else position
        line += content.count("\n", position, begin)
        if begin == len(content) and not is_list:
            return
        if is_list and content.startswith("]", begin):
            position, is_list, between = begin + 1, False, _GAP
            continue
        try:
            value, position = decoder.raw_decode(content, begin)
            # Halves of surrogate pairs pass as JSON but can be neither stored nor printed.
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise bad_line(
                name,
                line,
                f"not valid JSON ({error}). Write one object a line",
                f"ليس JSON سليمًا ({error}). اكتب كائنًا واحدًا في كل سطر",
            ) from error
        yield line, value
        line += content.count("\n", begin, position)


def _question(fields: Mapping[str, object], name: str, line: int, *, taken: Mapping[str, int]) -> Question:
    try:
        return read_question(fields, _own_id(wording_of(fields), taken))
    except BadFieldError as error:
        raise bad_line(
            name, line, f"'{error.field}' {error.en}. Correct it", f"الحقل «{error.field}» {error.ar}. صحّحه"
        ) from error


def _own_id(wording: str, taken: Mapping[str, int]) -> str:
    """An id from the question's words; the second row that asks the same gets "-2"."""
    own = "q-" + hashlib.sha256(wording.encode()).hexdigest()[:_ID_DIGITS]
    names = (own if copy == 1 else f"{own}-{copy}" for copy in range(1, len(taken) + 2))
    return next(candidate for candidate in names if candidate not in taken)

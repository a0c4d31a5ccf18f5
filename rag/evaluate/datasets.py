"""A file of questions → Questions, or one sentence that says which line is wrong and what to do.

JSON Lines or CSV, told apart by their content. Only `question` is required. Columns and keys may have Arabic names,
because the people who write such a file in a spreadsheet name its columns in their own language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag import text
from rag.errors import DatasetError, LoadError
from rag.evaluate.csv_rows import SEPARATOR, bad_line, read_csv
from rag.load.decode import decode

# The names under which a field is looked for, best first; compared after normalisation, so hamzas do not matter.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "السؤال", "سؤال"),
    "id": ("id", "المعرف", "الرقم"),
    "lang": ("lang", "language", "اللغة"),
    "answers": ("answers", "answer", "الإجابة", "الإجابات", "إجابة", "الجواب", "الأجوبة", "جواب"),
    "relevant": ("relevant", "sources", "المصدر", "المصادر"),
    "relevant_sentences": ("relevant_sentences",),
    "answerable": ("answerable", "له إجابة", "له جواب"),
    "tags": ("tags", "tag", "الوسوم", "الوسم"),
}
_FIELDS = {text.normalise(name): field for field, names in _NAMES.items() for name in reversed(names)}
_RANK = {text.normalise(name): rank for names in _NAMES.values() for rank, name in enumerate(names)}
_QUESTION_NAMES = frozenset(name for name, field in _FIELDS.items() if field == "question")

_YES = frozenset(text.normalise(word) for word in ("yes", "true", "1", "y", "نعم", "صح"))
_NO = frozenset(text.normalise(word) for word in ("no", "false", "0", "n", "لا", "خطأ"))
_LANGUAGES = {
    text.normalise(name): code
    for code, names in {
        "ar": ("ar", "arabic", "عربي", "عربية", "العربية"),
        "en": ("en", "english", "إنجليزي", "إنجليزية", "الإنجليزية"),
    }.items()
    for name in names
}
_ID_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Relevant:
    """Where an answer stands: a source (a file name, the end of a path, or the id of a record) and, if known, the
    words that state it."""

    source: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known about its answer.

    `answers` are alternatives: any one of them is right. `answerable` is None where the file does not say and gives
    neither answers nor sources. `relevant_sentences` are ids of gold sentences, kept for those who know them.
    """

    id: str
    question: str
    lang: str
    answers: tuple[str, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    relevant_sentences: tuple[str, ...] = ()
    answerable: bool | None = None
    tags: tuple[str, ...] = ()


def load_questions(path: Path) -> list[Question]:
    """The questions of a JSON Lines or CSV file, in order. Rows with nothing in them are skipped.

    A question without an id gets one from its own words, so that adding a row changes no other row's id.
    Raises DatasetError, naming file and line, where a row cannot be used or there is no question at all.
    """
    name = path.name
    content = _read(path)
    is_json = content.lstrip()[:1] in {"{", "["}
    rows = _json_rows(content, name) if is_json else read_csv(content, name, is_question=_is_question)
    questions: list[Question] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        question = _question(_known(row), name, line, taken=lines)
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
    return questions


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(
            en=f"{path} cannot be read: {error.strerror}. Check the path of the question file.",
            ar=f"تعذّرت قراءة {path}: {error.strerror}. تحقّق من مسار ملف الأسئلة.",
        ) from error
    if not data.strip():
        raise _empty(path.name)
    try:
        return decode(data, name=path.name)
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


def _json_rows(content: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Line number and object of each line. Only "\\n" ends a line: U+2028 may stand inside a JSON string."""
    for line, raw in enumerate(content.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
            # Halves of surrogate pairs pass as JSON but can be neither stored nor printed.
            json.dumps(row, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise bad_line(
                name,
                line,
                f"not valid JSON ({error}). Write one object a line",
                f"ليس JSON سليمًا ({error}). اكتب كائنًا واحدًا في كل سطر",
            ) from error
        if not isinstance(row, dict):
            raise bad_line(
                name,
                line,
                'not an object. Write one object a line, such as {"question": "…"}',
                'ليس كائنًا. اكتب كائنًا واحدًا في كل سطر، مثل {"question": "…"}',
            )
        yield line, row


def _is_question(header: str) -> bool:
    return text.normalise(header).strip() in _QUESTION_NAMES


def _known(row: Mapping[str, object]) -> dict[str, object]:
    """The fields we know that hold something, under their own names; of two names for one field the better one."""
    fields: dict[str, object] = {}
    for key in sorted(row, key=lambda key: _RANK.get(text.normalise(key).strip(), 0)):
        field = _FIELDS.get(text.normalise(key).strip())
        value = row[key]
        if field and value is not None and value != "":
            fields.setdefault(field, value)
    return fields


def _question(fields: Mapping[str, object], name: str, line: int, *, taken: Mapping[str, int]) -> Question:
    try:
        wording = _string(fields, "question").strip()
        if not wording:
            raise _BadFieldError("question", "must hold the question", "يجب أن يحوي نص السؤال")
        answers = _strings(fields, "answers")
        relevant = tuple(_relevant(fields))
        answerable = _truth(fields)
        language = text.normalise(_string(fields, "lang")).strip()
        return Question(
            id=_string(fields, "id").strip() or _own_id(wording, taken),
            question=wording,
            lang=_LANGUAGES.get(language, language) or text.language(wording),
            answers=answers,
            relevant=relevant,
            relevant_sentences=_strings(fields, "relevant_sentences"),
            answerable=True if answerable is None and (answers or relevant) else answerable,
            tags=_strings(fields, "tags"),
        )
    except _BadFieldError as error:
        raise bad_line(
            name, line, f"'{error.field}' {error.en}. Correct it", f"الحقل «{error.field}» {error.ar}. صحّحه"
        ) from error


class _BadFieldError(Exception):
    """What is wrong with one field of a row, in both languages."""

    def __init__(self, field: str, en: str, ar: str) -> None:
        super().__init__(field, en)
        self.field = field
        self.en = en
        self.ar = ar


def _own_id(wording: str, taken: Mapping[str, int]) -> str:
    """An id from the question's words; the second row that asks the same gets "-2"."""
    own = "q-" + hashlib.sha256(wording.encode()).hexdigest()[:_ID_DIGITS]
    names = (own if copy == 1 else f"{own}-{copy}" for copy in range(1, len(taken) + 2))
    return next(candidate for candidate in names if candidate not in taken)


def _string(fields: Mapping[str, object], field: str) -> str:
    return _plain(fields.get(field, ""), field)


def _plain(value: object, field: str) -> str:
    """A string, or a number as one: answers and ids are often numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _BadFieldError(field, "must be text", "يجب أن يكون نصًا")


def _strings(fields: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A list of strings, or one string whose parts are separated by |."""
    value = fields.get(field, [])
    parts = value if isinstance(value, list) else _plain(value, field).split(SEPARATOR)
    return _filled(_plain(part, field) for part in parts)


def _filled(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts if part.strip())


def _relevant(fields: Mapping[str, object]) -> Iterator[Relevant]:
    value = fields.get("relevant", [])
    for item in value if isinstance(value, list) else _strings(fields, "relevant"):
        entry = item if isinstance(item, dict) else {"source": item}
        source = _plain(entry.get("source", ""), "relevant").strip()
        if not source:
            raise _BadFieldError(
                "relevant", "needs a 'source' in each entry", "يحتاج إلى «source» في كل عنصر منه"
            )
        yield Relevant(source, _plain(entry.get("quote") or "", "relevant").strip())


def _truth(fields: Mapping[str, object]) -> bool | None:
    value = fields.get("answerable")
    if value is None or isinstance(value, bool):
        return value
    word = text.normalise(_plain(value, "answerable")).strip()
    if word in _YES | _NO:
        return word in _YES
    if not word:
        return None
    raise _BadFieldError("answerable", "must be yes or no (نعم or لا)", "يجب أن يكون نعم أو لا (yes أو no)")

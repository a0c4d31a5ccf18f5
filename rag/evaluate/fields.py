"""One row of a question file → one Question: the names its columns may have, and what may stand in them.

Columns may have Arabic names, because the people who write such a file in a spreadsheet name its columns in their own
language, and the names under which other evaluation tools export theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag import text

SEPARATOR = "|"
"""Between several values in one cell: no spreadsheet uses it as its delimiter."""

SAME = "="
"""Between the spellings of one item of a list in one cell: Mauritania = موريتانيا | Yemen = اليمن."""

CONFLICT_TAGS = frozenset({"conflict", "تعارض"})
"""A question with one of these tags is one on which the sources disagree."""

# The names under which a field is looked for, best first; compared after normalisation, so hamzas do not matter.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "السؤال", "سؤال", "query", "user_input"),
    "id": ("id", "المعرف", "الرقم", "question_id"),
    "lang": ("lang", "language", "اللغة"),
    "answers": (
        *("answers", "answer", "الإجابة", "الإجابات", "إجابة", "الجواب", "الأجوبة", "جواب"),
        *("reference", "ground_truth", "expected_answer", "gold", "الإجابة الصحيحة", "الجواب الصحيح"),
    ),
    "items": ("items", "answer_items", "قائمة الأجوبة", "كل الأجوبة", "العناصر"),
    "wrong_answers": ("wrong_answers", "أجوبة خاطئة", "إجابات خاطئة"),
    "relevant": ("relevant", "sources", "source", "المصدر", "المصادر"),
    "quote": ("quote", "quotes", "evidence", "الاقتباس", "اقتباس", "الدليل", "الشاهد"),
    "relevant_sentences": ("relevant_sentences",),
    "answerable": ("answerable", "له إجابة", "له جواب"),
    "conflict": ("conflict", "تعارض", "متعارض"),
    "tags": ("tags", "tag", "الوسوم", "الوسم"),
}
_FIELDS = {text.normalise(name): field for field, names in _NAMES.items() for name in reversed(names)}
_RANK = {text.normalise(name): rank for names in _NAMES.values() for rank, name in enumerate(names)}

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


class BadFieldError(Exception):
    """What is wrong with one field of a row, in both languages."""

    def __init__(self, field: str, en: str, ar: str) -> None:
        super().__init__(field, en)
        self.field = field
        self.en = en
        self.ar = ar


@dataclass(frozen=True, slots=True)
class Relevant:
    """Where an answer stands: a source (a file name, the end of a path, or the id of a record) and, if known, the
    words that state it."""

    source: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known about its answer.

    `answers` are alternatives: any one of them is right. `items` are the parts of an answer that is a list, each with
    its spellings: all of them are wanted. `wrong_answers` must not be stated. `answerable` is None where the file does
    not say and gives neither answers nor sources; `conflict` says whether the sources disagree, None where the file
    does not say. `relevant_sentences` are ids of gold sentences, kept for those who know them.
    """

    id: str
    question: str
    lang: str
    answers: tuple[str, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    relevant_sentences: tuple[str, ...] = ()
    answerable: bool | None = None
    tags: tuple[str, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()
    wrong_answers: tuple[str, ...] = ()
    conflict: bool | None = None


def is_question(header: str) -> bool:
    """Whether a column of this name holds the questions."""
    return _field(header) == "question"


def known_fields(row: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """The fields we know that hold something, under their own names, of two names for one field the better one; and
    the names of those we do not know."""
    fields: dict[str, object] = {}
    unknown: list[str] = []
    for key in sorted(row, key=lambda key: _RANK.get(_plain_name(key), 0)):
        value, field = row[key], _field(key)
        if value is None or value == "":
            continue
        if field is None:
            unknown.append(key)
        else:
            fields.setdefault(field, value)
    return fields, unknown


def read_question(fields: Mapping[str, object], own_id: str) -> Question:
    """The question that known fields make; `own_id` is its id where they have none. Raises BadFieldError."""
    wording = wording_of(fields)
    answers, items = _answers(fields)
    relevant = _relevant(fields)
    answerable = _truth(fields, "answerable")
    tags = _strings(fields, "tags")
    language = text.normalise(_string(fields, "lang")).strip()
    has_gold = bool(answers or items or relevant)
    return Question(
        id=_string(fields, "id").strip() or own_id,
        question=wording,
        lang=_LANGUAGES.get(language, language) or text.language(wording),
        answers=answers,
        relevant=relevant,
        relevant_sentences=_strings(fields, "relevant_sentences"),
        answerable=True if answerable is None and has_gold else answerable,
        tags=tags,
        items=items,
        wrong_answers=_strings(fields, "wrong_answers"),
        conflict=True if not CONFLICT_TAGS.isdisjoint(tags) else _truth(fields, "conflict"),
    )


def wording_of(fields: Mapping[str, object]) -> str:
    """The question itself. Raises BadFieldError where there is none."""
    wording = _string(fields, "question").strip()
    if not wording:
        raise BadFieldError("question", "must hold the question", "يجب أن يحوي نص السؤال")
    return wording


def _plain_name(header: str) -> str:
    return text.normalise(header).strip()


def _field(header: str) -> str | None:
    return _FIELDS.get(_plain_name(header))


def _string(fields: Mapping[str, object], field: str) -> str:
    return _plain(fields.get(field, ""), field)


def _plain(value: object, field: str) -> str:
    """A string, or a number as one: answers and ids are often numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise BadFieldError(field, "must be text", "يجب أن يكون نصًا")


def _strings(fields: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A list of strings, or one string whose parts are separated by |."""
    value = fields.get(field, [])
    parts = value if isinstance(value, list) else _plain(value, field).split(SEPARATOR)
    return _filled(_plain(part, field) for part in parts)


def _filled(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts if part.strip())


def _answers(fields: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Alternatives, and the items of a list. `answers` that are lists of spellings are items."""
    items = _items(fields, "items")
    value = fields.get("answers")
    if isinstance(value, list) and any(isinstance(part, list) for part in value):
        if items:
            raise BadFieldError(
                "answers", "and 'items' both hold a list of items", "فيه قائمة عناصر ومعه الحقل items"
            )
        return (), _items(fields, "answers")
    return _strings(fields, "answers"), items


def _items(fields: Mapping[str, object], field: str) -> tuple[tuple[str, ...], ...]:
    """[["Yemen", "اليمن"], "Rome"], or "Yemen = اليمن | Rome"."""
    value = fields.get(field, [])
    if not isinstance(value, list):
        value = [part.split(SAME) for part in _plain(value, field).split(SEPARATOR)]
    spelled = (
        _filled(_plain(spelling, field) for spelling in (part if isinstance(part, list) else [part]))
        for part in value
    )
    return tuple(spellings for spellings in spelled if spellings)


def _relevant(fields: Mapping[str, object]) -> tuple[Relevant, ...]:
    """Sources with their quotes: entries of `relevant`, or its names beside as many in `quote`."""
    value = fields.get("relevant", [])
    entries = value if isinstance(value, list) else _strings(fields, "relevant")
    named = tuple(_entry(entry) for entry in entries)
    quotes = _strings(fields, "quote")
    if not quotes:
        return named
    if len(quotes) != len(named) or any(item.quote for item in named):
        raise BadFieldError(
            "quote",
            f"needs one quote for each source in 'relevant' ({len(quotes)} for {len(named)})",
            f"يحتاج إلى اقتباس واحد لكل مصدر ({len(quotes)} لعدد {len(named)} من المصادر)",
        )
    return tuple(Relevant(item.source, quote) for item, quote in zip(named, quotes, strict=True))


def _entry(item: object) -> Relevant:
    entry = item if isinstance(item, dict) else {"source": item}
    source = _plain(entry.get("source", ""), "relevant").strip()
    if not source:
        raise BadFieldError("relevant", "needs a 'source' in each entry", "يحتاج إلى «source» في كل عنصر منه")
    return Relevant(source, _plain(entry.get("quote") or "", "relevant").strip())


def _truth(fields: Mapping[str, object], field: str) -> bool | None:
    value = fields.get(field)
    if value is None or isinstance(value, bool):
        return value
    word = text.normalise(_plain(value, field)).strip()
    if word in _YES | _NO:
        return word in _YES
    if not word:
        return None
    raise BadFieldError(field, "must be yes or no (نعم or لا)", "يجب أن يكون نعم أو لا (yes أو no)")

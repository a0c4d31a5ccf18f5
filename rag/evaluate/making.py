"""`rag eval new`: questions proposed from a person's own documents, each with its evidence, to be kept or dropped.

Without a chat model they are cloze questions: a sentence with a number, a year or a name left out. With one, the model
writes a question about a passage; what it writes is proposed only where its answer stands in the passage.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from rag import text
from rag.errors import DatasetError, ModelError
from rag.evaluate.datasets import load_questions
from rag.evaluate.gaps import Gap, GapKind, find_gaps
from rag.evaluate.matching import any_stands_in
from rag.prompt import fence, load_prompt
from rag.schema import Document, Language, Page

ProposalKind = Literal["asked"] | GapKind
ReadDocument = Callable[[str], Document]
# System and user message → the model's whole reply.
Ask = Callable[[str, str], str]
_T = TypeVar("_T")

BLANK = "____"

_CLOZE: dict[Language, dict[GapKind, str]] = {
    "en": {
        "number": "Which number is missing: “{cut}”?",
        "year": "Which year is missing: “{cut}”?",
        "name": "Which name is missing: “{cut}”?",
    },
    "ar": {
        "number": "ما العدد الناقص في: «{cut}»؟",
        "year": "أي سنة تنقص في: «{cut}»؟",
        "name": "ما الاسم الناقص في: «{cut}»؟",
    },
}

# Fewer words leave nothing to recognise the sentence by; more are a list or a table.
_LEAST_WORDS, _MOST_WORDS = 8, 60
# What of a sentence stands in a question: enough to recognise it by, short enough to read at a glance.
_SHOWN_CHARACTERS = 220
# A passage that a model writes a question about: a paragraph.
_PASSAGE_CHARACTERS = 800
_LEAST_PASSAGE_CHARACTERS = 120
_MOST_QUESTION_CHARACTERS = 300
_MOST_ANSWER_WORDS = 15
# A model that wrote nothing usable about so many passages in a row is not up to it.
_PATIENCE = 10
# Documents whose proposals are kept between turns; others are read again.
_REMEMBERED = 64
_ID_DIGITS = 10

_LABELLED = re.compile(
    r"^\W*(?:(?P<question>q|question|س|سؤال|السؤال)|(?:a|answer|ج|جواب|الجواب|الإجابة))\W*[:：]\s*(?P<said>.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_AROUND_ANSWERS = " .\"'«»“”*_"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, the words that answer it, and the sentence of `source` they stand in. `name` is as much of the
    source's path as tells it from the others."""

    question: str
    answer: str
    language: Language
    source: str
    name: str
    quote: str
    kind: ProposalKind

    @property
    def id(self) -> str:
        """From the question's words, so that the same proposal is known again."""
        return "new-" + hashlib.sha256(self.question.encode()).hexdigest()[:_ID_DIGITS]

    def as_row(self) -> dict[str, Any]:
        """A line of a question file."""
        return {
            "id": self.id,
            "lang": self.language,
            "question": self.question,
            "answers": [self.answer],
            "relevant": [{"source": self.name, "quote": self.quote}],
            "answerable": True,
            "tags": ["asked"] if self.kind == "asked" else ["cloze", self.kind],
        }


def propose_cloze(sources: Sequence[str], read: ReadDocument) -> Iterator[Proposal]:
    """Cloze questions, one document after the other in turns, in an order that only the texts decide.

    No two ask for the same words. `read` gives the document of a source.
    """
    names = short_names(sources)

    def of_source(source: str) -> list[tuple[str, Gap, Language]]:
        found = []
        for sentence in _sentences(read(source)):
            language = text.language(sentence)
            gaps = sorted(find_gaps(sentence, language), key=lambda gap: _order(f"{gap.start} {sentence}"))
            # A sentence's second gap comes when every sentence has had its first.
            found += [(turn, _order(sentence), (sentence, gap, language)) for turn, gap in enumerate(gaps)]
        return [one for _, _, one in sorted(found, key=lambda each: each[:2])]

    asked_for: set[tuple[str, ...]] = set()
    for source, (sentence, gap, language) in _in_turns(sources, of_source):
        answer = sentence[gap.start : gap.end]
        key = tuple(text.stems(answer)) or tuple(text.words(answer))
        if key in asked_for:
            continue
        asked_for.add(key)
        question = _CLOZE[language][gap.kind].format(cut=_cut_out(sentence, gap))
        yield Proposal(question, answer, language, source, names[source], sentence, gap.kind)


def propose_asked(sources: Sequence[str], read: ReadDocument, ask: Ask) -> Iterator[Proposal]:
    """Questions that a model writes, a passage of each document in turns. Every one is checked: it is in the
    passage's language, its answer stands in the passage and not in the question.

    Raises ModelError where the model fails, or has written nothing usable for a long time.
    """
    names = short_names(sources)

    def of_source(source: str) -> list[str]:
        return sorted(_passages(read(source)), key=_order)

    failures = 0
    for source, passage in _in_turns(sources, of_source):
        language = text.language(passage)
        filled = load_prompt("propose", language).fill(passage=fence(passage))
        written = read_reply(ask(filled.system, filled.user), passage)
        if written is None:
            failures += 1
            if failures == _PATIENCE:
                raise _not_up_to_it()
            continue
        failures = 0
        question, answer, quote = written
        yield Proposal(question, answer, language, source, names[source], quote, "asked")


def read_reply(reply: str, passage: str) -> tuple[str, str, str] | None:
    """Question, answer and the sentence of the passage it stands in; None where the reply is not usable."""
    found = {
        bool(match["question"]): match["said"].strip() for match in reversed([*_LABELLED.finditer(reply)])
    }
    question, answer = found.get(True, ""), found.get(False, "").strip(_AROUND_ANSWERS)
    is_question = question.endswith(("?", "؟")) and len(question) <= _MOST_QUESTION_CHARACTERS
    if not is_question or not 0 < len(text.words(answer)) <= _MOST_ANSWER_WORDS:
        return None
    if text.language(question) != text.language(passage) or any_stands_in(question, [answer]):
        return None
    spans = text.sentences(passage)
    holding = [passage[start:end] for start, end in spans if any_stands_in(passage[start:end], [answer])]
    if not holding:
        return None
    asked = frozenset(text.stems(question))
    return question, answer, max(holding, key=lambda sentence: len(asked & frozenset(text.stems(sentence))))


def short_names(sources: Sequence[str]) -> dict[str, str]:
    """For each source as much of the end of its path as no other source ends with: a question file should still
    be right on another machine."""
    ends = Counter(end for source in sources for end in _ends(source))
    return {source: next((end for end in _ends(source) if ends[end] == 1), source) for source in sources}


def decided_proposals(path: Path) -> frozenset[str]:
    """The ids that need not be proposed again: those that a question file has, and those dropped before. None where
    there is no file. Raises DatasetError where it cannot be read."""
    kept = [question.id for question in load_questions(path)] if path.exists() else []
    dropped = _dropped_file(path)
    return frozenset([*kept, *(dropped.read_text(encoding="utf-8").split() if dropped.exists() else [])])


def keep(proposal: Proposal, path: Path) -> None:
    """Add a proposal to a question file, at once. Raises DatasetError where the file cannot be written."""
    _append(path, json.dumps(proposal.as_row(), ensure_ascii=False))


def drop(proposal: Proposal, path: Path) -> None:
    """Remember, beside the question file, that a proposal is not wanted. Raises DatasetError where it cannot be."""
    _append(_dropped_file(path), proposal.id)


def _dropped_file(path: Path) -> Path:
    return path.with_name(path.name + ".dropped")


def _append(path: Path, line: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            # A file that a person edited may lack its last line break.
            if file.tell() and not _ends_with_line_break(path):
                file.write(b"\n")
            file.write(line.encode() + b"\n")
    except OSError as error:
        raise DatasetError(
            en=f"The questions cannot be written to {path}: {error.strerror}. Give another file with --out.",
            ar=f"تعذّرت كتابة الأسئلة في {path}: {error.strerror}. اختر ملفًا آخر بالخيار --out.",
        ) from error


def _ends_with_line_break(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _in_turns(sources: Sequence[str], items: Callable[[str], Sequence[_T]]) -> Iterator[tuple[str, _T]]:
    """The first item of each source, then the second of each, and so on: a long document does not crowd out others."""
    remembered = lru_cache(maxsize=_REMEMBERED)(items)
    waiting, turn = sorted(sources, key=_order), 0
    while waiting:
        with_more = []
        for source in waiting:
            found = remembered(source)
            if turn < len(found):
                with_more.append(source)
                yield source, found[turn]
        waiting, turn = with_more, turn + 1


def _order(value: str) -> bytes:
    """An order that scatters neighbours and is the same every time."""
    return hashlib.sha256(value.encode("utf-8", "backslashreplace")).digest()


def _sentences(document: Document) -> Iterator[str]:
    """Sentences that can stand alone: neither fragments nor lists, each once."""
    said: set[str] = set()
    for page in document.pages:
        for sentence in _prose(page):
            if _LEAST_WORDS <= len(sentence.split()) <= _MOST_WORDS and sentence not in said:
                said.add(sentence)
                yield sentence


def _passages(document: Document) -> Iterator[str]:
    """Neighbouring sentences of a page, up to a paragraph's length."""
    for page in document.pages:
        gathered = ""
        for sentence in _prose(page):
            if gathered and len(gathered) + len(sentence) > _PASSAGE_CHARACTERS:
                yield gathered
                gathered = ""
            gathered = f"{gathered} {sentence}".strip()
        if len(gathered) >= _LEAST_PASSAGE_CHARACTERS:
            yield gathered


def _prose(page: Page) -> Iterator[str]:
    for start, end in text.sentences(page.text):
        if not any(part.start < end and start < part.end for part in page.furniture):
            yield page.text[start:end]


def _cut_out(sentence: str, gap: Gap) -> str:
    """The sentence with a blank in place of the gap, cut at spaces where it is long."""
    before, after = " ".join(sentence[: gap.start].split()), " ".join(sentence[gap.end :].split())
    room = _SHOWN_CHARACTERS - len(BLANK)
    after_room = max(room // 2, room - len(before))
    if len(after) > after_room:
        after = after[:after_room].rsplit(" ", 1)[0] + " …"
    if len(before) > room - len(after):
        before = "… " + before[len(before) - (room - len(after)) :].split(" ", 1)[-1]
    left = " " if sentence[: gap.start][-1:].isspace() else ""
    right = " " if sentence[gap.end :][:1].isspace() else ""
    return f"{before}{left}{BLANK}{right}{after}"


def _ends(source: str) -> list[str]:
    """ "a/b/c.txt" → ["c.txt", "b/c.txt", "a/b/c.txt"]."""
    parts = source.replace("\\", "/").split("/")
    return ["/".join(parts[at:]) for at in range(len(parts) - 1, -1, -1) if parts[at]]


def _not_up_to_it() -> ModelError:
    return ModelError(
        en=f"The chat model wrote no usable question about {_PATIENCE} passages in a row. Take a larger model, or have "
        "cloze questions made: --llm extractive.",
        ar=f"لم يكتب نموذج المحادثة سؤالًا صالحًا عن {_PATIENCE} مقاطع متتالية. اختر نموذجًا أكبر، أو اطلب أسئلة "
        "ملء الفراغ بالخيار --llm extractive.",
    )

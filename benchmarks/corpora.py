"""Public sets on disk → corpora, questions and gold, as the benchmarks ask for them.

A folder holds `<set>.<language>.corpus.jsonl` and `.questions.jsonl`, and `.sentences.jsonl` where gold sentences are
known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rag.schema import Hit, Language

LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")

# XQuAD's titles are English in both of its corpora: with them, Arabic passages would carry English words that no
# Arabic document has.
WITHOUT_TITLES = frozenset({"xquad"})


@dataclass(frozen=True, slots=True)
class Record:
    """A document of a corpus."""

    id: str
    title: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """The sentence that holds the answer: half-open offsets into its document's text."""

    document: str
    start: int
    end: int

    def is_shown_by(self, hit: Hit) -> bool:
        """Whether the hit's best sentence is this one: they share more than half of the shorter. Documents are cut
        into sentences by more than one rule."""
        best = hit.best_sentence
        shared = min(best.end, self.end) - max(best.start, self.start)
        shorter = min(best.end - best.start, self.end - self.start)
        return hit.passage.source == self.document and shared > shorter / 2


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its gold: documents, sentences where they are known, or only whether the `candidates` answer."""

    id: str
    text: str
    language: Language
    relevant: frozenset[str]
    gold: tuple[GoldSentence, ...]
    candidates: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Questions to ask of a corpus. `direction` reads "language of the questions-language of the corpus"."""

    set: str
    direction: str
    corpus: tuple[Record, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One language of a set, as its files have it."""

    records: tuple[Record, ...]
    questions: tuple[Mapping[str, Any], ...]
    sentences: Mapping[str, GoldSentence]

    def gold_of(self, question_id: str) -> tuple[GoldSentence, ...]:
        """The gold sentences, in this language, of the question with this id."""
        named = next((row for row in self.questions if row["id"] == question_id), {})
        return tuple(self.sentences[name] for name in named.get("relevant_sentences", ()))


def read_tasks(data: Path, name: str) -> list[Task]:
    """Every direction of a set in which the questions' documents are in the corpus; none where it is absent."""
    parts = _read_parts(data, name)
    tasks = []
    for asked, questions_of in parts.items():
        for held, corpus_of in parts.items():
            known = {record.id for record in corpus_of.records}
            questions = tuple(
                _question(row, asked, corpus_of.gold_of(row["id"]))
                for row in questions_of.questions
                if known.issuperset([*row["relevant"], *row.get("candidates", ())])
            )
            if questions:
                tasks.append(Task(name, f"{asked}-{held}", corpus_of.records, questions))
    return tasks


def read_mixed(data: Path, name: str) -> Task | None:
    """The questions of both languages over one corpus that has each document in one of them: those with an even number
    in Arabic, the others in English. None where the set is not parallel."""
    parts = _read_parts(data, name)
    if len(parts) < len(LANGUAGES):
        return None
    corpus = {
        record.id: record
        for language, part in parts.items()
        for record in part.records
        if _language_of(record.id) == language
    }
    questions = tuple(
        _question(row, asked, parts[_language_of(row["relevant"][0])].gold_of(row["id"]))
        for asked, part in parts.items()
        for row in part.questions
    )
    return Task(name, "mixed", tuple(corpus.values()), questions)


def is_within_language(task: Task, question: Question) -> bool:
    """Whether the question is asked in the language of the first document that answers it."""
    answering = next(record for record in task.corpus if record.id in question.relevant)
    return answering.language == question.language


def _language_of(document: str) -> Language:
    """Which of its languages the mixed corpus has a document in, by the number that ends its id."""
    return "ar" if int(document[-1]) % 2 == 0 else "en"


def _read_parts(data: Path, name: str) -> dict[Language, _Part]:
    return {
        language: _read_part(data, name, language)
        for language in LANGUAGES
        if (data / f"{name}.{language}.corpus.jsonl").is_file()
    }


def _read_part(data: Path, name: str, language: Language) -> _Part:
    stem = data / f"{name}.{language}"
    titled = name not in WITHOUT_TITLES
    return _Part(
        records=tuple(
            Record(row["id"], row["title"] if titled else "", row["text"], language)
            for row in read_lines(Path(f"{stem}.corpus.jsonl"))
        ),
        questions=tuple(read_lines(Path(f"{stem}.questions.jsonl"))),
        sentences={
            row["id"]: GoldSentence(row["paragraph"], row["start"], row["end"])
            for row in read_lines(Path(f"{stem}.sentences.jsonl"))
        },
    )


def _question(row: Mapping[str, Any], language: Language, gold: Sequence[GoldSentence]) -> Question:
    return Question(
        id=row["id"],
        text=row["question"],
        language=language,
        relevant=frozenset(row["relevant"]),
        gold=tuple(gold),
        candidates=tuple(row.get("candidates", ())),
        answerable=row["answerable"],
    )


def read_lines(path: Path) -> Iterable[dict[str, Any]]:
    """The objects of a JSON Lines file, none where there is no file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]

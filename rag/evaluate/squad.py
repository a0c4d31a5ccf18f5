"""SQuAD's JSON, which most question sets are published in, as a corpus and questions that `rag eval run` reads.

    {"data": [{"title": …, "paragraphs": [{"context": …, "qas": [
        {"id": …, "question": …, "answers": [{"text": …, "answer_start": …}], "is_impossible": …}]}]}]}

Every paragraph becomes a document of its own, so that finding the right one is worth measuring.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag import text
from rag.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Converted:
    """`corpus` are records {"id", "lang", "title", "text"}, `questions` rows of a question file. Both in order."""

    corpus: tuple[dict[str, Any], ...]
    questions: tuple[dict[str, Any], ...]


def convert_squad(contents: Mapping[str, bytes], *, prefix: str, only: str = "") -> Converted:
    """The files of a set, in order, as one corpus with its questions.

    Paragraphs are numbered over all files and named `prefix`-p000 and so on: parallel translations get the same
    names, so that questions in one language can be asked of the corpus in another. A paragraph that is printed twice
    is one document, and a question that is asked twice of it has the answers of both. With `only`, questions whose
    id does not begin so are left out, and paragraphs that then have none. Each answer's evidence is the sentence it
    begins in. Raises DatasetError, naming the file, where one is not SQuAD's JSON.
    """
    names: dict[str, str] = {}
    corpus: list[dict[str, Any]] = []
    questions: dict[tuple[str, str], dict[str, Any]] = {}
    for file, content in contents.items():
        for title, context, asked in _paragraphs(content, file):
            kept = [one for one in asked if one["id"].startswith(only)]
            if only and not kept:
                continue
            if context not in names:
                names[context] = f"{prefix}-p{len(names):03d}"
                spoken = text.language(context)
                corpus.append({"id": names[context], "lang": spoken, "title": title, "text": context})
            for one in kept:
                key = (names[context], one["question"])
                questions[key] = _merged(questions.get(key), _question(one, context, names[context]))
    return Converted(tuple(corpus), tuple(_with_own_ids(list(questions.values()))))


def _paragraphs(content: bytes, file: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Title, text and questions of each paragraph. What is not SQuAD's shape is one error."""
    try:
        for article in json.loads(content.decode("utf-8-sig"))["data"]:
            title = str(article.get("title", "")).replace("_", " ")
            for paragraph in article["paragraphs"]:
                yield title, str(paragraph["context"]), [_plain(one) for one in paragraph["qas"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DatasetError(
            en=f"{file} is not SQuAD's JSON ({type(error).__name__}: {error}). "
            "It has to hold data, paragraphs, context and qas; check that it is the right file.",
            ar=f"الملف {file} ليس بصيغة SQuAD ‏({type(error).__name__}: {error}). "
            "يجب أن يحوي data وparagraphs وcontext وqas، فتحقّق من أنه الملف المقصود.",
        ) from error


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    """A question with nothing in it but strings, numbers and a truth value."""
    return {
        "id": str(one["id"]),
        "question": " ".join(str(one["question"]).split()),
        "answers": [(str(answer["text"]), int(answer["answer_start"])) for answer in one.get("answers", [])],
        "impossible": bool(one.get("is_impossible", False)),
    }


def _question(one: Mapping[str, Any], context: str, source: str) -> dict[str, Any]:
    answers = [] if one["impossible"] else one["answers"]
    quotes = [_evidence(context, answer, start) for answer, start in answers]
    relevant = [{"source": source, "quote": quote} for quote in dict.fromkeys(quotes)]
    return {
        "id": one["id"],
        "lang": text.language(one["question"]),
        "question": one["question"],
        "answers": list(dict.fromkeys(answer.strip() for answer, _ in answers)),
        "relevant": relevant,
        "answerable": not one["impossible"],
    }


def _evidence(context: str, answer: str, start: int) -> str:
    """The sentence that an answer begins in. Offsets of hand-made sets are sometimes off: the words decide."""
    if context[start : start + len(answer)] != answer:
        places = [at for at in range(len(context)) if context.startswith(answer, at)]
        start = min(places, key=lambda at: abs(at - start), default=start)
    spans = text.sentences(context)
    first, last = next((span for span in spans if span[1] > start), (0, len(context)))
    return context[first:last]


def _merged(known: dict[str, Any] | None, one: dict[str, Any]) -> dict[str, Any]:
    """Two askings of one question of the same paragraph."""
    if known is None:
        return one
    return {
        **known,
        "answers": list(dict.fromkeys([*known["answers"], *one["answers"]])),
        "relevant": [
            *known["relevant"],
            *(item for item in one["relevant"] if item not in known["relevant"]),
        ],
        "answerable": known["answerable"] or one["answerable"],
    }


def _with_own_ids(questions: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """ARCD gives some ids to several questions; a question file may not."""
    taken: set[str] = set()
    for question in questions:
        own, copy = question["id"], 1
        while own in taken:
            copy += 1
            own = f"{question['id']}-{copy}"
        taken.add(own)
        yield {**question, "id": own}

"""Whole answers: documents that disagree, the seed articles, and questions that their passages do not answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.corpora import Question as CorpusQuestion
from benchmarks.corpora import Record, read_lines, read_tasks
from benchmarks.homes import CACHE, MODELS, ROOT, indexed, settings_of
from rag import text
from rag.assistant import Assistant
from rag.cite import find_conflicts
from rag.errors import ModelError
from rag.evaluate.datasets import Question, load_questions
from rag.evaluate.metrics import answer_text, contains_answer, source_matches
from rag.generate import ChatEngine, extract_claims
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.retrieve import load_centres, retrieve
from rag.schema import Answer, AnswerReady, Embedder, Retrieval, SourcesFound, TextDelta

Row = dict[str, Any]
Found = TypeVar("Found")

SHOWN = 6


# ---- RAMDocs: documents that give different answers, some of them wrong


def disagreeing_documents(data: Path, embedder: Embedder) -> list[Row]:
    """Shares of RAMDocs' questions whose extractive answer shows every valid answer, any of them, and a wrong one; once
    among the documents that come with each question, once in the corpus of all of them."""
    corpus = [
        Record(row["id"], row["title"], row["text"], "en")
        for row in read_lines(data / "ramdocs.en.corpus.jsonl")
    ]
    questions = list(read_lines(data / "ramdocs.en.questions.jsonl"))
    if not corpus or not questions:
        return []
    centres = load_centres(embedder, MODELS)
    with indexed("ramdocs.en", corpus, embedder) as index:
        return [
            {
                "documents": name,
                **_shown_answers(
                    questions,
                    lambda row, within=within: retrieve(  # type: ignore[misc]
                        row["question"],
                        index=index,
                        embedder=embedder,
                        centres=centres,
                        top_k=SHOWN,
                        within=row["context"] if within else None,
                    ),
                ),
            }
            for name, within in (("each question's", True), ("all", False))
        ]


def _shown_answers(questions: Sequence[dict[str, Any]], search: Callable[[dict[str, Any]], Retrieval]) -> Row:
    every = some = wrong = misled = claims_told = conflicts = 0
    for row in questions:
        retrieval = search(row)
        claims = extract_claims(row["question"], retrieval.hits)
        told = " ".join(claim.text for claim in claims)
        shown = [bool(contains_answer(told, [answer])) for answer in row["answers"]]
        every += all(shown)
        some += any(shown)
        if row["wrong_answers"]:
            misled += 1
            wrong += bool(contains_answer(told, row["wrong_answers"]))
        claims_told += len(claims)
        conflicts += bool(find_conflicts(row["question"], retrieval.hits))
    count = len(questions)
    return {
        "n": count,
        "every_valid": every / count,
        "any_valid": some / count,
        "wrong_too": wrong / max(1, misled),
        "claims": claims_told / count,
        "conflicts": conflicts / count,
    }


# ---- the seed articles


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, its answer (None where the model failed), what was shown, and seconds to each kind of event."""

    question: Question
    answer: Answer | None
    shown: frozenset[str]
    first_source: float
    first_text: float
    last: float


@contextmanager
def seeds_assistant(embedder: Embedder) -> Iterator[Assistant]:
    """The product over the seed articles, without a chat model."""
    settings = settings_of(CACHE / "seeds")
    with open_index(settings, embedder, command="benchmark") as index:
        sync_paths(settings, index, embedder, [ROOT / "seeds"])
        yield make_assistant(settings, index, embedder)


def seed_answers(
    assistant: Assistant, questions: Path, engine: ChatEngine | None
) -> tuple[list[Row], list[Row]]:
    """Facts, articles, refusals and times of the seed questions, answered by `engine` (None: extractively), and what
    was answered to each."""
    answering = replace(assistant, engine=engine, fall_back=False)
    asked = [_ask(question, answering) for question in load_questions(questions)]
    answerable = [one for one in asked if one.question.answerable]
    others = [one for one in asked if one.question.answerable is False]
    answered = [one for one in asked if one.answer and not one.answer.refused]
    spoken = [one.answer for one in asked if one.answer]
    figures: list[Row] = [
        {
            "engine": answering.engine_name,
            "answerable": len(answerable),
            "fact": sum(_has_fact(one) for one in answerable),
            "fact_and_article": sum(_has_fact(one) and _cites_article(one) for one in answerable),
            "wrongly_refused": sum(bool(one.answer and one.answer.refused) for one in answerable),
            "unanswerable": len(others),
            "refused_or_unsupported": sum(_holds_back(one) for one in others),
            "cites_unshown": sum(_cites_unshown(one) for one in answered),
            "other_language": sum(text.language(answer.text) != answer.language for answer in spoken)
            if engine
            else None,
            "failed": sum(one.answer is None for one in asked),
            "conflicts": sum(bool(answer.conflicts) for answer in spoken),
        },
        {
            "engine": answering.engine_name,
            "first_source_ms": 1000 * statistics.median(one.first_source for one in asked),
            "first_text_ms": 1000 * statistics.median(one.first_text for one in answered)
            if answered
            else None,
            "last_ms": 1000 * statistics.median(one.last for one in answered) if answered else None,
            "check_ms": 1000
            * statistics.median(one.answer.timings.get("check", 0.0) for one in answered if one.answer)
            if engine and answered
            else None,
        },
    ]
    return figures, [_told(one) for one in asked]


def _told(one: _Asked) -> Row:
    answer = one.answer
    return {
        "id": one.question.id,
        "question": one.question.question,
        "right": (_has_fact(one) and _cites_article(one)) if one.question.answerable else _holds_back(one),
        "answer": answer and answer.text,
        "engine": answer and answer.engine,
        "reason": answer and answer.reason,
        "statuses": [claim.status for claim in answer.claims] if answer else [],
        "notice": answer and answer.notice,
        "seconds": one.last,
    }


# Seconds before a model that failed is asked again: a small server that fell over is back by then.
PAUSES = (20.0, 60.0)


def _patiently(ask: Callable[[], Found]) -> Found | None:
    """What `ask` gives, tried again after a pause where the model fails; None where it fails for good."""
    for pause in (*PAUSES, None):
        try:
            return ask()
        except ModelError:
            if pause is not None:
                time.sleep(pause)
    return None


def _ask(question: Question, answering: Assistant) -> _Asked:
    failed = _Asked(question, None, frozenset(), 0.0, 0.0, 0.0)
    return _patiently(lambda: _ask_once(question, answering)) or failed


def _ask_once(question: Question, answering: Assistant) -> _Asked:
    started = time.perf_counter()
    first_source = first_text = 0.0
    answer: Answer | None = None
    shown: frozenset[str] = frozenset()
    for event in answering.events(question.question):
        now = time.perf_counter() - started
        if isinstance(event, SourcesFound):
            first_source, shown = first_source or now, frozenset(hit.passage.source for hit in event.hits)
        elif isinstance(event, TextDelta):
            first_text = first_text or now
        elif isinstance(event, AnswerReady):
            answer = event.answer
    return _Asked(question, answer, shown, first_source, first_text, time.perf_counter() - started)


def _has_fact(one: _Asked) -> bool:
    return bool(one.answer and contains_answer(answer_text(one.answer), one.question.answers))


def _cites_article(one: _Asked) -> bool:
    cited = [citation.source for citation in one.answer.citations] if one.answer else []
    return any(source_matches(source, item.source) for source in cited for item in one.question.relevant)


def _holds_back(one: _Asked) -> bool:
    """Refused, or every claim marked unsupported."""
    if one.answer is None:
        return False
    return one.answer.refused or all(claim.status == "unsupported" for claim in one.answer.claims)


def _cites_unshown(one: _Asked) -> bool:
    return bool(one.answer) and any(
        citation.source not in one.shown for citation in (one.answer.citations if one.answer else ())
    )


# ---- NoMIRACL: ten passages that may not answer


def refusals(
    data: Path, embedder: Embedder, assistant: Assistant, engine: ChatEngine | None, limit: int
) -> list[Row]:
    """Wrong refusals and wrong answers of the gate alone, and with `engine` behind it, over `limit` questions of each
    language, spread over all of them: the file has those with an answer first. An answer of which every claim is marked
    unsupported counts as refused."""
    centres = load_centres(embedder, MODELS)
    rows: list[Row] = []
    for task in read_tasks(data, "nomiracl"):
        if not task.questions[0].candidates:
            continue
        wrong: dict[str, list[bool]] = {
            "gate refusals": [],
            "gate answers": [],
            "refusals": [],
            "answers": [],
        }
        with indexed(f"nomiracl.{task.direction.split('-')[-1]}", task.corpus, embedder) as index:
            for question in _spread(task.questions, limit):
                retrieval = retrieve(
                    question.text,
                    index=index,
                    embedder=embedder,
                    centres=centres,
                    top_k=SHOWN,
                    within=question.candidates,
                )
                passes = not _holds_back_of(retrieval, assistant, None)
                holds = not passes or (engine is not None and _holds_back_of(retrieval, assistant, engine))
                if question.answerable:
                    wrong["gate refusals"].append(not passes)
                    wrong["refusals"].append(holds)
                else:
                    wrong["gate answers"].append(passes)
                    wrong["answers"].append(not holds)
        shares = {name: sum(found) / max(1, len(found)) for name, found in wrong.items()}
        row: Row = {
            "direction": task.direction,
            "n": min(limit, len(task.questions)),
            "gate_refusals": shares["gate refusals"],
            "gate_answers": shares["gate answers"],
            "gate_sum": shares["gate refusals"] + shares["gate answers"],
        }
        if engine:
            row |= {
                "wrong_refusals": shares["refusals"],
                "wrong_answers": shares["answers"],
                "sum": shares["refusals"] + shares["answers"],
            }
        rows.append(row)
    return rows


def _spread(questions: Sequence[CorpusQuestion], limit: int) -> list[CorpusQuestion]:
    """At most `limit` of the questions, at equal distances."""
    count = min(limit, len(questions))
    return [questions[position * len(questions) // count] for position in range(count)]


def _holds_back_of(retrieval: Retrieval, assistant: Assistant, engine: ChatEngine | None) -> bool:
    """Whether what was found is refused, by the gate or by `engine` behind it, or answered without any support."""
    answering = replace(assistant, engine=engine, fall_back=False)
    events = _patiently(lambda: list(answering.events_from(retrieval)))
    last = events[-1] if events else None
    if not isinstance(last, AnswerReady):
        return True
    return last.answer.refused or all(claim.status == "unsupported" for claim in last.answer.claims)

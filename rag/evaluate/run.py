"""The story of an evaluation: questions → rows on disk as they are finished → a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from rag.errors import ModelError, QuestionError
from rag.evaluate.datasets import Question, load_questions
from rag.evaluate.report import Report, build_report
from rag.evaluate.rows import (
    REPORT_FILE,
    Row,
    Setting,
    append_row,
    digest,
    make_row,
    open_rows,
    questions_sha256,
    read_known_rows,
    row_digest,
    settle_rows,
    write_report,
)
from rag.evaluate.score import score_question
from rag.schema import Answer, Retrieval, SourceInfo

SEARCH_DEPTH = 50
"""Hits to ask `search` for: several passages of one source count once, so ten sources need more than ten hits."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. `failed` counts the rows with an error; `remaining_seconds` is None before the first row."""

    done: int
    total: int
    failed: int
    remaining_seconds: float | None


def evaluate_file(
    questions: Path,
    *,
    answer: Callable[[str], Answer],
    search: Callable[[str], Retrieval],
    out: Path,
    settings: Mapping[str, Setting],
    sources: Sequence[SourceInfo],
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Run the questions of a file against a corpus that holds `sources`. See `run_evaluation`.

    The digest of the corpus joins the settings, so that a changed corpus is asked anew.
    Raises DatasetError where the file cannot be used.
    """
    return run_evaluation(
        load_questions(questions),
        answer=answer,
        search=search,
        out=out,
        settings={**settings, "corpus_sources": len(sources), "corpus_sha256": corpus_sha256(sources)},
        on_progress=on_progress,
    )


def run_evaluation(
    questions: Sequence[Question],
    *,
    answer: Callable[[str], Answer],
    search: Callable[[str], Retrieval],
    out: Path,
    settings: Mapping[str, Setting],
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Ask every question, write its row to `out/rows.jsonl` at once, and end with `out/report.json`.

    A question that `out` already has, under the same settings and with the same gold, is not asked again, unless it
    failed. `settings` are all that changes answers: models, passage size, number of passages, and the corpus.
    QuestionError and ModelError become the row of their question; other errors would hit every question, and stop
    the run with its finished rows kept. Raises DatasetError where `out` cannot be written.
    """
    known = read_known_rows(out)
    keys = [row_digest(question, settings) for question in questions]
    rows: dict[str, Row] = {key: known[key] for key in keys if key in known}
    report_progress = on_progress or _ignore
    with open_rows(out) as file:
        # From here on the folder's old report no longer describes its rows.
        (out / REPORT_FILE).unlink(missing_ok=True)
        report_progress(Progress(len(rows), len(questions), 0, None))
        asked = failed = 0
        started = time.perf_counter()
        for question, key in zip(questions, keys, strict=True):
            if key in rows:
                continue
            rows[key] = _ask(question, key, answer=answer, search=search)
            append_row(file, rows[key])
            asked += 1
            failed += rows[key]["error"] is not None
            each = (time.perf_counter() - started) / asked
            report_progress(Progress(len(rows), len(questions), failed, (len(questions) - len(rows)) * each))
    in_order = [rows[key] for key in keys]
    settle_rows(out, in_order)
    report = build_report(in_order, settings=settings, questions_sha256=questions_sha256(questions))
    write_report(out, report.as_json())
    return report


def corpus_sha256(sources: Sequence[SourceInfo]) -> str:
    """A digest of file names and contents, the same on every machine."""
    return digest(sorted([PurePath(source.source).name, source.sha256] for source in sources))


def _ignore(_: Progress) -> None:
    """Progress that nobody watches."""


def _ask(
    question: Question, key: str, *, answer: Callable[[str], Answer], search: Callable[[str], Retrieval]
) -> Row:
    retrieval, given, error = None, None, None
    started = time.perf_counter()
    try:
        retrieval = search(question.question)
        started = time.perf_counter()  # an answer's own time holds its own search
        given = answer(question.question)
    except (QuestionError, ModelError) as failure:
        error = {"type": type(failure).__name__, "en": failure.en, "ar": failure.ar}
    seconds = time.perf_counter() - started
    hits = retrieval.hits if retrieval else ()
    return make_row(
        question,
        key,
        retrieval=retrieval,
        answer=given,
        error=error,
        scores=score_question(question, hits=hits, answer=given),
        seconds=seconds,
    )

"""The story of an evaluation: questions → rows on disk as they are finished → a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath

from rag.assistant import Assistant
from rag.evaluate.asking import Asker, Measuring
from rag.evaluate.citations import CheckerJudge
from rag.evaluate.datasets import read_questions
from rag.evaluate.fields import Question
from rag.evaluate.judge import ModelJudge, prompts_digest
from rag.evaluate.provenance import Provenance, provenance_of, public_settings
from rag.evaluate.report import Facts, Report, build_report
from rag.evaluate.rows import (
    REPORT_FILE,
    Setting,
    digest,
    open_rows,
    questions_sha256,
    read_rows,
    row_digest,
    write_report,
)
from rag.evaluate.slices import Corpus
from rag.evaluate.usage import MeteredEngine, never
from rag.generate import ChatEngine
from rag.schema import Answer, Retrieval, SourceInfo
from rag.settings import Settings

SEARCH_DEPTH = 50
"""Hits to ask `search` for: several passages of one source count once, so ten sources need more than ten hits."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. `failed` counts the rows with an error; `remaining_seconds` is None before the first row."""

    done: int
    total: int
    failed: int
    remaining_seconds: float | None


def evaluate_assistant(
    questions: Path,
    *,
    assistant: Assistant,
    settings: Settings,
    out: Path,
    judge: ChatEngine | None = None,
    limit: int | None = None,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    stopped: Callable[[], bool] = never,
) -> Report:
    """Run the questions of a file, or its first `limit`, against an assistant that was made of `settings`, with
    everything that can be measured: what `rag eval run` does. A `judge` is asked besides, answer by answer. Once
    `stopped`, the model breaks off in the middle of its answer, with RunStoppedError. See `run_evaluation`."""
    meter = MeteredEngine(assistant.engine, stopped) if assistant.engine else None
    asked = replace(assistant, engine=meter) if meter else assistant
    return evaluate_file(
        questions,
        answer=asked.ask,
        search=lambda question: asked.search(question, SEARCH_DEPTH),
        out=out,
        settings={**public_settings(settings), "engine": assistant.engine_name},
        sources=assistant.sources(),
        measuring=Measuring(
            checker=CheckerJudge(assistant.embedder),
            judge=ModelJudge(judge) if judge else None,
            prompt_tokens=meter.take if meter else None,
            count_tokens=assistant.embedder.count_tokens,
        ),
        provenance=provenance_of(assistant, settings, judge),
        limit=limit,
        workers=workers,
        on_progress=on_progress,
    )


def evaluate_file(
    questions: Path,
    *,
    answer: Callable[[str], Answer],
    search: Callable[[str], Retrieval],
    out: Path,
    settings: Mapping[str, Setting],
    sources: Sequence[SourceInfo],
    measuring: Measuring | None = None,
    provenance: Provenance | None = None,
    limit: int | None = None,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Run the questions of a file, or its first `limit`, against a corpus that holds `sources`. See `run_evaluation`.

    The digest of the corpus joins the settings, so that a changed corpus is asked anew.
    Raises DatasetError where the file cannot be used.
    """
    file = read_questions(questions)
    corpus = Corpus(sources)
    questions_asked = file.questions[:limit]
    missing = dict.fromkeys(name for question in questions_asked for name in corpus.lacks(question))
    return run_evaluation(
        questions_asked,
        answer=answer,
        search=search,
        out=out,
        settings={**settings, "corpus_sources": len(sources), "corpus_sha256": corpus_sha256(sources)},
        measuring=replace(measuring or Measuring(), corpus=corpus),
        provenance=provenance,
        facts=Facts(file.name, file.sha256, ignored_columns=file.ignored, missing_sources=tuple(missing)),
        workers=workers,
        on_progress=on_progress,
    )


def run_evaluation(
    questions: Sequence[Question],
    *,
    answer: Callable[[str], Answer],
    search: Callable[[str], Retrieval],
    out: Path,
    settings: Mapping[str, Setting],
    measuring: Measuring | None = None,
    provenance: Provenance | None = None,
    facts: Facts | None = None,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Ask every question, write its row to `out/rows.jsonl` at once, and end with `out/report.json`.

    `workers` questions are asked at a time, from as many threads; their rows end in the order of the questions. A
    question that `out` already has, with the same gold and made by the same settings, code and models, is not asked
    again, unless it failed. `settings` are all that changes answers: sizes, thresholds, and the corpus.

    An error that concerns one question becomes its row; one that would hit every question (the library, a setting, the
    disk) stops the run with its finished rows kept, and so does an exception from `on_progress`. Raises DatasetError
    where `out` cannot be written or another run writes there.
    """
    measuring, provenance = measuring or Measuring(), provenance or Provenance()
    identity: dict[str, object] = {"settings": dict(settings), "made_by": asdict(provenance)}
    if measuring.judge:
        identity["judge_prompts"] = prompts_digest()
    keys = [row_digest(question, identity) for question in questions]
    with open_rows(out) as log:
        # From here on the folder's old report no longer describes its rows.
        (out / REPORT_FILE).unlink(missing_ok=True)
        left = [
            (question, key) for question, key in zip(questions, keys, strict=True) if key not in log.known
        ]
        count = _counting(len(questions), len(left), on_progress)
        Asker(answer, search, measuring).ask_all(left, log, workers, count)
        log.settle(keys)
        report = build_report(
            read_rows(out),
            settings=settings,
            questions_sha256=questions_sha256(questions),
            provenance=provenance,
            judge=measuring.judge.name if measuring.judge else None,
            facts=facts or Facts(),
        )
        write_report(out, report.as_json())
    return report


def corpus_sha256(sources: Sequence[SourceInfo]) -> str:
    """A digest of file names and contents, the same on every machine."""
    return digest(sorted([PurePath(source.source).name, source.sha256] for source in sources))


def _counting(
    total: int, left: int, on_progress: Callable[[Progress], None] | None
) -> Callable[[bool], None]:
    """Tells the progress now and with every row; what it gives is called with whether the row failed."""
    started = time.perf_counter()
    asked = failed = 0

    def tell(remaining: float | None) -> None:
        if on_progress:
            on_progress(Progress(total - left + asked, total, failed, remaining))

    def count(row_failed: bool) -> None:
        nonlocal asked, failed
        asked += 1
        failed += row_failed
        tell((left - asked) * (time.perf_counter() - started) / asked)

    tell(None)
    return count

"""The rows of a run on disk: one JSON object a finished question, written at once, so that nothing is asked twice.

rows.jsonl         the questions of the run; once it is finished, in their order, each once
rows.other.jsonl   rows that the folder held of other settings or questions: used again when those come back
report.json        written last: a folder without it holds an unfinished run
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from rag.errors import DatasetError
from rag.evaluate.datasets import Question
from rag.schema import Answer, Retrieval
from rag.serialise import answer_json, hit_json

Row = dict[str, Any]
Setting = str | int | float | bool | None

ROWS_FILE = "rows.jsonl"
OTHER_ROWS_FILE = "rows.other.jsonl"
REPORT_FILE = "report.json"

ROW_FORMAT = 1
"""Part of every digest. Raise it when a metric or a key changes its meaning: rows of the old kind are asked again."""

_DIGEST_DIGITS = 16
# Hits kept in a row: enough to see why a ranking scored as it did.
_HITS_KEPT = 10


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal."""
    canonical = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def questions_sha256(questions: Sequence[Question]) -> str:
    """A digest of all questions with their gold, whatever file format they came in."""
    return digest([asdict(question) for question in questions])


def row_digest(question: Question, settings: Mapping[str, Setting]) -> str:
    """Changes whenever the question, its gold or the settings do: a row with this digest need not be asked again."""
    return digest([ROW_FORMAT, asdict(question), dict(settings)])[:_DIGEST_DIGITS]


def make_row(
    question: Question,
    row_id: str,
    *,
    retrieval: Retrieval | None,
    answer: Answer | None,
    error: dict[str, str] | None,
    scores: Mapping[str, float | None],
    seconds: float,
) -> Row:
    """A row: the question as given, what was found and answered, the error if it failed, and its metrics."""
    hits = retrieval.hits[:_HITS_KEPT] if retrieval else ()
    return {
        **asdict(question),
        "digest": row_id,
        "error": error,
        "answer": answer_json(answer) if answer else None,
        # Without the passage's text, which the library has: the best sentence is the evidence.
        "hits": [{key: value for key, value in hit_json(hit).items() if key != "text"} for hit in hits],
        "metrics": dict(scores),
        "seconds": round(seconds, 4),
    }


def open_rows(out: Path) -> TextIO:
    """`rows.jsonl` of the folder, to append to. A line that a killed run left unfinished is taken away.

    Raises DatasetError where the folder cannot be written.
    """
    path = out / ROWS_FILE
    try:
        out.mkdir(parents=True, exist_ok=True)
        if path.exists():
            whole = path.read_bytes().rfind(b"\n") + 1
            os.truncate(path, whole)
        # Half of a surrogate pair, which a model may emit, becomes the escape that JSON has for it.
        return path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise DatasetError(
            en=f"The results cannot be written to {out}: {error.strerror}. Give another folder with --out.",
            ar=f"تعذّرت كتابة النتائج في {out}: {error.strerror}. اختر مجلدًا آخر بالخيار --out.",
        ) from error


def append_row(file: TextIO, row: Row) -> None:
    """Write a row and hand it to the operating system, where it survives the end of this process."""
    file.write(_line(row))
    file.flush()


def read_rows(out: Path) -> list[Row]:
    """The rows of the folder's own run. A line that is not whole is left out: its question counts as not asked."""
    return _read(out / ROWS_FILE)


def read_known_rows(out: Path) -> dict[str, Row]:
    """Every row the folder holds, by digest, newest wins; without those that failed, which are worth another try."""
    rows = [*_read(out / OTHER_ROWS_FILE), *_read(out / ROWS_FILE)]
    return {row["digest"]: row for row in rows if row["error"] is None}


def settle_rows(out: Path, rows: Sequence[Row]) -> None:
    """End a run: `rows.jsonl` becomes exactly `rows`, and what else the folder knows goes to the other file."""
    own = {row["digest"] for row in rows}
    others = [row for key, row in read_known_rows(out).items() if key not in own]
    # The others first: killed in between, a row stands in both files, which loses nothing.
    if others:
        _replace(out / OTHER_ROWS_FILE, map(_line, others))
    _replace(out / ROWS_FILE, map(_line, rows))


def write_report(out: Path, report: Mapping[str, Any]) -> None:
    """`report.json`, whole or not at all."""
    _replace(out / REPORT_FILE, [json.dumps(report, ensure_ascii=False, indent=2), "\n"])


def _read(path: Path) -> list[Row]:
    if not path.exists():
        return []
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and {"id", "digest", "error", "metrics"} <= row.keys():
            rows.append(row)
    return rows


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _replace(path: Path, parts: Iterable[str]) -> None:
    partial = path.with_suffix(path.suffix + ".part")
    with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(parts)
    partial.replace(path)

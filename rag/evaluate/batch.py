"""`rag batch`: a file of questions → a file of answers with their citations. Nothing is scored.

It is an evaluation run whose rows become the answers: it can be stopped and goes on, and a question that fails is a
line like any other. The rows stand in a folder beside the file until every question has its answer.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.discover import IGNORE_FILE
from rag.errors import DatasetError
from rag.evaluate.reading import make_results_folder
from rag.evaluate.rows import LOCK_FILE, OTHER_ROWS_FILE, REPORT_FILE, ROWS_FILE, Row, read_rows
from rag.export import answer_markdown, plain_markdown
from rag.schema import Language

JSONL, CSV, MARKDOWN = ".jsonl", ".csv", ".md"
_FORMATS = (JSONL, CSV, MARKDOWN)

CSV_COLUMNS = ("id", "question", "answer", "refused", "support", "sources", "notice", "engine", "error")

# A cell that begins so is a formula to a spreadsheet, and documents may be hostile (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# From good to bad: the state of an answer is that of its weakest claim.
_STATES = ("supported", "weak", "unsupported")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch wrote. `failed` counts the questions that got no answer, only an error."""

    path: Path
    questions: int
    refused: int
    failed: int


def answer_batch(out: Path, run: Callable[[Path], object], *, language: Language) -> Batch:
    """Write the answers of `run` to `out`, whose ending chooses the format; `language` is that of the words around
    answers. `run` is given the folder for its rows and asks what it does not have there.

    The folder goes when every question was answered; while some failed, the same command asks those again. Raises
    DatasetError where the format is not known or `out` cannot be written, before anything is asked.
    """
    write = {JSONL: _jsonl, CSV: _csv, MARKDOWN: _markdown}.get(out.suffix.lower())
    if write is None:
        raise DatasetError(
            en=f"Answers can be written as {', '.join(_FORMATS)}, not as {out.suffix or out.name}. "
            f"Give such a file with --out, for example {out.stem or 'answers'}.md.",
            ar=f"تُكتب الأجوبة بإحدى الصيغ {'، '.join(_FORMATS)} لا بصيغة {out.suffix or out.name}. "
            f"اختر ملفًا كهذا بالخيار --out، مثل {out.stem or 'answers'}.md.",
        )
    _try_to_write(out)
    folder = rows_folder(out)
    make_results_folder(folder)
    run(folder)
    rows = list(read_rows(folder))
    _write(out, write(rows, language))
    failed = sum(row["error"] is not None for row in rows)
    if not failed:
        _discard(folder)
    return Batch(
        path=out,
        questions=len(rows),
        refused=sum(bool(row["answer"] and row["answer"]["refused"]) for row in rows),
        failed=failed,
    )


def rows_folder(out: Path) -> Path:
    """Where the rows of a batch stand until it is whole."""
    return out.with_name(out.name + ".rows")


def _jsonl(rows: Sequence[Row], _: Language) -> str:
    return "".join(json.dumps(_record(row), ensure_ascii=False) + "\n" for row in rows)


def _record(row: Row) -> dict[str, Any]:
    """The question's id, its answer as `rag ask --json` prints it, and the error if it failed."""
    answer = row["answer"] or {"question": row["question"], "language": row["lang"], "answer": None}
    return {"id": row["id"], **answer, "error": row["error"]}


def _csv(rows: Sequence[Row], language: Language) -> str:
    """For a spreadsheet: with the mark by which Excel knows UTF-8, and nothing in it a formula."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows([_safe(cell) for cell in _cells(row, language)] for row in rows)
    return "\ufeff" + content.getvalue()


def _cells(row: Row, language: Language) -> Iterator[str]:
    answer = row["answer"]
    yield from (row["id"], row["question"])
    if answer is None:
        yield from ("",) * (len(CSV_COLUMNS) - 3)
    else:
        states = [claim["status"] for claim in answer["claims"]]
        yield answer["answer"]
        yield "yes" if answer["refused"] else "no"
        yield max(states, key=_STATES.index, default="")
        yield "\n".join(_source(citation) for citation in answer["citations"])
        yield from (answer["notice"], answer["engine"])
    yield _said(row, language)


def _source(citation: dict[str, Any]) -> str:
    page = f" ({citation['page']})" if citation["page"] is not None else ""
    return f"[{citation['n']}] {citation['source']}{page}: {' '.join(citation['quote'].split())}"


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


def _markdown(rows: Sequence[Row], language: Language) -> str:
    parts: list[str] = []
    for row in rows:
        if row["answer"]:
            parts.extend(answer_markdown(row["question"], row["answer"], language))
        else:
            parts += [f"## {plain_markdown(row['question'])}", f"✗ {plain_markdown(_said(row, language))}"]
    return "\n\n".join(parts) + "\n"


def _said(row: Row, language: Language) -> str:
    return str(row["error"][language]) if row["error"] else ""


def _try_to_write(out: Path) -> None:
    """An answer may cost minutes: whether it can be kept is asked first. A file that is there stays as it is."""
    is_new = not out.exists()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.open("ab").close()
        if is_new:
            out.unlink()
    except OSError as error:
        raise _unwritable(out, error) from error


def _write(out: Path, content: str) -> None:
    """Whole or not at all. Half of a surrogate pair, which a model may emit, becomes the escape JSON has for it."""
    partial = out.with_name(out.name + ".part")
    try:
        partial.write_bytes(content.encode("utf-8", "backslashreplace"))
        partial.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> DatasetError:
    return DatasetError(
        en=f"The answers cannot be written to {out}: {error.strerror}. Give another file with --out.",
        ar=f"تعذّرت كتابة الأجوبة في {out}: {error.strerror}. اختر ملفًا آخر بالخيار --out.",
    )


def _discard(folder: Path) -> None:
    """Remove what a run wrote; anything else that lies there stays, and the folder with it."""
    for name in (ROWS_FILE, OTHER_ROWS_FILE, REPORT_FILE, LOCK_FILE, IGNORE_FILE):
        (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()

"""The rows of a run on disk: one JSON object a finished question, written at once, so that nothing is asked twice.

rows.jsonl         the questions of the run; once it is finished, in their order, each once
rows.other.jsonl   rows that the folder held of other settings or questions: used again when those come back
rows.lock          held while a run writes: two at once would cut each other's lines
report.json        written last: a folder without it holds an unfinished run

However many rows there are, one at a time is in memory; of the others only where they stand.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import filelock

from rag.errors import DatasetError
from rag.evaluate.fields import Question
from rag.evaluate.judge import Judged
from rag.evaluate.usage import Costs
from rag.schema import Answer, Retrieval
from rag.serialise import answer_json, hit_json

Row = dict[str, Any]
Setting = str | int | float | bool | None

ROWS_FILE = "rows.jsonl"
OTHER_ROWS_FILE = "rows.other.jsonl"
LOCK_FILE = "rows.lock"
REPORT_FILE = "report.json"

ROW_FORMAT = 2
"""Part of every digest. Raise it when a metric or a key changes its meaning: rows of the old kind are asked again."""

_DIGEST_DIGITS = 16
# Hits kept in a row: enough to see why a ranking scored as it did.
_HITS_KEPT = 10
_ROW_KEYS = frozenset({"id", "digest", "error", "metrics"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of asking one question. `seconds` are the answer's own; `error` is that of the answer or the
    search, `judge_error` that of the judge."""

    retrieval: Retrieval | None
    answer: Answer | None
    error: Mapping[str, str] | None
    scores: Mapping[str, float | None]
    seconds: float
    costs: Costs
    direction: str | None = None
    judged: Judged | None = None
    judge_error: Mapping[str, str] | None = None


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal."""
    canonical = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def questions_sha256(questions: Sequence[Question]) -> str:
    """A digest of all questions with their gold, whatever file format they came in."""
    return digest([asdict(question) for question in questions])


def row_digest(question: Question, identity: Mapping[str, object]) -> str:
    """Changes whenever the question, its gold or what answers it does: a row that has it need not be asked again."""
    return digest([ROW_FORMAT, asdict(question), dict(identity)])[:_DIGEST_DIGITS]


def make_row(question: Question, row_id: str, outcome: Outcome) -> Row:
    """A row: the question as given, what was found and answered, the error if it failed, and its metrics."""
    hits = outcome.retrieval.hits[:_HITS_KEPT] if outcome.retrieval else ()
    return {
        **asdict(question),
        "digest": row_id,
        "error": dict(outcome.error) if outcome.error else None,
        "answer": answer_json(outcome.answer) if outcome.answer else None,
        # Without the passage's text, which the library has: the best sentence is the evidence.
        "hits": [{key: value for key, value in hit_json(hit).items() if key != "text"} for hit in hits],
        "metrics": dict(outcome.scores),
        "seconds": round(outcome.seconds, 4),
        "direction": outcome.direction,
        "costs": dict(outcome.costs),
        "judge": _judge_json(outcome),
    }


def _judge_json(outcome: Outcome) -> dict[str, Any] | None:
    if outcome.judge_error:
        return {"error": dict(outcome.judge_error)}
    return {"error": None, **asdict(outcome.judged)} if outcome.judged else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the line of a row stands."""

    file: str
    offset: int
    length: int


class RowLog:
    """The rows of a folder, open for writing. Safe to append to from several threads."""

    def __init__(self, out: Path, file: BinaryIO) -> None:
        self._out = out
        self._file = file
        self._lock = threading.Lock()
        # Newest wins. Rows that failed are not known: they are worth another try.
        self._places = {
            row["digest"]: place
            for name in (OTHER_ROWS_FILE, ROWS_FILE)
            for place, row in _scan(out / name)
            if not has_failed(row)
        }
        self.known = frozenset(self._places)
        """Digests of the rows that the folder held when it was opened, without those that failed."""

    def append(self, row: Row) -> None:
        """Write a row, down to the disk: it survives the end of this process, and of the machine.

        Raises DatasetError where it cannot be written.
        """
        line = _line(row)
        with self._lock:
            place = _Place(ROWS_FILE, self._file.tell(), len(line))
            try:
                self._file.write(line)
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise _cannot_write(self._out, error) from error
            self._places[row["digest"]] = place

    def settle(self, keys: Sequence[str]) -> None:
        """End the run: `rows.jsonl` becomes exactly the rows of `keys`, which all are there, and what else the folder
        knows goes to the other file. Killed in between, no row is lost: one may stand in both files."""
        self._file.close()  # Windows replaces no file that is open
        own = set(keys)
        others = [key for key, place in self._places.items() if key not in own or place.file != ROWS_FILE]
        if others:
            self._collect(OTHER_ROWS_FILE, others)
        self._collect(ROWS_FILE, keys)

    def _collect(self, name: str, keys: Iterable[str]) -> None:
        """Make a file of the lines of these rows, and remember where they stand now."""
        places: dict[str, _Place] = {}

        def lines() -> Iterator[bytes]:
            with ExitStack() as stack:
                files = {
                    file: stack.enter_context((self._out / file).open("rb"))
                    for file in {place.file for place in self._places.values()}
                }
                offset = 0
                for key in keys:
                    place = self._places[key]
                    files[place.file].seek(place.offset)
                    yield files[place.file].read(place.length)
                    places[key] = _Place(name, offset, place.length)
                    offset += place.length

        _replace(self._out / name, lines())
        self._places |= places


@contextmanager
def open_rows(out: Path) -> Iterator[RowLog]:
    """The rows of a folder, to go on with. A line that a killed run left unfinished is taken away.

    Raises DatasetError where the folder cannot be written, or another run writes there now.
    """
    lock = filelock.FileLock(out / LOCK_FILE)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise DatasetError(
            en=f"Another run is writing to {out}. Wait until it has finished, or give another folder with --out.",
            ar=f"يكتب تشغيل آخر في {out} الآن. انتظر حتى ينتهي، أو اختر مجلدًا آخر بالخيار --out.",
        ) from error
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        file = _open_behind_whole_lines(out)
        try:
            yield RowLog(out, file)
        finally:
            # What could not be written was told by then, and closing would tell it once more.
            with suppress(OSError):
                file.close()
    finally:
        lock.release()


def has_failed(row: Row) -> bool:
    """Whether answering or judging went wrong."""
    return row["error"] is not None or bool(row.get("judge") and row["judge"]["error"])


def read_rows(out: Path) -> Iterator[Row]:
    """The rows of the folder's own run, one at a time. A line that is not whole is left out: its question counts as
    not asked."""
    return (row for _, row in _scan(out / ROWS_FILE))


def read_report(out: Path) -> dict[str, Any]:
    """`report.json` of a finished run. Raises DatasetError where the folder holds none."""
    try:
        report = json.loads((out / REPORT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unfinished(out) from error
    if not isinstance(report, dict) or "settings" not in report:
        raise _unfinished(out)
    return report


def write_report(out: Path, report: Mapping[str, Any]) -> None:
    """`report.json`, whole or not at all."""
    write_json(out / REPORT_FILE, report)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """A file of JSON for people and scripts, whole or not at all. Raises DatasetError where it cannot be written."""
    _replace(path, [json.dumps(value, ensure_ascii=False, indent=2).encode(), b"\n"])


def _scan(path: Path) -> Iterator[tuple[_Place, Row]]:
    """Every whole row of a file, and where it stands."""
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for line in file:
            place = _Place(path.name, offset, len(line))
            offset += len(line)
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if line.endswith(b"\n") and isinstance(row, dict) and row.keys() >= _ROW_KEYS:
                yield place, row


def _open_behind_whole_lines(out: Path) -> BinaryIO:
    """`rows.jsonl`, to append to, without what stands behind its last line end."""
    path = out / ROWS_FILE
    try:
        if path.exists():
            os.truncate(path, _size_of_whole_lines(path))
        return path.open("ab")
    except OSError as error:
        raise _cannot_write(out, error) from error


def _size_of_whole_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(line) for line in file if line.endswith(b"\n"))


def _line(row: Row) -> bytes:
    # Half of a surrogate pair, which a model may emit, becomes the escape that JSON has for it.
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    partial = path.with_suffix(path.suffix + ".part")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise _cannot_write(path.parent, error) from error


def _cannot_write(out: Path, error: OSError) -> DatasetError:
    return DatasetError(
        en=f"The results cannot be written to {out}: {error.strerror}. Give another folder with --out.",
        ar=f"تعذّرت كتابة النتائج في {out}: {error.strerror}. اختر مجلدًا آخر بالخيار --out.",
    )


def _unfinished(out: Path) -> DatasetError:
    return DatasetError(
        en=f"{out} holds no finished run ({REPORT_FILE} is missing or damaged). Finish it with: rag eval run",
        ar=f"لا تشغيل مكتملًا في {out} (الملف {REPORT_FILE} مفقود أو تالف). أكمله بالأمر: rag eval run",
    )

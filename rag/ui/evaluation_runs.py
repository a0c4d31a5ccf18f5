"""Evaluations of the open library, one at a time, kept in the data folder.

    evaluations/<id>/run.json           what is asked, under which settings, and why it ended where it failed
                     questions/<name>   the file as it was given
                     rows.jsonl …       what rag.evaluate keeps; report.json once it is finished

A run that was stopped, or whose server was killed, goes on where it ended, under the settings it began with.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rag.assistant import Assistant
from rag.choices import CHOOSABLE
from rag.errors import DatasetError, RagError
from rag.evaluate import Progress, RunStoppedError, evaluate_assistant, read_questions, read_report
from rag.evaluate.rows import REPORT_FILE, ROWS_FILE, write_json
from rag.settings import Settings
from rag.ui.evaluation_tail import RowsTail
from rag.ui.settings_present import Present
from rag.ui.words import WORDS

FOLDER = "evaluations"
SAMPLE_QUESTIONS = Path(__file__).resolve().parents[2] / "seeds" / "questions.jsonl"
"""Questions about the sample corpus. They come with the repository, not with an installed package."""

_RUN_FILE = "run.json"
_QUESTIONS_FOLDER = "questions"
_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}")
# How long the end of the server waits for the question that is being asked. Its row is then not there, and it is asked
# again when the run goes on.
_GOODBYE_SECONDS = 5.0

# What no file system takes in a name, and what could make one read as another.
_NOT_IN_A_FILE_NAME = re.compile(
    '[\x00-\x1f\x7f"*/:<>?\\\\|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+'
)
# File systems take 255 bytes, and an Arabic letter has two.
_MOST_NAME_CHARACTERS = 100

logger = logging.getLogger(__name__)

State = Literal["done", "stopped", "ended"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is kept. `questions` are to be asked, `limit` is what they were limited to; `settings` are the
    choosable ones that it began with, `engine` is what answers; `error` is what ended it, in both languages."""

    id: str
    name: str
    created_at: str
    questions: int
    limit: int | None
    settings: Mapping[str, Any]
    engine: str
    error: tuple[str, str] | None = None

    @property
    def started(self) -> datetime:
        """When it began, in the time zone of this machine."""
        return datetime.fromisoformat(self.created_at).astimezone()


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run that is not going on. `report` is there where it is done; of the others, `asked` questions have a row."""

    run: Run
    state: State
    report: Mapping[str, Any] | None = None
    asked: int = 0


@dataclass(slots=True)
class GoingRun:
    """The run that is going on. `progress` is None until it asks."""

    run: Run
    tail: RowsTail
    progress: Progress | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Evaluations:
    """The runs of a data folder, over the library that is open. Safe to use from several threads."""

    def __init__(self, present: Present) -> None:
        self.present = present
        self._folder = present.library.settings.home / FOLDER
        self._lock = threading.Lock()
        self._going: GoingRun | None = None

    @property
    def going(self) -> GoingRun | None:
        """The run that is going on, if there is one."""
        return self._going

    def start(self, name: str, content: bytes, limit: int | None = None) -> None:
        """Ask the questions of a file, or its first `limit`. Raises DatasetError where the file cannot be used, with
        the line and why, or another run is going on; ModelError where the model is not there."""
        self._refuse_second()
        settings = self.present.library.settings
        assistant = self.present.assistant()
        now = datetime.now(UTC)
        own_id = f"{now:%Y%m%d-%H%M%S-%f}"
        folder = self._folder / own_id
        questions = folder / _QUESTIONS_FOLDER / _file_name(name)
        try:
            questions.parent.mkdir(parents=True)
            questions.write_bytes(content)
        except OSError as error:
            raise _cannot_write(self._folder, error) from error
        try:
            count = len(read_questions(questions).questions)
            run = Run(
                id=own_id,
                name=questions.name,
                created_at=now.isoformat(timespec="seconds"),
                questions=count if limit is None else min(limit, count),
                limit=limit,
                settings={key: getattr(settings, key) for key in CHOOSABLE},
                engine=assistant.engine_name,
            )
            self._keep(run)
            self._go(run, assistant, settings)
        except RagError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def start_sample(self) -> None:
        """Ask the sample questions. Raises DatasetError and ModelError as `start`."""
        try:
            content = SAMPLE_QUESTIONS.read_bytes()
        except OSError as error:
            raise told("file_missing") from error
        self.start(SAMPLE_QUESTIONS.name, content)

    def go_on(self, run_id: str) -> None:
        """Ask what is left of a run. Raises DatasetError and ModelError as `start`."""
        self._refuse_second()
        run = self.find(run_id).run
        settings = self.present.under({**self.present.decided.chosen, **run.settings})
        assistant = self.present.library.under(settings).assistant()
        self._go(replace(run, error=None, engine=assistant.engine_name), assistant, settings)

    def stop(self) -> None:
        """End the run that is going on after the question that it is at."""
        if self._going:
            self._going.stopping.set()

    def close(self) -> None:
        """End the run that is going on, as the server ends."""
        self.stop()
        thread = self._going.thread if self._going else None
        if thread:
            thread.join(_GOODBYE_SECONDS)

    def earlier(self) -> list[EarlierRun]:
        """The runs that are not going on, newest first."""
        going = self._going
        found = []
        for path in sorted(self._folder.glob(f"*/{_RUN_FILE}"), reverse=True):
            if going is None or path.parent.name != going.run.id:
                try:
                    found.append(self._read(path.parent))
                except DatasetError as error:
                    logger.warning("%s", error)
        return found

    def find(self, run_id: str) -> EarlierRun:
        """A run that is not going on. Raises DatasetError where there is none of that id."""
        going = self._going
        folder = self._folder / run_id
        if not _RUN_ID.fullmatch(run_id) or (going and going.run.id == run_id) or not folder.is_dir():
            raise told("run_gone")
        return self._read(folder)

    def folder(self, run_id: str) -> Path:
        """Where the rows and the report of a finished run are. Raises DatasetError where it is not finished."""
        if self.find(run_id).state != "done":
            raise told("run_unfinished")
        return self._folder / run_id

    def delete(self, run_id: str) -> None:
        """Erase a run. Raises DatasetError where there is none, or it cannot be erased."""
        folder = self._folder / self.find(run_id).run.id
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise _cannot_write(folder, error) from error

    def _refuse_second(self) -> None:
        if self._going:
            raise told("run_busy")

    def _go(self, run: Run, assistant: Assistant, settings: Settings) -> None:
        going = GoingRun(run, RowsTail(self._folder / run.id))
        with self._lock:
            self._refuse_second()
            self._going = going
        # A daemon: a model that is slow to answer does not keep the server from ending.
        going.thread = threading.Thread(target=self._ask, args=(going, assistant, settings), daemon=True)
        going.thread.start()

    def _ask(self, going: GoingRun, assistant: Assistant, settings: Settings) -> None:
        folder = self._folder / going.run.id

        def note(progress: Progress) -> None:
            going.progress = progress
            if going.stopping.is_set():
                raise RunStoppedError

        # What is kept of a fault that nobody foresaw, which Python prints.
        error: tuple[str, str] | None = WORDS["run_broken"]
        try:
            evaluate_assistant(
                folder / _QUESTIONS_FOLDER / going.run.name,
                assistant=assistant,
                settings=settings,
                out=folder,
                limit=going.run.limit,
                on_progress=note,
                stopped=going.stopping.is_set,
            )
            error = None
        except RunStoppedError:
            error = None
        except RagError as failure:
            error = (failure.en, failure.ar)
        finally:
            try:
                self._keep(replace(going.run, error=error))
            finally:
                self._going = None

    def _keep(self, run: Run) -> None:
        value = {name: getattr(run, name) for name in Run.__dataclass_fields__}
        write_json(self._folder / run.id / _RUN_FILE, value)

    def _read(self, folder: Path) -> EarlierRun:
        try:
            value = json.loads((folder / _RUN_FILE).read_text(encoding="utf-8"))
            error = value.pop("error")
            run = Run(**value, error=tuple(error) if error else None)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as failure:
            raise DatasetError(
                en=f"{folder / _RUN_FILE} is damaged. Delete the folder {folder}, and start the evaluation anew.",
                ar=f"الملف {folder / _RUN_FILE} تالف. احذف المجلد {folder} وابدأ التقييم من جديد.",
            ) from failure
        if (folder / REPORT_FILE).exists():
            return EarlierRun(run, "done", report=read_report(folder))
        return EarlierRun(run, "ended" if run.error else "stopped", asked=_lines(folder / ROWS_FILE))


def told(key: str, **values: object) -> DatasetError:
    """An error in words of the page."""
    en, ar = WORDS[key]
    return DatasetError(en.format(**values), ar.format(**values))


def _file_name(name: str) -> str:
    """The name that a reader's file is kept and spoken of by."""
    clean = " ".join(_NOT_IN_A_FILE_NAME.sub(" ", name).split()).strip(". ")
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) > _MOST_NAME_CHARACTERS:
        clean = (stem or clean)[:_MOST_NAME_CHARACTERS].strip(". ") + (
            dot + suffix if len(suffix) < 6 else ""
        )
    return clean or _QUESTIONS_FOLDER


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0


def _cannot_write(folder: Path, error: OSError) -> DatasetError:
    return DatasetError(
        en=f"{folder} cannot be changed: {error.strerror}. Make room there, or make the folder writable.",
        ar=f"تعذّر تغيير {folder}: {error.strerror}. وفّر مساحة فيه أو اجعل المجلد قابلًا للكتابة.",
    )

"""Evaluations of the open library: one at a time, stopped, gone on with, kept, deleted."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from rag.commands import OpenLibrary
from rag.errors import DatasetError, LibraryError
from rag.evaluate import read_report, read_rows
from rag.generate import Reply
from rag.ui.evaluation_runs import Evaluations
from rag.ui.settings_present import Present
from tests.ui.opened import opened_library

WAIT_SECONDS = 30
CSV = "السؤال;الجواب\r\nمتى افتُتح جسر الميناء؟;1932\r\nكم طول جسر الميناء؟;81\r\nHow long is the harbour bridge?;81\r\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenLibrary]:
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_TOP_K", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")
    with opened_library(tmp_path, llm="extractive") as library:
        yield library


@pytest.fixture
def evaluations(library: OpenLibrary) -> Iterator[Evaluations]:
    evaluations = Evaluations(Present(library))
    yield evaluations
    evaluations.close()


class Gate:
    """An assistant's search that waits at each question until it is let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from rag.assistant import Assistant

        self.at = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        ask = Assistant.ask

        def waiting(assistant: Assistant, question: str) -> object:
            self.at.release()
            assert self.open.acquire(timeout=WAIT_SECONDS)
            return ask(assistant, question)

        monkeypatch.setattr(Assistant, "ask", waiting)


def wait(evaluations: Evaluations) -> None:
    going = evaluations.going
    if going and going.thread:
        going.thread.join(WAIT_SECONDS)
    assert evaluations.going is None


def run(evaluations: Evaluations, *, name: str = "أسئلة.csv", limit: int | None = None) -> None:
    evaluations.start(name, CSV.encode("utf-8-sig"), limit)
    wait(evaluations)


def test_a_run_is_asked_and_kept(evaluations: Evaluations) -> None:
    run(evaluations)
    (kept,) = evaluations.earlier()
    assert (kept.state, kept.run.name, kept.run.questions, kept.run.engine) == (
        "done",
        "أسئلة.csv",
        3,
        "extractive",
    )
    folder = evaluations.folder(kept.run.id)
    assert len(list(read_rows(folder))) == 3
    assert read_report(folder)["questions_file"] == "أسئلة.csv"
    assert read_report(folder)["metrics"]["contains_answer"]["n"] == 3


def test_only_the_first_questions_are_asked(evaluations: Evaluations) -> None:
    run(evaluations, limit=2)
    (kept,) = evaluations.earlier()
    assert (kept.run.questions, kept.run.limit) == (2, 2)
    assert kept.report is not None
    assert kept.report["questions"] == 2


def test_a_run_that_was_stopped_goes_on_under_its_own_settings(
    evaluations: Evaluations, library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    evaluations.start("q.csv", CSV.encode())
    assert gate.at.acquire(timeout=WAIT_SECONDS)
    with pytest.raises(DatasetError, match="running already"):
        evaluations.start("q.csv", CSV.encode())
    going = evaluations.going
    assert going
    with pytest.raises(DatasetError, match="deleted"):
        evaluations.delete(going.run.id)
    evaluations.stop()
    gate.open.release()
    wait(evaluations)
    (stopped,) = evaluations.earlier()
    assert (stopped.state, stopped.asked, stopped.run.error) == ("stopped", 1, None)
    with pytest.raises(DatasetError, match="not finished"):
        evaluations.folder(stopped.run.id)

    # As after a restart, with other settings chosen meanwhile.
    present = Present(library)
    present.choose({"top_k": 2})
    again = Evaluations(present)
    gate.open.release(2)
    again.go_on(stopped.run.id)
    wait(again)
    (done,) = again.earlier()
    assert done.state == "done"
    assert done.report is not None
    assert (done.report["settings"]["top_k"], done.report["questions"]) == (6, 3)


def test_a_run_that_an_error_ended_says_which(
    evaluations: Evaluations, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.assistant import Assistant

    def fail(*_: object, **__: object) -> None:
        raise LibraryError(en="The disk is gone.", ar="اختفى القرص.")

    with monkeypatch.context() as broken:
        broken.setattr(Assistant, "search", fail)
        run(evaluations)
    (ended,) = evaluations.earlier()
    assert (ended.state, ended.run.error) == ("ended", ("The disk is gone.", "اختفى القرص."))
    evaluations.go_on(ended.run.id)
    wait(evaluations)
    (done,) = evaluations.earlier()
    assert (done.state, done.run.error) == ("done", None)


def test_a_file_that_cannot_be_used_leaves_nothing(evaluations: Evaluations, library: OpenLibrary) -> None:
    with pytest.raises(DatasetError, match=r"bad\.csv, line 3") as caught:
        evaluations.start("../bad.csv", b"question,answers\nWhen?,1932\n,1933\n")
    assert "السطر 3" in caught.value.ar
    assert evaluations.earlier() == []
    assert not list((library.settings.home / "evaluations").iterdir())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "etc passwd.csv"),
        ("C:\\files\\q.csv", "C files q.csv"),
        ("a\u202egnp.csv", "a gnp.csv"),
        ("..", "questions"),
        ("م" * 300 + ".csv", "م" * 100 + ".csv"),
    ],
)
def test_names_are_made_safe(evaluations: Evaluations, given: str, kept: str) -> None:
    run(evaluations, name=given, limit=1)
    assert evaluations.earlier()[0].run.name == kept


def test_a_run_is_deleted(evaluations: Evaluations, library: OpenLibrary) -> None:
    run(evaluations, limit=1)
    (kept,) = evaluations.earlier()
    evaluations.delete(kept.run.id)
    assert evaluations.earlier() == []
    with pytest.raises(DatasetError, match="deleted"):
        evaluations.find(kept.run.id)
    for hostile in ("..", "", "../documents", "."):
        with pytest.raises(DatasetError):
            evaluations.delete(hostile)
    assert (library.settings.home / "library.sqlite").exists()


def test_a_damaged_run_does_not_hide_the_others(
    evaluations: Evaluations, library: OpenLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    run(evaluations, limit=1)
    damaged = library.settings.home / "evaluations" / "20260101-000000-000001"
    damaged.mkdir()
    (damaged / "run.json").write_text(json.dumps({"id": 1}), encoding="utf-8")
    assert [kept.state for kept in evaluations.earlier()] == ["done"]
    assert "20260101-000000-000001" in caplog.text


class Endless:
    """A chat model that never comes to an end."""

    name = "endless"

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.closed = threading.Event()

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        del system, user
        try:
            while True:
                self.begun.set()
                yield "word "
        finally:
            self.closed.set()


def test_a_model_breaks_off_in_the_middle_of_its_answer(
    evaluations: Evaluations, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Endless()
    monkeypatch.setattr("rag.pipeline.open_engine", lambda _: model)
    evaluations.start("q.csv", CSV.encode())
    if model.begun.wait(WAIT_SECONDS):
        evaluations.close()
    assert model.closed.is_set()
    wait(evaluations)
    (stopped,) = evaluations.earlier()
    # Some questions never reach the model; the one that it was at has no row.
    assert stopped.state == "stopped"
    assert stopped.asked < stopped.run.questions

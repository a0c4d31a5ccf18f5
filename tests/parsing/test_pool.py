"""Files that are too much for their parser are failures like any other, and the others come in their order."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.parsing import FileToRead, ParseLimits, parsing, worker
from rag.parsing.pool import HARMLESS_BYTES
from rag.schema import Document
from tests.load import scans

LIMITS = ParseLimits(max_bytes=100_000_000, seconds=1, memory_mb=700)


def _file(folder: Path, name: str, content: str) -> FileToRead:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return FileToRead(path, name, path.stat().st_size)


def _read(files: Sequence[FileToRead], limits: ParseLimits = LIMITS) -> list[tuple[str, list[str]]]:
    """Each file with the text of its documents, or the English of its failures."""
    with parsing(files, limits) as parsed:
        return [
            (
                file.source,
                [item.pages[0].text if isinstance(item, Document) else item.en for item in loaded],
            )
            for file, loaded in parsed
        ]


def _children() -> set[str]:
    """The processes that this one has started and that are still there, where the system says."""
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return set()
    found: set[str] = set()
    for task in tasks.iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found.update((task / "children").read_text(encoding="ascii").split())
    return found


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CHILD", "tests.parsing.misbehaving")


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("segfault", "SIGSEGV"),
        ("exit", "exit code 3"),
        ("raise", "KeyError: '/Root'"),
        ("memory", "RAG_FILE_MEMORY_MB"),
        ("compute", "RAG_FILE_SECONDS"),
        ("wait", "RAG_FILE_SECONDS"),
        ("wait for another", "RAG_FILE_SECONDS"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="signals and limits are those of POSIX")
def test_a_file_that_is_too_much_fails_and_the_next_one_is_read(tmp_path: Path, what: str, said: str) -> None:
    files = [_file(tmp_path, "bad.html", what), _file(tmp_path, "good.html", "مرحبًا")]
    with parsing(files, LIMITS) as parsed:
        (failure,), (document,) = (list(loaded) for _, loaded in parsed)
    assert isinstance(failure, LoadError)
    assert said in failure.en
    assert failure.en.startswith("bad.html")
    assert failure.ar.startswith("bad.html")
    assert isinstance(document, Document)
    assert document.pages[0].text == "مرحبًا"
    assert _children() == set()


@pytest.mark.usefixtures("misbehaving")
def test_what_a_library_prints_or_logs_does_not_get_among_the_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = [_file(tmp_path, "one.html", "print"), _file(tmp_path, "two.html", "log")]
    with caplog.at_level(logging.WARNING):
        assert _read(files) == [("one.html", ["print"]), ("two.html", ["log"])]
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("rag.load.somewhere", "تحذير: two.html")
    ]


@pytest.mark.usefixtures("misbehaving")
def test_a_worker_that_keeps_much_memory_makes_place_for_another(tmp_path: Path) -> None:
    """What it keeps would count against the next file."""
    files = [_file(tmp_path, f"{number}.html", "keep memory") for number in range(5)]
    assert _read(files) == [(file.source, ["keep memory"]) for file in files]


def test_a_page_that_takes_quadratic_time_is_stopped(tmp_path: Path) -> None:
    deep = _file(tmp_path, "deep.html", "<div>" * 200_000 + "deep")
    ((_, said),) = _read([deep])
    assert "RAG_FILE_SECONDS" in said[0]


def test_files_come_in_their_order_whoever_reads_them(tmp_path: Path) -> None:
    """Small plain ones are read here, the others by two workers."""
    records = "".join(f'{{"id": "{number}", "text": "line {number}"}}\n' for number in range(2000))
    assert len(records) > HARMLESS_BYTES
    files = [
        _file(tmp_path, "1.html", "one"),
        _file(tmp_path, "2.txt", "two"),
        _file(tmp_path, "3.jsonl", records),
        _file(tmp_path, "4.html", "<p>four</p>" * 2000),
        _file(tmp_path, "5.txt", "five " * HARMLESS_BYTES),
        *(_file(tmp_path, f"{number}.html", str(number)) for number in range(6, 150)),
    ]
    found = _read(files)
    assert [source for source, _ in found] == [file.source for file in files]
    texts = dict(found)
    assert texts["3.jsonl"] == [f"line {number}" for number in range(2000)]
    assert (texts["1.html"], texts["2.txt"], texts["149.html"]) == (["one"], ["two"], ["149"])


def test_nothing_is_started_for_small_plain_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CHILD", "no.such.module")
    assert _read([_file(tmp_path, "a.txt", "a"), _file(tmp_path, "b.md", "# b")]) == [
        ("a.txt", ["a"]),
        ("b.md", ["# b"]),
    ]


@pytest.mark.usefixtures("misbehaving")
def test_a_document_of_too_much_text_is_refused(tmp_path: Path) -> None:
    ((_, said),) = _read([_file(tmp_path, "long.html", "long")])
    assert said[0].startswith("long.html holds 32,000,001 characters")


def test_failures_and_broken_records_come_as_values(tmp_path: Path) -> None:
    bad = '{"id": "1", "text": "good"}\nnot json\n' + " " * HARMLESS_BYTES
    found = dict(_read([_file(tmp_path, "a.jsonl", bad), FileToRead(tmp_path / "gone.html", "gone.html", 9)]))
    assert found["a.jsonl"][0] == "good"
    assert "line 2" in found["a.jsonl"][1]
    assert "gone.html" in found["gone.html"][0]


def test_leaving_early_ends_what_is_being_read(tmp_path: Path) -> None:
    files = [_file(tmp_path, "a.html", "a"), _file(tmp_path, "deep.html", "<div>" * 200_000)]
    patient = ParseLimits(10**9, seconds=300, memory_mb=2048)
    started = time.monotonic()
    with parsing(files, patient) as parsed:
        next(parsed)
    assert time.monotonic() - started < 60
    assert _children() == set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("parsing")]


def test_a_folder_of_documents_is_not_a_folder_of_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker must not run what lies about where it was started."""
    (tmp_path / "json.py").write_text("raise SystemExit('run!')", encoding="utf-8")
    (tmp_path / "rag.py").write_text("raise SystemExit('run!')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _read([_file(tmp_path, "a.html", "a")]) == [("a.html", ["a"])]


def test_a_worker_that_cannot_be_started_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    ((_, said),) = _read([_file(tmp_path, "a.html", "a")])
    assert "no process could be started" in said[0]


@pytest.mark.skipif(os.name != "posix", reason="the system's limits are those of POSIX")
def test_reading_a_picture_has_the_limits_of_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a process of its own, which inherits them, and the next file is read all the same."""
    told = tmp_path / "told"
    scans.stand_in(tmp_path, f"ulimit -v > {told}; ulimit -t >> {told}; while :; do :; done", monkeypatch)
    files = [_file(tmp_path, "a.png", "a picture"), _file(tmp_path, "b.html", "<p>Good.</p>")]
    (_, picture), (_, page) = _read(files, ParseLimits(10**6, seconds=1, memory_mb=700, ocr=True))
    assert "RAG_FILE_SECONDS" in picture[0]
    assert page == ["Good."]
    memory, seconds = map(int, told.read_text(encoding="ascii").split())
    assert memory == 700 * 1024
    assert seconds <= 4


def test_pictures_are_read_only_where_they_are_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t95\\tHarbour.\\n"
    scans.stand_in(tmp_path, f"printf '{row}'", monkeypatch)
    files = [_file(tmp_path, "a.png", "a picture")]
    assert _read(files, ParseLimits(10**6, ocr=True)) == [("a.png", ["Harbour."])]
    ((_, (refused,)),) = _read(files, ParseLimits(10**6))
    assert "RAG_OCR=on" in refused

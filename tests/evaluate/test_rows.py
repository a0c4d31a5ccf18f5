"""Rows on disk: whole lines, newest wins, nothing lost however a run ends."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluate.rows import (
    OTHER_ROWS_FILE,
    ROWS_FILE,
    Row,
    open_rows,
    read_report,
    read_rows,
    row_digest,
    write_report,
)
from tests.evaluate.test_run import QUESTIONS


def row(digest: str, value: float = 1.0, *, failed: bool = False, judge: str | None = None) -> Row:
    return {
        "id": digest,
        "digest": digest,
        "error": {"type": "ModelError"} if failed else None,
        "metrics": {"f1": value},
        "judge": {"error": judge} if judge else None,
    }


def digests(out: Path, name: str) -> list[str]:
    return [json.loads(line)["digest"] for line in (out / name).read_text(encoding="utf-8").splitlines()]


def write(out: Path, *rows: Row, keys: list[str] | None = None) -> None:
    with open_rows(out) as log:
        for one in rows:
            log.append(one)
        log.settle(keys or [one["digest"] for one in rows])


def test_a_run_ends_with_its_rows_in_order(tmp_path: Path) -> None:
    write(tmp_path, row("b"), row("a"), row("c"), keys=["a", "b", "c"])
    assert digests(tmp_path, ROWS_FILE) == ["a", "b", "c"]
    assert not (tmp_path / OTHER_ROWS_FILE).exists()


def test_rows_of_other_runs_are_kept_and_come_back(tmp_path: Path) -> None:
    write(tmp_path, row("a"), row("b"))
    write(tmp_path, row("c"), keys=["c"])
    assert digests(tmp_path, ROWS_FILE) == ["c"]
    assert digests(tmp_path, OTHER_ROWS_FILE) == ["a", "b"]
    with open_rows(tmp_path) as log:
        assert log.known == {"a", "b", "c"}
        log.settle(["b", "a"])
    assert digests(tmp_path, ROWS_FILE) == ["b", "a"]
    assert sorted({*digests(tmp_path, OTHER_ROWS_FILE), *digests(tmp_path, ROWS_FILE)}) == ["a", "b", "c"]


def test_nothing_is_lost_when_the_end_of_a_run_is_cut_in_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, row("a"), row("b"))
    write(tmp_path, row("c"), keys=["c"])
    replaced: list[str] = []
    original = Path.replace

    def once(self: Path, target: Path) -> Path:
        if replaced:
            raise KeyboardInterrupt
        replaced.append(target.name)
        return original(self, target)

    monkeypatch.setattr(Path, "replace", once)
    with open_rows(tmp_path) as log, pytest.raises(KeyboardInterrupt):
        log.settle(["a"])
    monkeypatch.undo()
    assert replaced == [OTHER_ROWS_FILE]
    with open_rows(tmp_path) as log:
        assert log.known == {"a", "b", "c"}


def test_the_newest_row_wins_and_failed_ones_are_tried_again(tmp_path: Path) -> None:
    write(tmp_path, row("a", 0.0), row("b", failed=True), row("c", judge="down"))
    with open_rows(tmp_path) as log:
        assert log.known == {"a"}
        for one in (row("a", 1.0), row("b", 0.5), row("c", 0.5)):
            log.append(one)
        log.settle(["a", "b", "c"])
    assert [one["metrics"]["f1"] for one in read_rows(tmp_path)] == [1.0, 0.5, 0.5]
    assert [one["error"] for one in read_rows(tmp_path)] == [None, None, None]


@pytest.mark.parametrize("cut", [1, 10, -1])
def test_a_line_that_was_cut_is_taken_away(tmp_path: Path, cut: int) -> None:
    write(tmp_path, row("a"))
    line = (tmp_path / ROWS_FILE).read_bytes()
    (tmp_path / ROWS_FILE).write_bytes(line + line.replace(b'"a"', b'"b"')[:cut])
    assert [one["id"] for one in read_rows(tmp_path)] == ["a"]
    with open_rows(tmp_path) as log:
        assert log.known == {"a"}
        log.append(row("c"))
    assert digests(tmp_path, ROWS_FILE) == ["a", "c"]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: what would make a file longer fails half-way."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    write(tmp_path, row("a"))
    room = (tmp_path / ROWS_FILE).stat().st_size + 20
    with files_of_at_most(room), open_rows(tmp_path) as log, pytest.raises(DatasetError, match="--out"):
        log.append(row("b"))
    assert (tmp_path / ROWS_FILE).stat().st_size == room
    with files_of_at_most(room), pytest.raises(DatasetError, match="--out"):
        write_report(tmp_path, {"settings": "x" * 1000})
    with open_rows(tmp_path) as log:
        assert log.known == {"a"}
        log.append(row("c"))
        log.settle(["a", "c"])
    assert digests(tmp_path, ROWS_FILE) == ["a", "c"]


def test_lines_that_are_no_rows_are_passed_over(tmp_path: Path) -> None:
    good = json.dumps(row("a")).encode()
    (tmp_path / ROWS_FILE).write_bytes(b'\n{"id": 1}\n\xff\xfe\n[1]\n' + good + b"\n")
    with open_rows(tmp_path) as log:
        assert log.known == {"a"}
        log.settle(["a"])
    assert digests(tmp_path, ROWS_FILE) == ["a"]


def test_one_run_writes_at_a_time(tmp_path: Path) -> None:
    with (
        open_rows(tmp_path / "out"),
        pytest.raises(DatasetError, match="Another run is writing"),
        open_rows(tmp_path / "out"),
    ):
        pass
    with open_rows(tmp_path / "out") as log:
        assert log.known == frozenset()


def test_the_digest_changes_with_question_gold_and_maker() -> None:
    first, second = QUESTIONS[:2]
    assert row_digest(first, {"a": 1}) == row_digest(first, {"a": 1})
    assert len({row_digest(first, {"a": 1}), row_digest(second, {"a": 1}), row_digest(first, {"a": 2})}) == 3


def test_reports(tmp_path: Path) -> None:
    write_report(tmp_path, {"settings": {"llm": "نموذج"}})
    assert read_report(tmp_path) == {"settings": {"llm": "نموذج"}}
    assert "نموذج" in (tmp_path / "report.json").read_text(encoding="utf-8")
    for damaged in ("{", "[]", "{}"):
        (tmp_path / "report.json").write_text(damaged, encoding="utf-8")
        with pytest.raises(DatasetError, match="no finished run"):
            read_report(tmp_path)

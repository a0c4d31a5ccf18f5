"""Changes that count, and changes that do not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.sync import watch
from rag.sync.watching import _is_shown


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, milliseconds in {"QUIET_MS": 30, "IDLE_MS": 150, "BURST_MS": 400}.items():
        monkeypatch.setattr(f"rag.sync.watching.{name}", milliseconds)


def _next_change(changes: Iterator[bool], patience: int = 40) -> bool:
    """Whether there is a change within so many idle turns."""
    return any(next(changes) for _ in range(patience))


@pytest.mark.usefixtures("quick")
def test_changes_of_documents_count_and_others_do_not(tmp_path: Path) -> None:
    docs, home, other = tmp_path / "docs", tmp_path / "docs" / "home", tmp_path / "other"
    for folder in (docs, home, other, docs / ".git"):
        folder.mkdir(exist_ok=True)
    (other / "named.txt").write_text("a", encoding="utf-8")
    changes = watch([docs, other / "named.txt"], leave_out=home)
    assert next(changes)  # what may have changed before it began
    assert not next(changes)
    for path in (docs / ".hidden", docs / ".git" / "x", home / "library.sqlite", other / "unnamed.txt"):
        path.write_text("x", encoding="utf-8")
        assert not _next_change(changes, patience=3), path
    for path in (docs / "a.txt", docs / ".ragignore", other / "named.txt", docs / "عربي.txt"):
        path.write_text("new", encoding="utf-8")
        assert _next_change(changes), path
        while next(changes):
            pass
    # Many programs save a file by putting another one in its place.
    (other / "temporary").write_text("newer", encoding="utf-8")
    (other / "temporary").replace(other / "named.txt")
    assert _next_change(changes)
    changes.close()


@pytest.mark.usefixtures("quick")
def test_a_burst_of_changes_is_one(tmp_path: Path) -> None:
    changes = watch([tmp_path], leave_out=tmp_path / "home")
    next(changes)

    def write() -> None:
        for number in range(20):
            (tmp_path / f"{number}.txt").write_text("x", encoding="utf-8")
            time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    assert _next_change(changes)
    writer.join()
    assert sum(next(changes) for _ in range(6)) <= 2
    changes.close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.txt", True),
        ("a/ب.txt", True),
        (".ragignore", True),
        ("a/.ragignore", True),
        (".", True),
        (".a", False),
        (".git/a.txt", False),
        (".git/.ragignore", False),
        ("a/.b/c", False),
    ],
)
def test_hidden_files(path: str, expected: bool) -> None:
    assert _is_shown(Path(path)) is expected

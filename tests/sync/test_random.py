"""Whatever happens to a folder between syncs, the library holds what is there, each text once, and says what it did."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.index import Index
from rag.schema import SyncReport
from rag.sync import preview
from tests.sync.syncing import LIMITS, CountingEmbedder, synced

NAMES = ("a.txt", "ب.txt", "c.txt", "d.md", "s/e.txt", "s/f.txt", "z.txt")
TEXTS = tuple(f"Text number {number} is here. هذا نص رقم {number}." for number in range(4))
SCOPES = (("docs",), ("docs",), ("docs",), ("docs/s",), ("docs/a.txt", "docs/s"))
STEPS = 10


@pytest.mark.parametrize("seed", range(6))
def test_the_library_follows_the_folder(
    index: Index, embedder: CountingEmbedder, docs: Path, seed: int
) -> None:
    generator = random.Random(seed)
    for _ in range(STEPS):
        for _ in range(generator.randint(0, 4)):
            _happen(docs, generator)
        scope = [Path(name) for name in generator.choice(SCOPES) if Path(name).exists()]
        expected = preview(scope, known=index.files, limits=LIMITS, leave_out=index.home)
        embedder.embedded.clear()
        report = synced(index, embedder, *scope)
        assert _lists(report) == _lists(expected)
        if report.moved and not (report.added or report.updated):
            assert embedder.embedded == []
        files = sorted(path.as_posix() for one in scope for path in [one, *one.rglob("*")] if path.is_file())
        _check_report(report, files)
        _check_library(index, files, is_all=scope == [docs])
        if scope == [docs]:
            again = synced(index, embedder, docs)
            assert (again.added, again.updated, again.removed, again.moved) == ((), (), (), ())


def _happen(docs: Path, generator: random.Random) -> None:
    """One thing that people and programs do to files."""
    one, other = (docs / generator.choice(NAMES) for _ in range(2))
    for path in (one, other):
        path.parent.mkdir(exist_ok=True)
    what = generator.choice(["write", "write", "empty", "move", "copy", "remove", "touch"])
    if what == "write":
        one.write_text(generator.choice(TEXTS), encoding="utf-8")
    elif what == "empty":
        one.write_bytes(b"")
    elif not one.exists() or one == other:
        return
    elif what == "move":
        one.replace(other)
    elif what == "copy":
        shutil.copyfile(one, other)
    elif what == "remove":
        one.unlink()
    else:
        os.utime(one, ns=(generator.randrange(10**18), generator.randrange(10**18)))


def _lists(report: SyncReport) -> list[Sequence[object]]:
    pairs = (*report.moved, *report.duplicates)
    failed = [failure.path for failure in report.failed]
    return [
        sorted(one) for one in (report.added, report.updated, report.unchanged, report.removed, pairs, failed)
    ]


def _check_report(report: SyncReport, files: Sequence[str]) -> None:
    """Every file is in exactly one of the lists."""
    listed = [
        *report.added,
        *report.updated,
        *report.unchanged,
        *(present for _, present in report.moved if present in files),
        *(path for path, _ in report.duplicates),
        *(failure.path for failure in report.failed),
    ]
    assert sorted(listed) == list(files)


def _check_library(index: Index, files: Sequence[str], *, is_all: bool) -> None:
    """The library has the text of every file that has one, and each text (as read by one suffix) once."""
    by_path = {path: source for source in index.sources() for path in source.paths}
    readable = {file: Path(file).read_text(encoding="utf-8") for file in files}
    readable = {file: text for file, text in readable.items() if text}
    for file, text in readable.items():
        source = by_path[file]
        assert index.document(source.source).pages[0].text == text
        assert source.source == source.paths[0]
    if is_all:
        assert set(readable) <= set(by_path) <= set(files)
        kept = {by_path[file].source for file in readable}
        assert len(kept) == len({(text, Path(file).suffix) for file, text in readable.items()})

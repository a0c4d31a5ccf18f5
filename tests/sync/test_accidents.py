"""What folders hold besides documents, and what happens to files while they are read."""

from __future__ import annotations

import io
import os
import shutil
import socket
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import load
from rag.index import Index
from rag.load import Loaded
from rag.schema import Vectors
from rag.sync import Limits, sync
from tests.sync.syncing import LIMITS, CountingEmbedder, open_home, synced

posix_only = pytest.mark.skipif(os.name == "nt", reason="there are no such files there")


def _read_through(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, object], after: dict[str, object]
) -> None:
    """Let something happen to files just before and just after they are read."""

    def load_path(path: Path, *, source: str, max_bytes: int) -> Iterator[Loaded]:
        if source in before:
            before[source](path)  # type: ignore[operator]
        yield from load.load_path(path, source=source, max_bytes=max_bytes)
        if source in after:
            after[source](path)  # type: ignore[operator]

    monkeypatch.setattr("rag.parsing.pool.load_path", load_path)


@posix_only
def test_what_is_no_file_is_named_and_does_not_hang(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    os.mkfifo(docs / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(docs / "s.txt"))
    (docs / "device.txt").symlink_to("/dev/zero")
    (docs / "nowhere.txt").symlink_to("gone.txt")
    (docs / "itself.txt").symlink_to("itself.txt")
    (docs / "good.txt").write_text("Ships leave daily.", encoding="utf-8")
    (docs / "link.txt").symlink_to("good.txt")
    report = synced(index, embedder, docs)
    assert report.added == ("docs/good.txt",)
    assert report.duplicates == (("docs/link.txt", "docs/good.txt"),)
    assert {failure.path: "pipe" in failure.en for failure in report.failed} == {
        "docs/pipe.txt": True,
        "docs/s.txt": True,
        "docs/device.txt": True,
        "docs/nowhere.txt": False,
        "docs/itself.txt": False,
    }
    assert all(failure.ar != failure.en for failure in report.failed)
    assert len(synced(index, embedder, docs / "pipe.txt").failed) == 1


@posix_only
def test_names_that_are_not_utf_8_are_indexed_found_moved_and_removed(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    raw = docs / os.fsdecode(b"caf\xe9 \xff.txt")
    raw.write_text("Ships leave daily.", encoding="utf-8")
    assert synced(index, embedder, docs).added == ("docs/caf%E9 %FF.txt",)
    assert synced(index, embedder, docs).unchanged == ("docs/caf%E9 %FF.txt",)
    shutil.copyfile(raw, docs / "z.txt")
    assert synced(index, embedder, Path("docs/z.txt")).duplicates == (("docs/z.txt", "docs/caf%E9 %FF.txt"),)
    raw.unlink()
    assert synced(index, embedder, docs).moved == (("docs/caf%E9 %FF.txt", "docs/z.txt"),)


def test_an_empty_folder_is_nothing_to_do(index: Index, embedder: CountingEmbedder, docs: Path) -> None:
    report = synced(index, embedder, docs)
    assert (report.added, report.failed, report.removed) == ((), (), ())


def test_a_file_that_vanishes_before_it_is_read_is_named(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (docs / name).write_text(f"This is {name}.", encoding="utf-8")
    _read_through(monkeypatch, {"docs/a.txt": Path.unlink}, {})
    report = synced(index, embedder, docs)
    assert report.added == ("docs/b.txt",)
    assert [failure.path for failure in report.failed] == ["docs/a.txt"]


def test_a_file_that_changes_while_it_is_read_is_read_again_next_time(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.jsonl"):
        text = '{"id": "one", "text": "The old text."}' if name == "b.jsonl" else "The old text."
        (docs / name).write_text(text, encoding="utf-8")

    def change(path: Path) -> None:
        path.write_text(path.read_text(encoding="utf-8").replace("old", "new"), encoding="utf-8")
        os.utime(path, ns=(1, 1))

    with monkeypatch.context() as patched:
        _read_through(patched, {}, {"docs/a.txt": change, "docs/b.jsonl": change})
        assert len(synced(index, embedder, docs).added) == 2
    assert sorted(synced(index, embedder, docs).updated) == ["docs/a.txt", "one"]
    for source in ("docs/a.txt", "one"):
        assert index.document(source).pages[0].text == "The new text."
    assert synced(index, embedder, docs).updated == ()


def test_what_is_under_a_folder_that_cannot_be_read_is_kept(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "locked").mkdir()
    (docs / "locked" / "a.txt").write_text("Ships leave daily.", encoding="utf-8")
    synced(index, embedder, docs)
    scandir = os.scandir

    def refuse(folder: Path) -> Iterator[os.DirEntry[str]]:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    report = synced(index, embedder, docs)
    assert (report.removed, [failure.path for failure in report.failed]) == ((), ["docs/locked"])
    assert len(index.sources()) == 1


def test_a_folder_that_is_gone_keeps_what_came_from_it(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    """A disk that is not mounted is no reason to forget what was on it."""
    (docs / "a.txt").write_text("Ships leave daily.", encoding="utf-8")
    synced(index, embedder, docs)
    shutil.rmtree(docs)
    report = synced(index, embedder, docs)
    assert (report.removed, len(report.failed)) == ((), 1)
    assert len(index.sources()) == 1


def test_the_data_folder_is_not_indexed(embedder: CountingEmbedder, docs: Path) -> None:
    (docs / "a.txt").write_text("Ships leave daily.", encoding="utf-8")
    with open_home(docs / "home") as index:
        report = synced(index, embedder, docs)
    assert (report.added, report.failed) == (("docs/a.txt",), ())


def test_copies_of_what_cannot_be_read_share_its_failure(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (docs / name).write_bytes(b"%PDF-1.7\n%\xe2\xe3")
    report = synced(index, embedder, docs)
    assert [failure.path for failure in report.failed] == ["docs/a.txt", "docs/b.txt"]
    assert "docs/a.txt" in report.failed[1].en
    assert report.duplicates == ()


def test_a_bomb_is_a_failure_and_the_others_are_indexed(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    (docs / "a.html").write_text("<div>" * 200_000, encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"<w:t>" + b"a" * 400_000_000)
    (docs / "b.docx").write_bytes(packed.getvalue())
    (docs / "c.html").write_text("<p>Ships leave daily.</p>", encoding="utf-8")
    limits = Limits(60, 1, LIMITS.max_file_bytes, file_seconds=1, file_memory_mb=300)
    report = sync([docs], index=index, embedder=embedder, limits=limits)
    assert report.added == ("docs/c.html",)
    assert [failure.path for failure in report.failed] == ["docs/a.html", "docs/b.docx"]


class _Interrupted(CountingEmbedder):
    """Ctrl-C at the second batch."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.embedded:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_what_was_finished_before_ctrl_c_stays_and_is_searched(
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.sync.writer.BATCH_TEXTS", 6)
    for number in range(6):
        (docs / f"{number}.html").write_text(
            f"<p>Harbour {number} is deep. It opened in 193{number}.</p>", encoding="utf-8"
        )
    stopped, resumed = _Interrupted(), CountingEmbedder()
    with open_home(tmp_path / "home2") as index:
        with pytest.raises(KeyboardInterrupt):
            synced(index, stopped, docs)
        assert [source.source for source in index.sources()] == ["docs/0.html", "docs/1.html"]
        assert len(index.keyword_search("stems", ["harbour"], 10)) == 2
        report = synced(index, resumed, docs)
    assert report.unchanged == ("docs/0.html", "docs/1.html")
    assert len(report.added) == 4
    assert not set(stopped.embedded) & set(resumed.embedded)

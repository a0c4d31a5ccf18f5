"""The story of indexing, with the real index and a small embedder: what comes, changes and goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import load
from rag.index import Index
from rag.load import Loaded
from rag.schema import Document, Vectors
from rag.sync import SyncProgress, resync_stale, sync
from tests.fakes import FakeEmbedder
from tests.sync.syncing import LIMITS, CountingEmbedder, synced


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "home", fingerprint="f", dimension=FakeEmbedder.dimension) as opened:
        yield opened


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The harbour opened in 1932. It is deep.", encoding="utf-8")
    (folder / "ب.txt").write_text("افتُتح الميناء عام ١٩٣٢. وهو عميق.", encoding="utf-8")
    return Path("docs")


def test_added_unchanged_updated_removed(index: Index, embedder: CountingEmbedder, docs: Path) -> None:
    first = synced(index, embedder, docs)
    assert (sorted(first.added), first.failed) == (["docs/a.txt", "docs/ب.txt"], ())
    assert first.passages == index.count() == 2

    embedder.embedded.clear()
    assert sorted(synced(index, embedder, docs).unchanged) == ["docs/a.txt", "docs/ب.txt"]
    assert embedder.embedded == []

    (docs / "a.txt").write_text("The harbour opened in 1932. It is very deep.", encoding="utf-8")
    (docs / "ب.txt").unlink()
    third = synced(index, embedder, docs)
    assert (third.updated, third.removed, third.added) == (("docs/a.txt",), ("docs/ب.txt",), ())
    # Only what changed is embedded: the passage and its second sentence.
    assert "The harbour opened in 1932." not in embedder.embedded
    assert "It is very deep." in embedder.embedded
    assert [source.source for source in index.sources()] == ["docs/a.txt"]


def test_a_touched_file_with_the_same_words_is_unchanged(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    synced(index, embedder, docs)
    (docs / "a.txt").write_text((docs / "a.txt").read_text(encoding="utf-8"), encoding="utf-8")
    assert "docs/a.txt" in synced(index, embedder, docs).unchanged


def test_a_failing_file_is_reported_and_keeps_what_is_indexed(
    index: Index, embedder: CountingEmbedder, docs: Path
) -> None:
    synced(index, embedder, docs)
    (docs / "a.txt").write_bytes(b"")
    (docs / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    report = synced(index, embedder, docs)
    assert sorted(failure.path for failure in report.failed) == ["docs/a.txt", "docs/image.png"]
    assert all(failure.en and failure.ar for failure in report.failed)
    assert report.removed == ()
    assert "docs/a.txt" in [source.source for source in index.sources()]


def test_jsonl_lines_come_and_go_with_their_file(
    index: Index, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        '{"id": "one", "title": "", "text": "Cairo lies on the Nile."}\n'
        '{"id": "اثنان", "title": "ميناء", "text": "الإسكندرية ميناء قديم."}\n'
        '{"id": "one", "text": "A second one."}\n'
        "not json\n",
        encoding="utf-8",
    )
    report = synced(index, embedder, corpus)
    assert sorted(report.added) == ["one", "اثنان"]
    assert len(report.failed) == 2

    corpus.write_text('{"id": "one", "title": "", "text": "Cairo lies on the Nile."}\n', encoding="utf-8")
    report = synced(index, embedder, corpus)
    assert (report.unchanged, report.removed, report.failed) == (("one",), ("اثنان",), ())


def test_syncing_one_folder_leaves_the_other_alone(
    index: Index, embedder: CountingEmbedder, docs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.txt").write_text("Trains leave at noon.", encoding="utf-8")
    synced(index, embedder, docs, other)
    (docs / "a.txt").unlink()
    report = synced(index, embedder, docs)
    assert report.removed == ("docs/a.txt",)
    assert str(other / "c.txt") in [source.source for source in index.sources()]


@pytest.mark.usefixtures("docs")
def test_the_folder_one_stands_in(index: Index, embedder: CountingEmbedder, tmp_path: Path) -> None:
    (tmp_path / "top.txt").write_text("Ships leave daily.", encoding="utf-8")
    assert "top.txt" in synced(index, embedder, Path()).added
    (tmp_path / "top.txt").unlink()
    assert synced(index, embedder, Path()).removed == ("top.txt",)


def test_an_interrupted_sync_goes_on_where_it_stopped(
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if self.embedded:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    monkeypatch.setattr("rag.sync.writer.BATCH_TEXTS", 1)
    home = tmp_path / "home2"
    stopped, resumed = Interrupted(), CountingEmbedder()
    with Index.open(home, fingerprint="f", dimension=FakeEmbedder.dimension) as index:
        with pytest.raises(KeyboardInterrupt):
            synced(index, stopped, docs)
        assert index.sources() == []
    with Index.open(home, fingerprint="f", dimension=FakeEmbedder.dimension) as index:
        assert len(synced(index, resumed, docs).added) == 2
        assert index.count() == 2
    assert len(stopped.embedded) == 1
    assert not set(stopped.embedded) & set(resumed.embedded)


def test_progress_ends_at_the_total(index: Index, embedder: CountingEmbedder, docs: Path) -> None:
    told: list[SyncProgress] = []
    sync([docs], index=index, embedder=embedder, limits=LIMITS, on_progress=told.append)
    assert [progress.files for progress in told] == [0, 1, 2]
    assert told[-1].total_files == 2
    assert told[-1].passages == 2
    assert told[-1].done == 1


def test_progress_goes_on_within_a_long_document(
    index: Index, embedder: CountingEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.sync.writer.BATCH_TEXTS", 10)
    (tmp_path / "long.txt").write_text(
        " ".join(f"Sentence number {number} of the book." for number in range(60)), encoding="utf-8"
    )
    told: list[SyncProgress] = []
    sync([tmp_path / "long.txt"], index=index, embedder=embedder, limits=LIMITS, on_progress=told.append)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert len([share for share in done if 0 < share < 1]) >= 4


@pytest.mark.parametrize(
    ("seconds", "done", "rate", "left"),
    [(1.0, 0.5, None, None), (10.0, 0.0, 2.0, None), (10.0, 0.25, 2.0, 30.0), (10.0, 1.0, 2.0, 0.0)],
)
def test_pace(seconds: float, done: float, rate: float | None, left: float | None) -> None:
    """20 passages in 10 seconds are 2 a second; a quarter in 10 seconds leaves three times as long."""
    progress = SyncProgress(1, 2, "a", 20, seconds, done)
    assert (progress.passages_per_second, progress.remaining_seconds) == (rate, left)


def test_only_the_sentences_that_changed_are_embedded_anew(
    index: Index, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    sentences = [f"Harbour number {number} opened in {1900 + number}." for number in range(60)]
    path = tmp_path / "harbours.txt"
    path.write_text(" ".join(sentences), encoding="utf-8")
    passages = synced(index, embedder, path).passages
    assert len(embedder.embedded) == passages + 60

    embedder.embedded.clear()
    sentences[30] = "This harbour was closed."
    path.write_text(" ".join(sentences), encoding="utf-8")
    assert synced(index, embedder, path).updated == (path.as_posix(),)
    # The sentence, and the two passages around the overlap at most.
    assert 2 <= len(embedder.embedded) <= 3


def test_a_document_that_the_library_cannot_take_does_not_take_others_with_it(
    index: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a character in a title."""

    def load_path(path: Path, *, source: str, max_bytes: int) -> Iterator[Loaded]:
        for item in load.load_path(path, source=source, max_bytes=max_bytes):
            assert isinstance(item, Document)
            yield replace(item, title="\ud800") if source == "docs/a.txt" else item

    monkeypatch.setattr("rag.parsing.pool.load_path", load_path)
    report = synced(index, embedder, docs)
    assert report.added == ("docs/ب.txt",)
    assert "lone surrogate" in report.failed[0].en


def test_another_model_resyncs_from_the_library_alone(tmp_path: Path, docs: Path) -> None:
    home = tmp_path / "home3"
    with Index.open(home, fingerprint="old", dimension=FakeEmbedder.dimension) as index:
        synced(index, FakeEmbedder(), docs)
    (docs / "a.txt").unlink()
    with Index.open(home, fingerprint="new", dimension=FakeEmbedder.dimension, adopt=True) as index:
        resync_stale(index, FakeEmbedder(), limits=LIMITS)
        index.rebuild()
        assert index.count() == 2
        assert index.stale_sources() == {}


_WORDS = st.sampled_from(
    [
        "الميناء",
        "عام ١٩٣٢.",
        "opened.",
        "U.S.",
        "3.4",
        "؟",
        "\n",
        "\n\n",
        "“نعم”",
        "🎉",
        "مُحَمَّد",
        "The",
        "harbour",
        ",",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WORDS, min_size=3, max_size=120))
def test_what_is_stored_equals_the_original_text(index: Index, tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "generated.txt"
    path.write_text("وثيقة " + " ".join(words), encoding="utf-8", newline="")
    synced(index, FakeEmbedder(), path)
    original = path.read_bytes().decode("utf-8")
    for hit_id in index.passage_ids([path.as_posix()]):
        (passage,) = index.passages([hit_id])
        assert passage.text == original[passage.start : passage.end]
        for sentence in passage.sentences:
            assert sentence.text == original[sentence.start : sentence.end]

"""Text that was recognised in a picture is marked as that, from the file to the citation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.cite import number_claims
from rag.index import Index
from rag.schema import Answer, DraftClaim, Evidence, SyncReport
from rag.serialise import answer_json, sources_json
from rag.sync import sync
from rag.terminal import Terminal
from tests.load import pdfs, scans
from tests.load.test_pdf import PICTURE, PROSE, WITH_PICTURE
from tests.sync.syncing import LIMITS, CountingEmbedder

HARBOUR = "The harbour opened in 1932."
ROW = f"5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t95\\t{HARBOUR}\\n"


def _sync(index: Index, embedder: CountingEmbedder, docs: Path, *, ocr: bool) -> SyncReport:
    return sync([docs], index=index, embedder=embedder, limits=replace(LIMITS, ocr=ocr))


@pytest.fixture
def read(
    index: Index, embedder: CountingEmbedder, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Index:
    """A library of a picture, and of a PDF one of whose two pages is one; it knew them without OCR before."""
    scans.stand_in(tmp_path, f"printf '{ROW}'", monkeypatch)
    (docs / "ميناء.png").write_bytes(b"a picture")
    (docs / "a.pdf").write_bytes(pdfs.paged(PROSE, PICTURE, **WITH_PICTURE))
    without = _sync(index, embedder, docs, ocr=False)
    assert (without.added, len(without.failed)) == (("docs/a.pdf",), 2)
    assert all("RAG_OCR=on" in failure.en and "RAG_OCR=on" in failure.ar for failure in without.failed)
    report = _sync(index, embedder, docs, ocr=True)
    assert (report.added, report.updated, report.failed) == (("docs/ميناء.png",), ("docs/a.pdf",), ())
    return index


def test_pages_and_passages_are_marked(read: Index) -> None:
    assert [(info.source, info.pages, info.ocr_pages) for info in read.sources()] == [
        ("docs/a.pdf", 2, 1),
        ("docs/ميناء.png", 1, 1),
    ]
    assert [page.ocr for page in read.document("docs/a.pdf").pages] == [False, True]
    passages = read.passages(read.passage_ids(["docs/a.pdf", "docs/ميناء.png"]))
    assert {(passage.source, passage.page, passage.ocr) for passage in passages} == {
        ("docs/a.pdf", 1, False),
        ("docs/a.pdf", 2, True),
        ("docs/ميناء.png", None, True),
    }
    assert [info["ocr_pages"] for info in sources_json(read.sources())["sources"]] == [1, 1]


def test_it_stays_read_without_being_read_again(
    read: Index, embedder: CountingEmbedder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.parsing.pool.load_path", None)
    monkeypatch.setattr("rag.parsing.worker.CHILD", "no.such.module")
    report = _sync(read, embedder, docs, ocr=True)
    assert (report.unchanged, report.failed) == (("docs/a.pdf", "docs/ميناء.png"), ())


@pytest.mark.parametrize(("language", "said"), [("en", "read by OCR"), ("ar", "قُرئ آليًّا من صورة")])
def test_a_citation_says_so(
    read: Index, language: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_UI_LANGUAGE", language)
    passages = read.passages(read.passage_ids(["docs/a.pdf"]))
    drafts = [
        DraftClaim(passage.text, (Evidence(passage, passage.sentences[0]),), "supported")
        for passage in passages
    ]
    numbered = number_claims(drafts)
    assert {(citation.page, citation.ocr) for citation in numbered.citations} == {(1, False), (2, True)}
    answer = Answer(
        "?", "ar" if language == "ar" else "en", "extractive", "!", False, None, numbered.claims,
        numbered.citations, (), (), 1.0,
    )  # fmt: skip
    told = {citation["page"]: citation["ocr"] for citation in answer_json(answer)["citations"]}
    assert told == {1: False, 2: True}
    Terminal().answer(answer)
    lines = [line for line in capsys.readouterr().out.splitlines() if "docs/a.pdf" in line]
    assert [said in line for line in lines] == [citation.ocr for citation in numbered.citations]
    Terminal().sources(read.sources())
    out = capsys.readouterr().out
    assert said in out
    assert ("of 2 pages" if language == "en" else "1 من 2") in out

"""Ready-made sets: the catalogue, SQuAD's JSON as questions and corpus, and fetching over a real server."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluate.catalogue import CATALOGUE, Download, ReadySet, find_set
from rag.evaluate.datasets import load_questions
from rag.evaluate.fetch import fetch_set
from rag.evaluate.squad import convert_squad
from rag.load import load_path
from rag.schema import Document

FIXTURES = Path(__file__).parent / "fixtures"
ARABIC = (FIXTURES / "squad.ar.json").read_bytes()
ENGLISH = (FIXTURES / "squad2.en.json").read_bytes()


def ready_set(url: str, content: bytes = ARABIC, *, only: str = "") -> ReadySet:
    """A set of one file with the digest of `content`."""
    file = Download(url, len(content), hashlib.sha256(content).hexdigest())
    return ReadySet("port", "Port", "ar", 3, "CC0", "http://127.0.0.1", (file,), "port", only)


def test_every_entry_says_where_it_lives_and_what_it_is() -> None:
    names = [entry.name for entry in CATALOGUE]
    assert {"xquad-ar", "xquad-en", "arcd"} <= set(names)
    assert len(names) == len(set(names))
    for entry in CATALOGUE:
        assert entry.licence
        assert entry.homepage.startswith("https://")
        assert entry.questions > 0
        for file in entry.files:
            assert file.url.startswith("https://")
            assert file.size > 0
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)


def test_translations_share_the_names_of_their_paragraphs() -> None:
    assert find_set("xquad-ar").paragraphs == find_set("XQuAD-en ").paragraphs


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(DatasetError, match="xquad-ar") as caught:
        find_set("xquad")
    assert "xquad-ar" in caught.value.ar


def test_arabic_squad_becomes_a_corpus_and_questions() -> None:
    converted = convert_squad({"squad.ar.json": ARABIC}, prefix="port", only="arabic-")
    assert [record["id"] for record in converted.corpus] == ["port-p000", "port-p001"]
    assert converted.corpus[0]["title"] == "ميناء العقبة"
    assert converted.corpus[0]["lang"] == "ar"
    first, second, third = converted.questions
    assert first["relevant"] == [{"source": "port-p000", "quote": "افتُتح ميناء العقبة سنة 1952."}]
    # The first offset is wrong: the words decide where the evidence stands.
    assert second["question"] == "إلى كم دولة يصدّر الميناء؟"
    assert second["answers"] == ["40", "40 دولة"]
    assert second["relevant"] == [
        {"source": "port-p000", "quote": "يصدّر الميناء الفوسفات والبوتاس إلى 40 دولة."}
    ]
    # An id that the set gives twice becomes two.
    assert [first["id"], third["id"]] == ["arabic-1", "arabic-1-2"]


def test_squad_2_has_questions_without_an_answer_and_folds_what_is_printed_twice() -> None:
    converted = convert_squad({"squad2.en.json": ENGLISH}, prefix="port")
    assert len(converted.corpus) == 1
    asked, impossible = converted.questions
    assert asked["answers"] == ["1952", "in 1952", "opened in 1952"]
    assert asked["relevant"] == [{"source": "port-p000", "quote": "The port of Aqaba opened in 1952."}]
    assert (impossible["answerable"], impossible["answers"], impossible["relevant"]) == (False, [], [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"data": 5}',
        b'{"data": [{"paragraphs": [{"qas": []}]}]}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_what_is_not_squad_is_one_sentence(content: bytes) -> None:
    with pytest.raises(DatasetError, match=r"x\.json is not SQuAD") as caught:
        convert_squad({"x.json": content}, prefix="x")
    assert "x.json" in caught.value.ar


def test_a_set_is_downloaded_checked_and_ready_to_run(tmp_path: Path) -> None:
    with serving(FIXTURES) as (address, asked):
        wanted = ready_set(f"{address}/squad.ar.json", only="arabic-")
        seen: list[tuple[str, float]] = []
        fetched = fetch_set(wanted, tmp_path / "port", on_progress=lambda *at: seen.append(at))
        again = fetch_set(wanted, tmp_path / "port")
    assert (fetched.questions, fetched.passages) == (3, 2)
    assert seen[-1] == ("squad.ar.json", 1.0)
    # What is there already is not asked for again.
    assert (len(asked), again) == (1, fetched)
    questions = load_questions(fetched.questions_path)
    documents = list(load_path(fetched.corpus_path, source="corpus.jsonl", max_bytes=10**6))
    assert all(isinstance(document, Document) for document in documents)
    sources = {document.source for document in documents if isinstance(document, Document)}
    assert {item.source for question in questions for item in question.relevant} == sources
    about = json.loads((tmp_path / "port" / "about.json").read_text(encoding="utf-8"))
    assert (about["licence"], about["files"][0]["sha256"]) == ("CC0", wanted.files[0].sha256)


def test_a_file_that_is_not_the_recorded_one_is_not_used(tmp_path: Path) -> None:
    with serving(FIXTURES) as (address, _), pytest.raises(DatasetError, match="SHA-256"):
        fetch_set(ready_set(f"{address}/squad.ar.json", ENGLISH), tmp_path / "port")
    assert not (tmp_path / "port" / "questions.jsonl").exists()
    assert not list((tmp_path / "port" / "original").iterdir())


def test_a_kept_file_that_changed_is_noticed(tmp_path: Path) -> None:
    wanted = ready_set("http://127.0.0.1:9/squad.ar.json")
    fetch_set(wanted, tmp_path, given=[FIXTURES / "squad.ar.json"])
    kept = tmp_path / "original" / "squad.ar.json"
    kept.write_bytes(kept.read_bytes() + b" ")
    with pytest.raises(DatasetError, match="not the recorded file"):
        fetch_set(wanted, tmp_path)


@pytest.mark.parametrize("path", ["missing.json", ""])
def test_a_file_that_cannot_be_had_is_one_sentence_with_its_name(tmp_path: Path, path: str) -> None:
    with serving(FIXTURES) as (address, _):
        url = f"{address}/{path}" if path else "http://127.0.0.1:9/nobody.json"
        with pytest.raises(DatasetError, match="cannot be downloaded") as caught:
            fetch_set(ready_set(url), tmp_path)
    assert "--from" in caught.value.en
    assert "--from" in caught.value.ar


def test_a_given_file_needs_no_network(tmp_path: Path) -> None:
    wanted = ready_set("http://127.0.0.1:9/squad.ar.json")
    assert fetch_set(wanted, tmp_path, given=[FIXTURES / "squad.ar.json"]).passages == 2
    with pytest.raises(DatasetError, match="No such file"):
        fetch_set(wanted, tmp_path / "b", given=[tmp_path / "nowhere" / "squad.ar.json"])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a server of the files of a folder, and what it was asked."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()

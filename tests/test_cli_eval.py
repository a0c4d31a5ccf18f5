"""`rag eval …` and `rag batch` as people and scripts use them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rag.cli import app
from rag.errors import DatasetError, RagError, SettingsError
from rag.evaluate.datasets import load_questions
from tests.generate.ollama import answer as model_answer
from tests.generate.ollama import ollama_server
from tests.generate.wire import MODEL

FIXTURES = Path(__file__).parent / "evaluate" / "fixtures"
TEXTS = {
    "port.txt": "افتتح الوزير ميناء العقبة الجديد سنة 1952 بحضور ممثلين عن 40 دولة من أنحاء العالم.",
    "bridge.txt": "The suspension bridge of Deir ez-Zor was built in 1927 by French engineers over the Euphrates.",
}
QUESTIONS = [
    {
        "id": "a",
        "question": "متى افتتح ميناء العقبة؟",
        "answers": ["1952"],
        "relevant": ["port.txt"],
        "tags": ["year"],
    },
    {"id": "b", "question": "When was the bridge of Deir ez-Zor built?", "answers": ["1927"]},
    {"id": "c", "question": "How long should an egg be boiled?", "answerable": False},
]

Rag = Callable[..., Result]


@pytest.fixture
def rag(tmp_path: Path, prepared_model: Path, monkeypatch: pytest.MonkeyPatch) -> Rag:
    """Runs a command in `tmp_path`, with no library but its own."""
    for name, value in {
        "HOME": "library",
        "CACHE": prepared_model.parent,
        "LLM": "extractive",
        "UI_LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(f"RAG_{name}", str(value))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, typed: str = "", code: int = 0) -> Result:
        done = CliRunner().invoke(app, list(arguments), input=typed)
        if isinstance(done.exception, RagError):
            raise done.exception
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of two documents, and beside it questions about them."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    (tmp_path / "set.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_run_without_arguments_asks_the_sample_questions(rag: Rag, tmp_path: Path) -> None:
    shown = rag("eval", "run", "--lang", "ar").output
    out = tmp_path / "rag-eval" / "seeds"
    assert "nDCG@10" in shown
    assert "report.html" in shown
    assert (read(out / "report.json")["questions"], (out / "home" / "library.sqlite").exists()) == (56, True)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    # Quotes stand in the text around them.
    assert re.search(r"<mark>[^\n]*</mark>\s*\S", page)
    assert not (tmp_path / "library").exists()


def test_a_run_in_ci_ends_with_its_limits(rag: Rag, corpus: Path, tmp_path: Path) -> None:
    run = ("eval", "run", "set.jsonl", "--corpus", str(corpus), "--out", "a", "--no-html")
    done = rag(*run, "--json", "--fail-if", "contains_answer<0.5", "--fail-if", "errors>0")
    assert json.loads(done.stdout)["metrics"]["contains_answer"]["value"] == 1.0
    assert not (tmp_path / "a" / "report.html").exists()
    done = rag(*run, "--fail-if", "contains_answer>0.9", code=3)
    assert "✗ contains_answer>0.9: it is 1." in done.stderr
    with pytest.raises(DatasetError, match="nonsense"):
        rag(*run, "--fail-if", "nonsense<1")


def test_the_results_of_a_run_are_no_part_of_the_corpus_around_them(
    rag: Rag, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ("eval", "run", "../set.jsonl", "--corpus", ".", "--json")
    monkeypatch.chdir(corpus)
    first, second = (json.loads(rag(*run).stdout) for _ in range(2))
    assert (corpus / "rag-eval" / "set" / "report.html").exists()
    assert first["settings"]["corpus_sources"] == second["settings"]["corpus_sources"] == 2
    # A folder that was there is not hidden from a sync.
    rag("eval", "run", "../set.jsonl", "--corpus", ".", "--out", ".", "--no-html")
    assert not (corpus / ".ragignore").exists()


def test_two_runs_are_compared_on_a_page_too(rag: Rag, corpus: Path, tmp_path: Path) -> None:
    for out, docs in (("a", corpus), ("b", corpus / "port.txt")):
        rag("eval", "run", "set.jsonl", "--corpus", str(docs), "--out", out, "--no-html")
    compare = ("eval", "compare", "a", "b", "--html", "c.html", "--lang", "en")
    done = rag(*compare, "--max-drop", "contains_answer=0.1", code=3)
    assert "contains_answer" in done.stderr
    assert "When was the bridge of Deir ez-Zor built?" in (tmp_path / "c.html").read_text(encoding="utf-8")
    compared = json.loads(rag(*compare, "--json", "--max-drop", "contains_answer=0.6").stdout)
    assert [flip["id"] for flip in compared["flips"] if flip["metric"] == "contains_answer"] == ["b"]
    with pytest.raises(DatasetError, match="no finished run"):
        rag("eval", "compare", "a", "nowhere")


def test_a_sweep_gives_each_index_a_library_of_its_own(rag: Rag, corpus: Path, tmp_path: Path) -> None:
    sweep = (
        "eval",
        "sweep",
        "set.jsonl",
        "--out",
        "s",
        "--set",
        "passage_tokens=100,250",
        "--set",
        "top_k=3",
    )
    swept = json.loads(rag(*sweep, "--corpus", str(corpus), "--json").stdout)
    assert [entry["variant"]["passage_tokens"] for entry in swept["entries"]] == ["100", "250"]
    assert len(list((tmp_path / "s" / "home").iterdir())) == 2
    assert (tmp_path / "s" / "sweep.json").exists()
    with pytest.raises(SettingsError, match="--corpus"):
        rag(*sweep)
    with pytest.raises(SettingsError, match="colour"):
        rag("eval", "sweep", "set.jsonl", "--set", "colour=red")


@pytest.mark.parametrize("name", ["answers.jsonl", "answers.csv", "answers.md"])
def test_a_batch_of_the_users_own_library(rag: Rag, corpus: Path, tmp_path: Path, name: str) -> None:
    rag("sync", str(corpus))
    shown = rag("batch", "set.jsonl", "--out", name, "--workers", "2").output
    assert "3 questions: 1 without an answer in the documents, 0 failed" in shown
    content = (tmp_path / name).read_text(encoding="utf-8")
    assert content.index("1952") < content.index("1927")
    assert not (tmp_path / f"{name}.rows").exists()


def test_new_questions_are_kept_or_dropped_one_by_one(rag: Rag, corpus: Path, tmp_path: Path) -> None:
    shown = rag("eval", "new", str(corpus), "--out", "new.jsonl", typed="perhaps\ny\nn\nq\n").output
    assert "[y] keep  [n] drop  [q] stop:" in shown
    assert "Questions added to new.jsonl: 1" in shown
    assert f"rag eval run new.jsonl --corpus {corpus}" in shown
    (kept,) = load_questions(tmp_path / "new.jsonl")
    # The end of input stops as well; what was decided is not proposed again.
    again = rag("eval", "new", str(corpus), "--out", "new.jsonl").output
    assert kept.question not in again
    rag("eval", "new", str(corpus), "--out", "new.jsonl", "--all", "--count", "2")
    questions = load_questions(tmp_path / "new.jsonl")
    assert len(questions) == 3
    assert {place.source for question in questions for place in question.relevant} == set(TEXTS)
    # Cloze questions of one's own documents can be answered from them.
    report = json.loads(
        rag("eval", "run", "new.jsonl", "--corpus", str(corpus), "--out", "r", "--json").stdout
    )
    assert report["metrics"]["contains_answer"] == {"value": 1.0, "n": 3, "low": 1.0, "high": 1.0}


def test_new_questions_about_the_library_in_arabic(
    rag: Rag, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_UI_LANGUAGE", "ar")
    with pytest.raises(DatasetError) as caught:
        rag("eval", "new")
    assert "rag sync" in caught.value.ar
    rag("sync", str(corpus))
    shown = rag("eval", "new", typed="نعم\nخ\n").output
    assert "[ن] أبقِه" in shown
    assert len(load_questions(tmp_path / "questions.jsonl")) == 1


def test_a_chat_model_writes_questions_and_only_those_its_passage_answers_are_proposed(
    rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passage = f"{TEXTS['bridge.txt']} It was destroyed in 2013, and nobody has rebuilt it since then."
    (tmp_path / "bridge.txt").write_text(passage, encoding="utf-8")
    for said, kept in (("When was the bridge built?\nA: 1927", 1), ("When was it sold?\nA: 1930", 0)):
        with ollama_server() as server:
            server.script = partial(model_answer, [f"Q: {said}"])
            monkeypatch.setenv("RAG_LLM_URL", server.url)
            shown = rag("eval", "new", "bridge.txt", "--all", "--llm", f"ollama:{MODEL}").output
        assert f"Questions added to questions.jsonl: {kept}" in shown
    (question,) = load_questions(tmp_path / "questions.jsonl")
    assert (question.question, question.answers, question.tags) == (
        "When was the bridge built?",
        ("1927",),
        ("asked",),
    )
    assert question.relevant[0].quote == TEXTS["bridge.txt"]


def test_the_catalogue_is_listed_and_a_set_needs_its_recorded_file(rag: Rag, tmp_path: Path) -> None:
    assert "xquad-ar" in rag("eval", "fetch").output
    sets = json.loads(rag("eval", "fetch", "--json").stdout)["sets"]
    assert {"name", "licence", "homepage", "files"} <= set(sets[0])
    with pytest.raises(DatasetError, match="xquad-en"):
        rag("eval", "fetch", "xquad-fr")
    fake = tmp_path / "xquad.ar.json"
    fake.write_bytes((FIXTURES / "squad.ar.json").read_bytes())
    with pytest.raises(DatasetError, match="SHA-256"):
        rag("eval", "fetch", "xquad-ar", "--from", str(fake))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("eval", "run", "none.jsonl"), DatasetError, "none.jsonl"),
        (("eval", "run", "--judge", "extractive"), SettingsError, "--judge"),
        (("batch", "set.jsonl", "--out", "a.docx"), DatasetError, ".jsonl, .csv, .md"),
    ],
)
def test_bad_input_is_one_sentence(
    rag: Rag, arguments: tuple[str, ...], error: type[RagError], said: str
) -> None:
    with pytest.raises(error) as caught:
        rag(*arguments)
    assert said in caught.value.en
    assert caught.value.ar != caught.value.en

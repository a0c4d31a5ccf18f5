"""The command line as people and scripts use it: real processes, real data folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
RAG = [sys.executable, "-c", "from rag.cli import main; main()"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, prepared_model: Path) -> Path:
    """A data folder with the seeds, for commands that only read."""
    folder = tmp_path_factory.mktemp("cli")
    done = rag(folder, prepared_model.parent, "sync", str(SEEDS), "--json")
    report = json.loads(done.stdout)
    assert (len(report["added"]), report["failed"]) == (5, [])
    return folder


@pytest.fixture
def cache(prepared_model: Path) -> Path:
    """Where the bundled model is prepared."""
    return prepared_model.parent


def rag(
    home: Path, cache: Path, *arguments: str, stdin: bytes = b"", code: int = 0, **settings: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `rag` to its end; the exit code must be `code`."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RAG_")},
        "RAG_HOME": str(home),
        "RAG_CACHE": str(cache),
        "RAG_LLM": "extractive",
        "LC_ALL": "C.UTF-8",
        **settings,
    }
    done = subprocess.run(
        [*RAG, *arguments], input=stdin, capture_output=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr.decode("utf-8")
    return done


def _json(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert b"\\u" not in done.stdout
    return json.loads(done.stdout.decode("utf-8"))


def _original(source: str) -> str:
    return Path(source).read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "question", ["كم دولة شاركت في اجتماع روما؟", "How many countries took part in Rome?"]
)
def test_ask_shows_both_values_each_with_its_article(home: Path, cache: Path, question: str) -> None:
    answer = _json(rag(home, cache, "ask", question, "--json"))
    assert answer["language"] == ("ar" if "؟" in question else "en")
    assert (answer["engine"], answer["refused"], answer["reason"]) == ("extractive", False, None)
    (conflict,) = answer["conflicts"]
    by_number = {citation["n"]: citation for citation in answer["citations"]}
    articles = {
        value["value"].split()[0]: {Path(by_number[n]["source"]).name[:3] for n in value["citations"]}
        for value in conflict["values"]
    }
    assert articles["81"] & {"000", "001"}
    assert articles["83"] == {"003"}
    # Both values stand in the answer itself, quoted, and not only in the list of conflicts.
    assert "81 " in answer["answer"]
    assert "83 " in answer["answer"]
    for citation in answer["citations"]:
        assert citation["quote"] == _original(citation["source"])[citation["start"] : citation["end"]]
    assert all(set(claim["citations"]) <= set(by_number) for claim in answer["claims"])
    assert {claim["status"] for claim in answer["claims"]} == {"supported"}
    assert {"question", "answer", "claims", "citations", "conflicts", "timings"} <= set(answer)


def test_ask_in_words_for_people(home: Path, cache: Path) -> None:
    shown = rag(home, cache, "ask", "كم دولة شاركت في اجتماع روما؟").stdout.decode("utf-8")
    assert "تختلف المصادر" in shown
    assert "[1]" in shown
    assert "المصادر:" in shown


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long should I bake sourdough bread?", "The documents do not answer this question."),
        ("ما طريقة تحضير الكبسة بالدجاج؟", "لا تجيب الوثائق عن هذا السؤال."),
    ],
)
def test_a_refusal_is_in_the_language_of_the_question(
    home: Path, cache: Path, question: str, sentence: str
) -> None:
    answer = _json(rag(home, cache, "ask", question, "--json"))
    assert (answer["refused"], answer["answer"], answer["citations"]) == (True, sentence, [])
    assert answer["reason"] in {"nothing_relevant", "not_answered"}
    assert len(answer["nearest"]) == 3


def test_search_json(home: Path, cache: Path) -> None:
    found = _json(rag(home, cache, "search", "بلينكن", "-k", "4", "--json"))
    assert found["language"] == "ar"
    assert 0 < len(found["hits"]) <= 4
    for hit in found["hits"]:
        text = _original(hit["source"])
        best = hit["best_sentence"]
        assert hit["text"] == text[hit["start"] : hit["end"]]
        assert best["text"] == text[best["start"] : best["end"]]
        assert set(hit) == {
            "source", "title", "page", "start", "end", "text", "score", "best_sentence", "also_in",
            "ocr",
        }  # fmt: skip


def test_sources_and_remove(tmp_path: Path, cache: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"id": "نيل", "title": "النيل", "text": "يصب النيل في المتوسط."}\n', encoding="utf-8")
    rag(tmp_path / "home", cache, "sync", str(corpus))
    (source,) = _json(rag(tmp_path / "home", cache, "sources", "--json"))["sources"]
    assert (source["source"], source["title"], source["language"]) == ("نيل", "النيل", "ar")
    rag(tmp_path / "home", cache, "remove", "نيل")
    assert _json(rag(tmp_path / "home", cache, "sources", "--json")) == {"sources": []}
    refused = rag(tmp_path / "home", cache, "remove", "نيل", code=1)
    assert "rag sources" in refused.stderr.decode("utf-8")
    assert "rag sync" in rag(tmp_path / "home", cache, "ask", "ماذا؟", code=1).stderr.decode("utf-8")


def test_doctor_names_the_next_step(tmp_path: Path, cache: Path, home: Path) -> None:
    states = {
        finding["topic"]: finding["state"]
        for finding in _json(rag(home, cache, "doctor", "--json"))["findings"]
    }
    assert states == {"embedding": "good", "library": "good", "ocr": "good", "chat": "good"}
    empty = rag(tmp_path, tmp_path / "no", "doctor", RAG_LLM="auto", RAG_LLM_URL="http://127.0.0.1:9").stdout
    for step in ("rag sync", "ollama serve", "prepared by the first command"):
        assert step in empty.decode("utf-8")
    arabic = rag(tmp_path, tmp_path / "no", "doctor", RAG_UI_LANGUAGE="ar").stdout.decode("utf-8")
    assert "المكتبة" in arabic


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["ask", ""], {}, "empty"),
        (["ask", "؟"], {}, "empty"),
        (["ask", "س" * 5000], {}, "5,000"),
        (["ask", "x", "--llm", "gpt-4"], {}, "RAG_LLM"),
        (["ask", "x"], {"RAG_LLM": "ollama:none", "RAG_LLM_URL": "http://127.0.0.1:9"}, "ollama serve"),
        (
            ["ask", "x"],
            {"RAG_EMBEDDING_MODEL": "/no/such/model", "HF_HUB_OFFLINE": "1"},
            "RAG_EMBEDDING_MODEL",
        ),
        (["ask", "x"], {"RAG_PASSAGE_TOKENS": "100"}, "rag rebuild"),
        (["sync", "/no/such/folder"], {}, "no such file"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_one(
    home: Path, cache: Path, arguments: list[str], settings: dict[str, str], said: str
) -> None:
    for language in ("en", "ar"):
        done = rag(home, cache, *arguments, code=1, RAG_UI_LANGUAGE=language, **settings)
        lines = [line for line in done.stderr.decode("utf-8").splitlines() if line.startswith("✗")]
        assert len(lines) == 1, done.stderr.decode("utf-8")
        assert b"Traceback" not in done.stderr
        if language == "en":
            assert said in lines[0]
    assert len(_json(rag(home, cache, "sources", "--json"))["sources"]) == 5


def test_a_question_of_100_000_characters_from_standard_input(home: Path, cache: Path) -> None:
    done = rag(home, cache, "ask", "-", stdin=("كلمة " * 20_000).encode(), code=1)
    assert "99,999" in done.stderr.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("broken.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        ("binary.md", bytes(range(256)) * 40, "text"),
        ("photo.jpg", b"\xff\xd8\xff\xe0", "jpg"),
        ("bad.jsonl", b"{not json}\n", "line 1"),
    ],
)
def test_bad_files_are_named_and_the_good_one_is_kept(
    tmp_path: Path, cache: Path, name: str, content: bytes, said: str
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "good.txt").write_text("يصب النيل في البحر المتوسط.", encoding="utf-8")
    done = rag(tmp_path / "home", cache, "sync", str(folder), "--json", code=1)
    report = _json(done)
    assert len(report["added"]) == 1
    (failure,) = report["failed"]
    assert said in failure["reason"]
    assert failure["reason_ar"] != failure["reason"]


def test_windows_1256_and_utf_16_are_read(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "w.txt").write_bytes("افتتح الميناء الجديد في العقبة سنة 1952 بحضور الوزراء.".encode("cp1256"))
    (folder / "u.txt").write_text("بني الجسر المعلق في دير الزور.", encoding="utf-16")
    rag(tmp_path / "home", cache, "sync", str(folder))
    found = _json(rag(tmp_path / "home", cache, "search", "ميناء العقبة", "--json"))
    assert found["hits"][0]["text"] == "افتتح الميناء الجديد في العقبة سنة 1952 بحضور الوزراء."


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path, cache: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(2 * 1024**3)
    done = rag(tmp_path / "home", cache, "sync", str(large), code=1)
    assert "large.txt" in done.stderr.decode("utf-8")
    assert "RAG_MAX_FILE_MB" in done.stderr.decode("utf-8")


def test_a_second_process_is_told_who_holds_the_folder(home: Path, cache: Path) -> None:
    from rag.index import Index

    with Index.open(home / "held", fingerprint="f", dimension=4, command="rag serve") as index:
        index.announce("http://127.0.0.1:1", "secret")
        started = time.monotonic()
        done = rag(home / "held", cache, "sources", code=1)
        assert time.monotonic() - started < 30
    assert "rag serve" in done.stderr.decode("utf-8")
    assert str(os.getpid()) in done.stderr.decode("utf-8")


def test_ask_imports_neither_torch_nor_gradio(home: Path, cache: Path) -> None:
    program = (
        "import sys, atexit\n"
        "heavy = ('torch', 'transformers', 'sentence_transformers', 'gradio', 'langchain')\n"
        "atexit.register(lambda: print('HEAVY', [name for name in heavy if name in sys.modules], file=sys.stderr))\n"
        "from rag.cli import main\nmain()\n"
    )
    environment = {**os.environ, "RAG_HOME": str(home), "RAG_CACHE": str(cache), "RAG_LLM": "auto",
                   "RAG_LLM_URL": "http://127.0.0.1:9"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", program, "ask", "من ترأس اجتماع روما؟"],
        capture_output=True, env=environment, timeout=120, check=True,
    )  # fmt: skip
    assert "HEAVY []" in done.stderr.decode("utf-8")


def test_rebuild_for_another_splitter(tmp_path: Path, cache: Path) -> None:
    rag(tmp_path, cache, "sync", str(SEEDS))
    before = _json(rag(tmp_path, cache, "sources", "--json"))["sources"]
    rag(tmp_path, cache, "rebuild", RAG_PASSAGE_TOKENS="100")
    after = _json(rag(tmp_path, cache, "sources", "--json", RAG_PASSAGE_TOKENS="100"))["sources"]
    assert [source["source"] for source in after] == [source["source"] for source in before]
    assert sum(source["passages"] for source in after) > sum(source["passages"] for source in before)
    answer = _json(rag(tmp_path, cache, "ask", "من ترأس اجتماع روما؟", "--json", RAG_PASSAGE_TOKENS="100"))
    assert "بلينكن" in answer["answer"]


def test_eval_run_resumes_and_compares(tmp_path: Path, cache: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions.write_text("\n".join([*lines[:4], lines[-1]]), encoding="utf-8")
    for out in ("a", "b"):
        rag(
            tmp_path / "no",
            cache,
            "eval",
            "run",
            str(questions),
            "--corpus",
            str(SEEDS),
            "--out",
            str(tmp_path / out),
        )
    report = json.loads((tmp_path / "a" / "report.json").read_text(encoding="utf-8"))
    assert report["metrics"]["recall@5"]["value"] == 1.0
    compared = _json(
        rag(tmp_path, cache, "eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json")
    )
    assert not compared["flips"]

"""The whole of it: a spreadsheet's CSV asked of the seed articles by the product's own assistant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.evaluate import Report, evaluate_assistant, read_report, read_rows
from rag.evaluate.provenance import Model
from rag.generate import Reply
from tests.fakes import FakeChatEngine
from tests.seeded import seed_settings

# As Excel saves it on an Arabic Windows: semicolons, Windows-1256, an empty row, cells left over.
SPREADSHEET = (
    "السؤال;الجواب;المصدر;الاقتباس;ملاحظة\r\n"
    "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟;81|83;000_3731951351f0f5e4.txt;"
    "وممثلين عن 81 دولة في التحالف;\r\n"
    ";;;;\r\n"
    "How many countries attended the anti-ISIS coalition meeting in Rome?;81|83;غائب.txt;81 دولة;راجع\r\n"
).encode("windows-1256")


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    path = tmp_path / "أسئلة.csv"
    path.write_bytes(SPREADSHEET)
    return path


def test_a_spreadsheet_asked_of_the_seeds(
    spreadsheet: Path, tmp_path: Path, seeds_assistant: Assistant
) -> None:
    def run(out: str, workers: int) -> Report:
        return evaluate_assistant(
            spreadsheet,
            assistant=seeds_assistant,
            settings=seed_settings(tmp_path, tmp_path),
            out=tmp_path / out,
            workers=workers,
        )

    report = run("one", 1)
    assert (report.questions, report.errors, report.settings["corpus_sources"]) == (2, 0, 5)
    assert report.settings["engine"] == "extractive"
    assert report.models["embedding"] == Model("multilingual-e5-small", seeds_assistant.embedder.fingerprint)
    assert set(report.slices["direction"]) == {"ar-ar", "en-ar"}
    assert report.metrics["contains_answer"].value == 1
    # Quotations carry themselves.
    assert report.metrics["alce_recall"].value == 1
    assert report.costs["answer_tokens"].n == 2
    assert report.costs["prompt_tokens"].n == 0
    assert (report.missing_sources, report.ignored_columns) == (("غائب.txt",), ("ملاحظة",))
    assert run("two", 2).metrics == report.metrics
    saved = read_report(tmp_path / "one")
    assert saved["metrics"]["alce_recall"] == {"value": 1.0, "n": 2, "low": 1.0, "high": 1.0}
    assert str(tmp_path) not in (tmp_path / "one" / "report.json").read_text(encoding="utf-8")


def test_a_chat_model_is_metered_and_judged(
    spreadsheet: Path, tmp_path: Path, seeds_assistant: Assistant
) -> None:
    engine = FakeChatEngine()
    # The second question is in English: the model is asked once more.
    for _ in range(4):
        engine.enqueue("شاركت 81 دولة في الاجتماع [1].", said=Reply(prompt_tokens=3000))
    judge = FakeChatEngine(*["yes"] * 20)
    judge.name = "fake:judge"
    report = evaluate_assistant(
        spreadsheet,
        assistant=replace(seeds_assistant, engine=engine),
        settings=seed_settings(tmp_path, tmp_path),
        out=tmp_path / "out",
        judge=judge,
    )
    assert report.errors == 0
    first, _ = read_rows(tmp_path / "out")
    assert first["answer"]["engine"] == "fake:chat"
    assert first["costs"]["prompt_tokens"] == 3000
    assert first["judge"]["correct"] is True
    assert report.judge is not None
    assert (report.judge.name, report.judge.answers.agreement) == ("fake:judge", 1.0)
    assert report.models["chat"] == Model("fake:chat")
    assert report.models["judge"] == Model("fake:judge")

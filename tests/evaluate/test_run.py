"""Runs: what they write, how they fail, and that stopping one changes nothing."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import DatasetError, LibraryError, ModelError, QuestionError
from rag.evaluate import Progress, Question, Relevant, Report, evaluate_file, run_evaluation
from rag.evaluate.asking import Measuring
from rag.evaluate.judge import Agreement, ModelJudge
from rag.evaluate.provenance import Model, Provenance
from rag.evaluate.report import Judgement
from rag.evaluate.rows import Setting
from rag.evaluate.run import corpus_sha256
from rag.evaluate.slices import Corpus
from rag.schema import Answer, Citation, Retrieval, SourceInfo
from tests.evaluate.building import answer, citation, hit, refusal, retrieval
from tests.fakes import FakeChatEngine

SETTINGS: dict[str, Setting] = {"llm": "extractive", "top_k": 6}
QUESTIONS = [
    Question("1", "كم دولة؟", "ar", ("81",), (Relevant("a.txt", "شاركت 81 دولة"),), (), True, ("number",)),
    Question("2", "أين اجتمعوا؟", "ar", ("روما",), (Relevant("b.txt"),), (), True, ("place",)),
    Question("3", "Who won?", "en", (), (), (), False, ("unrelated", "person")),
    Question("4", "Where?", "en", ("Rome",), (Relevant("b.txt"),), (), True, ("place",)),
    Question("5", "ما رأيك؟", "ar"),
]
ANSWERS = {
    "كم دولة؟": answer("شاركت ٨١ دولة.", citations=[citation("d/a.txt", "شاركت ٨١ دولة.")]),
    "أين اجتمعوا؟": refusal(),
    "Who won?": answer("Italy won.", citations=[citation("d/c.txt")]),
    "Where?": answer("in Rome", citations=[citation("d/b.txt"), citation("d/c.txt", n=2)]),
    "ما رأيك؟": answer(("نص.", "weak")),
}


class Pipeline:
    """Answers from a table, and remembers what it was asked."""

    def __init__(
        self, *, failures: dict[str, Exception] | None = None, stop_after: int | None = None
    ) -> None:
        self.failures = failures or {}
        self.stop_after = stop_after
        self.asked: list[str] = []

    def search(self, question: str) -> Retrieval:
        if isinstance(failure := self.failures.get(question), QuestionError):
            raise failure
        return retrieval(question, hit("d/a.txt", "شاركت ٨١ دولة."), hit("d/b.txt"))

    def answer(self, question: str) -> Answer:
        if len(self.asked) == self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(question)
        if failure := self.failures.get(question):
            raise failure
        return ANSWERS[question]

    def run(self, out: Path, **changes: Any) -> Report:
        arguments: dict[str, Any] = {"questions": QUESTIONS, "settings": SETTINGS, **changes}
        return run_evaluation(
            arguments.pop("questions"), answer=self.answer, search=self.search, out=out, **arguments
        )


def rows(out: Path, name: str = "rows.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / name).read_text(encoding="utf-8").splitlines()]


def timeless(out: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Report and rows without what differs from run to run."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    without = {key: value for key, value in report.items() if key not in {"created_at", "seconds", "costs"}}
    return without, [{**row, "seconds": None, "costs": None} for row in rows(out)]


def test_the_report_by_hand(tmp_path: Path) -> None:
    report = Pipeline().run(tmp_path)
    values: dict[str, Any] = {key: (score.value, score.n) for key, score in report.metrics.items()}
    assert values["contains_answer"] == (pytest.approx(2 / 3, abs=1e-6), 3)  # 1 and 4, not the refused 2
    # Stated {شاركت, ٨١, دولة} against {81}: no shared token by SQuAD's script, F1 = 2·1/(3+1) = 1/2 in the variant.
    # "in Rome" against "Rome": 2·1/(2+1) = 2/3 in both. The refusal: 0.
    assert values["f1"] == (pytest.approx((0 + 0 + 2 / 3) / 3, abs=1e-6), 3)
    assert values["f1_arabic"] == (pytest.approx((1 / 2 + 0 + 2 / 3) / 3, abs=1e-6), 3)
    assert values["exact_match"] == (0, 3)
    assert values["wrong_refusal"] == (pytest.approx(1 / 3, abs=1e-6), 3)  # 2 of 1, 2, 4
    assert values["wrong_answer"] == (1, 1)  # 3
    assert values["citation_precision"] == ((1 + 1 / 2) / 2, 2)  # 1: 1 of 1; 4: 1 of 2
    assert values["supported_claims"] == (3 / 4, 4)  # all but 5, which is weak
    assert values["mrr@10"] == (pytest.approx((1 + 1 / 2 + 1 / 2) / 3, abs=1e-6), 3)
    assert values["recall@1"] == (pytest.approx(1 / 3, abs=1e-6), 3)
    assert values["evidence@1"] == values["evidence_cited"] == (1, 1)
    assert report.slices["lang"]["ar"]["contains_answer"].value == 1 / 2
    assert report.slices["tag"]["place"]["contains_answer"].n == 2
    assert set(report.slices["tag"]) == {"number", "person", "place", "unrelated"}
    assert set(report.slices["answerable"]) == {"yes", "no"}
    assert (report.questions, report.errors) == (5, 0)


def test_rows_keep_what_a_reader_wants_to_see(tmp_path: Path) -> None:
    Pipeline().run(tmp_path)
    first = rows(tmp_path)[0]
    assert (first["id"], first["question"], first["lang"]) == ("1", "كم دولة؟", "ar")
    assert first["answer"]["citations"][0]["quote"] == "شاركت ٨١ دولة."
    assert first["relevant"] == [{"source": "a.txt", "quote": "شاركت 81 دولة"}]
    assert first["hits"][0]["best_sentence"]["text"] == "شاركت ٨١ دولة."
    assert first["error"] is None
    assert "كم دولة؟" in (tmp_path / "rows.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", [b"", b'{"id": "4", "dig', '{"id": "4", "question": "أ'.encode()[:-1]])
def test_a_stopped_run_goes_on_to_the_same_report(tmp_path: Path, damage: bytes) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    Pipeline().run(whole)
    with pytest.raises(KeyboardInterrupt):
        Pipeline(stop_after=3).run(stopped)
    assert [row["id"] for row in rows(stopped)] == ["1", "2", "3"]
    assert not (stopped / "report.json").exists()
    with (stopped / "rows.jsonl").open("ab") as file:
        file.write(damage)
    rest = Pipeline()
    seen: list[Progress] = []
    rest.run(stopped, on_progress=seen.append)
    assert rest.asked == ["Where?", "ما رأيك؟"]
    assert [(progress.done, progress.total) for progress in seen] == [(3, 5), (4, 5), (5, 5)]
    assert seen[0].remaining_seconds is None
    assert seen[-1].remaining_seconds == 0
    assert timeless(stopped) == timeless(whole)


def test_nothing_is_asked_twice_unless_it_changed(tmp_path: Path) -> None:
    Pipeline().run(tmp_path)
    again = Pipeline()
    again.run(tmp_path)
    assert again.asked == []
    reworded = [replace(QUESTIONS[0], question="Where?"), *QUESTIONS[1:]]
    changed = Pipeline()
    changed.run(tmp_path, questions=reworded)
    assert changed.asked == ["Where?"]
    other_gold = [replace(QUESTIONS[0], answers=("83",)), *QUESTIONS[1:]]
    report = Pipeline().run(tmp_path, questions=other_gold)
    assert report.slices["tag"]["number"]["contains_answer"].value == 0


def test_other_settings_are_asked_anew_and_the_old_rows_come_back(tmp_path: Path) -> None:
    Pipeline().run(tmp_path)
    other = Pipeline()
    report = other.run(tmp_path, questions=QUESTIONS[:2], settings={**SETTINGS, "top_k": 3})
    assert len(other.asked) == report.questions == 2
    assert [row["id"] for row in rows(tmp_path)] == ["1", "2"]
    assert len(rows(tmp_path, "rows.other.jsonl")) == 5
    back = Pipeline()
    back.run(tmp_path)
    assert back.asked == []
    assert [row["id"] for row in rows(tmp_path)] == ["1", "2", "3", "4", "5"]


def model_down() -> ModelError:
    return ModelError(en="Ollama does not answer. Start it.", ar="لا يستجيب Ollama. شغّله.")


def test_a_failing_question_is_a_row_and_is_tried_again(tmp_path: Path) -> None:
    failures: dict[str, Exception] = {
        "Where?": model_down(),
        "كم دولة؟": QuestionError(en="The question is empty.", ar="السؤال فارغ."),
    }
    seen: list[Progress] = []
    report = Pipeline(failures=failures).run(tmp_path, on_progress=seen.append)
    assert report.errors == seen[-1].failed == 2
    first, fourth = rows(tmp_path)[0], rows(tmp_path)[3]
    assert first["error"] == {"type": "QuestionError", "en": "The question is empty.", "ar": "السؤال فارغ."}
    assert (first["answer"], first["hits"]) == (None, [])
    # What failed states nothing: 0 where an answer is known. The search of question 4 worked and counts.
    assert fourth["metrics"]["contains_answer"] == 0
    assert fourth["metrics"]["mrr@10"] == 0.5
    assert fourth["metrics"]["wrong_refusal"] is None
    assert report.metrics["contains_answer"].value == 0
    assert report.metrics["evidence_cited"].n == 0
    again = Pipeline()
    assert again.run(tmp_path).errors == 0
    assert again.asked == ["كم دولة؟", "Where?"]


def test_what_would_fail_every_question_stops_the_run(tmp_path: Path) -> None:
    empty = LibraryError(en="The library is empty.", ar="المكتبة فارغة.")
    with pytest.raises(LibraryError):
        Pipeline(failures={"Who won?": empty}).run(tmp_path)
    assert [row["id"] for row in rows(tmp_path)] == ["1", "2"]


def test_what_nobody_foresaw_is_a_row_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    report = Pipeline(failures={"Where?": ZeroDivisionError("by zero")}).run(tmp_path)
    assert (report.questions, report.errors) == (5, 1)
    error = rows(tmp_path)[3]["error"]
    assert error["type"] == "ZeroDivisionError"
    assert "by zero" in error["en"]
    assert "by zero" in error["ar"]
    assert rows(tmp_path)[3]["metrics"]["contains_answer"] == 0
    assert "ZeroDivisionError" in caplog.text


def test_a_watcher_can_stop_a_run(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def watch(progress: Progress) -> None:
        if progress.done == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        Pipeline().run(tmp_path, on_progress=watch)
    rest = Pipeline()
    rest.run(tmp_path)
    # The next question was already being asked when the watcher stopped the run: its row was written too.
    assert 2 <= len(rest.asked) <= 3


def test_several_at_a_time_end_in_the_same_order(tmp_path: Path) -> None:
    class Meeting(Pipeline):
        """Answers the first question only once the second is being asked: one at a time would never end."""

        def __init__(self) -> None:
            super().__init__()
            self.second_asked = threading.Event()

        def answer(self, question: str) -> Answer:
            if question == QUESTIONS[0].question:
                assert self.second_asked.wait(timeout=60)
            if question == QUESTIONS[1].question:
                self.second_asked.set()
            return super().answer(question)

    seen: list[Progress] = []
    Pipeline().run(tmp_path / "one")
    Meeting().run(tmp_path / "three", workers=3, on_progress=seen.append)
    assert timeless(tmp_path / "three") == timeless(tmp_path / "one")
    assert [progress.done for progress in seen] == [0, 1, 2, 3, 4, 5]


def test_citations_judge_and_costs_are_in_rows_and_report(tmp_path: Path) -> None:
    class Exact:
        """Supports what is quoted word for word."""

        def supports(self, claim: str, cited: Sequence[Citation], *, question: str) -> bool:
            return bool(question) and claim in {one.quote for one in cited}

    # Question 1: its claim, then whether it is right; 2 is refused, and nobody is asked; 3 has no gold, so that only
    # its claim is judged; 4 as 1.
    engine = FakeChatEngine("نعم", "نعم", "no", "yes", "yes")
    measuring = Measuring(
        checker=Exact(),
        judge=ModelJudge(engine),
        corpus=Corpus([source("d/a.txt", "1"), source("d/b.txt", "2")]),
        prompt_tokens=lambda: 100,
        count_tokens=lambda texts: [len(text.split()) for text in texts],
    )
    report = Pipeline().run(tmp_path, questions=QUESTIONS[:4], measuring=measuring)
    first, refused, unanswerable, where = rows(tmp_path)
    assert [row["direction"] for row in rows(tmp_path)] == ["ar-ar", "ar-ar", "en-ar", "en-ar"]
    assert first["costs"] == {
        "seconds": first["seconds"],
        "first_token_seconds": 0.5,
        "prompt_tokens": 100,
        "answer_tokens": 3,
    }
    assert refused["costs"]["answer_tokens"] is None
    assert first["metrics"]["alce_recall"] == first["metrics"]["alce_precision"] == 1
    assert where["metrics"]["alce_recall"] == 0
    assert first["judge"] == {
        "error": None,
        "correct": True,
        "recall": 1.0,
        "precision": 1.0,
        "claims": [True],
        "unreadable": 0,
    }
    assert refused["judge"]["correct"] is False
    assert (unanswerable["judge"]["correct"], unanswerable["judge"]["claims"]) == (None, [False])
    # Answers: the judge says 1, 0, 1, as the count does. Claims: yes, no, yes, where the check says yes thrice.
    assert report.judge == Judgement(
        "fake:chat", Agreement(3, 1.0, 1.0, 0, 0), Agreement(3, 0.666667, None, 0, 1), unreadable=0, failed=0
    )
    assert report.metrics["judge_correct"].value == pytest.approx(2 / 3, abs=1e-6)
    assert report.costs["prompt_tokens"].mean == 100
    assert report.costs["answer_tokens"].n == 3


def test_a_judge_that_fails_leaves_the_answer_and_is_asked_again(tmp_path: Path) -> None:
    engine = FakeChatEngine()
    engine.enqueue(error=model_down())
    measuring = Measuring(judge=ModelJudge(engine))
    report = Pipeline().run(tmp_path, questions=QUESTIONS[:1], measuring=measuring)
    (row,) = rows(tmp_path)
    assert row["judge"]["error"]["type"] == "ModelError"
    assert (row["error"], row["metrics"]["contains_answer"], row["metrics"]["judge_correct"]) == (
        None,
        1,
        None,
    )
    assert report.judge is not None
    assert (report.errors, report.judge.failed, report.judge.answers.n) == (0, 1, 0)
    engine.enqueue("نعم")
    engine.enqueue("نعم")
    again = Pipeline()
    report = again.run(tmp_path, questions=QUESTIONS[:1], measuring=measuring)
    assert again.asked == [QUESTIONS[0].question]
    assert report.metrics["judge_correct"].value == 1


def test_other_models_or_code_are_asked_anew(tmp_path: Path) -> None:
    made_by = Provenance({"chat": Model("ollama:x", "abc")}, "1")
    Pipeline().run(tmp_path, provenance=made_by)
    for changed in (Provenance({"chat": Model("ollama:x", "def")}, "1"), replace(made_by, code_sha256="2")):
        other = Pipeline()
        report = other.run(tmp_path, provenance=changed)
        assert len(other.asked) == 5
        assert report.as_json()["models"]["chat"]["digest"] == changed.models["chat"].digest


def test_half_a_character_from_a_model_is_kept_as_json(tmp_path: Path) -> None:
    question = [Question("1", "أين؟", "ar")]
    out = tmp_path / "out"
    run_evaluation(question, answer=lambda _: answer("\ud83c"), search=retrieval, out=out, settings=SETTINGS)
    assert rows(out)[0]["answer"]["claims"][0]["text"] == "\ud83c"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DatasetError, match="--out"):
        Pipeline().run(tmp_path / "file" / "out")


def source(name: str, sha256: str) -> SourceInfo:
    return SourceInfo(name, name, "ar", "text/plain", 1, 1, 10, sha256, "2026-01-01")


def test_a_file_is_evaluated_with_the_corpus_in_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    content = "السؤال;الجواب;المصدر;note\nأين اجتمعوا؟;روما;b.txt;x\n"
    path.write_text(content, encoding="utf-8-sig")
    pipeline = Pipeline()

    def evaluate(*sources: SourceInfo) -> Report:
        return evaluate_file(
            path,
            answer=pipeline.answer,
            search=pipeline.search,
            out=tmp_path,
            settings=SETTINGS,
            sources=sources,
        )

    report = evaluate(source("d/a.txt", "1"))
    assert report.settings == {
        **SETTINGS,
        "corpus_sources": 1,
        "corpus_sha256": corpus_sha256([source("elsewhere/a.txt", "1")]),
    }
    assert (report.questions_file, report.missing_sources) == ("q.csv", ("b.txt",))
    assert report.ignored_columns == ("note",)
    assert report.questions_file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.slices["direction"]["ar-ar"]["contains_answer"].n == 1
    evaluate(source("d/a.txt", "2"))
    assert len(pipeline.asked) == 2


def test_a_report_of_no_questions(tmp_path: Path) -> None:
    report = Pipeline().run(tmp_path, questions=[])
    assert report.metrics["f1"].value is None
    assert report.seconds.median is None

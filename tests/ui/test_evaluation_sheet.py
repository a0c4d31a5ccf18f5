"""The sheet of evaluation: a file goes in, a report comes out, and what is wrong is said in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.testclient import TestClient

from rag.api.guard import Guard
from rag.errors import LibraryError, RagError
from rag.evaluate import Progress
from rag.ui.evaluation_runs import Evaluations, GoingRun
from rag.ui.evaluation_sheet import MOST_FILE_MB, evaluation_sheet
from rag.ui.evaluation_tail import RowsTail
from rag.ui.evaluation_view import going_html
from rag.ui.settings_present import Present
from tests.ui.opened import opened_library
from tests.ui.test_evaluation_runs import CSV, wait

HOSTILE = "question,answers\n<img src=x onerror=alert(1)>?,<b>81</b>\n"


@pytest.fixture
def evaluations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evaluations]:
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_TOP_K", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")
    with opened_library(tmp_path, llm="extractive") as library:
        evaluations = Evaluations(Present(library))
        yield evaluations
        evaluations.close()


def page_text(source: str, page: int | None) -> str:
    """A source that is not there any more."""
    raise LibraryError(en=f"{source} is gone.", ar=f"لم يعد {source} موجودًا ({page}).")


@pytest.fixture
def client(evaluations: Evaluations) -> TestClient:
    app = FastAPI()
    app.include_router(evaluation_sheet(evaluations, page_text).router)

    @app.exception_handler(RagError)
    async def say(_: Request, error: RagError) -> JSONResponse:
        return JSONResponse({"error": {"message": error.en, "message_ar": error.ar}}, status_code=500)

    app.add_middleware(Guard, any_host=True, scripts=[])
    return TestClient(app)


def send(client: TestClient, content: str | bytes, *, name: str = "q.csv", limit: str = "") -> str:
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"/page/evaluation/files?name={quote(name)}&limit={limit}", content=data).text


def run(client: TestClient, evaluations: Evaluations, content: str = CSV) -> str:
    """The id of a finished run."""
    send(client, content)
    wait(evaluations)
    return evaluations.earlier()[0].run.id


def test_before_the_first_run(client: TestClient) -> None:
    html = client.get("/page/evaluation").text
    for words in ("New evaluation", "تقييم جديد", "There are none yet.", "لا تقييمات بعد."):
        assert words in html
    assert 'data-post="/page/evaluation/sample"' in html


def test_a_file_is_asked_and_its_figures_are_listed(client: TestClient, evaluations: Evaluations) -> None:
    run(client, evaluations)
    html = client.get("/page/evaluation").text
    for words in ("Finished", "اكتمل", "Contains the answer", "في الرد الجواب المطلوب", "With quotation"):
        assert words in html


@pytest.mark.parametrize(
    ("content", "name", "limit", "en", "ar"),
    [
        ("question\n", "q.csv", "", "q.csv holds no questions", "لا أسئلة في q.csv"),
        ("question,answers\nWhen?,1\n,2\n", "q.csv", "", "q.csv, line 3", "q.csv، السطر 3"),
        ('{"question": "When?"}\n{oops}\n', "س.jsonl", "", "س.jsonl, line 2", "س.jsonl، السطر 2"),
        ("a,b\n1,2\n", "q.csv", "", "has no column", "لا عمود باسم"),
        (b"PK\x03\x04\x00\x00\xff\xfe\x00", "q.xlsx", "", "JSON Lines or CSV", "JSON Lines أو CSV"),
        (CSV, "q.csv", "0", "from 1 on", "من 1 فصاعدًا"),
        (CSV, "q.csv", "many", "from 1 on", "من 1 فصاعدًا"),
        ("", "", "", "Choose a file of questions first.", "اختر ملف أسئلة أولًا."),
        (b"x" * (MOST_FILE_MB * 1024 * 1024 + 1), "q.csv", "", "larger than 20 MB", "أكبر من 20"),
    ],
)
def test_what_cannot_be_asked_is_said(
    client: TestClient,
    evaluations: Evaluations,
    content: str | bytes,
    name: str,
    limit: str,
    en: str,
    ar: str,
) -> None:
    html = send(client, content, name=name, limit=limit)
    assert 'class="card error" role="alert"' in html
    assert en in html
    assert ar in html
    assert evaluations.earlier() == []
    assert evaluations.going is None


def test_the_report_is_a_page_that_may_only_show_itself(client: TestClient, evaluations: Evaluations) -> None:
    own = run(client, evaluations, HOSTILE)
    for language, title in (("en", "Evaluation"), ("ar", "تقرير التقييم")):
        response = client.get(f"/page/evaluation/runs/{own}/report?language={language}")
        assert title in response.text
        assert "<img" not in response.text
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "sandbox" in policy
        assert "script" not in policy
    figures = client.get(f"/page/evaluation/runs/{own}/report.json")
    assert figures.headers["content-disposition"] == f'attachment; filename="report-{own}.json"'
    assert json.loads(figures.text)["questions"] == 1
    assert "<b>" not in client.get("/page/evaluation").text.replace("<bdi", "")


def test_two_runs_are_compared(client: TestClient, evaluations: Evaluations) -> None:
    first, second = run(client, evaluations), run(client, evaluations)
    html = client.get(f"/page/evaluation/compare?run={second},{first}").text
    for words in ("Before and after", "قبل وبعد", "0.000", f"first={first}", f"second={second}"):
        assert words in html
    page = client.get(f"/page/evaluation/comparison?first={first}&second={second}&language=ar")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "q.csv" in page.text
    assert str(evaluations.folder(first)) not in page.text


def test_what_cannot_be_compared_is_said_without_folders(
    client: TestClient, evaluations: Evaluations
) -> None:
    first, second = run(client, evaluations), run(client, evaluations, "question\nWho owns it?\n")
    for chosen, said in (
        (f"{first},{second}", "no question in common"),
        (first, "exactly two"),
        ("", "exactly two"),
        (f"{first},20260101-000000-000001", "was deleted"),
    ):
        html = client.get(f"/page/evaluation/compare?run={chosen}").text
        assert said in html
        assert "evaluations/" not in html.replace("/page/evaluation", "")


def test_a_run_is_deleted(client: TestClient, evaluations: Evaluations) -> None:
    own = run(client, evaluations)
    html = client.post("/page/evaluation/delete", json={"run": own}).text
    assert "The evaluation was deleted." in html
    assert own not in html
    assert client.get(f"/page/evaluation/runs/{own}/report?language=ar").status_code == 500
    assert "was deleted" in client.post("/page/evaluation/go-on", json={"run": own}).text


def test_a_run_that_is_over_has_the_sheet_drawn_anew(client: TestClient) -> None:
    assert client.get("/page/evaluation/going").text == '<section id="evaluation-going" data-over></section>'


@pytest.mark.parametrize(
    ("progress", "en", "ar"),
    [
        (None, "Preparing", "يستعد"),
        (Progress(3, 10, 0, 41.0), "about 41 s left", "بقي نحو 41 ث"),
        (Progress(3, 10, 0, 600.0), "about 10 min left", "بقي نحو 10 د"),
        (Progress(3, 1000, 2, 7200.0), "about 2.0 h left", "تعثّر"),
    ],
)
def test_how_far_it_has_come(
    client: TestClient, evaluations: Evaluations, progress: Progress | None, en: str, ar: str
) -> None:
    own = run(client, evaluations)
    tail = RowsTail(evaluations.folder(own))
    html = going_html(GoingRun(evaluations.find(own).run, tail, progress))
    for words in (en, ar):
        assert words.split()[0] in html
    assert 'data-poll="' in html
    assert "So far" in html

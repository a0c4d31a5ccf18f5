"""The sheet of settings: what it shows, what it takes, and what it says in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.choices import read_choices
from rag.commands import OpenLibrary
from rag.ui.settings_present import Present
from rag.ui.settings_sheet import settings_sheet
from rag.ui.settings_view import command_html
from tests.generate.ollama import OllamaServer, ollama_server
from tests.generate.openai_server import openai_server
from tests.generate.wire import MODEL
from tests.ui.opened import opened_library

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_TOP_K", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[OpenLibrary]:
    with opened_library(tmp_path, llm="extractive", llm_url=NOWHERE) as library:
        yield library


@pytest.fixture
def present(library: OpenLibrary) -> Present:
    return Present(library)


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with ollama_server() as running:
        yield running


def client_of(present: Present) -> TestClient:
    app = FastAPI()
    app.include_router(settings_sheet(present).router)
    return TestClient(app)


def saved(present: Present, **form: Any) -> str:
    return client_of(present).post("/page/settings", json=form).text


def is_chosen(html: str, name: str, value: str) -> bool:
    return f'name="{name}" value="{value}" checked' in html


def test_what_holds_is_shown(present: Present) -> None:
    html = client_of(present).get("/page/settings").text
    assert is_chosen(html, "llm", "extractive")
    assert is_chosen(html, "answer_language", "question")
    assert is_chosen(html, "strict", "no")
    assert 'name="top_k" type="number"' in html
    assert f'value="{NOWHERE}"' in html
    for words in (
        "No model server answers there",
        "لا خادم نماذج على هذا العنوان",
        "Quotation cannot translate",
    ):
        assert words in html


def test_the_whole_form_is_saved(present: Present) -> None:
    html = saved(
        present, llm="extractive", llm_url=NOWHERE, answer_language="ar", strict="yes", top_k="9", other=""
    )
    assert "Saved." in html
    assert "حُفظت الإعدادات" in html
    assert is_chosen(html, "answer_language", "ar")
    assert is_chosen(html, "strict", "yes")
    assert 'value="9"' in html
    kept = read_choices(present.decided.settings.home)
    assert kept == {"answer_language": "ar", "strict": True, "top_k": 9}


def test_the_defaults_come_back(present: Present) -> None:
    assert "/page/settings/reset" in saved(present, top_k="9")
    html = client_of(present).post("/page/settings/reset").text
    assert "These are the defaults again." in html
    assert "/page/settings/reset" not in html
    assert present.assistant().top_k == 6


def test_what_the_server_has_can_be_chosen(present: Present, server: OllamaServer) -> None:
    server.models.append("hostile<b>:1b")
    html = client_of(present).get("/page/settings", params={"llm_url": server.url}).text
    assert f'value="ollama:{MODEL}"' in html
    assert "hostile&lt;b&gt;:1b" in html
    assert "<b>" not in html
    assert present.decided.settings.llm_url == NOWHERE
    html = saved(present, llm=f"ollama:{MODEL}", llm_url=server.url)
    assert is_chosen(html, "llm", f"ollama:{MODEL}")
    assert MODEL in html[html.index('id="settings-foot"') :]


def test_a_model_that_no_server_lists_is_taken_at_its_word(present: Present) -> None:
    with openai_server() as server:
        html = saved(present, llm="other", other="openai:mine", llm_url=server.url)
    assert present.decided.settings.llm == "openai:mine"
    assert is_chosen(html, "llm", "openai:mine")


def test_a_written_model_that_is_not_there_comes_with_the_command(
    present: Present, server: OllamaServer
) -> None:
    html = saved(present, llm="other", other="qwen9:4b", llm_url=server.url)
    assert "Nothing was changed" in html
    assert "لم يتغيّر شيء" in html
    assert 'data-command="ollama pull qwen9:4b"' in html
    assert is_chosen(html, "llm", "extractive")
    assert read_choices(present.decided.settings.home) == {}


@pytest.mark.parametrize(
    ("form", "en", "ar"),
    [
        ({"top_k": "0"}, "from 1 to 50", "بين 1 و50"),
        ({"top_k": "1e9"}, "from 1 to 50", "بين 1 و50"),
        ({"top_k": "٧"}, "", ""),
        ({"llm_url": "localhost:11434"}, "http://127.0.0.1:11434", "اكتب العنوان"),
        ({"llm_url": ""}, "http://127.0.0.1:11434", "اكتب العنوان"),
        ({"llm": "other", "other": " "}, "Write the name of the other model", "اكتب اسم النموذج"),
        ({"llm": "gpt-4"}, "ollama:&lt;model&gt;", "RAG_LLM"),
        ({"answer_language": "fr"}, "RAG_ANSWER_LANGUAGE", "RAG_ANSWER_LANGUAGE"),
    ],
)
def test_what_cannot_be_is_refused_in_both_languages(
    present: Present, form: dict[str, str], en: str, ar: str
) -> None:
    html = saved(present, **form)
    assert ('role="alert"' in html) == bool(en)
    assert en in html
    assert ar in html


def test_what_the_environment_fixes_is_said_and_stays(
    library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_TOP_K", "6")
    present = Present(library)
    html = client_of(present).get("/page/settings").text
    assert "RAG_TOP_K" in html
    field = html[html.index('id="settings-top-k"') :]
    assert "disabled" in field[: field.index(">")]
    saved(present, top_k="9")
    assert present.assistant().top_k == 6


def test_the_checkup_tells_no_reader_who_has_the_library(present: Present) -> None:
    html = client_of(present).get("/page/settings/checkup").text
    assert html.startswith('<div id="settings-checkup">')
    assert "data-poll" not in html
    assert "in use by" not in html
    assert "2 sources" in html


def test_a_path_keeps_its_order_inside_arabic(present: Present) -> None:
    html = client_of(present).get("/page/settings/checkup").text
    assert f"(\u2066{present.decided.settings.home}\u2069)" in html


def test_a_command_is_text() -> None:
    html = command_html('ollama pull x"><script>')
    assert "<script>" not in html
    assert 'data-command="ollama pull x&quot;&gt;&lt;script&gt;"' in html

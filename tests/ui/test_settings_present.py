"""One assistant for page and API, changed under both when settings are chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.choices import read_choices
from rag.commands import OpenLibrary
from rag.errors import ModelMissingError, ModelUnreachableError
from rag.schema import AnswerReady
from rag.ui.settings_present import Present
from tests.generate.ollama import OllamaServer, ollama_server
from tests.generate.wire import MODEL
from tests.ui.opened import opened_library

QUESTION = "How long is the harbour bridge?"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_model_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM_URL", "")
    monkeypatch.setenv("RAG_LLM", "")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[OpenLibrary]:
    with opened_library(tmp_path, llm="extractive") as library:
        yield library


@pytest.fixture
def present(library: OpenLibrary) -> Present:
    return Present(library)


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with ollama_server() as running:
        yield running


def test_a_choice_holds_from_the_next_question_on(present: Present) -> None:
    under_way = present.events(QUESTION)
    next(under_way)
    before = present.assistant()
    present.choose({"top_k": 2, "strict": True, "answer_language": "ar"})
    after = present.assistant()
    assert (after.top_k, after.strict, after.answer_language) == (2, True, "ar")
    assert (before.top_k, before.strict, before.answer_language) == (6, False, None)
    *_, last = under_way
    assert isinstance(last, AnswerReady)
    assert last.answer.language == "en"
    assert present.ask(QUESTION).language == "ar"


def test_a_choice_is_found_again_after_a_restart(present: Present, library: OpenLibrary) -> None:
    present.choose({"top_k": 2})
    again = Present(library)
    assert again.assistant().top_k == 2
    assert again.engine_name == "extractive"


def test_other_commands_keep_the_settings_of_their_own(present: Present, library: OpenLibrary) -> None:
    present.choose({"top_k": 2})
    assert library.settings.top_k == 6
    assert library.assistant().top_k == 6


def test_a_model_is_chosen(present: Present, server: OllamaServer) -> None:
    present.choose({"llm": f"ollama:{MODEL}", "llm_url": server.url})
    assert present.engine_name == f"ollama:{MODEL}"
    assert present.engine is not None


def test_a_model_that_is_not_there_changes_nothing(present: Present, server: OllamaServer) -> None:
    kept = read_choices(present.decided.settings.home)
    with pytest.raises(ModelMissingError, match="ollama pull qwen9"):
        present.choose({"llm": "ollama:qwen9", "llm_url": server.url, "top_k": 2})
    with pytest.raises(ModelUnreachableError):
        present.choose({"llm": "ollama:qwen9", "llm_url": NOWHERE, "top_k": 2})
    assert present.engine_name == "extractive"
    assert present.assistant().top_k == 6
    assert read_choices(present.decided.settings.home) == kept


def test_a_model_that_has_gone_is_looked_for_with_every_question(
    present: Present, library: OpenLibrary, server: OllamaServer
) -> None:
    present.choose({"llm": f"ollama:{MODEL}", "llm_url": server.url})
    server.models.clear()
    again = Present(library)
    assert again.engine_name == f"ollama:{MODEL}"
    assert again.engine is None
    assert len(again.sources()) == 2
    with pytest.raises(ModelMissingError):
        next(again.events(QUESTION))
    # What has nothing to do with the model can be chosen all the same.
    again.choose({**again.decided.chosen, "top_k": 2})
    server.models.append(MODEL)
    assert again.engine is not None
    assert again.assistant().top_k == 2

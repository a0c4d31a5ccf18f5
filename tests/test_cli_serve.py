"""What `rag serve` does where the model is not there as it starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.choices import write_choices
from rag.cli import _look_for_model
from rag.commands import OpenLibrary
from rag.errors import ModelUnreachableError
from rag.terminal import Terminal
from rag.ui.settings_present import Present
from tests.ui.opened import opened_library

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenLibrary]:
    for name in ("RAG_LLM", "RAG_LLM_URL", "RAG_TOP_K", "RAG_STRICT", "RAG_ANSWER_LANGUAGE"):
        monkeypatch.setenv(name, "")
    with opened_library(tmp_path, llm_url=NOWHERE) as library:
        yield library


def test_one_that_was_chosen_on_the_page_is_said_and_the_page_opens(
    library: OpenLibrary, capsys: pytest.CaptureFixture[str]
) -> None:
    write_choices(library.settings.home, {"llm": "ollama:gone"})
    _look_for_model(Present(library), Terminal())
    assert NOWHERE in capsys.readouterr().err


def test_one_that_was_given_otherwise_ends_it(library: OpenLibrary) -> None:
    given = library.settings.model_copy(update={"llm": "ollama:gone"})
    with pytest.raises(ModelUnreachableError):
        _look_for_model(Present(library.under(given)), Terminal())

"""What is chosen on the page: where it stands among the other settings, and how it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.choices import CHOICES_FILE, decide, read_choices, write_choices
from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "RAG_LLM",
        "RAG_LLM_URL",
        "RAG_TOP_K",
        "RAG_STRICT",
        "RAG_ANSWER_LANGUAGE",
        "RAG_LLM_API_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_choices_stand_between_the_file_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rag.toml").write_text('top_k = 3\nllm = "extractive"\nstrict = true\n', encoding="utf-8")
    monkeypatch.setenv("RAG_STRICT", "0")
    decided = decide(load_settings(llm="extractive"), {"top_k": 9, "strict": True, "llm": "auto"}, {"llm"})
    settings = decided.settings
    assert (settings.top_k, settings.strict, settings.llm) == (9, False, "extractive")
    assert decided.fixed == {"strict": "RAG_STRICT", "llm": "--llm"}
    assert decided.chosen == {"top_k": 9}
    assert decided.own.top_k == 3


def test_an_empty_variable_fixes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_TOP_K", "")
    assert decide(load_settings(), {"top_k": 9}).fixed == {}


def test_what_would_hold_anyway_is_no_choice() -> None:
    assert decide(load_settings(), {"top_k": 6, "strict": False, "answer_language": "ar"}).chosen == {
        "answer_language": "ar"
    }


def test_what_cannot_be_chosen_is_not() -> None:
    decided = decide(load_settings(), {"max_file_mb": 1, "top_k": 7})
    assert (decided.settings.max_file_mb, decided.settings.top_k) == (500, 7)


def test_a_key_is_told_to_no_other_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM_API_KEY", "s3cret")
    assert decide(load_settings(), {}).settings.llm_api_key.get_secret_value() == "s3cret"
    elsewhere = decide(load_settings(), {"llm_url": "http://10.0.0.9:8000"})
    assert elsewhere.settings.llm_api_key.get_secret_value() == ""
    assert elsewhere.own.llm_api_key.get_secret_value() == "s3cret"


def test_choices_are_kept(tmp_path: Path) -> None:
    assert read_choices(tmp_path) == {}
    chosen: dict[str, Any] = {"llm": "ollama:نموذج", "strict": True, "top_k": 9}
    write_choices(tmp_path, chosen)
    assert read_choices(tmp_path) == chosen
    assert [path.name for path in tmp_path.iterdir()] == [CHOICES_FILE]


def test_names_of_another_version_are_of_no_effect(tmp_path: Path) -> None:
    (tmp_path / CHOICES_FILE).write_text('{"top_k": 9, "colour": "green"}', encoding="utf-8")
    assert read_choices(tmp_path) == {"top_k": 9}


@pytest.mark.parametrize(
    "content", ["{", "[]", "\udcff", json.dumps({"top_k": 900}), json.dumps({"llm": "gpt"})]
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / CHOICES_FILE).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError) as caught:
        read_choices(tmp_path)
    assert CHOICES_FILE in caught.value.en
    assert CHOICES_FILE in caught.value.ar


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / f"{CHOICES_FILE}.part").mkdir()
    with pytest.raises(SettingsError, match="cannot be kept"):
        write_choices(tmp_path, {"top_k": 9})

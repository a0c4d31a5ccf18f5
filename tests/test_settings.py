"""Settings: where they come from, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import load_settings


def test_command_line_wins_over_environment_over_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rag.toml").write_text('top_k = 3\nport = 8000\nllm = "extractive"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_TOP_K", "4")
    monkeypatch.setenv("RAG_PORT", "8001")
    settings = load_settings(port=8002, host=None)
    assert (settings.llm, settings.top_k, settings.port, settings.host) == (
        "extractive",
        4,
        8002,
        "127.0.0.1",
    )


def test_home_is_absolute_and_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAG_HOME", "~/مكتبة")
    assert load_settings().home == tmp_path / "مكتبة"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RAG_LLM", "gpt-4", "ollama:<model>"),
        ("RAG_LLM", "ollama:", "ollama:<model>"),
        ("RAG_LLM", "openai:", "openai:<model>"),
        ("RAG_LLM_KEEP_ALIVE", "long", "pattern"),
        ("RAG_LLM_URL", "localhost:11434", "http://"),
        ("RAG_PORT", "99999", "65535"),
        ("RAG_TOP_K", "0", "1"),
        ("RAG_UI_LANGUAGE", "fr", "'ar'"),
    ],
)
def test_a_wrong_setting_is_named_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in caught.value.en
    assert said in caught.value.en
    assert name in caught.value.ar
    assert caught.value.ar != caught.value.en


def test_a_broken_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rag.toml").write_text("top_k = = 3", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        load_settings()


def test_a_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM", "openai:qwen3-4b")
    monkeypatch.setenv("RAG_LLM_URL", "http://127.0.0.1:8080/v1/")
    monkeypatch.setenv("RAG_LLM_API_KEY", "k-secret")
    monkeypatch.setenv("RAG_LLM_KEEP_ALIVE", "-1")
    monkeypatch.setenv("RAG_STRICT", "true")
    settings = load_settings()
    assert (settings.llm, settings.llm_url) == ("openai:qwen3-4b", "http://127.0.0.1:8080/v1")
    assert settings.llm_api_key.get_secret_value() == "k-secret"
    assert "k-secret" not in repr(settings)
    assert "k-secret" not in settings.model_dump_json()
    assert (settings.llm_keep_alive, settings.strict) == ("-1", True)

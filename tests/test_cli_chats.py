"""Chats on the command line: real processes, a real data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import rag

CORPUS = (
    '{"id": "روما", "title": "اجتماع روما", "text": "شاركت 81 دولة في اجتماع روما. ترأس بلينكن اجتماع روما."}\n'
    '{"id": "port", "title": "The harbour", "text": "The harbour bridge was opened in March 1932 by the mayor."}\n'
)


@pytest.fixture(scope="module")
def cache(prepared_model: Path) -> Path:
    """Where the bundled model is prepared."""
    return prepared_model.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A data folder with two small documents and a chat of three exchanges."""
    folder = tmp_path_factory.mktemp("chats")
    corpus = folder / "corpus.jsonl"
    corpus.write_text(CORPUS, encoding="utf-8")
    rag(folder / "home", cache, "sync", str(corpus))
    first = _json(
        rag(folder / "home", cache, "ask", "كم دولة شاركت في اجتماع روما؟", "--chat", "new", "--json")
    )
    for question in ("ومن ترأسه؟", "شكرا"):
        rag(folder / "home", cache, "ask", question, "--chat", first["chat"])
    return folder / "home"


def _json(done: Any) -> Any:
    return json.loads(done.stdout.decode("utf-8"))


def _listed(home: Path, cache: Path, *arguments: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = _json(rag(home, cache, "chats", "--json", *arguments))["chats"]
    return listed


def test_a_chat_goes_on_from_command_to_command(home: Path, cache: Path) -> None:
    (chat,) = _listed(home, cache)
    assert (chat["title"], chat["messages"]) == ("كم دولة شاركت في اجتماع روما؟", 3)
    shown = _json(rag(home, cache, "chats", "show", chat["id"], "--format", "json"))
    first, second, third = shown["messages"]
    assert "81" in first["answer"]["answer"]
    assert first["answer"]["citations"][0]["quote"] in "شاركت 81 دولة في اجتماع روما."
    assert second["question"] == second["answer"]["question"] == "ومن ترأسه؟"
    assert second["answer"]["notice"] == "فُهم السؤال: ومن ترأسه (دولة شاركت في اجتماع روما)؟"
    assert third["answer"]["engine"] == "none"


def test_a_chat_in_words_for_people(home: Path, cache: Path) -> None:
    (chat,) = _listed(home, cache)
    listed = rag(home, cache, "chats", "--search", "بلينكن رُوما").stdout.decode("utf-8")
    assert chat["id"] in listed
    assert "3 questions" in listed
    nothing = rag(home, cache, "chats", "--search", "harbour", RAG_UI_LANGUAGE="ar").stdout.decode("utf-8")
    assert "rag ask --chat new" in nothing
    markdown = rag(home, cache, "chats", "show", chat["id"], RAG_UI_LANGUAGE="ar").stdout.decode("utf-8")
    assert markdown.startswith("# كم دولة شاركت في اجتماع روما؟\n")
    assert "**المصادر**\n\n1. **اجتماع روما** — روما\n   > " in markdown


def test_asking_in_words_says_how_to_go_on_and_small_talk_has_no_engine(home: Path, cache: Path) -> None:
    hello = rag(home, cache, "ask", "Hello!", "--chat", "new").stdout.decode("utf-8")
    (chat,) = _listed(home, cache, "--search", "hello")
    assert "documents" in hello
    assert f"rag ask --chat {chat['id']}" in hello
    assert "Answered by" not in hello
    rag(home, cache, "chats", "rename", chat["id"], "A greeting")
    assert [one["title"] for one in _listed(home, cache, "--search", "greeting")] == ["A greeting"]
    rag(home, cache, "chats", "delete", chat["id"])
    assert len(_listed(home, cache)) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["chats", "show", "x1"],
        ["chats", "rename", "x1", "t"],
        ["chats", "delete", "x1"],
        ["ask", "x", "--chat", "x1"],
    ],
)
def test_an_unknown_chat_is_one_sentence(home: Path, cache: Path, arguments: list[str]) -> None:
    failed = rag(home, cache, *arguments, code=1).stderr.decode("utf-8")
    assert "There is no chat 'x1'. See which there are with: rag chats" in failed
    assert len(_listed(home, cache)) == 1


def test_a_question_outside_any_chat_is_not_kept(home: Path, cache: Path) -> None:
    assert "chat" not in _json(rag(home, cache, "ask", "When was the harbour bridge opened?", "--json"))
    assert len(_listed(home, cache)) == 1

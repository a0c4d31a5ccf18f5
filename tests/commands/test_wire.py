"""Commands and what comes of them, as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import errors
from rag.api.chat import error_json
from rag.commands import (
    Ask,
    Asked,
    DeleteChat,
    Erase,
    GetChat,
    ListChats,
    Quoting,
    Remove,
    RenameChat,
    Search,
    Sources,
    Sync,
    wire,
)
from rag.errors import LibraryError, QuestionError, RagError
from rag.index import Chat, ChatInfo, Message
from rag.schema import Failure, Retrieval, SourceInfo, SourcesFound, SyncReport, TextDelta
from rag.serialise import answer_json
from rag.sync import SyncProgress
from tests.commands.building import settings_of
from tests.ui.fakes import make_answer, make_hit, make_refusal

# Line ends of Unicode, none of which ends a line here, and a byte of a file name that is not UTF-8.
ODD = "سطر\u2028سطر\x85\x0b\r\u2029 caf\udce9 😀"

CHAT = ChatInfo("a1", "محادثة\u2028", "2026-01-01", "2026-01-02", 1)
SOURCE = SourceInfo(
    "a.pdf", "عنوان", "ar", "application/pdf", 3, 7, 999, "0" * 64, "2026-01-01", ("a.pdf", "b.pdf")
)
REPORT = SyncReport(
    added=("أ.txt",),
    updated=(),
    unchanged=("b",),
    removed=(),
    failed=(Failure("c", "Why.", "لماذا."),),
    passages=3,
    seconds=0.25,
    moved=(("x", "y"),),
    duplicates=(("p", "q"),),
)

COMMANDS = [
    Search("كم؟", 3),
    Ask(ODD),
    Ask("كم؟", chat="new"),
    Sources(),
    Remove(("a", ODD)),
    Quoting(("a",)),
    Erase(("a",)),
    Sync((ODD, "docs"), "/home/سند"),
    ListChats("كلمة"),
    GetChat("a1"),
    RenameChat("a1", "عنوان"),
    DeleteChat("a1"),
]


def lines(*given: bytes, size: int = 7) -> Iterator[bytes]:
    """Lines as they come over a connection: cut anywhere."""
    whole = b"".join(given)
    return wire.lines_of(whole[start : start + size] for start in range(0, len(whole), size))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_arrives_as_it_was_sent(command: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert wire.read_command(wire.command_body(command, settings), settings) == (command, settings)


def test_a_command_brings_its_settings_and_leaves_the_server_its_own(tmp_path: Path) -> None:
    mine = settings_of(
        tmp_path / "mine",
        llm="openai:gpt",
        llm_api_key="sk-سر",
        strict=True,
        top_k=9,
        port=1,
        ui_language="ar",
    )
    own = settings_of(tmp_path / "own", port=2, ui_language="en")
    _, settings = wire.read_command(wire.command_body(Sources(), mine), own)
    assert (settings.llm, settings.strict, settings.top_k) == ("openai:gpt", True, 9)
    assert settings.llm_api_key.get_secret_value() == "sk-سر"
    assert (settings.home, settings.cache, settings.port) == (own.home, own.cache, 2)
    assert settings.ui_language == "en"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"command": "Search"}',
        b'{"command": "Nothing", "given": {}, "settings": {}}',
        b'{"command": "Search", "given": {"question": "x"}, "settings": {}}',
        b'{"command": "Search", "given": {"question": "x", "k": "many"}, "settings": {}}',
        b'{"command": "Sources", "given": {}, "settings": {"top_k": 0}}',
    ],
)
def test_what_is_no_command_is_one_sentence(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="different versions") as caught:
        wire.read_command(body, settings_of(tmp_path))
    assert "إصدارين" in caught.value.ar


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (Search("x", 1), Retrieval("كم\u2028؟", "ar", (make_hit(), make_hit(source=ODD)), 0.123456789012345)),
        (Ask("x"), Asked(make_answer(notice=ODD), None)),
        (Ask("x", "new"), Asked(make_refusal(hits=[make_hit()]), "a1")),
        (Sources(), [SOURCE]),
        (Sources(), []),
        (Remove(()), ["a", "ب"]),
        (Quoting(()), 3),
        (Erase(()), None),
        (Sync((), "/"), REPORT),
        (ListChats(""), (CHAT,)),
        (GetChat("a1"), Chat(CHAT, (Message("كم؟", answer_json(make_answer()), "2026-01-01"),))),
        (RenameChat("a1", "t"), None),
    ],
)
def test_a_result_arrives_as_it_was(command: Any, result: object) -> None:
    arrived = wire.read_reply(lines(wire.NOTHING_YET, wire.result_line(result)), command, pytest.fail)
    assert arrived == result
    assert type(arrived) is type(result)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_items_arrive_in_their_order_however_they_are_cut(size: int) -> None:
    items = [SourcesFound((make_hit(),), "extractive", 2, 1), TextDelta(ODD), TextDelta(""), TextDelta("؟")]
    told: list[object] = []
    sent = [line for item in items for line in (wire.item_line(item), wire.NOTHING_YET)]
    result = Asked(make_answer(), None)
    assert wire.read_reply(lines(*sent, wire.result_line(result), size=size), Ask("x"), told.append) == result
    assert told == items


def test_progress_arrives() -> None:
    progress = SyncProgress(1, 3, "ملف.txt", 7, 4.5, 0.5)
    told: list[SyncProgress] = []
    wire.read_reply(lines(wire.item_line(progress), wire.result_line(REPORT)), Sync((), "/"), told.append)
    assert told == [progress]
    assert told[0].remaining_seconds == progress.remaining_seconds


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RagError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_arrives_in_its_kind_and_both_languages(kind: type[RagError]) -> None:
    line = wire.error_line(error_json(kind(en="No.\u2028", ar="لا.")))
    with pytest.raises(kind) as caught:
        wire.read_reply(lines(line), Sources(), pytest.fail)
    assert type(caught.value) is kind
    assert (caught.value.en, caught.value.ar) == ("No.\u2028", "لا.")


def test_a_line_that_was_cut_off_is_none() -> None:
    whole = wire.result_line([])
    with pytest.raises(EOFError):
        wire.read_reply(lines(wire.NOTHING_YET, whole[:-1]), Sources(), pytest.fail)


@pytest.mark.parametrize("result", [{"no": "list"}, [{"source": 1}]])
def test_a_result_of_another_version_is_one_sentence(result: object) -> None:
    with pytest.raises(LibraryError, match="different versions"):
        wire.read_reply(lines(wire.result_line(result)), Sources(), pytest.fail)


@pytest.mark.parametrize("told", [None, [], {"detail": "Not Found"}, {"error": "no"}])
def test_an_error_in_other_words_is_one_sentence(told: object) -> None:
    assert "different versions" in wire.error_in(told).en


def test_an_error_of_an_unknown_kind_keeps_its_words() -> None:
    told = {"error": {"type": "Forbidden", "message": "No.", "message_ar": "لا."}}
    assert type(wire.error_in(told)) is RagError
    assert not isinstance(wire.error_in(told), QuestionError)
    assert wire.error_in(json.loads(json.dumps(told))).message("ar") == "لا."


def test_a_proof_needs_both_the_token_and_the_challenge() -> None:
    proofs = {wire.proof(token, challenge) for token in ("t", "u") for challenge in ("c", "سؤال")}
    assert len(proofs) == 4
    assert wire.proof("t", "c") in proofs

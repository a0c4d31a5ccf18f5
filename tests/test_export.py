"""A chat as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.export import chat_json, chat_markdown
from rag.generate import NO_ENGINE
from rag.index import Chat, ChatInfo, Message
from rag.schema import Answer, Citation, Claim, Conflict, ConflictValue, Language, Place
from rag.serialise import answer_json

GOLDEN = Path(__file__).parent / "golden"


def _message(answer: Answer) -> Message:
    # As the library gives it back: through JSON.
    return Message(
        answer.question, json.loads(json.dumps(answer_json(answer))), "2026-11-21T10:00:01.000000+00:00"
    )


def _answer(question: str, language: Language, said: str, **more: Any) -> Answer:
    values: dict[str, Any] = {
        "question": question, "language": language, "engine": "extractive", "text": said, "refused": False,
        "reason": None, "claims": (), "citations": (), "conflicts": (), "nearest": (), "answerability": 0.9,
    }  # fmt: skip
    return Answer(**(values | more))


def _citation(n: int, source: str, title: str, quote: str, **more: Any) -> Citation:
    values: dict[str, Any] = {"page": None, "start": 0, "end": len(quote), "also_in": ()}
    return Citation(n=n, source=source, title=title, quote=quote, **(values | more))


CHAT = Chat(
    ChatInfo("0a1b2c3d4e", "كم دولة شاركت؟", "2026-11-21T10:00:00.000000+00:00", "2026-11-21T10:00:01.000000+00:00", 4),
    (
        _message(
            _answer(
                "كم دولة شاركت؟",
                "ar",
                "شاركت 81 دولة في الاجتماع [1].\nوشاركت 83 دولة [2].",
                claims=(
                    Claim("شاركت 81 دولة في الاجتماع.", "supported", (1,)),
                    Claim("وشاركت 83 دولة.", "weak", (2,)),
                ),
                citations=(
                    _citation(
                        1, "أخبار/روما.txt", "اجتماع روما", "شاركت 81 دولة\nفي الاجتماع.",
                        also_in=(Place("نسخة.txt", "نسخة", None, 0, 9),),
                    ),
                    _citation(2, "report_2.pdf", "Report *2*", "شاركت 83 دولة.", page=7),
                ),
                conflicts=(Conflict("دولة", (ConflictValue("81", (1,)), ConflictValue("83", (2,)))),),
            )
        ),
        _message(
            _answer(
                "وماذا عن كندا؟", "ar", "لا تجيب الوثائق عن هذا السؤال.",
                refused=True, reason="not_answered", notice="فُهم السؤال: كم وزيرًا من كندا؟\nOther notice.",
            )
        ),
        _message(_answer("thanks", "en", "You're welcome!", engine=NO_ENGINE)),
        _message(
            _answer(
                "# Is <b>this</b> ![an image](http://x/y.png)?",
                "en",
                "1. No: it is [a link](http://x) [1].\n# Not a heading\n[1]: http://x\n| a | b |",
                engine="ollama:qwen3:4b",
                claims=(Claim("No: it is a link.", "unsupported", ()),),
                citations=(_citation(1, "C:\\docs\\a_b.md", "<script>", "> quoted `code`"),),
            )
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_markdown(language: Language) -> None:
    golden = GOLDEN / f"chat_{language}.md"
    assert chat_markdown(CHAT, language) == golden.read_text(encoding="utf-8")


def test_nothing_said_becomes_a_part_of_the_file() -> None:
    lines = chat_markdown(CHAT, "en").splitlines()
    assert sum(line.startswith("#") for line in lines) == 1 + len(CHAT.messages)
    for sign in ("![", "](", "]:", "<b>", "<script>", "| a"):
        assert not [line for line in lines if line.replace("\\" + sign, "").startswith(sign)]
        assert sign not in chat_markdown(CHAT, "en").replace("\\<", "").replace("\\!", "").replace("\\|", "")


def test_json_is_the_chat_with_its_answers_whole() -> None:
    exported = json.loads(json.dumps(chat_json(CHAT), ensure_ascii=False))
    assert list(exported) == ["id", "title", "created_at", "updated_at", "messages", "unanswered"]
    assert (exported["id"], exported["title"]) == ("0a1b2c3d4e", "كم دولة شاركت؟")
    assert [list(message) for message in exported["messages"]] == [
        ["question", "answer", "created_at", "rating"]
    ] * 4
    first = exported["messages"][0]["answer"]
    assert first == CHAT.messages[0].answer
    assert first["citations"][0]["quote"] == "شاركت 81 دولة\nفي الاجتماع."

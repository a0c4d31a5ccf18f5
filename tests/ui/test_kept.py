"""What is read from the library again looks as it did when it was answered."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.index import AskedQuestion, Chat, ChatInfo, Message, Rating
from rag.index.database import LIBRARY_FILE
from rag.schema import Answer, Conflict, ConflictValue, Place
from rag.serialise import answer_json
from rag.ui.kept import chat_html, find_chat, read_answer
from rag.ui.turn import finished_html
from tests.index.building import open_index
from tests.ui.fakes import (
    PAGE,
    QUOTE,
    always,
    make_answer,
    make_citation,
    make_claim,
    make_hit,
    make_refusal,
    memory_chats,
)
from tests.ui.test_render import HOSTILE, parse

EVERYTHING = " ".join(HOSTILE)
FULL = make_answer(
    language="ar",
    engine="ollama:qwen3:4b",
    claims=[make_claim(), make_claim("قيل كذا.", "weak", (1, 2)), make_claim(EVERYTHING, "unsupported", ())],
    citations=[make_citation(page=3), make_citation(2, also_in=(Place("b.txt", "B", None, 0, 4),))],
    conflicts=[Conflict("دولة", (ConflictValue("81", (1,)), ConflictValue("83", (2,))))],
    notice="فُهم السؤال: ما طول الجسر؟\nحُذفت جملة.",
)
NEAREST = make_refusal(
    hits=[
        replace(make_hit(), also_in=(Place("c.txt", "C", 2, 0, 9),)),
        make_hit(page_text=f"a {EVERYTHING} b", quote=EVERYTHING, source=EVERYTHING, title=EVERYTHING),
    ]
)


def break_chats(home: Path) -> None:
    """Leave a library whose chats cannot be read."""
    with closing(sqlite3.connect(home / LIBRARY_FILE)) as connection:
        connection.execute("DROP TABLE messages")


def stored(answer: Answer) -> dict[str, object]:
    """As it comes out of the library."""
    loaded: dict[str, object] = json.loads(json.dumps(answer_json(answer)))
    return loaded


def chat(*messages: Message, unanswered: tuple[AskedQuestion, ...] = ()) -> Chat:
    info = ChatInfo("c1", "title", "2026-01-01", "2026-01-02", len(messages))
    return Chat(info, messages, unanswered)


@pytest.mark.parametrize("answer", [make_answer(), FULL, make_refusal(), NEAREST], ids=range(4))
def test_an_answer_looks_as_it_did(answer: Answer) -> None:
    page_text = always(PAGE)
    again = read_answer(stored(answer))
    assert finished_html("t1", "q", again, page_text) == finished_html("t1", "q", answer, page_text)


def test_what_another_version_added_does_no_harm() -> None:
    kept = stored(FULL)
    for part in (kept, *kept["claims"], *kept["citations"]):  # type: ignore[misc]
        part["new"] = 1
    assert finished_html("t1", "q", read_answer(kept), always(PAGE)) == finished_html(
        "t1", "q", FULL, always(PAGE)
    )


def test_a_page_is_read_once_however_often_it_is_cited() -> None:
    read: list[tuple[str, int | None]] = []

    def page_text(source: str, page: int | None) -> str:
        read.append((source, page))
        return PAGE

    cards = chat_html(
        chat(*[Message(f"q{n}", stored(make_answer()), f"2026-01-0{n + 1}", n) for n in range(5)]), page_text
    )
    assert read == [("bridges.txt", None)]
    assert [f'id="k{n}"' in card for n, card in enumerate(cards, start=1)] == [True] * 5
    assert all(f"<mark>{QUOTE}</mark>" in card for card in cards)


def test_a_source_that_is_gone_leaves_its_quote() -> None:
    def page_text(*_: object) -> str:
        raise LibraryError(en="gone", ar="ذهب")

    (card,) = chat_html(chat(Message("q", stored(make_answer()), "2026-01-01")), page_text)
    assert f"<mark>{QUOTE}</mark>" in card


def test_a_question_without_an_answer_stands_where_it_was_asked() -> None:
    shown = chat_html(
        chat(
            Message("first", stored(make_answer()), "2026-01-01", 0),
            Message("third", stored(make_answer()), "2026-01-03", 1),
            unanswered=(
                AskedQuestion("a2", "second", "2026-01-02"),
                AskedQuestion("a4", "running", "2026-01-04"),
            ),
        ),
        always(PAGE),
        without={"a4"},
    )
    assert [parse(card).css_first(".question").text() for card in shown] == ["first", "second", "third"]
    again = parse(shown[1]).css_first("[data-again]").attributes
    assert (again["data-repeats"], again["data-asked"]) == ("second", "a2")
    assert "has no answer yet" in shown[1]
    assert "لم يكتمل جواب هذا السؤال" in shown[1]


def test_a_rating_is_shown_again() -> None:
    rating = Rating(is_good=False, word="خطأ <b>", rated_at="2026-01-01")
    (card,) = chat_html(chat(Message("q", stored(make_answer()), "2026-01-01", 3, rating)), always(PAGE))
    row = parse(card).css_first(".actions")
    assert (row.attributes["data-chat"], row.attributes["data-message"]) == ("c1", "3")
    pressed = {thumb.attributes["data-good"]: thumb.attributes["aria-pressed"] for thumb in row.css(".thumb")}
    assert pressed == {"true": "false", "false": "true"}
    assert row.css_first(".remark input").attributes["value"] == "خطأ <b>"


@pytest.mark.parametrize("chat_id", ["", "0123456789", "x' OR 1=1 --", "<b>"])
def test_an_unknown_chat_is_none(chat_id: str) -> None:
    chats = memory_chats()
    chats.create("t")
    assert find_chat(chats, chat_id) is None


def test_a_chat_is_found_by_its_id() -> None:
    chats = memory_chats()
    chat = find_chat(chats, chats.create("عنوان"))
    assert chat is not None
    assert chat.info.title == "عنوان"


def test_a_library_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        break_chats(tmp_path)
        with pytest.raises(LibraryError, match=LIBRARY_FILE):
            find_chat(index.chats, "0123456789")

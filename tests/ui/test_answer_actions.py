"""Copying, asking again, and what a reader thinks of an answer."""

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.testclient import TestClient

from rag.errors import RagError
from rag.index import Rating
from rag.schema import Answer
from rag.serialise import answer_json
from rag.ui.answer_actions import Kept, actions_html, again_html, rating_html
from rag.ui.answer_routes import answer_router
from tests.ui.fakes import QUOTE, FakeAssistant, make_answer, make_citation, make_claim
from tests.ui.test_render import HOSTILE, parse


def served(*answers: Answer) -> tuple[TestClient, FakeAssistant, str]:
    """A client, over an assistant with a chat of these answers."""
    assistant = FakeAssistant()
    chat = assistant.index.chats.create("t")
    for answer in answers:
        assistant.index.chats.append(chat, answer.question, answer_json(answer))
    app = FastAPI()
    app.include_router(answer_router(assistant))

    @app.exception_handler(RagError)
    async def say(_: object, error: RagError) -> JSONResponse:
        return JSONResponse({"error": {"message": error.en, "message_ar": error.ar}}, status_code=503)

    return TestClient(app), assistant, chat


def test_a_rating_is_kept_changed_and_taken_back() -> None:
    client, assistant, chat = served(make_answer(), make_answer())
    told = {"chat": chat, "message": "1", "good": True}
    body = parse(client.post("/page/answer/rating", json=told).text)
    assert body.css_first('[data-good="true"]').attributes["aria-pressed"] == "true"
    assert "What was good" in body.css_first(".remark label").text()
    assert body.css_first(".told") is None
    body = parse(
        client.post("/page/answer/rating", json={**told, "good": False, "word": "  رقم\nخاطئ "}).text
    )
    assert body.css_first(".remark input").attributes["value"] == "رقم خاطئ"
    assert "Kept in your library" in body.css_first(".told").text()
    first, second = assistant.index.chats.get(chat).messages
    assert first.rating is None
    assert second.rating is not None
    assert (second.rating.is_good, second.rating.word) == (False, "رقم خاطئ")
    body = parse(client.post("/page/answer/rating", json={**told, "good": None}).text)
    assert body.css_first(".remark") is None
    assert assistant.index.chats.get(chat).messages[1].rating is None


@pytest.mark.parametrize(("chat", "message"), [("0123456789", 0), ("", 7)])
def test_what_is_gone_cannot_be_judged_or_copied(chat: str, message: int) -> None:
    client, _, own = served(make_answer())
    told = {"chat": chat or own, "message": message}
    assert client.post("/page/answer/rating", json={**told, "good": True}).status_code == 503
    query = {**told, "form": "plain", "language": "en"}
    assert "no longer kept" in client.get("/page/answer/copy", params=query).json()["error"]["message"]


@pytest.mark.parametrize(
    ("form", "language", "said"),
    [
        (
            "plain",
            "en",
            ["How long", "81 metres long.[1]", "Sources:", "[1] Bridges of the valley · a/b_c.pdf · page 3"],
        ),
        ("plain", "ar", ["المصادر:", "صفحة 3", f"«{QUOTE}»"]),
        ("markdown", "en", ["## How long", "**Sources**", "1. **Bridges of the valley**", f"> {QUOTE}"]),
        ("markdown", "ar", ["**المصادر**", "صفحة 3"]),
        (
            "bibtex",
            "en",
            [
                "@misc{sanad1,",
                "title = {Bridges of the valley}",
                r"howpublished = {a/b\_c.pdf}",
                "pages = {3, 4}",
            ],
        ),
    ],
)
def test_an_answer_is_copied_with_its_sources(form: str, language: str, said: list[str]) -> None:
    citations = [make_citation(n, source="a/b_c.pdf", page=page) for n, page in ((1, 3), (2, 4))]
    client, _, chat = served(make_answer(claims=[make_claim(citations=(1, 2))], citations=citations))
    query = {"chat": chat, "message": 0, "form": form, "language": language}
    reply = client.get("/page/answer/copy", params=query)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    for words in said:
        assert words in reply.text
    assert (reply.text.count("@misc") == 1) == (form == "bibtex")


def test_where_nothing_is_kept_the_question_can_be_asked_again() -> None:
    row = parse(actions_html(None, "سؤال", cites=True))
    assert [button.attributes["data-repeats"] for button in row.css("button")] == ["سؤال"]
    cited = parse(actions_html(Kept("c1", 2), "q", cites=True))
    assert [button.attributes["data-copy"] for button in cited.css("[data-copy]")] == [
        "plain",
        "markdown",
        "bibtex",
    ]
    uncited = parse(actions_html(Kept("c1", 2), "q", cites=False))
    assert [button.attributes["data-copy"] for button in uncited.css("[data-copy]")] == ["plain", "markdown"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_question_or_word_is_text(text: str) -> None:
    assert parse(again_html(text)).css_first("button").attributes["data-repeats"] == text
    body = parse(rating_html(Rating(is_good=True, word=text, rated_at="")))
    assert body.css_first("input").attributes["value"] == text
    assert not body.css("script, img, iframe, style, a")

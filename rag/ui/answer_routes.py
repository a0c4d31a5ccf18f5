"""The addresses below `/page/answer`: what is kept of an answer's reader, and the answer to be pasted elsewhere."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field

from rag.export import answer_markdown, answer_text, sources_bibtex
from rag.index.chats import RATING_CHARACTERS
from rag.schema import Language
from rag.ui.answer_actions import Form, rating_html
from rag.ui.turn import Answers


class RatingBody(BaseModel):
    """What a reader thinks of an answer; `good` None takes it back."""

    chat: str
    message: int
    good: bool | None
    word: str = Field("", max_length=RATING_CHARACTERS)


def answer_router(assistant: Answers) -> APIRouter:
    """Over the chats that the assistant keeps. What is gone is a LibraryError."""
    router = APIRouter(prefix="/page/answer")

    @router.post("/rating")
    def rate(body: RatingBody) -> HTMLResponse:
        message = assistant.index.chats.rate(body.chat, body.message, body.good, body.word)
        return HTMLResponse(rating_html(message.rating))

    @router.get("/copy")
    def copy(chat: str, message: int, form: Form, language: Language) -> PlainTextResponse:
        kept = assistant.index.chats.message(chat, message)
        if form == "bibtex":
            return PlainTextResponse(sources_bibtex(kept.answer))
        if form == "plain":
            return PlainTextResponse(answer_text(kept.question, kept.answer, language))
        paragraphs = answer_markdown(kept.question, kept.answer, language)
        return PlainTextResponse("\n\n".join(paragraphs) + "\n")

    return router

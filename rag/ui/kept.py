"""Chats as they are kept, read again to be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from rag.errors import LibraryError
from rag.index import Chat, Chats, Message
from rag.schema import (
    Answer,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    Hit,
    Language,
    Passage,
    Place,
    ScoredSentence,
    Sentence,
)
from rag.ui.answer_actions import Kept
from rag.ui.excerpt import PageText
from rag.ui.render import unanswered_html
from rag.ui.turn import finished_html


def find_chat(chats: Chats, chat_id: str) -> Chat | None:
    """None where there is no such chat, or no longer. Raises LibraryError where the library cannot be read."""
    try:
        return chats.get(chat_id)
    except LibraryError:
        if any(info.id == chat_id for info in chats.list()):
            raise
        return None


def chat_html(chat: Chat, page_text: PageText, *, without: Collection[str | None] = ()) -> list[str]:
    """The turns of a chat in the order they were asked, each as it was when it was answered, with its sources in the
    pages as they are now. Questions `without` an answer yet that are named here are left out."""
    # The sources of one chat are few, and cited again and again.
    page_text = cache(page_text)
    turns = [(message.created_at, _message_html(chat, message, page_text)) for message in chat.messages]
    turns += [
        (question.asked_at, unanswered_html(f"q{question.id}", question.question, question.id))
        for question in chat.unanswered
        if question.id not in without
    ]
    return [html for _, html in sorted(turns, key=lambda turn: turn[0])]


def _message_html(chat: Chat, message: Message, page_text: PageText) -> str:
    kept = Kept(chat.info.id, message.ordinal, message.rating)
    return finished_html(
        f"k{message.ordinal + 1}", message.question, read_answer(message.answer), page_text, kept
    )


def read_answer(kept: Mapping[str, Any]) -> Answer:
    """An answer out of the JSON that `rag.serialise.answer_json` made of it. Of a passage near a refused question only
    what is shown comes back: its text, its best sentence, and where both stand."""
    return Answer(
        question=kept["question"],
        language=kept["language"],
        engine=kept["engine"],
        text=kept["answer"],
        refused=kept["refused"],
        reason=kept["reason"],
        claims=tuple(
            Claim(**{**_known(Claim, claim), "citations": tuple(claim["citations"])})
            for claim in kept["claims"]
        ),
        citations=tuple(
            Citation(**{**_known(Citation, citation), "also_in": _places(citation["also_in"])})
            for citation in kept["citations"]
        ),
        conflicts=tuple(
            Conflict(
                conflict["about"],
                tuple(
                    ConflictValue(value["value"], tuple(value["citations"])) for value in conflict["values"]
                ),
            )
            for conflict in kept["conflicts"]
        ),
        nearest=tuple(_hit(hit, kept["language"]) for hit in kept["nearest"]),
        answerability=kept["answerability"],
        timings=kept["timings"],
        notice=kept["notice"],
    )


def _hit(kept: Mapping[str, Any], language: Language) -> Hit:
    best = Sentence(**_known(Sentence, kept["best_sentence"]))
    passage = Passage(
        id="",
        source=kept["source"],
        title=kept["title"],
        headline="",
        page=kept["page"],
        start=kept["start"],
        end=kept["end"],
        text=kept["text"],
        language=language,
        sentences=(best,),
        ocr=kept.get("ocr", False),
    )
    score = kept["score"]
    return Hit(passage, score, 0.0, 0.0, (ScoredSentence(best, score),), 0, _places(kept["also_in"]))


def _places(kept: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    return tuple(Place(**_known(Place, place)) for place in kept)


def _known(kind: type[Claim | Citation | Sentence | Place], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What `kind` has of it: the JSON of another version may hold more."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}

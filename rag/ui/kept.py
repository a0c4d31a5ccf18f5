"""Chats as they are kept, read again to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from rag.ui.excerpt import PageText
from rag.ui.turn import finished_html


def find_chat(chats: Chats, chat_id: str) -> Chat | None:
    """None where there is no such chat, or no longer. Raises LibraryError where the library cannot be read."""
    try:
        return chats.get(chat_id)
    except LibraryError:
        if any(info.id == chat_id for info in chats.list()):
            raise
        return None


def messages_html(messages: Sequence[Message], page_text: PageText) -> list[str]:
    """The turns of a chat, each as it was when it was answered, with its sources in the pages as they are now."""
    # The sources of one chat are few, and cited again and again.
    page_text = cache(page_text)
    return [
        finished_html(f"k{n}", message.question, read_answer(message.answer), page_text)
        for n, message in enumerate(messages, start=1)
    ]


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
    )
    score = kept["score"]
    return Hit(passage, score, 0.0, 0.0, (ScoredSentence(best, score),), 0, _places(kept["also_in"]))


def _places(kept: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    return tuple(Place(**_known(Place, place)) for place in kept)


def _known(kind: type[Claim | Citation | Sentence | Place], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What `kind` has of it: the JSON of another version may hold more."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}

"""A chat as the reader has it: small talk, follow-ups, and what is kept, over the real index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.conversation import NO_ENGINE, Dialogue, SmallTalk, small_talk_reply
from rag.errors import LibraryError, ModelError, ModelUnreachableError, QuestionError
from rag.index import Chats, Index
from rag.schema import Answer, AnswerReady, Event, Language, SourcesFound, TextDelta
from rag.serialise import answer_json
from tests.fakes import FakeChatEngine
from tests.index.building import open_index

CHAIRED = "Luigi Di Maio and Antony Blinken co-chaired the meeting [1]."
# Told of Arabic sources, it is asked for once more: see rag.assistant.
SECOND_ANSWER = (CHAIRED, CHAIRED)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty library, for its chats."""
    with open_index(tmp_path) as opened:
        yield opened


@pytest.fixture
def chats(index: Index) -> Chats:
    """No chats yet."""
    return index.chats


def answered(events: Iterator[Event]) -> Answer:
    """The answer, which must be the last event."""
    *_, last = events
    assert isinstance(last, AnswerReady)
    return last.answer


@pytest.mark.parametrize(
    ("message", "kind", "language"),
    [("مرحبا!", "greeting", "ar"), ("thanks a lot", "thanks", "en"), ("مع السلامة", "goodbye", "ar")],
)
def test_small_talk_is_answered_without_a_search(
    index: Index, seeds_assistant: Assistant, message: str, kind: SmallTalk, language: Language
) -> None:
    # Its library is empty: a search would raise.
    dialogue = Dialogue(replace(seeds_assistant, index=index), index.chats)
    events = list(dialogue.events(message))
    assert [type(event) for event in events] == [TextDelta, AnswerReady]
    answer = answered(iter(events))
    assert answer.text == small_talk_reply(kind, language)
    assert (answer.question, answer.language, answer.engine) == (message, language, NO_ENGINE)
    assert (answer.refused, answer.claims, answer.citations) == (False, (), ())
    (kept,) = index.chats.list()
    assert (kept.id, kept.title) == (dialogue.chat_id, message)


def test_a_follow_up_is_answered_and_says_how_it_was_understood(
    seeds_assistant: Assistant, chats: Chats
) -> None:
    dialogue = Dialogue(seeds_assistant, chats)
    first = answered(dialogue.events("كم دولة شاركت في اجتماع روما؟"))
    assert first.notice == ""
    assert "81" in first.text
    answered(dialogue.events("شكرا"))
    second = answered(dialogue.events("ومن ترأسه؟"))
    assert second.question == "ومن ترأسه؟"
    assert second.notice == "فُهم السؤال: ومن ترأسه (دولة شاركت في اجتماع روما)؟"
    assert "بلينكن" in second.text
    third = answered(dialogue.events("وماذا عن بروكسل؟"))
    assert third.notice == "فُهم السؤال: كم دولة شاركت في اجتماع بروكسل؟"


def test_what_is_kept_is_the_public_json_with_its_citations(seeds_assistant: Assistant, chats: Chats) -> None:
    dialogue = Dialogue(seeds_assistant, chats)
    given = [
        answered(dialogue.events(question))
        for question in ("How many countries attended the Rome meeting?", "And who co-chaired it?")
    ]
    assert dialogue.chat_id
    kept = chats.get(dialogue.chat_id)
    assert kept.info.title == "How many countries attended the Rome meeting?"
    assert [message.question for message in kept.messages] == [answer.question for answer in given]
    assert [message.answer for message in kept.messages] == [answer_json(answer) for answer in given]
    assert given[0].citations
    assert given[1].notice.startswith(
        "Understood as: And who co-chaired it (countries attended the Rome meeting)"
    )


def test_a_chat_goes_on_in_another_process(seeds_assistant: Assistant, tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        dialogue = Dialogue(seeds_assistant, index.chats)
        answered(dialogue.events("كم دولة شاركت في اجتماع روما؟"))
    with open_index(tmp_path) as index:
        answer = answered(Dialogue(seeds_assistant, index.chats, dialogue.chat_id).events("ومن ترأسه؟"))
        assert answer.notice == "فُهم السؤال: ومن ترأسه (دولة شاركت في اجتماع روما)؟"
        assert len(index.chats.get(str(dialogue.chat_id)).messages) == 2


def test_the_model_rewrites_and_then_answers(seeds_assistant: Assistant, chats: Chats) -> None:
    engine = FakeChatEngine(
        "81 countries attended the Rome meeting [1].",
        "Who co-chaired the Rome meeting?\nAnswer: nobody",
        *SECOND_ANSWER,
    )
    dialogue = Dialogue(replace(seeds_assistant, engine=engine), chats)
    answered(dialogue.events("How many countries attended the Rome meeting?"))
    events = list(dialogue.events("and who co-chaired it?"))
    assert isinstance(events[0], SourcesFound)
    answer = answered(iter(events))
    assert answer.question == "and who co-chaired it?"
    assert answer.notice.splitlines()[0] == "Understood as: Who co-chaired the Rome meeting?"
    (_, rewriting), (_, answering), *_ = engine.history[1:]
    assert "81 countries attended the Rome meeting." in rewriting
    assert "Who co-chaired the Rome meeting?" in answering
    assert "and who co-chaired it?" not in answering


def test_a_model_that_goes_on_is_stopped(seeds_assistant: Assistant, chats: Chats) -> None:
    engine = FakeChatEngine("81 countries attended the Rome meeting [1].", ["word "] * 999, *SECOND_ANSWER)
    dialogue = Dialogue(replace(seeds_assistant, engine=engine), chats)
    answered(dialogue.events("How many countries attended the Rome meeting?"))
    answered(dialogue.events("and who co-chaired it?"))
    assert engine.closed_early == [False, True, False, False]


def test_a_model_that_fails_at_rewriting_does_not_stop_the_answer(
    seeds_assistant: Assistant, chats: Chats
) -> None:
    engine = FakeChatEngine("81 countries attended the Rome meeting [1].")
    engine.enqueue(error=ModelUnreachableError(en="no server", ar="لا خادم"))
    for reply in SECOND_ANSWER:
        engine.enqueue(reply)
    dialogue = Dialogue(replace(seeds_assistant, engine=engine), chats)
    answered(dialogue.events("How many countries attended the Rome meeting?"))
    assert (
        "(countries attended the Rome meeting)" in answered(dialogue.events("and who co-chaired it?")).notice
    )


@pytest.mark.parametrize(
    ("first", "follow_up"),
    [
        ("How many countries attended the Rome meeting?", "and who co-chaired it?"),
        ("كم دولة شاركت في اجتماع روما؟", "ومن ترأسه؟"),
    ],
)
def test_a_rewrite_that_is_stopped_is_the_end_of_the_question(
    seeds_assistant: Assistant, chats: Chats, first: str, follow_up: str
) -> None:
    engine = FakeChatEngine("81 [1].", ["Who ", "co-chaired ", "it?"], "never said")
    dialogue = Dialogue(replace(seeds_assistant, engine=engine), chats)
    answered(dialogue.events(first))
    asked = len(engine.history)
    assert list(dialogue.events(follow_up, stopped=lambda: len(engine.history) > asked)) == []
    assert engine.closed_early == [False, True]
    assert [message.question for message in chats.get(str(dialogue.chat_id)).messages] == [first]


def test_a_question_that_failed_or_was_stopped_is_not_kept(seeds_assistant: Assistant, chats: Chats) -> None:
    engine = FakeChatEngine()
    engine.enqueue("81 countries", error=ModelError(en="cut", ar="انقطع"), after=1)
    engine.enqueue("81 countries attended [1].")
    dialogue = Dialogue(replace(seeds_assistant, engine=engine), chats)
    with pytest.raises(ModelError):
        list(dialogue.events("How many countries attended the Rome meeting?"))
    events = dialogue.events("How many countries attended the Rome meeting?")
    while not isinstance(next(events), TextDelta):
        pass
    events.close()
    assert engine.closed_early == [False, True]
    with pytest.raises(QuestionError):
        list(dialogue.events("x" * 10_000))
    assert (dialogue.chat_id, chats.list()) == (None, ())


def test_an_unknown_chat_is_refused_before_anything_is_asked(
    seeds_assistant: Assistant, chats: Chats
) -> None:
    with pytest.raises(LibraryError, match="rag chats"):
        next(Dialogue(seeds_assistant, chats, "x1").events("كم دولة شاركت في اجتماع روما؟"))


def test_an_answer_that_cannot_be_kept_is_given_and_says_so(seeds_assistant: Assistant, chats: Chats) -> None:
    dialogue = Dialogue(seeds_assistant, chats, chats.create("t"))
    for question, told in (
        ("كم دولة شاركت في اجتماع روما؟", "لم يُحفظ هذا الجواب في المحادثة. لا توجد محادثة"),
        (
            "How many countries attended the Rome meeting?",
            "This answer was not kept in the chat. There is no chat",
        ),
    ):
        events = dialogue.events(question)
        next(events)
        if chats.list():
            chats.delete(str(dialogue.chat_id))
        answer = answered(events)
        assert answer.citations
        assert answer.notice.startswith(told)
        dialogue.chat_id = chats.create("t")

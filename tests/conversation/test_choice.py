"""A question over chosen documents never cites another: on the terminal, in a chat, and through the API's assistant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.commands import NEW_CHAT, Ask, OpenLibrary, Search
from rag.conversation import Dialogue
from rag.errors import LibraryError
from rag.index import Choice
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Answer, AnswerReady, Embedder
from tests.seeded import SEEDS, seed_settings

QUESTION = "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟"
ENGLISH = "How many countries attended the meeting in Rome?"


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path, embedder: Embedder
) -> Iterator[OpenLibrary]:
    settings = seed_settings(tmp_path_factory.mktemp("chosen"), model_cache)
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [SEEDS])
        yield OpenLibrary(settings, index, embedder)


@pytest.fixture(scope="module")
def assistant(library: OpenLibrary) -> Assistant:
    return make_assistant(library.settings, library.index, library.embedder)


def sources_of(library: OpenLibrary) -> list[str]:
    return [source.source for source in library.index.sources()]


def named(answer: Answer) -> set[str]:
    """Every document that an answer names."""
    places = [*answer.citations, *(place for one in answer.citations for place in one.also_in)]
    passages = [hit.passage for hit in answer.nearest]
    also = [place for hit in answer.nearest for place in hit.also_in]
    return {place.source for place in (*places, *passages, *also)}


def answered(dialogue: Dialogue, question: str) -> Answer:
    events = list(dialogue.events(question))
    assert isinstance(events[-1], AnswerReady)
    return events[-1].answer


@pytest.mark.parametrize("question", [QUESTION, ENGLISH])
def test_each_document_alone_is_the_only_one_named(
    library: OpenLibrary, assistant: Assistant, question: str
) -> None:
    everything = named(assistant.ask(question))
    assert len(everything) > 1
    for source in sources_of(library):
        assert named(assistant.ask(question, among=[source])) <= {source}
        hits = assistant.search(question, 10, among=[source]).hits
        assert {hit.passage.source for hit in hits} == {source}


def test_one_document_that_answers_does(library: OpenLibrary, assistant: Assistant) -> None:
    source = next(one for one in sources_of(library) if "/002" in one)
    answer = assistant.ask("من هي وزيرة خارجية بلجيكا؟", among=[source])
    assert "ويلميس" in answer.text
    assert named(answer) == {source}


def test_an_unknown_document_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(LibraryError, match=r"Not in the library: nowhere\.txt") as caught:
        assistant.ask(QUESTION, among=["nowhere.txt"])
    assert "nowhere.txt" in caught.value.ar
    assert not assistant.ask(QUESTION, among=[]).citations


def test_a_chat_stays_limited_until_all_are_chosen_again(library: OpenLibrary, assistant: Assistant) -> None:
    chats = library.index.chats
    first, second = sources_of(library)[:2]
    dialogue = Dialogue(assistant, chats, among=(first,))
    assert named(answered(dialogue, QUESTION)) <= {first}
    assert dialogue.chat_id
    assert chats.choice(dialogue.chat_id) == Choice((first,))
    again = Dialogue(assistant, chats, dialogue.chat_id)
    assert named(answered(again, "ومن ترأسه؟")) <= {first}
    chats.choose(dialogue.chat_id, [second, "removed.txt"])
    assert named(answered(again, QUESTION)) <= {second}
    chats.choose(dialogue.chat_id, [])
    assert len(named(answered(again, QUESTION))) > 1


def test_a_chat_whose_documents_are_gone_says_so(library: OpenLibrary, assistant: Assistant) -> None:
    chats = library.index.chats
    chat = chats.create("t")
    chats.choose(chat, ["removed.txt"])
    with pytest.raises(LibraryError, match="None of the documents chosen") as caught:
        list(Dialogue(assistant, chats, chat).events(QUESTION))
    assert "المختارة" in caught.value.ar


def test_the_terminal_takes_only_some_sources(library: OpenLibrary) -> None:
    source = sources_of(library)[0]
    asked = Ask(QUESTION, only=(source,)).run(library, lambda _: None)
    assert (named(asked.answer) <= {source}, asked.chat) == (True, None)
    asked = Ask(QUESTION, NEW_CHAT, only=(source,)).run(library, lambda _: None)
    assert asked.chat
    assert library.index.chats.choice(asked.chat) == Choice((source,))
    hits = Search(QUESTION, 5, only=(source,)).run(library, lambda _: None).hits
    assert {hit.passage.source for hit in hits} == {source}


def test_a_document_of_one_passage_answers_what_it_says(
    tmp_path: Path, model_cache: Path, embedder: Embedder
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in (("harbour", "in March 1932 by the mayor"), ("river", "in May 1950 by the minister")):
        (docs / f"{name}.txt").write_text(f"The {name} bridge was opened {text}.", encoding="utf-8")
    settings = seed_settings(tmp_path / "home", model_cache)
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [docs])
        assistant = make_assistant(settings, index, embedder)
        source = (docs / "harbour.txt").as_posix()
        assert "1932" in assistant.ask("When was the harbour bridge opened?", among=[source]).text
        assert assistant.ask("When was the river bridge opened?", among=[source]).refused

"""A chat model also puts the question into the corpus's language, to search with; switched off, it is not asked."""

from __future__ import annotations

from dataclasses import replace

from rag.assistant import Assistant
from rag.generate.translate import QueryTranslator
from rag.prompt import load_prompt
from rag.schema import Language, SourcesFound
from tests.fakes import FakeChatEngine

QUESTION = "Who represented Egypt at the meeting of the coalition?"
LANGUAGES: tuple[Language, ...] = ("ar", "en")
TRANSLATION = "من مثّل مصر في المؤتمر؟"


def _assistant(seeds_assistant: Assistant, engine: FakeChatEngine, *, translating: bool) -> Assistant:
    def ask(system: str, user: str) -> str:
        return "".join(engine.stream(system, user))

    def prompts(target: Language, question: str) -> tuple[str, str]:
        filled = load_prompt("translate", target).fill(question=question)
        return filled.system, filled.user

    translator = QueryTranslator(ask, prompts) if translating else None
    return replace(seeds_assistant, engine=engine, fall_back=False, translator=translator)


def test_the_translation_comes_first_and_is_remembered(seeds_assistant: Assistant) -> None:
    engine = FakeChatEngine()
    answer = "Egypt was represented by its foreign minister, Sameh Shoukry [1]."
    for reply in (TRANSLATION, answer, answer):
        engine.enqueue(reply)
    assistant = _assistant(seeds_assistant, engine, translating=True)
    first = assistant.ask(QUESTION)
    assert engine.history[0][1] == QUESTION
    assert "سامح شكري" in engine.history[1][1]
    assert (first.question, first.language) == (QUESTION, "en")
    assert "translate" in first.timings
    assistant.ask(QUESTION)
    assert len(engine.history) == 3


def test_sources_are_shown_before_the_model_is_asked_to_translate(seeds_assistant: Assistant) -> None:
    engine = FakeChatEngine(TRANSLATION, "Sameh Shoukry [1].")
    events = _assistant(seeds_assistant, engine, translating=True).events(QUESTION)
    first = next(events)
    assert isinstance(first, SourcesFound)
    assert first.hits
    assert engine.history == []
    second = next(events)
    assert isinstance(second, SourcesFound)
    assert [hit.passage.id for hit in second.hits] != [hit.passage.id for hit in first.hits]
    events.close()
    assert len(engine.history) == 1


def test_switched_off_or_in_the_corpus_language_nothing_is_translated(seeds_assistant: Assistant) -> None:
    for question, translating in (("How many countries took part in Rome?", False), (TRANSLATION, True)):
        engine = FakeChatEngine()
        engine.enqueue("شاركت 81 دولة في الاجتماع الوزاري للتحالف الدولي في روما [1].")
        engine.enqueue("81 countries.")
        answer = _assistant(seeds_assistant, engine, translating=translating).ask(question)
        asked = {system for system, _ in engine.history}
        assert asked.isdisjoint(load_prompt("translate", language).system for language in LANGUAGES)
        assert "translate" not in answer.timings

"""Retrieval through the real index and the bundled model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.index import Index
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.retrieve import retrieve
from rag.schema import Embedder, Retrieval
from rag.text.ordinary import ordinary
from tests.seeded import SEEDS, seed_settings


def _search(assistant: Assistant, question: str, k: int = 10, within: list[str] | None = None) -> Retrieval:
    return retrieve(
        question,
        index=assistant.index,
        embedder=assistant.embedder,
        centres=assistant.centres,
        top_k=k,
        within=within,
    )


@pytest.mark.parametrize(
    ("question", "article", "evidence"),
    [
        ("كم مليون دولار قدمت الولايات المتحدة لسوريا؟", "003", "436"),
        ("How many million dollars did the United States pledge for Syria?", "003", "436"),
        ("من هي وزيرة خارجية بلجيكا؟", "002", "ويلميس"),
        ("Who is the Belgian foreign minister?", "002", "ويلميس"),
        ("What is the acronym CIFG about?", "004", "تمويل"),
        ("Which minister represented Canada, Garneau?", "000", "غارنو"),
    ],
)
def test_the_evidence_comes_first(
    seeds_assistant: Assistant, question: str, article: str, evidence: str
) -> None:
    found = _search(seeds_assistant, question)
    assert any(article in hit.passage.source and evidence in hit.passage.text for hit in found.hits[:2]), (
        found.hits[0].passage.text
    )
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_the_same_sentence_of_two_articles_is_one_hit(seeds_assistant: Assistant) -> None:
    found = _search(seeds_assistant, "من انضم إلى التحالف مع موريتانيا واليمن؟")
    first = found.hits[0]
    assert "موريتانيا" in first.best_sentence.text
    assert {"000", "001"} == {Path(first.passage.source).name[:3]} | {
        Path(place.source).name[:3] for place in first.also_in
    }


def test_within_limits_the_search(seeds_assistant: Assistant) -> None:
    wanted = [info.source for info in seeds_assistant.sources() if "/004" in info.source]
    found = _search(seeds_assistant, "How many countries took part in Rome?", within=wanted)
    assert {hit.passage.source for hit in found.hits} == set(wanted)
    assert _search(seeds_assistant, "روما", within=[]).hits == ()


@pytest.mark.parametrize("question", ["", "   ", "؟؟", "!?", "\u200f"])
def test_a_question_without_words_is_refused(seeds_assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        _search(seeds_assistant, question)
    assert caught.value.ar != caught.value.en


@pytest.fixture(scope="module")
def mixed_assistant(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path, embedder: Embedder
) -> Iterator[Assistant]:
    """Arabic articles on politics beside English statements on everything else."""
    folder = tmp_path_factory.mktemp("mixed")
    statements = ordinary("statements", "en")
    corpus = folder / "statements.jsonl"
    corpus.write_text(
        "\n".join(f'{{"id": "en-{number}", "text": "{text}"}}' for number, text in enumerate(statements, 1)),
        encoding="utf-8",
    )
    settings = seed_settings(folder / "home", model_cache)
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [corpus, SEEDS])
        yield make_assistant(settings, index, embedder)


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("ما ارتفاع الجبل الذي تغطيه الثلوج؟", "4,165 metres"),
        ("مم يصنع الجبن؟", "goat's milk"),
        ("متى أصدرت الفرقة ألبومها الأول؟", "first album in 1987"),
        ("How much humanitarian aid for Syria did Blinken announce?", "436"),
        ("How many ISIS fighters are held in camps by the SDF?", "10 آلاف"),
    ],
)
def test_an_answer_in_the_other_language_is_not_crowded_out(
    mixed_assistant: Assistant, question: str, evidence: str
) -> None:
    found = _search(mixed_assistant, question)
    assert any(evidence in hit.passage.text for hit in found.hits[:2]), found.hits[0].passage.text


def test_an_empty_index_finds_nothing(tmp_path: Path, model_cache: Path, embedder: Embedder) -> None:
    settings = seed_settings(tmp_path / "home", model_cache)
    with open_index(settings, embedder, command="test") as index:
        assert isinstance(index, Index)
        assert _search(make_assistant(settings, index, embedder), "anything").hits == ()


def test_a_translation_finds_what_the_question_alone_does_not(mixed_assistant: Assistant) -> None:
    question, translation = (
        "Who represented Egypt at the meeting of the coalition?",
        "من مثّل مصر في اجتماع التحالف؟",
    )

    def found(translated: str) -> str:
        retrieval = retrieve(
            question,
            index=mixed_assistant.index,
            embedder=mixed_assistant.embedder,
            centres=mixed_assistant.centres,
            top_k=3,
            translation=translated,
        )
        assert retrieval.language == "en"
        return retrieval.hits[0].best_sentence.text

    assert "سامح شكري" in found(translation)
    assert "سامح شكري" not in found("")
    # In the question's own language it is no translation.
    assert found("Who came for Egypt?") == found("")

"""A cross-encoder made on the spot: loading, scoring, and its place in retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import EmbeddingModelError
from rag.rerank import CrossEncoderReranker
from rag.retrieve import retrieve
from tests.models import save_classifier


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory, prepared_model: Path) -> Path:
    """A cross-encoder of one score."""
    return save_classifier(tmp_path_factory.mktemp("cross-encoder"), prepared_model, {0: "LABEL_0"})


def test_scores_are_relevances_and_repeatable(model_folder: Path) -> None:
    reranker = CrossEncoderReranker(str(model_folder))
    texts = ["شاركت 83 دولة في الاجتماع.", "The match ended in a draw.", ""]
    scores = reranker.score("كم دولة شاركت؟", texts)
    assert len(scores) == 3
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert reranker.score("كم دولة شاركت؟", texts) == pytest.approx(scores)
    assert reranker.score("x", []) == []


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelError) as caught:
        CrossEncoderReranker(str(tmp_path / "none")).score("x", ["y"])
    assert "RAG_RERANKER" in caught.value.en
    assert "RAG_RERANKER" in caught.value.ar


class ByLength:
    """Prefers short passages."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        return [1 / (1 + len(question) + len(text)) for text in texts]


def test_hits_come_in_the_rerankers_order(seeds_assistant: Assistant) -> None:
    def found(reranker: ByLength | None) -> list[str]:
        retrieval = retrieve(
            "من ترأس اجتماع روما؟",
            index=seeds_assistant.index,
            embedder=seeds_assistant.embedder,
            centres=seeds_assistant.centres,
            top_k=5,
            reranker=reranker,
        )
        assert len(retrieval.hits) == 5
        return [hit.passage.text for hit in retrieval.hits]

    reranked = found(ByLength())
    assert [len(passage) for passage in reranked] == sorted(len(passage) for passage in reranked)
    assert reranked != found(None)

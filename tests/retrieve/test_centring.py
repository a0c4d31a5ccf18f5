"""Centres of languages: what they are, and that they are cached whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.retrieve.centring import PRIOR_PASSAGES, QUESTION_SHARE, Centres, load_centres
from rag.schema import Vectors
from rag.text.ordinary import ordinary
from tests.fakes import FakeEmbedder


class Counting(FakeEmbedder):
    """Counts what it embeds."""

    def __init__(self) -> None:
        self.count = 0

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.count += len(texts)
        return super().embed_queries(texts)


def test_centres_are_means_and_embedded_only_once(tmp_path: Path) -> None:
    embedder = Counting()
    centres = load_centres(embedder, tmp_path)
    assert embedder.count == 4 * 48
    expected = FakeEmbedder().embed_queries(ordinary("questions", "ar")).mean(axis=0)
    assert centres.questions["ar"] == pytest.approx(expected)
    again = load_centres(embedder, tmp_path)
    assert embedder.count == 4 * 48
    assert again.statements["en"] == pytest.approx(centres.statements["en"])


@pytest.mark.parametrize("kept", [0, 100])
def test_a_damaged_cache_is_made_again(tmp_path: Path, kept: int) -> None:
    load_centres(FakeEmbedder(), tmp_path)
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(cached.read_bytes()[:kept])
    embedder = Counting()
    load_centres(embedder, tmp_path)
    assert embedder.count == 4 * 48


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert set(load_centres(FakeEmbedder(), tmp_path / "file").questions) == {"ar", "en"}


def test_the_arithmetic() -> None:
    one, two = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
    centres = Centres(questions={"ar": one, "en": two}, statements={"ar": one, "en": two})
    assert centres.centred_question(two, "ar") == pytest.approx([-QUESTION_SHARE, 1.0])
    # As many passages as the prior counts for: half and half.
    assert centres.passage_centre("ar", two, PRIOR_PASSAGES) == pytest.approx([0.5, 0.5])
    assert centres.passage_centre("ar", None, 0) == pytest.approx([1.0, 0.0])

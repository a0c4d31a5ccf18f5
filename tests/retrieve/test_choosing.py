"""Searching among chosen sources gives what comparing all of their passages would, and never another passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag import text
from rag.index import Index
from rag.retrieve import choosing
from rag.retrieve.choosing import Chosen
from tests.index.building import EMBEDDER, document, open_index, put

WORDS = ["bridge", "harbour", "mayor", "river", "boat", "metre", "opened", "castle", "stone", "market"]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    opened = open_index(tmp_path)
    random = np.random.default_rng(7)
    for number in range(40):
        sentences = [f"The {' '.join(random.choice(WORDS, 4))} {number}." for _ in range(3)]
        put(opened, document(f"{number:02}.txt", "\n".join(sentences)))
    opened.flush()
    return opened


QUESTION = "Where is the harbour bridge?"


@pytest.mark.parametrize("few", [1000, 10], ids=["compared one by one", "picked out of the whole index"])
@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_the_nearest_of_chosen_sources(
    index: Index, monkeypatch: pytest.MonkeyPatch, few: int, count: int
) -> None:
    monkeypatch.setattr(choosing, "FEW_PASSAGES", few)
    sources = [f"{number:02}.txt" for number in range(count)]
    chosen = Chosen.of(index, sources, ["ar", "en"])
    ids = index.passage_ids(sources)
    assert len(chosen) == len(ids) == 3 * count
    vector = EMBEDDER.embed_queries([QUESTION])[0]
    exact = {id_: float(own @ vector) for id_, own in index.passage_vectors(ids).items()}
    best = sorted(exact.values(), reverse=True)[:8]
    found = chosen.nearest(index, vector, 8, "en")
    assert set(found) <= set(ids)
    assert [exact[id_] for id_ in found] == pytest.approx(best, abs=1e-5)
    assert chosen.nearest(index, vector, 8, "ar") == []
    stems = text.stems(QUESTION)
    own = dict(chosen.keyword_search(index, "stems", stems, 8))
    everywhere = dict(index.keyword_search("stems", stems, 1000))
    assert own.keys() <= set(ids)
    scores = sorted((everywhere[id_] for id_ in everywhere.keys() & set(ids)), reverse=True)[:8]
    assert sorted(own.values(), reverse=True) == pytest.approx(scores)
    index.close()


def test_where_few_of_many_are_near_all_are_compared(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FEW_PASSAGES", 5)
    monkeypatch.setattr(choosing, "ASKED_FOR", 6)
    monkeypatch.setattr(choosing, "BATCH", 4)
    chosen = Chosen.of(index, ["03.txt", "04.txt", "05.txt"], ["en"])
    vector = EMBEDDER.embed_queries([QUESTION])[0]
    assert sorted(chosen.nearest(index, vector, 9, "en")) == sorted(chosen.ids["en"])
    own = chosen.keyword_search(index, "stems", ["harbour", "bridg"], 9)
    assert {id_ for id_, _ in own} <= set(chosen.ids["en"])
    index.close()

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.keywords import KeywordStore
from rag.index.rows import KeywordRow


def filled(folder: Path) -> KeywordStore:
    store = KeywordStore(folder)
    store.put(
        [
            KeywordRow("p1", ["كتب", "علم", "كتب"], ["كتب", "علم"], ["ktb", "ʿlm"]),
            KeywordRow("p2", ["كتب", "بحر"], ["كتب", "بحر"], ["ktb", "bhr"]),
            KeywordRow("p3", ["sea", "x" * 70_000], [], []),
        ]
    )
    store.commit()
    return store


def ids(store: KeywordStore, field: str, *tokens: str) -> list[str]:
    return [passage_id for passage_id, _ in store.search(field, tokens, 10)]


def test_search_ranks_by_bm25_within_one_field(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert ids(store, "stems", "كتب") == ["p1", "p2"]
    assert ids(store, "stems", "بحر", "كتب") == ["p2", "p1"]
    assert ids(store, "skeletons", "bhr") == ["p2"]
    assert ids(store, "stems", "bhr") == []
    assert ids(store, "stems") == []
    assert store.search("stems", ["كتب"], 1)[0][0] == "p1"
    store.close()


def test_a_token_said_twice_counts_twice(tmp_path: Path) -> None:
    store = filled(tmp_path)
    ((_, once),) = store.search("stems", ["بحر"], 5)
    ((_, twice),) = store.search("stems", ["بحر", "بحر"], 5)
    assert abs(twice - 2 * once) < 1e-5
    store.close()


def test_document_frequency(tmp_path: Path) -> None:
    store = filled(tmp_path)
    counted = [store.document_frequency("stems", token) for token in ("كتب", "بحر", "none", "\ud83d")]
    assert counted == [2, 1, 0, 0]
    store.close()


def test_changes_last_and_replace(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.put([KeywordRow("p1", ["جبل"], [], [])])
    store.delete(["p3", "never there"])
    store.commit()
    store.close()
    store.close()
    again = KeywordStore(tmp_path)
    assert again.count() == 2
    assert (ids(again, "stems", "جبل"), ids(again, "stems", "علم")) == (["p1"], [])
    assert again.answers(KeywordRow("p1", ["جبل"], [], []))
    assert not again.answers(KeywordRow("p3", ["sea"], [], []))
    again.close()


def test_a_small_store_is_worn_by_one_deletion_and_a_large_one_by_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = KeywordStore(tmp_path)
    store.put([KeywordRow(f"p{number}", ["كتب"], [], []) for number in range(40)])
    store.commit()
    assert not store.worn()
    store.delete(["p0"])
    store.commit()
    assert store.worn()
    # 35 are left of 40: 25 more than a small store has, a fifth of which is as many as are gone.
    monkeypatch.setattr("rag.index.keywords.SMALL_PASSAGES", 10)
    store.delete(["p1", "p2", "p3", "p4"])
    store.commit()
    assert not store.worn()
    store.delete(["p5"])
    store.commit()
    assert store.worn()
    store.close()


def test_ids_and_rows_that_differ(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert sorted(store.ids()) == ["p1", "p2", "p3"]
    same = KeywordRow("p1", ["علم", "كتب"], ["كتب", "علم"], ["ʿlm", "ktb"])
    assert store.differing([same, KeywordRow("p2", ["كتب"], ["كتب", "نهر"], [])]) == ["p2"]
    store.close()
    empty = KeywordStore(tmp_path / "empty")
    assert empty.ids() == []
    empty.close()

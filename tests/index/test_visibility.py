"""What searches see while documents come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.building import ENGLISH, document, found, open_index, put


@pytest.mark.parametrize("step", ["nothing", "one store", "a batch of each store"])
def test_a_search_sees_a_document_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """While a sync is under way: between the library's commit and the moment both stores have followed."""
    monkeypatch.setattr("rag.index.follower.BATCH", 2)
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        (other,) = put(index, document("b.txt", "Ports of Egypt."))
        index.flush()
        # Its second paragraph stays what it was, and is in both stores already.
        written = put(index, document("a.txt", "Tripoli is in Egypt.\n\nShips of Egypt.\n\n" + ENGLISH[49:]))
        put(index, document("c.txt", "Egypt.\n\nEgypt again.\n\nEgypt once more."))
        if step == "one store":
            while index._vectors.catch_up():
                pass
        elif step != "nothing":
            index._vectors.catch_up()
            index._keywords.catch_up()
        near, words = found(index, "ships ports Egypt")
        for ids in (near, words):
            sources = [one.source for one in index.passages(ids)]
            assert sources.count("a.txt") in ({0} if step != "a batch of each store" else {0, len(written)})
            assert sources.count("c.txt") in ({0} if step != "a batch of each store" else {0, 3})
            assert other.id in ids
        index.flush()
        near, words = found(index, "ships ports Egypt")
        assert len(near) == len(written) + 4
        assert {one.source for one in index.passages(words)} == {"a.txt", "b.txt", "c.txt"}


def test_what_a_long_sync_has_written_is_found_before_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.index.KEEP_UP_AT", 8)
    with open_index(tmp_path) as index:
        put(index, document("a.txt", "One. \nTwo. \nThree."))
        assert found(index, "Three")[1] == []
        put(index, document("b.txt", "Four."))
        assert len(found(index, "Three")[1]) == 1
        assert index._library.outbox.count() == 0

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryError
from rag.index import Audit, audit
from rag.index.rows import VectorRow
from rag.index.stores import StoreBrokenError
from rag.index.vectors import CHOSEN, Hnsw, ServerShelf, open_folder
from rag.schema import Language
from tests.index.building import ARABIC, ENGLISH, document, found, open_index, put


def rows(count: int, dimension: int = 8) -> list[VectorRow]:
    vectors = np.random.default_rng(3).normal(size=(count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [VectorRow(f"p{number}", vector, "ar") for number, vector in enumerate(vectors)]


def test_rows_are_put_replaced_and_deleted(tmp_path: Path) -> None:
    first, second, third = rows(3)
    store = open_folder(tmp_path / "chroma")
    store.put([first, second])
    store.put([VectorRow("p0", third.vector, "ar")])
    store.delete(["p1", "never there"])
    assert store.count() == 1
    assert store.query(third.vector, 5) == [("p0", pytest.approx(1, abs=1e-5))]
    assert store.answers(VectorRow("p0", third.vector, "ar"))
    assert not store.answers(second)
    store.close()
    store.close()


def test_ids_and_rows_that_differ(tmp_path: Path) -> None:
    first, second, third = rows(3)
    store = open_folder(tmp_path / "chroma")
    store.put([first, second, third])
    assert sorted(store.ids()) == ["p0", "p1", "p2"]
    moved = replace(second, vector=third.vector)
    assert store.differing([first, moved, replace(third, language="en")]) == ["p1", "p2"]
    store.close()


def in_turn(languages: tuple[Language, ...]) -> list[VectorRow]:
    """A row for each language named."""
    return [replace(row, language=one) for row, one in zip(rows(len(languages)), languages, strict=True)]


def test_languages_are_searched_apart_and_together(tmp_path: Path) -> None:
    mixed = in_turn(("ar", "en", "ar", "en", "en"))
    query = mixed[0].vector
    nearest = sorted(mixed, key=lambda row: -float(row.vector @ query))
    store = open_folder(tmp_path / "chroma")
    store.put(mixed)
    assert store.count() == 5
    for language in ("ar", "en"):
        expected = [row.passage_id for row in nearest if row.language == language]
        assert [passage_id for passage_id, _ in store.query(query, 9, language)] == expected
    assert [passage_id for passage_id, _ in store.query(query, 9)] == [row.passage_id for row in nearest]
    assert [passage_id for passage_id, _ in store.query(query, 2)] == [row.passage_id for row in nearest[:2]]
    store.delete([row.passage_id for row in mixed if row.language == "ar"])
    assert store.query(query, 9, "ar") == []
    assert store.count() == len(store.query(query, 9)) == 3
    store.close()


def test_a_row_that_changes_its_language_is_held_once(tmp_path: Path) -> None:
    arabic, english = in_turn(("ar", "en"))
    store = open_folder(tmp_path / "chroma")
    store.put([arabic, english])
    moved = replace(arabic, language="en")
    store.put([moved])
    assert store.count() == 2
    assert store.query(arabic.vector, 5, "ar") == []
    assert store.answers(moved)
    assert not store.answers(arabic)
    store.close()


def test_more_rows_than_one_batch_of_chroma(tmp_path: Path) -> None:
    many = rows(6000, dimension=2)
    store = open_folder(tmp_path / "chroma")
    store.put([replace(row, language="en") if number % 3 else row for number, row in enumerate(many)])
    assert store.count() == 6000
    store.delete([row.passage_id for row in many])
    assert store.count() == 0
    store.close()


def test_another_configuration_is_noticed(tmp_path: Path) -> None:
    open_folder(tmp_path / "chroma", Hnsw(16, 100, 100)).close()
    with pytest.raises(StoreBrokenError, match="configured"):
        open_folder(tmp_path / "chroma", CHOSEN)


@pytest.fixture
def server_url(tmp_path: Path) -> Iterator[str]:
    """A real Chroma server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(tmp_path / "server")]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        server.kill()


def test_two_libraries_share_a_server_and_stay_apart(tmp_path: Path, server_url: str) -> None:
    with (
        open_index(tmp_path / "a", chroma_url=server_url) as arabic,
        open_index(tmp_path / "b", chroma_url=server_url) as english,
    ):
        written = put(arabic, document("ar.txt", ARABIC)), put(english, document("en.txt", ENGLISH))
        for index, passages in zip((arabic, english), written, strict=True):
            index.flush()
            index.rebuild()
            assert set(found(index, "Egypt مصر")[0]) == {one.id for one in passages}
    assert not (tmp_path / "a" / "chroma").exists()
    # The same library again, then at home: the vectors follow it without being embedded again.
    with open_index(tmp_path / "a", chroma_url=server_url) as index:
        assert len(found(index, "مصر")[0]) == 2
    with open_index(tmp_path / "a") as index:
        assert len(found(index, "مصر")[0]) == 2


def test_other_generations_leave_the_server_in_both_languages(server_url: str) -> None:
    shelf, other_library = ServerShelf(server_url, "a"), ServerShelf(server_url, "b")
    mixed = in_turn(("ar", "en", "en"))
    for opened in (shelf.open("old"), shelf.open("new"), other_library.open("old")):
        opened.put(mixed)
        opened.close()
    shelf.sweep(keep="new")
    for opened, count in ((shelf.open("old"), 0), (shelf.open("new"), 3), (other_library.open("old"), 3)):
        assert opened.count() == count
        opened.close()


def test_another_model_leaves_the_present_vectors_on_the_server_until_it_is_complete(
    tmp_path: Path, server_url: str
) -> None:
    with open_index(tmp_path, chroma_url=server_url) as index:
        written = put(index, document("ar.txt", ARABIC))
        index.flush()
        present = index._library.meta("chroma")
        shelf = ServerShelf(server_url, str(index._library.meta("id")))
    assert audit(tmp_path, chroma_url=server_url) == Audit(len(written), ())
    with open_index(tmp_path, chroma_url=server_url, fingerprint="other", adopt=True) as index:
        put(index, index.document("ar.txt"))
        index.flush()
        assert shelf.has(str(present))
        index.rebuild()
        assert {one.id for one in written} == set(found(index, "مصر")[0])
        assert shelf.has(str(index._library.meta("chroma")))
    assert not shelf.has(str(present))
    assert audit(tmp_path, chroma_url=server_url) == Audit(len(written), ())


def test_no_server_is_one_sentence_and_lets_the_folder_go(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"http://127\.0\.0\.1:9") as caught:
        open_index(tmp_path, chroma_url="http://127.0.0.1:9")
    assert "RAG_CHROMA_URL" in caught.value.ar
    open_index(tmp_path).close()

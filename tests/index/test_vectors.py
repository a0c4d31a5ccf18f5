from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryError
from rag.index.rows import VectorRow
from rag.index.stores import StoreBrokenError
from rag.index.vectors import CHOSEN, Hnsw, open_folder
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


def test_more_rows_than_one_batch_of_chroma(tmp_path: Path) -> None:
    many = rows(6000, dimension=2)
    store = open_folder(tmp_path / "chroma")
    store.put(many)
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


def test_no_server_is_one_sentence_and_lets_the_folder_go(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"http://127\.0\.0\.1:9") as caught:
        open_index(tmp_path, chroma_url="http://127.0.0.1:9")
    assert "RAG_CHROMA_URL" in caught.value.ar
    open_index(tmp_path).close()

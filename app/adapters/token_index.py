"""The tokens of all chunks as signs of directions, 48 bytes each instead of 1.5 kB: docs/decisions/0006."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.domain.ports import Signs, Vector

# Byte to its eight signs, +1 or -1, as `np.packbits` orders them.
_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1


class TokenIndex:
    """`signs` has a row for every token, in the order of the chunks; `counts[c]` rows are of chunk c."""

    def __init__(self, signs: Signs, counts: NDArray[np.int64]) -> None:
        self._signs = signs
        self._counts = counts
        self._starts = np.cumsum(counts) - counts

    @classmethod
    def build(cls, chunks: Iterable[Signs], dimension: int) -> Self:
        """`dimension` is that of the directions."""
        rows = [tokens.reshape(-1, (dimension + 7) // 8) for tokens in chunks]
        return cls(np.concatenate(rows), np.array([len(tokens) for tokens in rows], dtype=np.int64))

    @classmethod
    def load(cls, folder: Path) -> Self:
        signs = np.load(folder / "tokens.npy", mmap_mode="r").view(np.ndarray)
        return cls(signs, np.load(folder / "token_counts.npy"))

    def save(self, folder: Path) -> None:
        np.save(folder / "tokens.npy", self._signs)
        np.save(folder / "token_counts.npy", self._counts)

    def similarities(self, question: Vector, chunks: Sequence[int]) -> Vector:
        """See `ChunkIndex.token_similarities`; 0 for a chunk without tokens."""
        found = np.zeros(len(chunks), dtype=np.float32)
        counts = self._counts[chunks]
        held = np.flatnonzero(counts)
        if not held.size or not len(question):
            return found
        starts = self._starts[chunks]
        packed = np.concatenate([self._signs[starts[n] : starts[n] + counts[n]] for n in held])
        first = np.cumsum(counts[held]) - counts[held]
        nearest = np.maximum.reduceat(_products(question, packed), first, axis=0)
        # A direction has about the same share of its length in each of its signs.
        found[held] = nearest.sum(axis=1) / np.sqrt(question.shape[1])
        return found


def _products(question: Vector, packed: Signs) -> Vector:
    """The question's rows times the signs, shape (rows of `packed`, rows of `question`), looked up byte by byte.

    A product of matrices is no faster, and its threads wait for each other where several questions are answered.
    """
    rows, width = len(question), packed.shape[1]
    padded = np.zeros((rows, 8 * width), dtype=np.float32)
    padded[:, : question.shape[1]] = question
    table = np.ascontiguousarray((padded.reshape(rows, width, 8) @ _SIGNS.T).transpose(1, 2, 0))
    found = np.zeros((len(packed), rows), dtype=np.float32)
    for byte in range(width):
        found += table[byte].take(packed[:, byte], axis=0)
    return found

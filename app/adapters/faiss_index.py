"""Exact search by inner product. Flat is right to about 100,000 chunks: 6 ms there, and no recall to tune."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from app.domain.knowledge import Audience
from app.domain.ports import Vector

if TYPE_CHECKING:
    import faiss


class FaissIndex:
    """Rows 0..n-1 are the passages of chunks 0..n-1, the rows after them the questions of FAQ entries.

    `chunk_of[i]` is the chunk of row i, `audiences[c]` who may read chunk c. A chunk scores as its better row.
    """

    def __init__(self, index: "faiss.IndexFlatIP", chunk_of: NDArray[np.int64], audiences: Sequence[Audience]) -> None:
        import faiss

        size = len(audiences)
        self._index = index
        self._chunk_of = chunk_of
        self._vectors: Vector = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(
            index.ntotal, index.d
        )
        self._question_row = np.arange(size)
        self._question_row[chunk_of[size:]] = np.arange(size, index.ntotal)
        self._readable = {}
        for reader in Audience:
            may_read = np.array([audience in reader.readable for audience in audiences], dtype=bool)
            bits = np.packbits(may_read[chunk_of], bitorder="little")
            self._readable[reader] = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))

    @classmethod
    def build(cls, passages: Vector, questions: dict[int, Vector], audiences: Sequence[Audience]) -> Self:
        """`passages` has shape (n, d), row c for chunk c; `questions` are second vectors by chunk."""
        import faiss

        index = faiss.IndexFlatIP(passages.shape[1])
        index.add(np.ascontiguousarray(passages))
        if questions:
            index.add(np.stack(list(questions.values())))
        chunk_of = np.concatenate([np.arange(len(passages)), np.array(list(questions), dtype=np.int64)])
        return cls(index, chunk_of, audiences)

    @classmethod
    def load(cls, folder: Path, audiences: Sequence[Audience]) -> Self:
        import faiss

        return cls(faiss.read_index(str(folder / "vectors.faiss")), np.load(folder / "rows.npy"), audiences)

    def save(self, folder: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(folder / "vectors.faiss"))
        np.save(folder / "rows.npy", self._chunk_of)

    @property
    def passages(self) -> Vector:
        """Shape (number of chunks, d)."""
        return self._vectors[: len(self._question_row)]

    def search(self, query: Vector, audience: Audience, k: int) -> list[tuple[int, float]]:
        """(chunk, cosine) of the best `k` chunks, best first; `query` has shape (d,)."""
        # A chunk has two rows at most, so the best 2k rows hold the best k chunks.
        wanted = min(2 * k, self._index.ntotal)
        scores, rows = self._index.search(query[None], wanted, params=self._readable[audience])
        best: dict[int, float] = {}
        for score, row in zip(scores[0].tolist(), rows[0].tolist(), strict=True):
            if row >= 0:  # faiss fills up with -1 when too few may be read
                best.setdefault(int(self._chunk_of[row]), score)
        return list(best.items())[:k]

    def cosines(self, query: Vector, chunks: Sequence[int]) -> Vector:
        """Shape (len(chunks),)."""
        wanted = np.asarray(chunks, dtype=np.int64)
        passages = self._vectors[wanted] @ query
        questions = self._vectors[self._question_row[wanted]] @ query
        return np.asarray(np.maximum(passages, questions), dtype=np.float32)

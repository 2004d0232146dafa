"""BM25 over folded terms, kept in a folder of arrays and JSON by bm25s."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from app.domain.knowledge import Audience, Chunk
from app.domain.ports import Vector
from app.domain.tokens import tokens

if TYPE_CHECKING:
    import bm25s


def indexed_text(chunk: Chunk) -> str:
    """What can be found by its words: title, headings, the question of a FAQ entry, and the text."""
    return "\n".join((chunk.context, chunk.question or "", chunk.text))


class Bm25Index:
    """Lucene's BM25 (k1 = 1.5, b = 0.75; scores are never negative). `audiences[c]` is who may read chunk c."""

    def __init__(self, model: "bm25s.BM25", audiences: Sequence[Audience]) -> None:
        self._model = model
        self._readable = {
            reader: np.array([audience in reader.readable for audience in audiences], dtype=bool) for reader in Audience
        }

    @classmethod
    def build(cls, chunks: Sequence[Chunk]) -> Self:
        import bm25s

        model = bm25s.BM25(method="lucene")
        texts = [tokens(indexed_text(chunk)) for chunk in chunks]
        # Numbered in order: bm25s would number a set, and the same articles would make another version in every build.
        numbers = {term: n for n, term in enumerate(sorted(set().union(*texts)))}
        model.index(([[numbers[term] for term in text] for text in texts], numbers), show_progress=False)
        return cls(model, [chunk.audience for chunk in chunks])

    @classmethod
    def load(cls, folder: Path, audiences: Sequence[Audience]) -> Self:
        import bm25s

        return cls(bm25s.BM25.load(folder, allow_pickle=False, show_progress=False), audiences)

    def save(self, folder: Path) -> None:
        self._model.save(folder, allow_pickle=False, show_progress=False)

    def coverage(self, terms: Collection[str], chunks: Sequence[int]) -> tuple[Vector, float]:
        """See `ChunkIndex.coverage`. The weight of a term is BM25's: ln(1 + (n - df + 0.5) / (df + 0.5))."""
        held = [self._chunks_with(term) for term in sorted(set(terms))]
        frequencies = np.array([len(found) for found in held], dtype=np.float32)
        size = len(self._readable[Audience.AGENT])
        weights = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))
        if not weights.size:
            return np.zeros(len(chunks), dtype=np.float32), 0.0
        present = np.array([_holds(found, chunks) for found in held], dtype=np.float32)
        return weights @ present / weights.sum(), float(weights[frequencies > 0].sum() / weights.sum())

    def frequency(self, term: str) -> int:
        column = self._model.vocab_dict.get(term)
        indptr = self._model.scores["indptr"]
        return 0 if column is None else int(indptr[column + 1] - indptr[column])

    def _chunks_with(self, term: str) -> NDArray[np.int32]:
        column = self._model.vocab_dict.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int32)
        start, end = self._model.scores["indptr"][column : column + 2]
        chunks: NDArray[np.int32] = self._model.scores["indices"][start:end]
        return chunks

    def search(self, query: str, audience: Audience, k: int) -> list[tuple[int, float]]:
        """(chunk, score > 0) of the best `k` chunks, best first, the earlier one on a tie."""
        known = [term for term in tokens(query) if term in self._model.vocab_dict]
        if not known:
            return []
        # bm25s' own mask only zeroes scores, and zero-scored documents still come back: filtered here instead.
        scores = np.where(self._readable[audience], self._model.get_scores(known), 0.0)
        least = np.partition(scores, -k)[-k] if k < len(scores) else 0.0  # a long question touches nearly every chunk
        found = np.flatnonzero((scores >= least) & (scores > 0))
        order = found[np.argsort(-scores[found], kind="stable")][:k]
        return list(zip(order.tolist(), scores[order].tolist(), strict=True))


def _holds(ascending: NDArray[np.int32], values: Sequence[int]) -> NDArray[np.bool_]:
    """Which of `values` are in `ascending`: a common term has as many chunks as the index, `values` are few."""
    places = np.searchsorted(ascending, values)
    held: NDArray[np.bool_] = np.append(ascending, -1)[places] == values
    return held

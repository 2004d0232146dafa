"""Hybrid retrieval: dense and lexical candidates, fused by a weighted sum of min–max scores."""

from dataclasses import dataclass

import numpy as np

from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.ports import ChunkIndex, Embedder, Vector
from app.domain.retrieval import Hit, Retrieval


@dataclass(frozen=True, slots=True)
class Fusion:
    """`depth` candidates from each side; weights of the min–max scores.

    Passage and best sentence are two views of the same embedding. Values: docs/decisions/0004-fusion.md.
    """

    depth: int = 50
    sentence: float = 0.2
    lexical: float = 0.2

    @property
    def dense(self) -> float:
        return 1.0 - self.sentence - self.lexical


class Retriever:
    """Reads one index version. The audience filter acts inside both searches."""

    def __init__(self, index: ChunkIndex, embedder: Embedder, fusion: Fusion | None = None) -> None:
        self._index = index
        self._embedder = embedder
        self._fusion = fusion or Fusion()

    @property
    def index(self) -> ChunkIndex:
        return self._index

    def retrieve(self, query: str, lang: Language, audience: Audience, k: int = 10) -> Retrieval:
        """The best `k` chunks for `query`; empty when the audience may read nothing."""
        vector = np.asarray(self._embedder.embed_query(query), dtype=np.float32)
        dense = dict(self._index.dense(vector, audience, self._fusion.depth))
        lexical = self._same_language(query, lang, audience)
        positions = sorted(dense.keys() | lexical.keys())
        return Retrieval(query, lang, audience, vector, self._fuse(positions, lexical, vector)[:k])

    def _same_language(self, query: str, lang: Language, audience: Audience) -> dict[int, float]:
        """Shared terms across languages are names and numbers only: there they cost more than they bring."""
        found = self._index.lexical(query, audience, self._fusion.depth)
        return {position: score for position, score in found if self._index.chunks[position].lang == lang}

    def _fuse(self, positions: list[int], lexical: dict[int, float], vector: Vector) -> tuple[Hit, ...]:
        if not positions:
            return ()
        cosines = self._index.cosines(vector, positions)
        sentences = [_nearest_sentence(self._index.sentence_vectors(position), vector) for position in positions]
        scores = np.array([lexical.get(position, 0.0) for position in positions], dtype=np.float32)
        fused = (
            self._fusion.dense * _min_max(cosines)
            + self._fusion.sentence * _min_max(np.array([cosine for _, cosine in sentences], dtype=np.float32))
            + self._fusion.lexical * (scores / scores.max() if scores.any() else scores)
        )
        hits = (
            Hit(position, self._index.chunks[position], float(cosine), float(score), float(mix), *sentence)
            for position, cosine, score, mix, sentence in zip(positions, cosines, scores, fused, sentences, strict=True)
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.fused, hit.chunk.id)))


def _nearest_sentence(vectors: Vector, query: Vector) -> tuple[int, float]:
    cosines = vectors @ query
    best = int(cosines.argmax())
    return best, float(cosines[best])


def _min_max(values: Vector) -> Vector:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)

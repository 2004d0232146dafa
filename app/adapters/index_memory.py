"""The shipped fakes of `ChunkIndex` and `IndexRegistry`: a few vectors in NumPy, and words counted."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log1p

import numpy as np

from app.adapters.bm25_index import indexed_text
from app.adapters.index_files import EmbeddedChunk
from app.domain.knowledge import Audience, Chunk, Document, Manifest, translated
from app.domain.ports import ChunkIndex, Vector
from app.domain.tokens import tokens
from app.errors import NotFound


class MemoryIndex:
    """Scores a chunk by how often it holds the question's terms, rare ones first; no length is made up for."""

    def __init__(self, manifest: Manifest, documents: Sequence[Document], chunks: Sequence[EmbeddedChunk]) -> None:
        self.manifest = manifest
        self.chunks: Sequence[Chunk] = [item.chunk for item in chunks]
        self._documents = {document.id: document for document in documents}
        self._embedded = chunks
        self._terms = [Counter(tokens(indexed_text(chunk))) for chunk in self.chunks]

    def dense(self, query: Vector, audience: Audience, k: int) -> list[tuple[int, float]]:
        cosines = self.cosines(query, range(len(self.chunks)))
        return self._best(cosines.tolist(), audience, k)

    def lexical(self, query: str, audience: Audience, k: int) -> list[tuple[int, float]]:
        terms = tokens(query)
        scores = [sum(self._weight(term) * counts[term] for term in terms) for counts in self._terms]
        return [hit for hit in self._best(scores, audience, k) if hit[1] > 0]

    def cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        best = [max(float(row @ query) for row in self._rows(position)) for position in positions]
        return np.array(best, dtype=np.float32)

    def document_cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        return np.array([self._mean(self.chunks[position].document_id) @ query for position in positions], np.float32)

    def language_mean(self, lang: str) -> Vector:
        vectors = [item.vectors.passage for item in self._embedded if item.chunk.lang == lang]
        mean: Vector = np.mean(vectors, axis=0) if vectors else np.zeros(self.manifest.dimension, dtype=np.float32)
        return mean

    def token_similarities(self, tokens: Vector, positions: Sequence[int]) -> Vector:
        found = np.zeros(len(positions), dtype=np.float32)
        for n, position in enumerate(positions):
            packed = self._embedded[position].vectors.tokens
            if packed.size and tokens.size:
                signs = np.unpackbits(packed, axis=1, count=tokens.shape[1]).astype(np.float32) * 2 - 1
                found[n] = (signs @ tokens.T).max(axis=0).sum() / np.sqrt(tokens.shape[1])
        return found

    def coverage(self, terms: Collection[str], positions: Sequence[int]) -> tuple[Vector, float]:
        weights = {term: self._weight(term) for term in terms}
        total = sum(weights.values()) or 1.0
        held = [sum(weight for term, weight in weights.items() if term in self._terms[p]) for p in positions]
        known = sum(weight for term, weight in weights.items() if self.frequency(term))
        return np.array(held, dtype=np.float32) / np.float32(total), known / total

    def frequency(self, term: str) -> int:
        return sum(term in counts for counts in self._terms)

    def has_translation(self, position: int) -> bool:
        originals = {each.id: each.translation_of for each in self._documents.values() if each.translation_of}
        return self.chunks[position].document_id in translated(self.chunks, originals)

    def nearest_sentences(self, query: Vector, positions: Sequence[int]) -> list[tuple[int, float]]:
        found = [self.sentence_vectors(position) @ query for position in positions]
        return [(int(cosines.argmax()), float(cosines.max())) for cosines in found]

    def sentence_vectors(self, position: int) -> Vector:
        return self._embedded[position].vectors.sentences

    def document(self, document_id: str) -> Document | None:
        return self._documents.get(document_id)

    def _mean(self, document_id: str) -> Vector:
        own = [item.vectors.passage for item in self._embedded if item.chunk.document_id == document_id]
        mean: Vector = np.mean(own, axis=0)
        return mean / np.linalg.norm(mean)

    def _rows(self, position: int) -> list[Vector]:
        item = self._embedded[position]
        return [item.vectors.passage] if item.question is None else [item.vectors.passage, item.question]

    def _best(self, scores: Sequence[float], audience: Audience, k: int) -> list[tuple[int, float]]:
        readable = [n for n, chunk in enumerate(self.chunks) if chunk.audience in audience.readable]
        return [(n, scores[n]) for n in sorted(readable, key=lambda n: -scores[n])[:k]]

    def _weight(self, term: str) -> float:
        frequency = self.frequency(term)
        return log1p((len(self.chunks) - frequency + 0.5) / (frequency + 0.5))


class MemoryRegistry:
    """Versions that were loaded before."""

    def __init__(self, indexes: Mapping[str, ChunkIndex]) -> None:
        self._indexes = indexes
        self._current: str | None = None

    def versions(self) -> list[Manifest]:
        return [self._indexes[version].manifest for version in sorted(self._indexes, reverse=True)]

    def current(self) -> str | None:
        return self._current

    def promote(self, version: str) -> None:
        self.load(version)
        self._current = version

    def load(self, version: str) -> ChunkIndex:
        try:
            return self._indexes[version]
        except KeyError:
            raise NotFound(f"There is no index version {version!r}.") from None

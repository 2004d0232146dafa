"""The shipped fake of `Embedder`: hashed character n-grams. Texts that share words are near each other, no more."""

import unicodedata
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from app.domain.ports import Passage, PassageVectors, QuestionVectors, Vector
from app.domain.tokens import tokens


class HashingEmbedder:
    """Deterministic on every machine and Python, and loads nothing."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension

    @property
    def fingerprint(self) -> str:
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._vector(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        for position, passage in enumerate(passages):
            sentences = [self._vector(sentence) for sentence in passage.sentence_texts]
            stacked = np.array(sentences, dtype=np.float32).reshape(len(sentences), self._dimension)
            signs = np.packbits(self._words(passage.full_text) > 0, axis=1)
            yield position, PassageVectors(self._vector(passage.full_text), stacked, signs)

    def embed_question(self, text: str) -> QuestionVectors:
        words = self._words(text)
        return QuestionVectors(self._vector(text), words / np.float32(max(len(words), 1)))

    def _words(self, text: str) -> Vector:
        """Shape (number of terms, d)."""
        words = [self._vector(term) for term in tokens(text)]
        return np.array(words, dtype=np.float32).reshape(len(words), self._dimension)

    def _vector(self, text: str) -> Vector:
        # The marks at both ends give even an empty text one n-gram, so no vector has length 0.
        marked = f"\x02{unicodedata.normalize('NFKC', text).lower()}\x03"
        vector = np.zeros(self._dimension, dtype=np.float32)
        for size in (2, 3):
            for start in range(len(marked) - size + 1):
                digest = crc32(marked[start : start + size].encode("utf-8", "replace"))
                vector[digest % self._dimension] += 1.0 if digest & 0x8000_0000 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:  # opposite signs may cancel out in so few dimensions
            vector[0] = length = 1.0
        return vector / np.float32(length)

"""Which route of the desk a question is for: that of the nearest example sentence."""

from collections.abc import Sequence

import numpy as np

from app.domain.ports import Embedder, Vector
from app.domain.understanding import Route

NEARNESS = 0.86  # the least cosine; this model's cosines lie between 0.7 and 1


class Intents:
    """The examples are embedded at the first question, and kept. Routes without examples are found by nobody; where no
    example is near, the first of them is meant."""

    def __init__(self, routes: Sequence[Route], embedder: Embedder, nearness: float = NEARNESS) -> None:
        self._examples = [(route.name, text) for route in routes for said in route.examples.values() for text in said]
        self._embedder = embedder
        self._nearness = nearness
        self._fallback = next((route.name for route in routes if not any(route.examples.values())), None)
        self._vectors: Vector | None = None

    def nearest(self, vector: Vector) -> str | None:
        if self._vectors is None:
            embedded = [self._embedder.embed_query(text) for _, text in self._examples]
            self._vectors = np.array(embedded, dtype=np.float32).reshape(len(embedded), -1)
        if not len(self._vectors):
            return self._fallback
        cosines = self._vectors @ vector
        best = int(cosines.argmax())
        return self._examples[best][0] if cosines[best] >= self._nearness else self._fallback

"""Which route of the desk a question is for: that of the nearest example sentence."""

from collections.abc import Sequence

import numpy as np

from app.domain.ports import Embedder, Vector
from app.domain.understanding import Route


class Intents:
    """The examples are embedded at the first question, and kept. `nearness`: the least cosine that names a route."""

    def __init__(self, routes: Sequence[Route], embedder: Embedder, nearness: float, fallback: str) -> None:
        self._examples = [(route.name, text) for route in routes for said in route.examples.values() for text in said]
        self._embedder = embedder
        self._nearness = nearness
        self._fallback = fallback
        self._vectors: Vector | None = None

    def nearest(self, vector: Vector) -> str:
        """The route's name; `fallback` where no example is near."""
        if self._vectors is None:
            embedded = [self._embedder.embed_query(text) for _, text in self._examples]
            self._vectors = np.array(embedded, dtype=np.float32).reshape(len(embedded), -1)
        if not len(self._vectors):
            return self._fallback
        cosines = self._vectors @ vector
        best = int(cosines.argmax())
        return self._examples[best][0] if cosines[best] >= self._nearness else self._fallback

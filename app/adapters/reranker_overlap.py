"""The shipped fake of `Reranker`: the share of the query's terms that a passage holds."""

from collections.abc import Sequence

import numpy as np

from app.domain.ports import Vector
from app.domain.tokens import tokens


class OverlapReranker:
    @property
    def fingerprint(self) -> str:
        return "overlap"

    def scores(self, query: str, passages: Sequence[str]) -> Vector:
        asked = set(tokens(query))
        shares = [len(asked & set(tokens(passage))) / max(len(asked), 1) for passage in passages]
        return np.array(shares, dtype=np.float32)

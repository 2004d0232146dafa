"""What a search returns."""

from dataclasses import dataclass

from app.domain.knowledge import Chunk


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its scores for one query.

    `dense` is the cosine of query and chunk (the better of two for a FAQ entry), `lexical` the BM25 score (0 when no term
    is shared), `fused` the weighted mix of both after min–max over the candidates, in 0..1.
    """

    chunk: Chunk
    dense: float
    lexical: float
    fused: float

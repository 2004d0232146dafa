"""What a search returns."""

from dataclasses import dataclass

from app.domain.knowledge import Audience, Chunk
from app.domain.outcome import Language
from app.domain.ports import Vector


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its scores for one query.

    `dense` is the cosine of query and chunk (the better of two for a FAQ entry), `lexical` the BM25 score (0 when no
    term is shared, or the languages differ), `fused` the weighted mix of all scores over the candidates, in 0..1.
    `document` is the cosine of query and article, `late` the late interaction of their tokens (the least of those
    compared for a chunk that was not: see `app.answering.retrieve`). Where a reranker changed the order, `rerank` is
    its score, and `fused` goes with the place, so that it still falls.
    `sentence` is the position of the chunk's sentence nearest to the query, `sentence_cosine` its cosine.
    """

    position: int
    chunk: Chunk
    dense: float
    lexical: float
    fused: float
    sentence: int
    sentence_cosine: float
    document: float = 0.0
    late: float = 0.0
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits for one query, best first, and what they were found with."""

    query: str
    lang: Language
    audience: Audience
    vector: Vector
    hits: tuple[Hit, ...]

"""Hybrid retrieval: dense and lexical candidates, ranked by a weighted sum of five scores on one scale."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.answering.spelling import respelt
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.ports import ChunkIndex, Embedder, Passage, QuestionVectors, Reranker, Vector
from app.domain.retrieval import Hit, Retrieval
from app.domain.searchable import searchable

_RERANKED = 20  # hits, the best by fused score: a cross-encoder reads each with the question


@dataclass(frozen=True, slots=True)
class Fusion:
    """`depth` candidates from each side; weights, whose sum is 1, of scores that lie in 0..1 for each question.

    Tokens are compared for the `compared` most promising candidates only, up to `foreign` of them in the other
    language. `across` is the share that is made up for of what the similarities of the other language lie lower,
    `translated` the same for an article that stands in the question's language, too.
    Values: docs/decisions/0006-late-interaction.md, 0010-across-languages.md and 0014-spelling-and-room.md.
    """

    depth: int = 50
    compared: int = 32
    foreign: int = 8
    across: float = 0.75
    translated: float = 0.25
    passage: float = 0.1
    sentence: float = 0.1
    lexical: float = 0.1
    document: float = 0.3
    late: float = 0.4


class Retriever:
    """Reads one index version. The audience filter acts inside both searches."""

    def __init__(
        self,
        index: ChunkIndex,
        embedder: Embedder,
        fusion: Fusion | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._fusion = fusion or Fusion()
        self._reranker = reranker

    @property
    def index(self) -> ChunkIndex:
        return self._index

    def retrieve(
        self, query: str, lang: Language, audience: Audience, k: int = 10, vectors: QuestionVectors | None = None
    ) -> Retrieval:
        """The best `k` chunks for `query`, put right where it is misspelt; empty when the audience may read nothing.

        `vectors` are the embedder's for the query as it was written, without tokens, where they are made already.
        """
        written = searchable(query)
        query = respelt(query, self._index.frequency, self._pieces)
        words = searchable(query)
        question = vectors if vectors and words == written else self._embedder.embed_question(words)
        dense = dict(self._index.dense(question.whole, audience, self._fusion.depth))
        lexical = self._same_language(words, lang, audience)
        positions = sorted(dense.keys() | lexical.keys())
        wanted = max(k, _RERANKED) if self._reranker else k
        hits = self._fuse(positions, lexical, question, lang, wanted) if positions else ()
        return Retrieval(query, lang, audience, question.whole, self._reranked(query, hits)[:k])

    def _pieces(self, word: str) -> int:
        return len(self._embedder.embed_question(word).tokens)

    def _same_language(self, query: str, lang: Language, audience: Audience) -> dict[int, float]:
        """Shared terms across languages are names and numbers only: there they cost more than they bring."""
        found = self._index.lexical(query, audience, self._fusion.depth)
        return {position: score for position, score in found if self._index.chunks[position].lang == lang}

    def _fuse(
        self, positions: list[int], lexical: dict[int, float], question: QuestionVectors, lang: Language, k: int
    ) -> tuple[Hit, ...]:
        """The best `k`, equal ones by the ids of their chunks."""
        weights, chunks = self._fusion, self._index.chunks
        raised = self._raised(positions, question.whole, lang)
        cosines = self._index.cosines(question.whole, positions)
        documents = self._index.document_cosines(question.whole, positions)
        sentences = self._index.nearest_sentences(question.whole, positions)
        words = np.array([lexical.get(position, 0.0) for position in positions], dtype=np.float32)
        mixed = (
            weights.passage * _min_max(cosines + raised)
            + weights.sentence * _min_max(np.array([cosine for _, cosine in sentences], dtype=np.float32) + raised)
            + weights.lexical * (words / words.max() if words.any() else words)
            + weights.document * _min_max(documents + raised)
        )
        late = self._late(positions, question, mixed, lang) if len(question.tokens) else cosines
        mixed = mixed + weights.late * _min_max(late + raised)
        fused = mixed.tolist()
        order = sorted(range(len(positions)), key=lambda n: (-fused[n], chunks[positions[n]].id))
        return tuple(
            Hit(
                position=positions[n],
                chunk=chunks[positions[n]],
                dense=float(cosines[n]),
                lexical=float(words[n]),
                fused=fused[n],
                sentence=sentences[n][0],
                sentence_cosine=sentences[n][1],
                document=float(documents[n]),
                late=float(late[n]),
            )
            for n in order[:k]
        )

    def _reranked(self, query: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """The best few in the reranker's order; equal ones keep theirs."""
        if self._reranker is None:
            return hits
        few = hits[:_RERANKED]
        passages = [Passage(hit.chunk.context, hit.chunk.text).full_text for hit in few]
        scores = [float(score) for score in self._reranker.scores(query, passages)]
        order = sorted(range(len(few)), key=lambda n: -scores[n])
        placed = [replace(few[n], fused=few[place].fused, rerank=scores[n]) for place, n in enumerate(order)]
        return (*placed, *hits[len(few) :])

    def _raised(self, positions: list[int], query: Vector, lang: Language) -> Vector:
        """What is added to the similarities of chunks in the other language; 0 for those in the question's."""
        own, other = (self._index.language_mean(each) for each in (lang, "en" if lang == "ja" else "ja"))
        gap = max(0.0, float((own - other) @ query)) if own.any() and other.any() else 0.0
        return np.array([gap * self._share(position, lang) for position in positions], dtype=np.float32)

    def _share(self, position: int, lang: Language) -> float:
        if self._index.chunks[position].lang == lang:
            return 0.0
        return self._fusion.translated if self._index.has_translation(position) else self._fusion.across

    def _late(self, positions: list[int], question: QuestionVectors, mixed: Vector, lang: Language) -> Vector:
        """Token similarities of the most promising candidates; the others count as the least of them."""
        order = np.argsort(-mixed, kind="stable")
        foreign = np.array([self._index.chunks[positions[n]].lang != lang for n in order])
        few = order[foreign][: self._fusion.foreign]
        compared: NDArray[np.int64] = np.union1d(few, order[~np.isin(order, few)][: self._fusion.compared - len(few)])
        found = self._index.token_similarities(question.tokens, [positions[n] for n in compared])
        late = np.full(len(positions), found.min(), dtype=np.float32)
        late[compared] = found
        return late


def _min_max(values: Vector) -> Vector:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)

"""Any LangChain integration as an embedder."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from app.adapters.separate_sentences import embed_separately, readable, unit_rows, without_tokens
from app.domain.ports import Passage, PassageVectors, QuestionVectors

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


class LangChainEmbedder:
    """`fingerprint` must name everything that changes a vector: LangChain's interface does not tell."""

    def __init__(self, embeddings: "Embeddings", fingerprint: str) -> None:
        self._embeddings = embeddings
        self._fingerprint = fingerprint

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @cached_property
    def dimension(self) -> int:
        return len(self.embed_query("dimension"))

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in unit_rows([self._embeddings.embed_query(readable(text))])[0]]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        vectors = self._embeddings.embed_documents([readable(text) for text in texts])
        return [[float(value) for value in row] for row in unit_rows(vectors)]

    def embed_question(self, text: str) -> QuestionVectors:
        return without_tokens(self.embed_query(text))

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        return embed_separately(self.embed_documents, passages)

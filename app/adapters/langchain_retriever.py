"""The hybrid retriever as one of LangChain's, for chains that bring their own prompt and model."""

from collections.abc import Callable
from typing import Any, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.ports import ChunkIndex
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import detect_language, normalise


class Search(Protocol):
    """One index version, searched."""

    @property
    def index(self) -> ChunkIndex: ...

    def retrieve(self, query: str, lang: Language, audience: Audience, k: int = ...) -> Retrieval: ...


class HybridRetriever(BaseRetriever):
    """The best `k` chunks this `audience` may read, best first; nothing for a query without characters.

    `current` gives the version to search now, and may raise NoIndex, DamagedIndex or ModelMismatch. `locale` is the
    language of a query that does not tell. A chunk is a Document with its text, its id and the metadata document_id,
    title, url (or None), lang, start and end (code points of the article's text, whose slice the chunk's text is),
    index (the version) and scores, as in `Hit`: dense, lexical, fused, sentence, document and late.
    """

    current: Callable[[], Search]
    k: int = Field(10, ge=1)
    audience: Audience = Audience.PUBLIC
    locale: Language = "ja"

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        text = normalise(query).text.strip()
        if not text:
            return []
        search = self.current()
        found = search.retrieve(text, detect_language(text, self.locale), self.audience, self.k)
        return [_document(hit, search.index) for hit in found.hits]


def _document(hit: Hit, index: ChunkIndex) -> Document:
    chunk = hit.chunk
    article = index.document(chunk.document_id)
    metadata: dict[str, Any] = {
        "document_id": chunk.document_id,
        "title": chunk.title,
        "url": article.url if article else None,
        "lang": chunk.lang,
        "start": chunk.start,
        "end": chunk.end,
        "index": index.manifest.version,
        "scores": {
            "dense": hit.dense,
            "lexical": hit.lexical,
            "fused": hit.fused,
            "sentence": hit.sentence_cosine,
            "document": hit.document,
            "late": hit.late,
        },
    }
    return Document(id=chunk.id, page_content=chunk.text, metadata=metadata)

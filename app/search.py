"""Searching from the command line and from LangChain: what retrieval finds, without an answer."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.index_registry import FileIndexRegistry
from app.adapters.served_index import ServedIndex
from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.retrieval import Retrieval
from app.domain.text import detect_language, normalise
from app.errors import KnowledgeError
from app.settings import Settings
from app.wiring.models import open_embedder, open_reranker

if TYPE_CHECKING:
    from app.adapters.langchain_retriever import HybridRetriever


def open_retriever(settings: Settings) -> Retriever:
    """Reads the current index. Raises NoIndex, DamagedIndex or ModelMismatch."""
    return _opener(settings)()


def langchain_retriever(settings: Settings, k: int = 10, audience: Audience = Audience.PUBLIC) -> "HybridRetriever":
    """For LangChain's chains; it takes a newly promoted index by itself."""
    from app.adapters.langchain_retriever import HybridRetriever

    return HybridRetriever(current=_opener(settings), k=k, audience=audience, locale=settings.default_locale)


def _opener(settings: Settings) -> Callable[[], Retriever]:
    """Gives a retriever on the version that is current when it is called."""
    embedder = open_embedder(settings)
    index = ServedIndex(FileIndexRegistry(settings.index_dir, embedder))
    reranker = open_reranker(settings)
    return lambda: Retriever(index.current(), embedder, reranker=reranker)


def hits_for(retriever: Retriever, query: str, locale: Language, audience: str, k: int) -> list[dict[str, Any]]:
    """The best `k` chunks with their scores, best first."""
    return [
        {
            "chunk": hit.chunk.id,
            "document_id": hit.chunk.document_id,
            "title": hit.chunk.title,
            "text": hit.chunk.text,
            "dense": round(hit.dense, 6),
            "lexical": round(hit.lexical, 6),
            "fused": round(hit.fused, 6),
        }
        | ({} if hit.rerank is None else {"rerank": round(hit.rerank, 6)})
        for hit in _retrieve(retriever, query, locale, Audience(audience), k).hits
    ]


def write_run(retriever: Retriever, queries: Path, out: Path, locale: Language, k: int) -> int:
    """A TREC run (`qid Q0 document rank score kotae`), the best `k` documents a query; returns how many queries."""
    count = 0
    with out.open("w", encoding="utf-8") as run:
        for query_id, text in _read_queries(queries):
            count += 1
            # A document can fill several places with its chunks.
            hits = _retrieve(retriever, text, locale, Audience.PUBLIC, 5 * k).hits
            best: dict[str, float] = {}
            for hit in hits:
                best.setdefault(hit.chunk.document_id, hit.fused)
            for rank, (document_id, score) in enumerate(list(best.items())[:k], 1):
                run.write(f"{query_id} Q0 {document_id} {rank} {score:.6f} kotae\n")
    return count


def _retrieve(retriever: Retriever, query: str, locale: Language, audience: Audience, k: int) -> Retrieval:
    text = normalise(query).text.strip()
    return retriever.retrieve(text, detect_language(text, locale), audience, k)


def _read_queries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        raise KnowledgeError(f"{path} cannot be read as UTF-8 text; give a file of JSON Lines.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            yield str(fields["_id"]), str(fields["text"])
        except (ValueError, KeyError, TypeError):
            raise KnowledgeError(f'{path}, line {number}: expected one JSON object with "_id" and "text".') from None

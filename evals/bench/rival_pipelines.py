"""What others' tutorials build, with our embedder: LangChain over FAISS, Haystack's hybrid search in memory.

Chunk sizes are those of the tutorials, in characters; both return articles, best first, each at its best chunk.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.domain.ports import Embedder

Search = Callable[[str], list[str]]  # a question -> ids of articles
_CHUNK, _OVERLAP = 1000, 200
_CHUNKS = 30  # fetched for a question


def langchain_faiss(articles: Mapping[str, str], embedder: Embedder) -> Search:
    """RecursiveCharacterTextSplitter and the flat FAISS index in memory."""
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.embed_documents(texts)

        def embed_query(self, text: str) -> list[float]:
            return embedder.embed_query(text)

    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
    whole = [Document(page_content=text, metadata={"article": name}) for name, text in articles.items()]
    store = FAISS.from_documents(splitter.split_documents(whole), Ours())

    def search(question: str) -> list[str]:
        return _once(found.metadata["article"] for found in store.similarity_search(question, k=_CHUNKS))

    return search


def haystack_hybrid(articles: Mapping[str, str], embedder: Embedder) -> Search:
    """BM25 and vectors in memory, joined by reciprocal rank fusion. Raises ImportError without the extra `bench`."""
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.preprocessors import RecursiveDocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    splitter = RecursiveDocumentSplitter(
        split_length=_CHUNK, split_overlap=_OVERLAP, split_unit="char", separators=["\n\n", "\n", "。", " "]
    )
    whole = [Document(content=text, meta={"article": name}) for name, text in articles.items()]
    chunks: list[Any] = splitter.run(documents=whole)["documents"]
    vectors = embedder.embed_documents([chunk.content for chunk in chunks])
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(content=chunk.content, meta=chunk.meta, embedding=row)
            for chunk, row in zip(chunks, vectors, strict=True)
        ]
    )
    words, dense = InMemoryBM25Retriever(store, top_k=_CHUNKS), InMemoryEmbeddingRetriever(store, top_k=_CHUNKS)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(question: str) -> list[str]:
        found: Sequence[Any] = joiner.run(
            documents=[
                words.run(query=question)["documents"],
                dense.run(query_embedding=embedder.embed_query(question))["documents"],
            ]
        )["documents"]
        return _once(each.meta["article"] for each in found)

    return search


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))

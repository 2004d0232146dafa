"""Values for tests, each valid as it is; a test names only what it is about."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import EmbeddedChunk, LoadedIndex, write_version
from app.domain.knowledge import Audience, Block, BlockKind, Chunk, Document, Span
from app.domain.ports import Passage
from app.domain.text import sentence_spans

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, 12:00 in Japan


def document(
    document_id: str = "ja-returns",
    text: str = "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。",
    title: str = "返品について",
    lang: str = "ja",
    audience: Audience = Audience.PUBLIC,
    superseded_by: str | None = None,
) -> Document:
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    return Document(
        document_id, title, lang, text, (block,), f"{document_id}.md", "0" * 64, audience, superseded_by=superseded_by
    )


def chunk_of(article: Document, start: int = 0, end: int | None = None, question: str | None = None) -> Chunk:
    """The part `start..end` of the article as one chunk."""
    end = len(article.text) if end is None else end
    text = article.text[start:end]
    spans = tuple(Span(start + span.start, start + span.end) for span in sentence_spans(text, article.lang))
    return Chunk(
        f"{article.id}:{start}-{end}",
        article.id,
        article.title,
        article.lang,
        article.audience,
        (),
        start,
        end,
        text,
        spans,
        question,
    )


def embedded(chunk: Chunk, embedder: HashingEmbedder) -> EmbeddedChunk:
    sentences = tuple(Span(span.start - chunk.start, span.end - chunk.start) for span in chunk.sentences)
    [(_, vectors)] = embedder.embed_passages([Passage(chunk.context, chunk.text, sentences)])
    question = np.array(embedder.embed_query(chunk.question), dtype=np.float32) if chunk.question else None
    return EmbeddedChunk(chunk, vectors, question)


def index_of(directory: Path, *chunks: tuple[Document, Chunk], embedder: HashingEmbedder) -> LoadedIndex:
    """An index version written below `directory` and loaded again."""
    articles = {article.id: article for article, _ in chunks}
    manifest = write_version(
        directory,
        articles.values(),
        [embedded(chunk, embedder) for _, chunk in chunks],
        model=embedder.fingerprint,
        created_at=NOON,
    )
    return LoadedIndex(directory / manifest.version, manifest)

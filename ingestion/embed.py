"""From chunks to vectors, each passage embedded once in its life."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.adapters.embedding_cache import EmbeddingCache, passage_key
from app.adapters.index_files import EmbeddedChunk
from app.domain.knowledge import Chunk, Span
from app.domain.ports import Embedder, Passage, PassageVectors

Advance = Callable[[int, int], None]
"""Told (done, total) as the work goes on."""

_PUT_EVERY = 32  # passages: what a killed build loses at most


@dataclass(frozen=True, slots=True)
class Embedding:
    """`computed` passages went through the model, `reused` came from the cache; a FAQ question counts as one."""

    chunks: tuple[EmbeddedChunk, ...]
    computed: int
    reused: int


def embed(chunks: Sequence[Chunk], embedder: Embedder, cache: EmbeddingCache, advance: Advance) -> Embedding:
    """Vectors for every chunk, in order, and for the question of each FAQ entry."""
    passages = {}
    for chunk in chunks:
        for passage in (_passage(chunk), _question(chunk)):
            if passage:
                passages[passage_key(passage)] = passage
    vectors = cache.get_many(embedder.fingerprint, list(passages))
    missing = {key: passage for key, passage in passages.items() if key not in vectors}
    vectors |= _computed(missing, embedder, cache, advance)
    embedded = tuple(_embedded(chunk, vectors) for chunk in chunks)
    return Embedding(embedded, len(missing), len(passages) - len(missing))


def _computed(
    passages: dict[str, Passage], embedder: Embedder, cache: EmbeddingCache, advance: Advance
) -> dict[str, PassageVectors]:
    """Kept in the cache as they come, so that a build that is killed goes on where it was."""
    keys = list(passages)
    computed: dict[str, PassageVectors] = {}
    batch: dict[str, PassageVectors] = {}
    for position, vectors in embedder.embed_passages(list(passages.values())):
        batch[keys[position]] = vectors
        if len(batch) == _PUT_EVERY:
            cache.put_many(embedder.fingerprint, batch)
            computed |= batch
            batch = {}
        advance(len(computed) + len(batch), len(keys))
    cache.put_many(embedder.fingerprint, batch)
    return computed | batch


def _embedded(chunk: Chunk, vectors: dict[str, PassageVectors]) -> EmbeddedChunk:
    question = _question(chunk)
    second = vectors[passage_key(question)].passage if question else None
    return EmbeddedChunk(chunk, vectors[passage_key(_passage(chunk))], second)


def _passage(chunk: Chunk) -> Passage:
    sentences = tuple(Span(span.start - chunk.start, span.end - chunk.start) for span in chunk.sentences)
    return Passage(chunk.context, chunk.text, sentences)


def _question(chunk: Chunk) -> Passage | None:
    return Passage("", chunk.question) if chunk.question else None

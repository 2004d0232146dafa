"""The embedder against sentence-transformers (torch, float32) on the same weights and the same texts."""

import time
from collections.abc import Callable
from typing import Any

from app.domain.knowledge import Chunk, Span
from app.domain.ports import Passage
from evals.bench.figure import Figure, median
from evals.bench.torch_model import float_model
from evals.bench.workspace import Workspace

_ROUNDS = 3


def passage_of(chunk: Chunk) -> Passage:
    """As ingestion embeds it."""
    spans = tuple(Span(span.start - chunk.start, span.end - chunk.start) for span in chunk.sentences)
    return Passage(chunk.context, chunk.text, spans)


def seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measure(workspace: Workspace) -> list[Figure]:
    from app.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder

    chunks = workspace.index(workspace.built("sample", workspace.articles)).chunks
    texts = [passage_of(chunk).full_text for chunk in chunks]
    ours = workspace.embedder()
    theirs = SentenceTransformersEmbedder(str(float_model(workspace.home("float32") / "multilingual-e5-small")))
    for embedder in (ours, theirs):
        embedder.embed_documents(texts[:8])  # neither pays for its first call
    pairs = [
        (seconds(lambda: ours.embed_documents(texts)), seconds(lambda: theirs.embed_documents(texts)))
        for _ in range(_ROUNDS)
    ]
    our_s, their_s = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    ratio = median([theirs_s / ours_s for ours_s, theirs_s in pairs])
    rates = (
        f"{len(texts) / our_s:.1f} against {len(texts) / their_s:.1f} chunks/s, {len(texts)} chunks, {_ROUNDS} rounds"
    )
    return [Figure("embedder, chunks/s over sentence-transformers fp32", ratio, "x", 1.5, at_least=True, note=rates)]

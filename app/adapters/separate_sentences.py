"""Passage and sentence vectors out of an embedder of plain texts."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from app.domain.ports import Passage, PassageVectors, QuestionVectors, Vector

_BATCH = 32  # passages


def embed_separately(
    embed_documents: Callable[[list[str]], list[list[float]]], passages: Sequence[Passage]
) -> Iterator[tuple[int, PassageVectors]]:
    """`Embedder.embed_passages` by `embed_documents`; longest first, so that the texts of a batch are about as long."""
    by_length = sorted(range(len(passages)), key=lambda position: -len(passages[position].full_text))
    for start in range(0, len(by_length), _BATCH):
        positions = by_length[start : start + _BATCH]
        texts = [text for n in positions for text in (passages[n].full_text, *passages[n].sentence_texts)]
        vectors = unit_rows(embed_documents(texts))
        place = 0
        for position in positions:
            end = place + 1 + len(passages[position].sentences)
            yield position, PassageVectors(vectors[place], vectors[place + 1 : end])
            place = end


def without_tokens(vector: list[float]) -> QuestionVectors:
    """`Embedder.embed_question` of a model that tells nothing of its tokens."""
    return QuestionVectors(np.array(vector, dtype=np.float32), np.empty((0, len(vector)), dtype=np.float32))


def readable(text: str) -> str:
    """Without NUL, and with "?" for lone surrogates: models stumble over both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def unit_rows(vectors: list[list[float]]) -> Vector:
    """Each row scaled to length 1, whether or not the model did so."""
    rows = np.asarray(vectors, dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

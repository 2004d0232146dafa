"""An index of 10,000 chunks to measure answers on: the sample's articles, filled up with public Japanese ones.

The added chunks have their real text and terms, but vectors near those of the sample's questions rather than their own:
embedding them would take a quarter of an hour, and a search takes as long whatever the vectors are.
"""

import re
import tarfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np

from app.adapters.index_files import EmbeddedChunk, write_version
from app.domain.knowledge import Audience, Block, BlockKind, Chunk, Document, Span
from app.domain.ports import Embedder, PassageVectors, Vector
from app.domain.text import normalise, sentence_spans
from evals.bench.datasets import sample_questions
from evals.bench.embedding import passage_of
from evals.bench.workspace import Workspace

_CHUNKS = 10_000
_LENGTHS = range(150, 601)  # characters of an added chunk
_SEEDS = 64  # questions whose neighbourhood the added vectors fill
_NOISE = 0.6


def large_home(workspace: Workspace, archive: Path) -> Path:
    """A home with such an index, made at the first call from `archive` (large_kb_ja.tar.gz)."""
    home = workspace.home("large")
    registry = workspace.registry(home)
    if registry.current() is None:
        embedder = workspace.embedder()
        sample = workspace.index(workspace.built("sample", workspace.articles))
        own = list(zip(sample.chunks, _vectors(sample.chunks, embedder), strict=True))
        documents = {chunk.document_id: sample.document(chunk.document_id) for chunk in sample.chunks}
        added = list(islice(_articles(archive), _CHUNKS - len(own)))
        near = _near_questions(embedder, [len(chunk.sentences) for _, chunk in added])
        manifest = write_version(
            workspace.settings(home).index_dir,
            [document for document in documents.values() if document] + [document for document, _ in added],
            [EmbeddedChunk(chunk, vectors) for chunk, vectors in own]
            + [EmbeddedChunk(chunk, vectors) for (_, chunk), vectors in zip(added, near, strict=True)],
            model=embedder.fingerprint,
            created_at=datetime.now(UTC),
        )
        registry.promote(manifest.version)
    return home


def _vectors(chunks: Sequence[Chunk], embedder: Embedder) -> list[PassageVectors]:
    found = dict(embedder.embed_passages([passage_of(chunk) for chunk in chunks]))
    return [found[position] for position in range(len(chunks))]


def _near_questions(embedder: Embedder, sentences: list[int]) -> Iterator[PassageVectors]:
    """Unit vectors around those of questions, as passages on the same matters would lie."""
    random = np.random.default_rng(0)
    seeds = np.array([embedder.embed_query(question.text) for question in sample_questions()[:_SEEDS]])
    for count in sentences:
        seed = seeds[random.integers(len(seeds))]
        noise = random.normal(size=(count + 1, len(seed))) * _NOISE / np.sqrt(len(seed))
        rows: Vector = (seed + noise).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        yield PassageVectors(rows[0], rows[1:])


def _articles(archive: Path) -> Iterator[tuple[Document, Chunk]]:
    """Paragraphs of the archive's articles, each as a document of one chunk."""
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".md") else None
            if content is None:
                continue
            text = content.read().decode("utf-8", errors="replace")
            for n, paragraph in enumerate(re.split(r"\n\s*\n", text)):
                if len(paragraph.strip()) in _LENGTHS:
                    yield _chunk(f"{member.name}-{n}", normalise(paragraph).text.strip())


def _chunk(name: str, text: str) -> tuple[Document, Chunk]:
    digest = sha256(text.encode()).hexdigest()
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    document = Document(name, text[:20], "ja", text, (block,), name, digest)
    spans = tuple(Span(span.start, span.end) for span in sentence_spans(text, "ja"))
    chunk = Chunk(f"{name}:0-{len(text)}", name, text[:20], "ja", Audience.PUBLIC, (), 0, len(text), text, spans)
    return document, chunk

"""The story of one build: from a folder of articles to the index version that is served."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.index_files import write_version
from app.adapters.index_registry import FileIndexRegistry
from app.domain.knowledge import Manifest, Skipped
from app.domain.ports import Clock, Embedder
from app.errors import KnowledgeError
from ingestion.chunk import chunk
from ingestion.embed import Advance, embed
from ingestion.quarantine import quarantine
from ingestion.secrets import secrets_in
from ingestion.sources import FolderSource


@dataclass(frozen=True, slots=True)
class BuildReport:
    """`manifest` is of the version that is served now; None when `strict` refused to build one."""

    manifest: Manifest | None
    skipped: tuple[Skipped, ...]
    secrets: tuple[Skipped, ...] = ()  # passwords and keys that stand in articles
    embedded: int = 0  # passages that went through the model
    reused: int = 0  # passages whose vectors were known


def build(
    source: FolderSource,
    *,
    open_embedder: Callable[[], Embedder],
    cache: EmbeddingCache,
    index_dir: Path,
    clock: Clock,
    advance: Advance,
    released: Collection[str] = (),
    strict: bool = False,
) -> BuildReport:
    """Index everything in `source` and serve it. Until the last step nothing of what is served changes.

    `strict` builds nothing when anything is skipped; `released` are the SHA-256 of passages that a person let through.
    Raises KnowledgeError where there is nothing to index.
    """
    seconds: dict[str, float] = {}

    # 1. Read every file: bytes → normalised text with blocks.
    with _timed(seconds, "read"):
        articles = source.read()
    if strict and articles.skipped:
        return BuildReport(None, articles.skipped)

    # 2. Cut each article into passages that are found, cited and shown as a whole.
    with _timed(seconds, "chunk"):
        chunks = [passage for document in articles.documents for passage in chunk(document)]
    if not chunks:
        raise KnowledgeError("Every article is superseded by another: leave at least one that is current.")

    # 3. Keep back passages that speak to the machine, until a person releases them.
    with _timed(seconds, "scan"):
        kept = quarantine(articles.documents, chunks, released)
        secrets = tuple(found for document in kept.documents for found in secrets_in(document))
    if not kept.chunks:
        raise KnowledgeError(
            f"Every passage is kept back; the first, {kept.quarantined[0].chunk}, {kept.quarantined[0].reason}."
        )

    # 4. Embed what the cache does not know.
    with _timed(seconds, "model"):
        embedder = open_embedder()
    with _timed(seconds, "embed"):
        embedding = embed(kept.chunks, embedder, cache, advance)

    # 5. Write an immutable version beside the others.
    manifest = write_version(
        index_dir,
        kept.documents,
        embedding.chunks,
        model=embedder.fingerprint,
        created_at=clock.now(),
        skipped=articles.skipped,
        quarantined=kept.quarantined,
        seconds=seconds,
    )

    # 6. Serve it: one atomic swap of the pointer, which running servers notice.
    FileIndexRegistry(index_dir).promote(manifest.version)
    return BuildReport(manifest, articles.skipped, secrets, embedding.computed, embedding.reused)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - began, 3)

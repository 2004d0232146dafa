"""Settings → Services: the only file that names concrete adapters."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from app.adapters.clock import SystemClock
from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.served_index import ServedIndex
from app.adapters.site_file import load_site
from app.answering.evidence import COEFFICIENTS, load_abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.verify import THRESHOLDS, Thresholds, Verifier
from app.domain.ports import Clock, ConversationStore, Embedder
from app.domain.site import Site
from app.errors import SettingsError
from app.prompting import load_prompts
from app.settings import ROOT, Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages and the API call."""

    settings: Settings
    site: Site
    clock: Clock
    store: ConversationStore
    index: ServedIndex
    pipeline: AnswerPipeline


def build_services(settings: Settings) -> Services:
    """Raises SettingsError, ModelError or DatabaseError; a missing index is told by what needs it."""
    from app.adapters.database import open_database
    from app.adapters.sql_store import SqlConversationStore

    make_home(settings)
    embedder = open_embedder(settings)
    index = ServedIndex(FileIndexRegistry(settings.index_dir, embedder.fingerprint))
    clock = SystemClock()
    store = SqlConversationStore(open_database(settings.sqlalchemy_url), clock)
    pipeline = AnswerPipeline(
        current_index=index.current,
        embedder=embedder,
        writer=ExtractiveWriter(),
        verifier=Verifier(Thresholds.load()),
        abstention=load_abstention(),
        prompts=load_prompts(ROOT / "prompts", PROMPTS),
        store=store,
        clock=clock,
        cores=os.cpu_count() or 1,
        policy=policy_version(),
    )
    return Services(settings, load_site(settings.site_file), clock, store, index, pipeline)


def open_embedder(settings: Settings) -> Embedder:
    """The embedded model, made at its first use, or the sentence-transformers model that the settings name."""
    if settings.embedding_model == "embedded":
        from app.adapters.e5_model import ensure_model
        from app.adapters.embedder_onnx import OnnxEmbedder

        return OnnxEmbedder(ensure_model(settings.models_dir))
    from app.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(settings.embedding_model)


def open_cache(settings: Settings) -> EmbeddingCache:
    return EmbeddingCache(settings.cache_dir)


def make_home(settings: Settings) -> None:
    """Raises SettingsError when KOTAE_HOME cannot be made or written to."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"KOTAE_HOME is {settings.home}, where Kotae cannot write ({reason}); name a folder that it may write to."
        ) from None


def policy_version() -> str:
    """Changes with any file that decides what is answered and what is shown."""
    rules: tuple[Path, ...] = (COEFFICIENTS, THRESHOLDS)
    return hashlib.sha256(b"".join(path.read_bytes() for path in rules)).hexdigest()[:12]

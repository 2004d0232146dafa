"""Models that embed, rank, write, and find personal data, as the settings name them."""

from typing import TYPE_CHECKING

from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.pii_at_first_use import PiiAtFirstUse
from app.adapters.pii_listed import ListedPii
from app.domain.ports import ChatModel, Clock, Embedder, PiiDetector, Reranker
from app.domain.site import Site
from app.errors import SettingsError
from app.settings import Settings

if TYPE_CHECKING:
    pass


def open_embedder(settings: Settings) -> Embedder:
    """The embedded model, made at its first use, or the one that the settings name, behind an endpoint or of
    sentence-transformers. Raises SettingsError or ModelError."""
    from app.adapters.embedder_aligned import AlignedEmbedder

    if settings.embedding_base_url:
        if settings.embedding_model == "embedded":
            raise SettingsError(
                "KOTAE_EMBEDDING_BASE_URL is set without KOTAE_EMBEDDING_MODEL: name the endpoint's model."
            )
        from app.adapters.embedder_endpoint import EndpointEmbedder

        return AlignedEmbedder(
            EndpointEmbedder(settings.embedding_base_url, settings.embedding_api_key, settings.embedding_model)
        )
    if settings.embedding_model == "embedded":
        from app.adapters.e5_model import ensure_model
        from app.adapters.embedder_onnx import OnnxEmbedder

        return OnnxEmbedder(ensure_model(settings.models))
    from app.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder

    return AlignedEmbedder(SentenceTransformersEmbedder(settings.embedding_model))


def open_reranker(settings: Settings) -> Reranker | None:
    """None where none is set. Raises ModelError."""
    if not settings.reranker:
        return None
    from app.adapters.reranker_cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker)


def open_chat_model(settings: Settings, site: Site, clock: Clock) -> ChatModel | None:
    """The model that writes, with its limits; None where none is set. Raises SettingsError for half a setting."""
    if not (settings.llm_base_url or settings.llm_model):
        return None
    for name in ("llm_base_url", "llm_model"):
        if not getattr(settings, name):
            raise SettingsError(f"KOTAE_{name.upper()} is empty; a model that writes needs its address and its name.")
    prices = (settings.llm_price_in, settings.llm_price_out)
    if settings.llm_daily_budget and not any(prices):
        raise SettingsError("KOTAE_LLM_DAILY_BUDGET is set without prices; set KOTAE_LLM_PRICE_IN and _OUT too.")
    from app.adapters.chat_calls import CarefulChatModel
    from app.adapters.chat_model import OpenAIChatModel
    from app.adapters.circuit_breaker import CircuitBreaker
    from app.adapters.spending import Prices, Spending

    model = OpenAIChatModel(
        settings.llm_base_url, settings.llm_api_key, settings.llm_model, settings.llm_connect_seconds
    )
    spending = Spending(settings.spending_dir, Prices(*prices), settings.llm_daily_budget, clock, site.time_zone)
    return CarefulChatModel(model, CircuitBreaker(), spending, settings.llm_first_token_seconds)


def open_detector(settings: Settings, site: Site) -> PiiDetector:
    """What finds personal data, loaded at its first use; where redaction is turned off it finds nothing."""
    if not settings.redaction:
        return ListedPii({})

    def load() -> PiiDetector:
        from app.adapters.pii.detector import load_detector

        return load_detector(settings.models, site.published)

    return PiiAtFirstUse(load)


def open_cache(settings: Settings) -> EmbeddingCache:
    return EmbeddingCache(settings.cache_dir)

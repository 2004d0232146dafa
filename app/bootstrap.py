"""Settings → Services: the only file that names concrete adapters."""

import hashlib
import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.access.sign_in import SignIn
from app.adapters.clock import SystemClock
from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.pii_at_first_use import PiiAtFirstUse
from app.adapters.pii_listed import ListedPii
from app.adapters.served_index import ServedIndex
from app.adapters.site_file import load_site
from app.adapters.vault_keys import FileKeys, SettingKeys, VaultKeys
from app.adapters.vault_memory import MemoryVault
from app.answering.evidence import COEFFICIENTS, load_abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.guard import RULES, Guard, Rules
from app.answering.guard_head import WEIGHTS, load_head
from app.answering.model_condenser import PROMPTS as CONDENSER_PROMPTS
from app.answering.model_condenser import ModelCondenser
from app.answering.model_writer import PROMPTS as MODEL_PROMPTS
from app.answering.model_writer import TONES, ModelWriter
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.redact import Redactor
from app.answering.verify import THRESHOLDS, Thresholds, Verifier
from app.bootstrap_desk import open_courses, open_drafting, open_looks
from app.bootstrap_messages import open_messages, open_notifiers
from app.desk.desk import Desk
from app.desk.drafting import Drafting
from app.desk.messages import Messages
from app.desk.rating_links import RatingLinks
from app.desk.targets import load_desk
from app.domain.conversation import Conversation
from app.domain.course import Courses
from app.domain.desk_ports import EventLog
from app.domain.draft import Tone
from app.domain.limits import RateLimiter
from app.domain.look import Looks
from app.domain.observation import Metrics, Observer, Observers
from app.domain.people import StaffRole, User
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChatModel, Clock, ConversationStore, Embedder, PiiDetector, Reranker
from app.domain.site import Site
from app.errors import SettingsError
from app.prompting import load_prompts
from app.settings import ROOT, Settings, listed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.safe_http import SafeHttp
    from app.adapters.sql_store import SqlConversationStore
    from app.adapters.sql_vault import SqlVault

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages and the API call."""

    settings: Settings
    site: Site
    clock: Clock
    store: ConversationStore
    events: EventLog
    messages: Messages
    index: ServedIndex
    redactor: Redactor
    pipeline: AnswerPipeline
    people: People
    sign_in: SignIn
    api_tokens: ApiTokens
    audit: AuditTrail
    limiter: RateLimiter
    observer: Observer
    metrics: Metrics | None
    desk: Desk
    drafting: Drafting
    looks: Looks
    courses: Courses
    provider: IdentityProvider | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """What commands about staff need."""

    people: People
    sign_in: SignIn
    api_tokens: ApiTokens
    audit: AuditTrail
    address: str
    has_passwords: bool

    def invitation(self, user: User) -> str:
        """A link with which they choose a password."""
        return f"{self.address}/invite/{self.sign_in.invite(user)}"

    def first_invitation(self) -> str | None:
        """For the first administrator, who is made here; None once anybody has a password, or where none has one."""
        users = self.people.users()
        if not self.has_passwords or any(user.has_password for user in users):
            return None
        admins = [user for user in users if StaffRole.ADMIN in user.roles]
        return self.invitation(admins[0] if admins else self.people.add("admin", "admin", frozenset({StaffRole.ADMIN})))


@dataclass(frozen=True, slots=True)
class Records:
    """What is kept of customers, and the database it is in."""

    engine: "Engine"
    store: "SqlConversationStore"
    events: EventLog
    vault: "SqlVault"
    keys: VaultKeys
    audit: AuditTrail


def build_services(
    settings: Settings,
    model: ChatModel | None = None,
    detector: PiiDetector | None = None,
    guard: Guard | None = None,
) -> Services:
    """`model` writes, `detector` finds personal data and `guard` judges instead of those in the settings: for
    evaluations and tests.

    Raises SettingsError, ModelError or DatabaseError; a missing index is told by what needs it.
    """
    records = open_records(settings)
    embedder = open_embedder(settings)
    index = ServedIndex(FileIndexRegistry(settings.index_dir, embedder))
    clock, site = SystemClock(), load_site(settings.site_file)
    writer, verifier = ExtractiveWriter(), Verifier(Thresholds.load())
    prompts = load_prompts(ROOT / "prompts", PROMPTS | MODEL_PROMPTS | TONES | CONDENSER_PROMPTS)
    cores = os.cpu_count() or 1
    model = model or open_chat_model(settings, site, clock)
    staff, limiter = _staff(settings, records.engine, clock), open_limiter(settings)
    observer, metrics = open_observers(settings)
    desk = open_desk(records.engine, site, clock)
    detector = detector or open_detector(settings, site)
    redactor = Redactor(detector, records.vault, MemoryVault)
    parts = (writer, verifier, embedder, prompts, settings.llm_seconds, cores)
    pipeline = AnswerPipeline(
        current_index=index.current,
        embedder=embedder,
        writer=writer,
        verifier=verifier,
        abstention=load_abstention(),
        prompts=prompts,
        store=records.store,
        redactor=redactor,
        guard=guard or open_guard(settings, embedder),
        clock=clock,
        cores=cores,
        policy=policy_version(),
        model=ModelWriter(model, *parts) if model else None,
        condenser=ModelCondenser(model, prompts, settings.llm_seconds) if model else None,
        reranker=open_reranker(settings),
        on_answer=observer.answered,
    )
    tones = (Tone.SHORTER, Tone.WARMER) if model else ()
    writers = {tone: ModelWriter(model, *parts, tone=f"write_{tone}") for tone in tones if model}
    searched = (index.current, embedder, verifier)
    private = (detector, records.vault, clock)
    drafting = open_drafting(records.engine, settings.home, pipeline, writers, *searched, *private)

    def read(conversation_id: str) -> Conversation:
        return redactor.restored(records.store.find(conversation_id))

    links = RatingLinks(lambda: [key.secret for key in records.keys.all()])
    notifiers = open_notifiers(settings, site, read, links, lambda: open_http(settings), clock)
    messages = open_messages(records.engine, records.events, notifiers, links, clock)
    return Services(
        settings=settings,
        site=site,
        clock=clock,
        store=records.store,
        events=records.events,
        messages=messages,
        index=index,
        redactor=redactor,
        pipeline=pipeline,
        people=staff.people,
        sign_in=staff.sign_in,
        api_tokens=staff.api_tokens,
        audit=staff.audit,
        limiter=limiter,
        observer=observer,
        metrics=metrics,
        desk=desk,
        drafting=drafting,
        looks=open_looks(records.engine, clock),
        courses=open_courses(records.engine),
        provider=open_provider(settings, clock),
    )


def open_records(settings: Settings) -> Records:
    """Raises SettingsError or DatabaseError."""
    from app.adapters.database import open_database
    from app.adapters.sql_audit import SqlAuditTrail
    from app.adapters.sql_events import SqlEventLog
    from app.adapters.sql_store import SqlConversationStore
    from app.adapters.sql_vault import SqlVault

    make_home(settings)
    database, keys = open_database(settings.sqlalchemy_url), open_vault_keys(settings)
    vault = SqlVault(database, keys)
    if unknown := vault.key_ids() - {key.id for key in keys.all()}:
        _log.warning(
            "Personal data in the vault is encrypted with keys that are not here (%s): it stays hidden, and its "
            "conversations read-only, until they are back in KOTAE_VAULT_KEY or vault.key.",
            ", ".join(sorted(unknown)),
        )
    clock = SystemClock()
    return Records(
        engine=database,
        store=SqlConversationStore(database, clock),
        events=SqlEventLog(database),
        vault=vault,
        keys=keys,
        audit=SqlAuditTrail(database, clock),
    )


def open_desk(engine: "Engine", site: Site, clock: Clock) -> Desk:
    """Raises SettingsError."""
    from app.adapters.sql_cases import SqlCases
    from app.adapters.sql_roster import SqlRoster

    return Desk(SqlCases(engine), SqlRoster(engine, clock), site, load_desk(), clock)


def open_staff(settings: Settings) -> Staff:
    """Raises SettingsError or DatabaseError."""
    from app.adapters.database import open_database

    make_home(settings)
    return _staff(settings, open_database(settings.sqlalchemy_url), SystemClock())


def _staff(settings: Settings, engine: "Engine", clock: Clock) -> Staff:
    from app.adapters.passwords import Argon2Passwords
    from app.adapters.sql_api_tokens import SqlApiTokens
    from app.adapters.sql_audit import SqlAuditTrail
    from app.adapters.sql_people import SqlPeople

    people = SqlPeople(engine, clock)
    sign_in = SignIn(people, Argon2Passwords(), clock, timedelta(hours=settings.session_hours))
    audit, has_passwords = SqlAuditTrail(engine, clock), settings.password_sign_in
    return Staff(people, sign_in, SqlApiTokens(engine, clock), audit, settings.address, has_passwords)


def open_provider(settings: Settings, clock: Clock) -> IdentityProvider | None:
    """Where staff sign in; None where the settings name none. Raises SettingsError for half a setting."""
    if not settings.oidc_issuer:
        if not settings.password_sign_in:
            raise SettingsError("KOTAE_PASSWORD_SIGN_IN is off without KOTAE_OIDC_ISSUER: nobody could sign in.")
        return None
    for name in ("oidc_client_id", "oidc_client_secret", "oidc_roles"):
        value = getattr(settings, name)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise SettingsError(f"KOTAE_{name.upper()} is empty; an identity provider needs it.")
    from app.adapters.oidc_provider import Client, OidcProvider
    from app.adapters.oidc_roles import role_rules

    rules, secret = role_rules(listed(settings.oidc_roles)), settings.oidc_client_secret
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scope, rules)
    return OidcProvider(client, open_http(settings), clock)


def open_limiter(settings: Settings) -> RateLimiter:
    """Raises SettingsError."""
    if not settings.redis_url:
        return MemoryRateLimiter()
    from app.adapters.limiter_redis import RedisRateLimiter

    return RedisRateLimiter(settings.redis_url, MemoryRateLimiter())


def open_observers(settings: Settings) -> tuple[Observer, Metrics | None]:
    """Who watches the service at work, as the settings say; and of those, what is shown at /metrics."""
    observers: list[Observer] = []
    metrics = None
    if settings.metrics != "off":
        if settings.metrics == "token" and not settings.metrics_token.get_secret_value():
            raise SettingsError("KOTAE_METRICS is token, and KOTAE_METRICS_TOKEN is empty: set a long random one.")
        from app.adapters.metrics import PrometheusMetrics

        observers.append(metrics := PrometheusMetrics())
    if settings.otlp_endpoint:
        from app.adapters.otlp_spans import OtlpSpans

        observers.append(OtlpSpans(settings.otlp_endpoint))
    return Observers(observers), metrics


def open_http(settings: Settings) -> "SafeHttp":
    """For addresses that staff enter or articles hold."""
    from app.adapters.safe_http import SafeHttp

    return SafeHttp(listed(settings.fetch_allowed))


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

        return load_detector(site.published)

    return PiiAtFirstUse(load)


def open_vault_keys(settings: Settings) -> VaultKeys:
    """Raises SettingsError for a setting or a file that holds no key."""
    setting = settings.vault_key.get_secret_value()
    keys = SettingKeys(setting) if setting else FileKeys(settings.vault_key_file)
    keys.all()
    return keys


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


def open_guard(settings: Settings, embedder: Embedder) -> Guard:
    """The guard's model reads vectors of the embedded model; with another one the rules judge alone."""
    return Guard(Rules.load(), load_head(embedder.fingerprint) if settings.embedding_model == "embedded" else None)


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
    rules: tuple[Path, ...] = (COEFFICIENTS, THRESHOLDS, RULES, WEIGHTS)
    return hashlib.sha256(b"".join(path.read_bytes() for path in rules)).hexdigest()[:12]

"""Settings → Services, the whole of it: the parts are wired in `app.wiring`; nothing else names concrete adapters."""

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.access.sign_in import SignIn
from app.adapters.clock import SystemClock
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.served_index import ServedIndex
from app.adapters.site_file import load_site
from app.adapters.vault_memory import MemoryVault
from app.answering.evidence import load_abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.guard import Guard
from app.answering.model_condenser import PROMPTS as CONDENSER_PROMPTS
from app.answering.model_condenser import ModelCondenser
from app.answering.model_summary import PROMPTS as SUMMARY_PROMPTS
from app.answering.model_writer import PROMPTS as MODEL_PROMPTS
from app.answering.model_writer import TONES
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.redact import Redactor
from app.answering.verify import Thresholds, Verifier
from app.desk.desk import Desk
from app.desk.drafting import Drafting
from app.desk.messages import Messages
from app.desk.rating_links import RatingLinks
from app.desk.targets import load_desk
from app.domain.conversation import Conversation
from app.domain.desk_ports import EventLog
from app.domain.limits import RateLimiter
from app.domain.look import Looks
from app.domain.observation import Metrics, Observer
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChatModel, Clock, ConversationStore, PiiDetector
from app.domain.site import Site
from app.prompting import load_prompts
from app.settings import ROOT, Settings
from app.wiring.desk import Writers, open_drafting, open_looks
from app.wiring.messages import open_messages, open_notifiers
from app.wiring.models import open_chat_model, open_detector, open_embedder, open_reranker
from app.wiring.outside import open_http, open_limiter, open_observers
from app.wiring.policy import open_escalator, open_guard, policy_version
from app.wiring.records import open_records
from app.wiring.staff import open_provider, staff_of

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
    provider: IdentityProvider | None = None


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
    prompts = load_prompts(ROOT / "prompts", PROMPTS | MODEL_PROMPTS | TONES | CONDENSER_PROMPTS | SUMMARY_PROMPTS)
    cores = os.cpu_count() or 1
    model = model or open_chat_model(settings, site, clock)
    staff, limiter = staff_of(settings, records.engine, clock), open_limiter(settings)
    observer, metrics = open_observers(settings)
    desk = open_desk(records.engine, site, clock)
    detector = detector or open_detector(settings, site)
    redactor = Redactor(detector, records.vault, MemoryVault)
    guard = guard or open_guard(settings, embedder)
    writers = Writers(model, writer, verifier, embedder, prompts, guard, settings.llm_seconds, cores)
    pipeline = AnswerPipeline(
        current_index=index.current,
        embedder=embedder,
        writer=writer,
        verifier=verifier,
        abstention=load_abstention(),
        prompts=prompts,
        store=records.store,
        redactor=redactor,
        guard=guard,
        escalator=open_escalator(settings, embedder, prompts),
        desk=desk,
        clock=clock,
        cores=cores,
        policy=policy_version(),
        model=writers.writer(),
        condenser=ModelCondenser(model, prompts, settings.llm_seconds) if model else None,
        reranker=open_reranker(settings),
        on_answer=observer.answered,
    )
    private = (detector, records.vault, clock)
    drafting = open_drafting(records.engine, settings.home, pipeline, writers, index.current, *private)

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
        provider=open_provider(settings, clock),
    )


def open_desk(engine: "Engine", site: Site, clock: Clock) -> Desk:
    """Raises SettingsError."""
    from app.adapters.sql_cases import SqlCases
    from app.adapters.sql_roster import SqlRoster

    return Desk(SqlCases(engine), SqlRoster(engine, clock), site, load_desk(), clock)

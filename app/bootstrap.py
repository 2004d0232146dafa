"""Settings → Services, the whole of it: the parts are wired in `app.wiring`; nothing else names concrete adapters."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.access.sign_in import SignIn
from app.adapters.clock import SystemClock
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.served_index import ServedIndex
from app.adapters.site_file import load_site
from app.adapters.vault_memory import MemoryVault
from app.answering.evidence import load_abstention
from app.answering.guard import Guard
from app.answering.pipeline import AnswerPipeline
from app.answering.redact import Redactor
from app.desk.desk import Desk
from app.desk.drafting import Drafting
from app.desk.messages import Messages
from app.desk.targets import load_desk
from app.domain.course import Courses
from app.domain.desk_ports import EventLog
from app.domain.limits import RateLimiter
from app.domain.look import Looks
from app.domain.observation import Metrics, Observer
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChatModel, Clock, ConversationStore, PiiDetector
from app.domain.site import Site
from app.settings import Settings
from app.wiring.desk import open_courses, open_drafting, open_looks
from app.wiring.messages import open_messages
from app.wiring.models import open_detector, open_embedder, open_reranker
from app.wiring.outside import open_limiter, open_observers
from app.wiring.policy import open_escalator, open_guard, policy_version
from app.wiring.records import open_records
from app.wiring.staff import open_provider, staff_of
from app.wiring.writers import Writers, open_writers

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
    courses: Courses
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
    records, embedder = open_records(settings), open_embedder(settings)
    index = ServedIndex(FileIndexRegistry(settings.index_dir, embedder))
    clock, site = SystemClock(), load_site(settings.site_file)
    staff, limiter = staff_of(settings, records.engine, clock), open_limiter(settings)
    observer, metrics = open_observers(settings)
    desk = open_desk(records.engine, site, clock)
    detector = detector or open_detector(settings, site)
    redactor = Redactor(detector, records.vault, MemoryVault)
    writers = open_writers(settings, site, embedder, guard or open_guard(settings, embedder), clock, model)
    pipeline = _pipeline(settings, index, records.store, redactor, writers, desk, observer, clock)
    private = (detector, records.vault, clock)
    drafting = open_drafting(records.engine, settings.home, pipeline, writers, index.current, *private)
    return Services(
        settings=settings,
        site=site,
        clock=clock,
        store=records.store,
        events=records.events,
        messages=open_messages(settings, site, records, redactor, clock),
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


def _pipeline(
    settings: Settings,
    index: ServedIndex,
    store: ConversationStore,
    redactor: Redactor,
    writers: Writers,
    desk: Desk,
    observer: Observer,
    clock: Clock,
) -> AnswerPipeline:
    return AnswerPipeline(
        current_index=index.current,
        embedder=writers.embedder,
        writer=writers.quotes,
        verifier=writers.verifier,
        abstention=load_abstention(),
        prompts=writers.prompts,
        store=store,
        redactor=redactor,
        guard=writers.guard,
        escalator=open_escalator(settings, writers.embedder, writers.prompts),
        desk=desk,
        clock=clock,
        cores=writers.cores,
        policy=policy_version(),
        model=writers.writer(),
        condenser=writers.condenser(),
        reranker=open_reranker(settings),
        on_answer=observer.answered,
    )


def open_desk(engine: "Engine", site: Site, clock: Clock) -> Desk:
    """Raises SettingsError."""
    from app.adapters.sql_cases import SqlCases
    from app.adapters.sql_roster import SqlRoster

    return Desk(SqlCases(engine), SqlRoster(engine, clock), site, load_desk(), clock)

"""The services as the web sees them, with a scripted pipeline and an index of given articles."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

from app.access.sign_in import SignIn
from app.adapters.api_tokens_memory import MemoryApiTokens
from app.adapters.audit_memory import MemoryAuditTrail
from app.adapters.cases_memory import MemoryCases, MemoryRoster
from app.adapters.clock import FixedClock
from app.adapters.courses_memory import MemoryCourses
from app.adapters.drafts_memory import MemoryDrafts
from app.adapters.learning_memory import MemoryLearnings
from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.looks_memory import MemoryLooks
from app.adapters.macros_memory import MemoryMacros
from app.adapters.metrics import PrometheusMetrics
from app.adapters.outbox_memory import MemoryOutbox
from app.adapters.people_memory import MemoryPeople
from app.adapters.pii_listed import ListedPii
from app.adapters.ratings_memory import MemoryRatings
from app.adapters.site_file import load_site
from app.adapters.sql_cases import SqlCases
from app.adapters.sql_courses import SqlCourses
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_ratings import SqlRatings
from app.adapters.sql_roster import SqlRoster
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.desk.desk import Desk
from app.desk.dispatch import Dispatch
from app.desk.drafting import Drafting
from app.desk.drafts import Drafts
from app.desk.messages import Messages
from app.desk.rating_links import RatingLinks
from app.desk.scrub import Scrubber
from app.desk.targets import load_desk
from app.domain.conversation import Conversation
from app.domain.course import Courses
from app.domain.desk_ports import Cases, EventLog, Roster
from app.domain.draft import Tone
from app.domain.knowledge import Audience, Document
from app.domain.limits import RateLimiter
from app.domain.look import Looks
from app.domain.observation import Metrics, Observer, Observers
from app.domain.outcome import Event, Outcome, OutcomeEvent, SentenceEvent, StepEvent, relayed
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChunkIndex, ConversationStore
from app.domain.rating import Ratings
from app.domain.site import Site
from app.domain.states import SILENT
from app.errors import KotaeError, NotFound
from app.settings import ROOT, Settings
from tests.builders import NOON, VERSIONS, document, draft, outcome, trace
from tests.scripted_replies import ScriptedReplies

SITE = load_site(ROOT / "site.toml")


@dataclass
class ScriptedPipeline:
    """Answers everything with one cited article, as the real one does: question and answer are stored.

    `breaks`: raised after the first sentence. `pause`: seconds before every sentence.
    """

    store: ConversationStore
    breaks: Exception | None = None
    pause: float = 0.0
    asked: list[str] = field(default_factory=list)

    async def answer(
        self,
        conversation: Conversation,
        text: str,
        audience: Audience = Audience.PUBLIC,
        redactor: Redactor | None = None,
        by: tuple[str, ...] = (),
    ) -> AsyncIterator[Event]:
        self.asked.append(text)
        message = self.store.add_question(conversation.id, text)
        if self.store.state(conversation.id) in SILENT:
            yield OutcomeEvent(outcome=relayed(message.id, conversation.locale, "p1", "r1"))
            return
        yield StepEvent(name="retrieve")
        said = self._outcome()
        for sentence in said.sentences:
            await asyncio.sleep(self.pause)
            yield SentenceEvent(sentence=sentence, citations=said.citations)
            if self.breaks:
                raise self.breaks
        self.store.add_answer(conversation.id, said, trace(conversation.id, said.trace_id, text))
        yield OutcomeEvent(outcome=said)

    def _outcome(self) -> Outcome:
        return outcome(message_id=uuid4().hex, trace_id=uuid4().hex)


@dataclass
class ScriptedIndex:
    """`versions`: articles by index version, the last version being served. `error`: why none can be."""

    versions: dict[str, list[Document]]
    error: KotaeError | None = None

    def current(self) -> ChunkIndex:
        if self.error:
            raise self.error
        version, articles = list(self.versions.items())[-1]
        about = {"version": version, "created_at": NOON, "documents": len(articles), "chunks": 0, "skipped": ()}
        return cast(ChunkIndex, SimpleNamespace(manifest=SimpleNamespace(**about)))

    def document(self, document_id: str, version: str | None = None) -> tuple[Document, str]:
        version = version or self.current().manifest.version
        for article in self.versions.get(version, []):
            if article.id == document_id:
                return article, version
        raise NotFound("There is no such article.")


class PlainPasswords:
    """The fake: fast."""

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def fits(self, password: str, stored: str | None) -> bool:
        return stored == self.hash(password)


@dataclass
class ScriptedServices:
    settings: Settings
    site: Site
    clock: FixedClock
    store: ConversationStore
    events: EventLog
    messages: Messages
    index: ScriptedIndex
    redactor: Redactor
    pipeline: ScriptedPipeline
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


def scripted_services(store: MemoryConversationStore | SqlConversationStore | None = None) -> ScriptedServices:
    clock = FixedClock(NOON)
    kept = store or MemoryConversationStore(clock)
    settings = Settings(home=Path("var"))
    index = ScriptedIndex({VERSIONS.index: [document()]})
    redactor = Redactor(ListedPii({}), MemoryVault(), MemoryVault)
    people = MemoryPeople(clock)
    if isinstance(kept, MemoryConversationStore):
        events: EventLog = kept.events
        cases: Cases = MemoryCases(kept)
        roster: Roster = MemoryRoster(people, MemoryCases(kept))
    else:
        events, cases, roster = SqlEventLog(kept._engine), SqlCases(kept._engine), SqlRoster(kept._engine, clock)
    desk = Desk(cases, roster, SITE, load_desk(), clock)
    sign_in = SignIn(people, PlainPasswords(), clock, timedelta(hours=12))
    pipeline, audit, limiter = ScriptedPipeline(kept), MemoryAuditTrail(clock), MemoryRateLimiter()
    staff = (people, sign_in, MemoryApiTokens(clock), audit)
    metrics = PrometheusMetrics()
    seen, messages = (Observers([metrics]), metrics), scripted_messages(kept, events, clock)
    return ScriptedServices(
        settings,
        SITE,
        clock,
        kept,
        events,
        messages,
        index,
        redactor,
        pipeline,
        *staff,
        limiter,
        *seen,
        desk,
        scripted_drafting(clock),
        MemoryLooks(clock),
        _courses(kept, messages),
    )


def _courses(store: MemoryConversationStore | SqlConversationStore, messages: Messages) -> Courses:
    if isinstance(store, SqlConversationStore):
        return SqlCourses(store._engine)
    assert isinstance(messages.ratings, MemoryRatings)
    return MemoryCourses(store, messages.ratings)


def scripted_messages(
    store: MemoryConversationStore | SqlConversationStore, events: EventLog, clock: FixedClock
) -> Messages:
    """Nobody is told outside the page."""
    outbox = MemoryOutbox(clock)
    ratings: Ratings
    if isinstance(store, MemoryConversationStore):
        ratings = MemoryRatings(clock, store.events)
    else:
        ratings = SqlRatings(store._engine, clock)
    return Messages(outbox, Dispatch(events, outbox, [], clock), ratings, RatingLinks(lambda: [b"k" * 32]))


def scripted_drafting(clock: FixedClock) -> Drafting:
    """Its drafts answer from one public article and one for staff."""
    replies = ScriptedReplies(draft(staff="担当者が発行できるお詫びクーポンは1件3,000円までです。"))
    store, learnings = MemoryDrafts(), MemoryLearnings()
    scrubber = Scrubber(ListedPii({}), MemoryVault())
    drafts, tones = Drafts(replies, store, learnings, scrubber, clock), frozenset({Tone.PLAIN})
    return Drafting(replies, drafts, store, MemoryMacros(), learnings, scrubber, tones)

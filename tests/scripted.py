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
from app.adapters.clock import FixedClock
from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.people_memory import MemoryPeople
from app.adapters.pii_listed import ListedPii
from app.adapters.site_file import load_site
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.domain.conversation import Conversation
from app.domain.knowledge import Audience, Document
from app.domain.limits import RateLimiter
from app.domain.outcome import Event, Outcome, OutcomeEvent, SentenceEvent, StepEvent
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChunkIndex, ConversationStore
from app.domain.site import Site
from app.errors import KotaeError, NotFound
from app.settings import ROOT, Settings
from tests.builders import NOON, VERSIONS, document, outcome, trace

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
        self.store.add_question(conversation.id, text)
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
    index: ScriptedIndex
    redactor: Redactor
    pipeline: ScriptedPipeline
    people: People
    sign_in: SignIn
    api_tokens: ApiTokens
    audit: AuditTrail
    limiter: RateLimiter
    provider: IdentityProvider | None = None


def scripted_services(store: ConversationStore | None = None) -> ScriptedServices:
    clock = FixedClock(NOON)
    kept = store or MemoryConversationStore(clock)
    settings = Settings(home=Path("var"))
    index = ScriptedIndex({VERSIONS.index: [document()]})
    redactor = Redactor(ListedPii({}), MemoryVault(), MemoryVault)
    people = MemoryPeople(clock)
    sign_in = SignIn(people, PlainPasswords(), clock, timedelta(hours=12))
    pipeline, audit, limiter = ScriptedPipeline(kept), MemoryAuditTrail(clock), MemoryRateLimiter()
    staff = (people, sign_in, MemoryApiTokens(clock), audit)
    return ScriptedServices(settings, SITE, clock, kept, index, redactor, pipeline, *staff, limiter)

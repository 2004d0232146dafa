"""What routes are given, by name: the services, the reader's language, the conversation whose token they hold."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from app.access.sign_in import SignIn
from app.answering.redact import Redactor
from app.desk.desk import Desk
from app.desk.drafting import Drafting
from app.desk.messages import Messages
from app.domain.conversation import Conversation
from app.domain.course import Courses
from app.domain.desk_ports import EventLog
from app.domain.knowledge import Audience, Document
from app.domain.limits import RateLimiter
from app.domain.look import Looks
from app.domain.observation import Metrics, Observer
from app.domain.outcome import Event, Language
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import ChunkIndex, Clock, ConversationStore
from app.domain.site import Site
from app.errors import NotFound
from app.settings import Settings
from app.web.language import reader_language

COOKIE = "kotae_chat"  # "<conversation id>.<token>": how the page of this service knows its conversation
_COOKIE_SECONDS = 30 * 24 * 3600
_RECENT = 24  # messages: more than a question is understood with (see app.answering.condense)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Answers(Protocol):
    def answer(
        self,
        conversation: Conversation,
        text: str,
        audience: Audience = ...,
        redactor: Redactor | None = ...,
        by: tuple[str, ...] = ...,
    ) -> AsyncIterator[Event]: ...


class Index(Protocol):
    def current(self) -> ChunkIndex: ...

    def document(self, document_id: str, version: str | None = None) -> tuple[Document, str]: ...


class Services(Protocol):
    """The part of `app.bootstrap.Services` that the web needs."""

    @property
    def settings(self) -> Settings: ...
    @property
    def site(self) -> Site: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def store(self) -> ConversationStore: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def index(self) -> Index: ...
    @property
    def redactor(self) -> Redactor: ...
    @property
    def pipeline(self) -> Answers: ...
    @property
    def people(self) -> People: ...
    @property
    def api_tokens(self) -> ApiTokens: ...
    @property
    def audit(self) -> AuditTrail: ...
    @property
    def sign_in(self) -> SignIn: ...
    @property
    def provider(self) -> IdentityProvider | None: ...
    @property
    def limiter(self) -> RateLimiter: ...
    @property
    def observer(self) -> Observer: ...
    @property
    def metrics(self) -> Metrics | None: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def drafting(self) -> Drafting: ...
    @property
    def looks(self) -> Looks: ...
    @property
    def courses(self) -> Courses: ...


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def language_of(request: Request) -> Language:
    """The conversation's once one was found for this request, else what the reader's browser says."""
    locale: Language | None = getattr(request.state, "locale", None)
    return locale or reader_language(request, services_of(request).settings.default_locale)


async def _services(request: Request) -> Services:
    """FastAPI would call what is not async in a worker thread, and customers may hold them all."""
    return services_of(request)


async def _language(request: Request) -> Language:
    return language_of(request)


ServicesDep = Annotated[Services, Depends(_services)]
LanguageDep = Annotated[Language, Depends(_language)]


def is_same_origin(request: Request) -> bool:
    """Whether a page of this service made the request, as its browser tells; others cannot make a browser say so."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from:
        return fetched_from == "same-origin"  # "none", say an address that was typed, is no page's
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


async def require_same_origin(request: Request) -> None:
    if not is_same_origin(request):
        raise HTTPException(403)


def cookie_credentials(request: Request) -> tuple[str, str] | None:
    """Conversation id and token of the page's cookie; to change anything, only for a page of this service."""
    if request.method not in {"GET", "HEAD"} and not is_same_origin(request):
        return None
    conversation_id, _, token = request.cookies.get(COOKIE, "").partition(".")
    return (conversation_id, token) if _ID.fullmatch(conversation_id) and token else None


def set_cookie(request: Request, response: Response, conversation: Conversation, token: str) -> None:
    response.set_cookie(
        COOKIE,
        f"{conversation.id}.{token}",
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def token_of(request: Request, conversation_id: str) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    own = cookie_credentials(request)
    return own[1] if own and own[0] == conversation_id else ""


class _Held:
    """The conversation whose token a request carries, with its last messages only where not all are needed."""

    def __init__(self, last: int | None = None) -> None:
        self._last = last

    def __call__(self, conversation_id: str, request: Request, services: ServicesDep) -> Conversation:
        """Raises NotFound alike for an unknown id, a wrong token and none."""
        token = token_of(request, conversation_id)
        if not _ID.fullmatch(conversation_id) or not token:
            raise NotFound("There is no such conversation.")
        conversation = services.store.get(conversation_id, token, self._last)
        request.state.locale = conversation.locale
        return conversation


def _cookie_conversation(request: Request, services: ServicesDep) -> Conversation | None:
    own = cookie_credentials(request)
    try:
        return services.store.get(*own) if own else None
    except NotFound:
        return None  # of a database that is gone: the page begins anew


ConversationDep = Annotated[Conversation, Depends(_Held())]
RecentConversationDep = Annotated[Conversation, Depends(_Held(_RECENT))]
CookieConversationDep = Annotated[Conversation | None, Depends(_cookie_conversation)]

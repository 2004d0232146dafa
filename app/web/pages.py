"""What each template is given: `page`, one of these contexts, and `w`, the strings in the page's language.

Templates and contexts: chat.html ChatPage · source.html SourcePage · not_ready.html NotReadyPage · privacy.html
PrivacyPage · signin.html SignInPage · resend.html ResendPage · invite.html InvitationPage · admin.html AdminPage ·
audit.html AuditPage · 403.html, 404.html and 500.html Page. Static files: `asset("chat.css")` is an address that
changes with the file's content.

The page's scripts speak to `/api/v1/...` as the cookie's conversation, so they need no token. While
`conversation_id` is None they first `POST /api/v1/conversations` (`{"locale": …}`), which sets the cookie and returns
the id.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.desk.details import Question, question
from app.desk.hours import SupportHours
from app.desk.notice import date_words, reply_notice, short_date, time_words
from app.domain.audit import Act, AuditEntry
from app.domain.conversation import Conversation, Message, Role
from app.domain.desk import State
from app.domain.knowledge import BlockKind, Document
from app.domain.outcome import Language, Outcome
from app.domain.people import User
from app.domain.site import Site
from app.settings import Settings
from app.web.privacy import greeting_words
from app.words import words


@dataclass(frozen=True, slots=True)
class Page:
    lang: Language
    shop: str
    phone: str
    timezone: str


@dataclass(frozen=True, slots=True)
class PrivacyPage(Page):
    """`sends_away`: a model on another machine writes the answers; `searches_away`: one embeds the questions. `kept`:
    how long conversations are kept. `masks`: personal data is masked before anything sees a message."""

    sends_away: bool
    searches_away: bool
    kept: str
    masks: bool


@dataclass(frozen=True, slots=True)
class FormPage(Page):
    """`csrf`: the token that its forms carry."""

    csrf: str


@dataclass(frozen=True, slots=True)
class SignInPage(FormPage):
    """`then`: where to go afterwards. `kept`: fields of a form that is to be sent again there. `error`: the catalogue's
    key of what was wrong."""

    then: str
    kept: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    login: str = ""

    @property
    def kept_json(self) -> str:
        return json.dumps(self.kept) if self.kept else ""


@dataclass(frozen=True, slots=True)
class ResendPage(FormPage):
    """`fields`: what was to be sent to `action` when the session ended."""

    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InvitationPage(FormPage):
    login: str
    shortest: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class AdminPage(FormPage):
    """`link`: of an invitation just made. `error`: the catalogue's key of why something was not done."""

    users: tuple[User, ...]
    link: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPage(FormPage):
    """`people`: names by user id. `who`, `act`: what is filtered by. `broken_at`: the first line that does not fit."""

    entries: tuple[AuditEntry, ...]
    people: Mapping[str, str]
    who: str
    act: str
    broken_at: int | None

    @property
    def acts(self) -> tuple[str, ...]:
        return tuple(Act)


@dataclass(frozen=True, slots=True)
class NotReadyPage(Page):
    """`detail` says what is wrong and how to mend it, in English, for the people who run the site."""

    detail: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """`time` and `day` are on the site's clock: "14:26", "11月20日（金）"."""

    id: str
    role: Role
    text: str
    at: datetime
    time: str
    day: str
    outcome: Outcome | None
    helpful: bool | None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffView:
    """The open request; the API's answer to `POST …/handoff` has the same fields.

    `time` "14:40" and `day` "本日（日本時間）" or "11月24日（火）": when a reply is expected. `button`: what the human
    button reads meanwhile. `notice`: the whole sentence. `open`: the request was made within opening hours.
    `agent`: who has taken it. `asks`: the detail that is to be asked for now.
    """

    ticket_id: str
    requested_at: datetime
    expected_reply_at: datetime
    contact: str | None
    open: bool
    notice: str
    time: str
    day: str
    button: str
    requested_time: str
    state: State = State.WAITING
    agent: str | None = None
    details: Mapping[str, str | None] = field(default_factory=dict)
    asks: Question | None = None


@dataclass(frozen=True, slots=True)
class ChatPage(Page):
    """`greeting`: its lines. `masks`: personal data is masked before anything sees a message. `error`: the catalogue's
    key of what went wrong with the form just posted; `draft`: the text it held. `is_locked`: the conversation can only
    be looked at."""

    greeting: tuple[str, ...]
    masks: bool
    conversation_id: str | None = None
    messages: tuple[MessageView, ...] = ()
    handoff: HandoffView | None = None
    suggestions: tuple[str, ...] = ()
    error: str | None = None
    draft: str = ""
    embed: bool = False
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A block of the article; `marked` is its part inside the quoted span, often empty."""

    kind: BlockKind
    level: int
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class SourcePage(Page):
    """`withdrawn`: no longer published. `outdated`: published, but changed since. Both are read as of `version`."""

    document: Document
    version: str
    withdrawn: bool
    outdated: bool
    blocks: tuple[SourceBlock, ...]
    number: int | None  # of the page that is quoted, where the article has pages


def site_facts(site: Site, lang: Language) -> tuple[Language, str, str, str]:
    """The fields that every `Page` begins with."""
    return lang, site.name[lang], site.contact.phone, site.time_zone.key


def handoff_view(conversation: Conversation, site: Site) -> HandoffView | None:
    """As of the moment the request was made: what was promised then is not reworded later."""
    request, lang = conversation.handoff, conversation.locale
    if request is None:
        return None
    expected = request.expected_reply_at
    is_today = expected.astimezone(site.time_zone).date() == request.requested_at.astimezone(site.time_zone).date()
    w = words(lang)
    time, day = time_words(expected, site), date_words(expected, site, lang)
    short_day = short_date(expected, site, lang)
    return HandoffView(
        ticket_id=request.ticket_id,
        requested_at=request.requested_at,
        expected_reply_at=expected,
        contact=request.contact,
        open=SupportHours(site).is_open(request.requested_at),
        notice=reply_notice(request.requested_at, expected, site, lang),
        time=time,
        day=w("today", zone=site.time_zone_name[lang]) if is_today else day,
        button=w("by_time", time=time) if is_today else w("by_day_time", day=short_day, time=time),
        requested_time=time_words(request.requested_at, site),
        state=conversation.state,
        agent=request.agent,
        details=dict(request.details),
        asks=question(conversation, lang),
    )


def message_view(message: Message, site: Site, lang: Language) -> MessageView:
    return MessageView(
        id=message.id,
        role=message.role,
        text=message.text,
        at=message.at,
        time=time_words(message.at, site),
        day=date_words(message.at, site, lang),
        outcome=message.outcome,
        helpful=message.helpful,
        author=message.author,
    )


def chat_page(
    site: Site, settings: Settings, lang: Language, conversation: Conversation | None, error: str | None = None,
    draft: str = "", embed: bool = False,
) -> ChatPage:  # fmt: skip
    messages = conversation.messages if conversation else ()
    return ChatPage(
        *site_facts(site, lang),
        greeting=greeting_words(settings, lang),
        masks=settings.redaction,
        conversation_id=conversation.id if conversation else None,
        messages=tuple(message_view(message, site, lang) for message in messages),
        handoff=handoff_view(conversation, site) if conversation else None,
        suggestions=site.suggestions[lang],
        error=error,
        draft=draft,
        embed=embed,
        is_locked=conversation is not None and conversation.is_locked,
    )


def source_blocks(document: Document, start: int, end: int) -> tuple[SourceBlock, ...]:
    """The article's blocks, each cut where the span `start..end` begins and ends inside it."""
    blocks = []
    for block in document.blocks:
        first, last = (min(max(edge, block.start), block.end) for edge in (start, end))
        text = document.text
        blocks.append(
            SourceBlock(block.kind, block.level, text[block.start : first], text[first:last], text[last : block.end])
        )
    return tuple(blocks)

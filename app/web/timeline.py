"""A conversation's events as its customer sees them: who speaks, what a person wrote, and a line where that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from app.desk.notice import date_words, time_words
from app.domain.conversation import Conversation, Role
from app.domain.desk import State
from app.domain.events import ConversationEvent, EventKind
from app.domain.outcome import Language
from app.domain.site import Site
from app.web.deps import Services
from app.web.pages import Entry, HandoffView, handoff_view, message_view
from app.web.payloads import EventShown, HandoffShown, SpokenShown
from app.words import words

_EVERYTHING = 100_000
_LEADS_TO = {
    EventKind.HANDOFF_OFFERED: State.OFFERED,
    EventKind.OFFER_DECLINED: State.BOT,
    EventKind.HANDOFF_CREATED: State.WAITING,
    EventKind.HANDOFF_WITHDRAWN: State.BOT,
    EventKind.AGENT_JOINED: State.WITH_AGENT,
    EventKind.AGENT_LEFT: State.WAITING,
    EventKind.HANDOFF_RETURNED: State.BOT,
    EventKind.TICKET_RESOLVED: State.RESOLVED,
    EventKind.TICKET_REOPENED: State.REOPENED,
}
_LINES = {
    EventKind.OFFER_DECLINED: "offer_declined",
    EventKind.HANDOFF_WITHDRAWN: "withdrawn_handoff",
    EventKind.AGENT_JOINED: "agent_joined",
    EventKind.AGENT_LEFT: "agent_left",
    EventKind.HANDOFF_RETURNED: "handoff_returned",
    EventKind.TICKET_RESOLVED: "ticket_resolved",
    EventKind.TICKET_REOPENED: "ticket_reopened",
    EventKind.REPLY_DELAYED: "reply_delayed",
}
_ENDS = {EventKind.HANDOFF_CREATED, EventKind.HANDOFF_WITHDRAWN, EventKind.HANDOFF_RETURNED}  # of a person's part


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands after the events up to `number`. `agent`: the id of who has it, or had it last;
    `rated`: the current ticket, `ticket`, was rated."""

    number: int = 0
    state: State = State.BOT
    agent: str | None = None
    ticket: str | None = None
    rated: bool = False

    def after(self, event: ConversationEvent) -> "Standing":
        agent = None if event.kind in _ENDS else self.agent
        rated = self.rated or (event.kind is EventKind.CSAT_GIVEN and "ticket_id" in event.data)
        return Standing(
            number=event.number,
            state=_LEADS_TO.get(event.kind, self.state),
            agent=event.data.get("user_id", agent) if event.kind is EventKind.AGENT_JOINED else agent,
            ticket=event.data.get("ticket_id", self.ticket),
            rated=rated and event.kind is not EventKind.HANDOFF_CREATED,
        )

    @property
    def may_rate(self) -> bool:
        return self.state is State.RESOLVED and not self.rated


def standing_of(events: Iterable[ConversationEvent]) -> Standing:
    standing = Standing()
    for event in events:
        standing = standing.after(event)
    return standing


def all_events(services: Services, conversation_id: str) -> list[ConversationEvent]:
    return services.events.after(0, conversation_id, _EVERYTHING)


def names_of_staff(services: Services) -> Mapping[str, str]:
    return {user.id: user.name for user in services.people.users()}


def happened(services: Services, conversation: Conversation, lang: Language) -> dict[str, Any]:
    """What the page shows of a conversation, restored, beside its frame: fields of `ChatPage`."""
    events = all_events(services, conversation.id)
    standing = standing_of(events)
    told = Told(conversation, names_of_staff(services), services.site, lang)
    return {
        "entries": told.entries(events),
        "after": standing.number,
        "state": told.state(standing),
        "rates": standing.may_rate,
        "handoff": told.handoff(standing),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """Tells events of one conversation, restored, in its language. `names`: of staff, by id."""

    conversation: Conversation
    names: Mapping[str, str]
    site: Site
    lang: Language

    def event(self, event: ConversationEvent, standing: Standing) -> EventShown:
        """`standing`: with this event."""
        handoff = self.handoff(standing)
        return EventShown(
            number=event.number,
            kind=event.kind,
            at=event.at,
            state=self.state(standing),
            rates=standing.may_rate,
            line=self.line(event, standing),
            message=self._message(event, standing),
            handoff=HandoffShown(**asdict(handoff)) if handoff else None,
        )

    def entries(self, events: Sequence[ConversationEvent]) -> tuple[Entry, ...]:
        """The page's log: messages, lines, and where the card stands. Messages older than the event log come first."""
        said = {message.id: message for message in self.conversation.messages}
        entries, standing = list[Entry](), Standing()
        for event in events:
            standing = standing.after(event)
            message = said.pop(event.data.get("message_id", ""), None) if _is_message(event) else None
            if message:
                view = message_view(message, self.site, self.lang)
                entries.append(Entry(replace(view, name=self.name(standing) if message.role is Role.AGENT else None)))
            elif line := self.line(event, standing):
                entries.append(Entry(line=line))
            elif event.kind is EventKind.HANDOFF_CREATED:
                entries.append(Entry(card=True))
        older = [Entry(message_view(message, self.site, self.lang)) for message in said.values()]
        return (*older, *entries)

    def state(self, standing: Standing) -> State:
        """A request that is older than the event log waits, too."""
        has_asked = standing.state is State.BOT and self.conversation.handoff is not None
        return State.WAITING if has_asked else standing.state

    def handoff(self, standing: Standing) -> HandoffView | None:
        request = self.conversation.handoff
        view = handoff_view(request, self.site, self.lang) if request else None
        return replace(view, agent=self.name(standing)) if view else None

    def name(self, standing: Standing) -> str | None:
        return self.names.get(standing.agent, words(self.lang)["agent"]) if standing.agent else None

    def line(self, event: ConversationEvent, standing: Standing) -> str | None:
        w, key = words(self.lang), _LINES.get(event.kind)
        if key is None:
            return None
        if event.kind in (EventKind.AGENT_JOINED, EventKind.AGENT_LEFT):
            return w(key, name=self.names.get(event.data.get("user_id", ""), w["agent"]))
        if event.kind is EventKind.REPLY_DELAYED:
            return w(key, when=self._when(event))
        return w[key]

    def _when(self, event: ConversationEvent) -> str:
        expected, w = datetime.fromisoformat(event.data["expected_reply_at"]), words(self.lang)
        time, day = time_words(expected, self.site), date_words(expected, self.site, self.lang)
        is_today = date_words(event.at, self.site, self.lang) == day
        return w("when_today", time=time) if is_today else w("when_on", day=day, time=time)

    def _message(self, event: ConversationEvent, standing: Standing) -> SpokenShown | None:
        if not _is_message(event):
            return None
        for message in self.conversation.messages:
            if message.id == event.data.get("message_id"):
                name = (self.name(standing) or words(self.lang)["agent"]) if message.role is Role.AGENT else None
                time = time_words(message.at, self.site)
                return SpokenShown(
                    id=message.id, role=message.role, text=message.text, at=message.at, name=name, time=time
                )
        return None


def _is_message(event: ConversationEvent) -> bool:
    return event.kind is EventKind.MESSAGE_CREATED

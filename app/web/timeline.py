"""A conversation's events as its customer sees them: what a person wrote, and a line wherever something changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.desk.notice import date_words, time_words
from app.domain.conversation import Conversation, Message, Role
from app.domain.desk import State
from app.domain.events import ConversationEvent, EventKind
from app.domain.outcome import Language
from app.domain.site import Site
from app.web.deps import Services
from app.web.pages import Entry, HandoffView, handoff_view, message_view
from app.web.payloads import EventShown, HandoffShown, SpokenShown
from app.words import words

_EVERYTHING = 100_000
_OPEN = frozenset({State.WAITING, State.WITH_AGENT, State.REOPENED})  # a person has the conversation, or will
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


@dataclass(frozen=True, slots=True)
class Timeline:
    """Tells events of one conversation, which is restored. `names`: of staff, by id; `rates`: a rating is asked for."""

    conversation: Conversation
    names: Mapping[str, str]
    rates: bool
    site: Site
    lang: Language

    @property
    def handoff(self) -> HandoffView | None:
        """The request, while it is open."""
        return handoff_view(self.conversation, self.site) if self.conversation.state in _OPEN else None

    def event(self, event: ConversationEvent) -> EventShown:
        """State, request and rating are as they are now: of several events that are read at once, all say the same."""
        message, handoff = self._message(event), self.handoff
        return EventShown(
            number=event.number,
            kind=event.kind,
            at=event.at,
            state=self.conversation.state,
            rates=self.rates,
            line=self._line(event),
            message=self._spoken(message) if message else None,
            handoff=HandoffShown(**asdict(handoff)) if handoff else None,
        )

    def entries(self, events: Sequence[ConversationEvent]) -> tuple[Entry, ...]:
        """The page's log: messages, lines, and where the card stands. Messages older than the event log come first."""
        said = {message.id: message for message in self.conversation.messages}
        entries: list[Entry] = []
        for event in events:
            message = said.pop(event.data.get("message_id", ""), None) if _is_message(event) else None
            if message:
                entries.append(Entry(message_view(message, self.site, self.lang)))
            elif line := self._line(event):
                entries.append(Entry(line=line))
            elif event.kind is EventKind.HANDOFF_CREATED:
                entries.append(Entry(card=True))
        older = [Entry(message_view(message, self.site, self.lang)) for message in said.values()]
        return (*older, *entries)

    def _line(self, event: ConversationEvent) -> str | None:
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

    def _message(self, event: ConversationEvent) -> Message | None:
        name = event.data.get("message_id") if _is_message(event) else None
        return next((message for message in self.conversation.messages if message.id == name), None)

    def _spoken(self, message: Message) -> SpokenShown:
        name = (message.author or words(self.lang)["agent"]) if message.role is Role.AGENT else None
        time = time_words(message.at, self.site)
        return SpokenShown(id=message.id, role=message.role, text=message.text, at=message.at, name=name, time=time)


def timeline_of(services: Services, conversation: Conversation, lang: Language) -> Timeline:
    """`conversation` is restored."""
    names = {user.id: user.name for user in services.people.users()}
    return Timeline(conversation, names, may_rate(services, conversation), services.site, lang)


def may_rate(services: Services, conversation: Conversation) -> bool:
    """Once a ticket is resolved, and once only."""
    request = conversation.handoff
    if request is None or conversation.state is not State.RESOLVED:
        return False
    return request.ticket_id not in {
        rating.ticket_id for rating in services.messages.ratings.of_conversation(conversation.id)
    }


def happened(services: Services, conversation: Conversation, lang: Language) -> dict[str, Any]:
    """What the page shows of a conversation, restored, beside its frame: fields of `ChatPage`."""
    events = services.events.after(0, conversation.id, _EVERYTHING)
    told = timeline_of(services, conversation, lang)
    return {
        "entries": told.entries(events),
        "after": events[-1].number if events else 0,
        "state": conversation.state,
        "rates": told.rates,
        "handoff": told.handoff,
    }


def _is_message(event: ConversationEvent) -> bool:
    return event.kind is EventKind.MESSAGE_CREATED

"""A conversation as an agent reads it: what was said, what happened between, and notes of colleagues, in one order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.desk.notice import time_words
from app.domain.conversation import Conversation, Message, Role
from app.domain.events import ConversationEvent, EventKind
from app.domain.outcome import Kind, Language
from app.domain.site import Site
from app.domain.text import detect_language
from app.domain.ticket import Note
from app.web.inbox_views import Part, TurnView
from app.web.inbox_words import parts
from app.words import words

_TOLD = {
    EventKind.HANDOFF_OFFERED: "desk_event_offered",
    EventKind.OFFER_DECLINED: "desk_event_declined",
    EventKind.HANDOFF_WITHDRAWN: "desk_event_withdrawn",
    EventKind.HANDOFF_RETURNED: "desk_event_returned",
    EventKind.TICKET_RESOLVED: "desk_event_resolved",
    EventKind.TICKET_REOPENED: "desk_event_reopened",
}
_KINDS = {Role.CUSTOMER: "customer", Role.ASSISTANT: "ai", Role.AGENT: "agent"}


class Teller:
    """For one reader; `staff` are names by user id."""

    def __init__(self, site: Site, lang: Language, staff: Mapping[str, str]) -> None:
        self._site = site
        self._lang = lang
        self._staff = staff

    def turns(
        self, conversation: Conversation, events: Iterable[ConversationEvent], notes: Sequence[Note]
    ) -> tuple[TurnView, ...]:
        """In order of time; a turn's position is that of its message, counted from 0 as summaries count them."""
        said = [
            self.message(message, position)
            for position, message in enumerate(conversation.messages)
            if not message.outcome or message.outcome.kind is not Kind.RELAYED
        ]
        told = [line for event in events if (line := self.event(event))]
        return tuple(sorted([*said, *told, *map(self.note, notes)], key=lambda turn: turn.at))

    def message(self, message: Message, position: int) -> TurnView:
        w = words(self._lang)
        name = {
            Role.CUSTOMER: w["desk_customer"],
            Role.ASSISTANT: w["desk_assistant"],
            Role.AGENT: message.author or w["desk_somebody"],
        }[message.role]
        outcome = message.outcome
        return TurnView(
            kind=_KINDS[message.role],
            name=name,
            time=time_words(message.at, self._site),
            at=message.at,
            # What looks like a token in an answer that cites is an article's.
            parts=(Part(message.text),) if outcome and outcome.citations else parts(message.text, self._lang),
            lang=detect_language(message.text, self._lang),
            position=position,
            citations=outcome.citations if outcome else (),
            version=outcome.versions.index if outcome else "",
        )

    def note(self, note: Note) -> TurnView:
        return TurnView(
            kind="note",
            name=note.author,
            time=time_words(note.at, self._site),
            at=note.at,
            parts=parts(note.text, self._lang),
            lang=detect_language(note.text, self._lang),
        )

    def event(self, event: ConversationEvent) -> TurnView | None:
        """None for what its turn or the ticket tells already."""
        text = self._event_words(event)
        if text is None:
            return None
        return TurnView("event", "", time_words(event.at, self._site), event.at, (Part(text),), self._lang)

    def _event_words(self, event: ConversationEvent) -> str | None:
        w = words(self._lang)
        if event.kind in _TOLD:
            return w[_TOLD[event.kind]]
        name = self._staff.get(event.data.get("user_id", ""), w["desk_somebody"])
        match event.kind:
            case EventKind.HANDOFF_CREATED:
                return w("desk_event_handoff", cause=w[f"cause_{event.data['cause']}"])
            case EventKind.AGENT_JOINED:
                return w("desk_event_joined", name=name)
            case EventKind.AGENT_LEFT:
                return w("desk_event_left", name=name)
            case EventKind.REPLY_DELAYED:
                expected = datetime.fromisoformat(event.data["expected_reply_at"])
                return w("desk_event_delayed", time=time_words(expected, self._site))
        return None

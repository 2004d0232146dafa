"""An event log for tests, with events of one conversation under numbers that a test chooses."""

from dataclasses import dataclass, field

from app.domain.events import ConversationEvent, EventKind
from tests.builders import NOON


@dataclass
class ListedEvents:
    events: list[ConversationEvent] = field(default_factory=list)

    def after(self, number: int, conversation_id: str | None = None, limit: int = 200) -> list[ConversationEvent]:
        found = [
            event for event in self.events if event.number > number and conversation_id in (None, event.conversation_id)
        ]
        return sorted(found, key=lambda event: event.number)[:limit]

    def latest(self) -> int:
        return max((event.number for event in self.events), default=0)

    def add(self, number: int, kind: EventKind = EventKind.MESSAGE_CREATED, **data: str) -> ConversationEvent:
        event = ConversationEvent(number, "c-1", NOON, kind, data)
        self.events.append(event)
        return event

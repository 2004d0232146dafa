"""The fake log of what happened: everything in this process, gone when it ends."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from app.domain.events import ConversationEvent, EventKind


@dataclass
class MemoryEventLog:
    _events: list[ConversationEvent] = field(default_factory=list)
    _last: int = 0
    _lock: Lock = field(default_factory=Lock)

    def after(self, number: int, conversation_id: str | None = None, limit: int = 200) -> list[ConversationEvent]:
        later = [event for event in self._events if event.number > number]
        return [event for event in later if conversation_id in (None, event.conversation_id)][:limit]

    def latest(self) -> int:
        return self._events[-1].number if self._events else 0

    def add(self, conversation_id: str, at: datetime, kind: EventKind, data: dict[str, str] | None = None) -> None:
        with self._lock:
            self._last += 1
            self._events.append(ConversationEvent(self._last, conversation_id, at, kind, data or {}))

    def forget(self, conversation_id: str) -> None:
        self._events = [event for event in self._events if event.conversation_id != conversation_id]

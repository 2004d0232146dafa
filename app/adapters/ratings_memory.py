"""The fake of where ratings are kept: a dictionary in this process."""

from dataclasses import dataclass, field
from threading import Lock

from app.adapters.events_memory import MemoryEventLog
from app.domain.events import EventKind
from app.domain.ports import Clock
from app.domain.rating import Rating
from app.errors import Conflict


@dataclass
class MemoryRatings:
    clock: Clock
    events: MemoryEventLog
    _kept: dict[str, Rating] = field(default_factory=dict)  # by ticket
    _lock: Lock = field(default_factory=Lock)

    def rate(self, conversation_id: str, ticket_id: str, score: int, comment: str | None) -> Rating:
        with self._lock:
            if ticket_id in self._kept:
                raise Conflict("This request was rated already.")
            rating = Rating(ticket_id, conversation_id, score, comment, self.clock.now())
            self._kept[ticket_id] = rating
        self.events.add(conversation_id, rating.at, EventKind.CSAT_GIVEN, {"ticket_id": ticket_id})
        return rating

    def of_conversation(self, conversation_id: str) -> list[Rating]:
        return [each for each in self._kept.values() if each.conversation_id == conversation_id]

"""The fake notifier: it remembers what it told, and refuses what it is told to refuse."""

from dataclasses import dataclass, field

from app.domain.delivery import Delivery
from app.domain.events import ConversationEvent
from app.errors import NotDelivered


@dataclass
class MemoryNotifier:
    """`refusals`: raised instead, one a try."""

    target: str = "memory"
    told: list[tuple[str, int]] = field(default_factory=list)  # delivery id, number of the event
    refusals: list[NotDelivered] = field(default_factory=list)

    def wants(self, event: ConversationEvent) -> bool:
        return True

    async def send(self, delivery: Delivery, event: ConversationEvent) -> bool:
        if self.refusals:
            raise self.refusals.pop(0)
        self.told.append((delivery.id, event.number))
        return True

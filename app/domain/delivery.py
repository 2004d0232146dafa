"""What is told outside the page: mail to a customer, signed web hooks to an operator's programs; and their ports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.events import ConversationEvent


class DeliveryState(StrEnum):
    QUEUED = "queued"  # to be sent at `due_at`, for the first time or once more
    SENT = "sent"
    SKIPPED = "skipped"  # there was nobody to tell: no address for mail was left
    DEAD = "dead"  # refused, or tried too often: only by hand it is tried again


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one target. `id` stays the same however often it is sent: receivers know it by that.

    `target` is a name of ours without secrets. `problem`: why the last try failed, without anything personal.
    """

    id: str
    event: int
    kind: str
    conversation_id: str
    target: str
    created_at: datetime
    due_at: datetime
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    problem: str = ""


class Notifier(Protocol):
    """Tells events to somebody outside the page. What the customer's page shows, it reads from the event log itself."""

    @property
    def target(self) -> str:
        """A name of at most 128 characters that stays the same while the target does; holds no secret."""
        ...

    def wants(self, event: ConversationEvent) -> bool: ...

    async def send(self, delivery: Delivery, event: ConversationEvent) -> bool:
        """False when there is nobody to tell. Ends within a minute. Raises NotDelivered."""
        ...


class Outbox(Protocol):
    """Deliveries, durably; they go with their conversation. Safe between processes. Methods block."""

    def cursor(self, target: str, begin: int) -> int:
        """The number of the event up to which the target's deliveries are queued; a new target begins at `begin`."""
        ...

    def queue(self, target: str, deliveries: Sequence[Delivery], cursor: int) -> int:
        """In one transaction: those whose event has none yet for this target, and the cursor, which never goes back.

        Returns how many are new. One whose conversation was erased meanwhile is left out.
        """
        ...

    def claim(self, target: str, limit: int, lease: float) -> list[Delivery]:
        """Due ones, the longest due first, each to one caller alone for `lease` seconds. Counts as an attempt."""
        ...

    def settle(self, delivery: Delivery) -> bool:
        """Keep what became of a claimed one: state, due_at and problem. False when another has claimed it since."""
        ...

    def deliveries(
        self, state: DeliveryState | None = None, target: str | None = None, limit: int = 100
    ) -> list[Delivery]:
        """The newest first."""
        ...

    def redeliver(self, delivery_id: str) -> Delivery:
        """Due at once, with all its attempts anew. Raises NotFound, and Conflict while it is queued anyway."""
        ...

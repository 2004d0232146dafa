"""How a customer found what a person did for them (CSAT), and the port of where it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rating:
    """`score`: 1 (poor) to 5 (very good); `comment` has tokens for personal data."""

    ticket_id: str
    conversation_id: str
    score: int
    comment: str | None
    at: datetime


class Ratings(Protocol):
    """Durably, one for each ticket; they go with their conversation. Methods block."""

    def rate(self, conversation_id: str, ticket_id: str, score: int, comment: str | None) -> Rating:
        """Together with the event `csat.given`. Raises Conflict when the ticket was rated before, and NotFound for an
        unknown conversation."""
        ...

    def of_conversation(self, conversation_id: str) -> list[Rating]:
        """The oldest first."""
        ...

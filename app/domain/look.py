"""Who looks at which conversation at this moment, and up to when each agent has read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Look:
    """The latest of one agent at one conversation."""

    user_id: str
    conversation_id: str
    at: datetime
    is_typing: bool = False


class Looks(Protocol):
    """Methods block. They go when their conversation is erased."""

    def look(self, user_id: str, conversation_id: str, is_typing: bool = False) -> None:
        """Raises NotFound for an unknown conversation, where the store knows them."""
        ...

    def at(self, conversation_id: str) -> list[Look]:
        """Everybody's latest, by user."""
        ...

    def of(self, user_id: str) -> dict[str, datetime]:
        """When this agent looked last, by conversation."""
        ...

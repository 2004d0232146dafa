"""The boundaries of the house where the hand-off is concerned; see `app.domain.ports`."""

from typing import Protocol

from app.domain.events import ConversationEvent


class EventLog(Protocol):
    """What happened, durably; written by the stores together with what it tells. Methods block."""

    def after(self, number: int, conversation_id: str | None = None, limit: int = 200) -> list[ConversationEvent]:
        """Those with a greater number, in their order; of one conversation, where it is given.

        Numbers appear in order: once one was seen, no smaller one is added.
        """
        ...

    def latest(self) -> int:
        """The greatest number there is; 0 without any."""
        ...

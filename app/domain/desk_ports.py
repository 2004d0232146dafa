"""The desk, as far as an answer needs it."""

from typing import Protocol

from app.domain.conversation import Conversation
from app.domain.desk import Escalation
from app.domain.outcome import Handoff


class HandoffDesk(Protocol):
    """Takes conversations over from the machine. Methods block: call them in a worker thread."""

    def open(self, conversation: Conversation, escalation: Escalation) -> Handoff:
        """Hand the conversation to a person; one that is with the desk already keeps its ticket."""
        ...

    def offer(self, conversation: Conversation, escalation: Escalation) -> None:
        """Note that a person was offered."""
        ...

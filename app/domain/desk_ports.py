"""The boundaries of the house where the hand-off is concerned; see `app.domain.ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.conversation import Conversation
from app.domain.desk import Escalation
from app.domain.events import ConversationEvent
from app.domain.outcome import Handoff, Language
from app.domain.ticket import Change, Note, Queued, Rule, Ticket


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


class HandoffDesk(Protocol):
    """Where the assistant hands a conversation over. Methods block."""

    def open(
        self,
        conversation: Conversation,
        escalation: Escalation,
        *,
        route: str | None = None,
        tenure: int | None = None,
    ) -> Handoff:
        """A ticket, or the one that is open already; the conversation waits for a person from now on.

        `route` names the skill it takes, `tenure` the years as a customer."""
        ...

    def offer(self, conversation: Conversation, escalation: Escalation) -> None:
        """The customer is asked whether they want a person."""
        ...


class Cases(Protocol):
    """Conversations as the desk sees them, durably. Methods block."""

    def change(self, conversation_id: str, rule: Rule) -> Change:
        """What `rule` makes of the case as it is now, kept in one transaction: two that change one case take turns.

        Gives the change as it was kept, its ticket with an id. Raises NotFound, and whatever `rule` does: then nothing
        is kept.
        """
        ...

    def ticket(self, ticket_id: str) -> Ticket:
        """Closed ones too. Raises NotFound."""
        ...

    def queue(self, is_open: bool = True, limit: int = 1000) -> Sequence[Queued]:
        """Tickets that a person still has to do something for, the oldest first; or those that are resolved or closed,
        the newest first."""
        ...

    def earlier(self, conversation_id: str) -> list[Queued]:
        """Tickets of other conversations of the same customer, where the site has signed who it is; newest first."""
        ...

    def notes(self, conversation_id: str) -> list[Note]:
        """In order of time."""
        ...

    def recent_waits(self, skill: str | None, limit: int) -> list[tuple[datetime, datetime]]:
        """(requested, first replied) of the tickets of that skill which were replied to last."""
        ...


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with the role `agent`. No `skills` or no `languages`: all of them. `load`: how many tickets they have
    that are not resolved; `assigned_at`: when they were given one last."""

    user_id: str
    name: str
    skills: frozenset[str]
    languages: frozenset[Language]
    seen_at: datetime | None
    load: int
    assigned_at: datetime | None


class Roster(Protocol):
    """Who works at the desk. Methods block."""

    def see(self, user_id: str) -> None:
        """They are there at this moment. Whoever is no member of staff is not noted."""
        ...

    def colleagues(self) -> list[Colleague]:
        """Whoever may sign in and has the role, by id."""
        ...

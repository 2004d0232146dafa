"""A ticket, and the conversation it is about as the desk sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.domain.conversation import HandoffRequest, Message
from app.domain.desk import Cause, State
from app.domain.events import EventKind
from app.domain.outcome import Language
from app.domain.states import Move, after


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 comes first."""
        return list(Priority).index(self)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One hand-off, from the request to its end. Tokens stand for personal data.

    `turn` (all turns counted from 0) and `score` (0..1) are the evidence for `cause`. `details` are what was collected,
    None where the customer would not say. `waiting_since`: the customer wrote then, and nobody has replied yet.
    `assigned_to` (a user id) and `agent` (the name customers see) say whose it is; `taken_at` that they have begun.
    `closed_at`: withdrawn, or handed back to the assistant; one that is resolved may be opened again.
    """

    id: str
    conversation_id: str
    cause: Cause
    priority: Priority
    language: Language
    requested_at: datetime
    expected_reply_at: datetime
    first_reply_due: datetime
    resolve_due: datetime
    skill: str | None = None
    topic: str | None = None
    turn: int | None = None
    score: float | None = None
    contact: str | None = None
    details: Mapping[str, str | None] = field(default_factory=dict)
    waiting_since: datetime | None = None
    assigned_to: str | None = None
    agent: str | None = None
    assigned_at: datetime | None = None
    taken_at: datetime | None = None
    first_replied_at: datetime | None = None
    resolved_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def request(self) -> HandoffRequest:
        """What its customer sees of it."""
        return HandoffRequest(
            self.id,
            self.requested_at,
            self.expected_reply_at,
            self.contact,
            self.withdrawn_at,
            self.agent if self.taken_at else None,
            self.details,
        )


@dataclass(frozen=True, slots=True)
class Note:
    """For colleagues; no customer ever sees it."""

    id: str
    user_id: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """What a change of the desk starts from and ends in. `ticket` is the one that is not closed. `last_customer`: which
    message of the conversation, counted from 1, is the customer's latest; 0 without any."""

    conversation_id: str
    state: State
    declined_offers: int = 0
    last_customer: int = 0
    ticket: Ticket | None = None

    def moved(self, move: Move, ticket: Ticket | None) -> "Case":
        """Raises Impossible."""
        return replace(self, state=after(self.state, move), ticket=ticket)


@dataclass(frozen=True, slots=True)
class Change:
    """What is kept, all or nothing; `case.ticket` has no id yet where it is new, and `events` get it from there."""

    case: Case
    at: datetime
    events: tuple[tuple[EventKind, dict[str, str]], ...] = ()
    reply: Message | None = None
    by: str | None = None  # the user id of who wrote the reply
    note: Note | None = None


Rule = Callable[[Case], Change]


@dataclass(frozen=True, slots=True, eq=False)
class Queued:
    """A ticket as a list shows it, as it was read at one moment. `subject`: what the customer wrote first; `latest`:
    last."""

    ticket: Ticket
    state: State
    channel: str
    subject: str
    latest: str
    latest_at: datetime | None = None


def written(case: Case, now: datetime) -> Change:
    """The customer wrote: a resolved conversation opens again, to the same person."""
    ticket = case.ticket
    if ticket:
        ticket = replace(ticket, waiting_since=ticket.waiting_since or now, resolved_at=None)
    is_reopened = case.state is State.RESOLVED
    if ticket and is_reopened:
        ticket = replace(ticket, taken_at=None)
    events = ((EventKind.TICKET_REOPENED, dict[str, str]()),) if is_reopened else ()
    return Change(case.moved(Move.WRITE, ticket), now, events)

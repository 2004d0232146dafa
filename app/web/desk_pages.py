"""What the templates of the desk are given: desk.html DeskPage · ticket.html TicketPage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.desk.desk import Desk
from app.desk.details import KEYS
from app.desk.sla import SlaClock
from app.domain.conversation import Conversation
from app.domain.desk_ports import Colleague
from app.domain.people import User
from app.domain.ticket import Note, Queued, Ticket
from app.web.pages import FormPage, MessageView

TABS = ("mine", "unassigned", "all", "done")
SHOWN_AT_ONCE = 200  # messages of a long conversation


@dataclass(frozen=True, slots=True)
class QueueRow:
    """`waiting`: minutes since the customer began to wait; None while nobody has to reply."""

    queued: Queued
    first_reply: SlaClock
    resolution: SlaClock
    waiting: int | None


@dataclass(frozen=True, slots=True)
class DeskPage(FormPage):
    """`show`: one of TABS; `counts` by tab, of those that are open."""

    show: str
    counts: Mapping[str, int]
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class TicketPage(FormPage):
    """`messages`: the last SHOWN_AT_ONCE, or all. `seen`: how many the conversation has. `error`: why something
    was not done, as a sentence; `draft`: the reply it held; `asks_anyway`: it may be sent once more, and then goes."""

    user: User
    ticket: Ticket
    conversation: Conversation
    messages: tuple[MessageView, ...]
    notes: tuple[Note, ...]
    colleagues: tuple[Colleague, ...]
    first_reply: SlaClock
    resolution: SlaClock
    seen: int
    error: str | None = None
    draft: str = ""
    asks_anyway: bool = False

    @property
    def details(self) -> list[tuple[str, str | None]]:
        """In the order in which they are asked."""
        return [(key, self.ticket.details[key]) for key in KEYS if key in self.ticket.details and key != "contact"]

    @property
    def is_theirs(self) -> bool:
        return self.ticket.taken_at is not None and self.ticket.assigned_to == self.user.id


def rows_of(desk: Desk, queue: Sequence[Queued], now: datetime) -> tuple[QueueRow, ...]:
    return tuple(QueueRow(queued, *desk.clocks(queued.ticket), _waiting(queued.ticket, now)) for queued in queue)


def tab_of(queue: Sequence[Queued], tab: str, user: User) -> list[Queued]:
    if tab == "mine":
        return [queued for queued in queue if queued.ticket.assigned_to == user.id]
    if tab == "unassigned":
        return [queued for queued in queue if queued.ticket.assigned_to is None]
    return list(queue)


def _waiting(ticket: Ticket, now: datetime) -> int | None:
    since = ticket.waiting_since
    return max(round((now - since).total_seconds() / 60), 0) if since else None

"""Tickets and the states of conversations, in the database: one transaction for each change."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, inspect, update
from sqlalchemy import select as sql
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.adapters.sql_events import EventRow, write_event
from app.adapters.tables import ConversationRow, HandoffRow, MessageRow, NoteRow
from app.adapters.transactions import Transactions
from app.domain.conversation import Role
from app.domain.desk import Cause, State
from app.domain.events import EventKind
from app.domain.ticket import Case, Change, Note, Priority, Queued, Rule, Ticket
from app.errors import NotFound

_FIRST_TICKET = 1001
_LONGEST_ID = 9
_SHARED_SECONDS = 1.0
_EARLIER = 20  # tickets of the same customer
_SAME = (
    "conversation_id skill topic turn score contact waiting_since assigned_to agent assigned_at taken_at "
    "first_reply_due first_replied_at resolve_due resolved_at requested_at expected_reply_at withdrawn_at closed_at"
).split()


class SqlCases:
    def __init__(self, engine: Engine) -> None:
        transactions = Transactions(engine)
        self._reading, self._writing = transactions.reading, transactions.writing
        self._changes = 0  # that were made here
        self._shared: tuple[tuple[Any, ...], float, Sequence[Queued]] = ((), 0.0, [])
        self._looking = Lock()

    def change(self, conversation_id: str, rule: Rule) -> Change:
        with self._writing(conversation_id) as connection:
            change = apply(connection, conversation_id, rule)
        self._changes += 1
        return change

    def ticket(self, ticket_id: str) -> Ticket:
        with self._reading() as session:
            row = session.get(HandoffRow, _number(ticket_id))
            if row is None:
                raise NotFound(f"There is no ticket {ticket_id!r}.")
            return ticket_of(row)

    def queue(self, is_open: bool = True, limit: int = 1000) -> Sequence[Queued]:
        """The open ones are read once for all who ask while nothing happens: all open pages ask at every event. What
        no event tells, such as an assignment on another server, is seen within a second."""
        if not is_open:
            return self._read_queue(False, limit)
        with self._looking:
            seen, read_at, found = self._shared
            state, now = (self._changes, self._latest_event(), limit), monotonic()
            if state != seen or now - read_at > _SHARED_SECONDS:
                found = self._read_queue(True, limit)
                self._shared = state, now, found
            return found

    def _latest_event(self) -> int:
        with self._reading() as session:
            return session.execute(sql(func.max(EventRow.number))).scalar_one() or 0

    def _read_queue(self, is_open: bool, limit: int) -> list[Queued]:
        waits = col(HandoffRow.closed_at).is_(None) & col(HandoffRow.resolved_at).is_(None)
        number = col(HandoffRow.number)
        return self._queued(waits if is_open else ~waits, order=number if is_open else number.desc(), limit=limit)

    def earlier(self, conversation_id: str) -> list[Queued]:
        this, is_signed = aliased(ConversationRow), col(ConversationRow.signature_hash).is_not(None)
        same = (
            select(this.customer_hash)
            .where(this.id == conversation_id, col(this.signature_hash).is_not(None))
            .scalar_subquery()
        )
        theirs = is_signed & (col(ConversationRow.customer_hash) == same) & (col(ConversationRow.id) != conversation_id)
        return self._queued(theirs, order=col(HandoffRow.number).desc(), limit=_EARLIER)

    def _queued(self, wanted: Any, order: Any, limit: int) -> list[Queued]:
        """Columns, not objects of the tables: of all that is read this is read most, and takes half the time so."""
        said = {
            "subject": _said(MessageRow.text, first=True),
            "latest": _said(MessageRow.text),
            "at": _said(MessageRow.at),
        }
        columns = [*inspect(HandoffRow).columns, col(ConversationRow.state), col(ConversationRow.channel)]
        columns += [column.label(name) for name, column in said.items()]
        found = sql(*columns).join(ConversationRow).where(wanted).order_by(order).limit(limit)
        with self._reading() as session:
            return [
                Queued(ticket_of(row), State(row.state), row.channel, row.subject or "", row.latest or "", row.at)
                for row in session.execute(found)
            ]

    def notes(self, conversation_id: str) -> list[Note]:
        with self._reading() as session:
            return notes_of(session, conversation_id)

    def recent_waits(self, skill: str | None, limit: int) -> list[tuple[datetime, datetime]]:
        replied = (
            select(HandoffRow.requested_at, HandoffRow.first_replied_at)
            .where(col(HandoffRow.first_replied_at).is_not(None), HandoffRow.skill == skill)
            .order_by(col(HandoffRow.first_replied_at).desc())
            .limit(limit)
        )
        with self._reading() as session:
            return [(requested, at) for requested, at in session.exec(replied) if at]


def apply(connection: Connection, conversation_id: str, rule: Rule) -> Change:
    """In the transaction of `connection`, which has locked the conversation."""
    with Session(connection) as session:
        before = _case(session, conversation_id)
    return _keep(connection, before, rule(before))


def notes_of(session: Session, conversation_id: str) -> list[Note]:
    of_it = select(NoteRow).where(NoteRow.conversation_id == conversation_id).order_by(col(NoteRow.at))
    return [Note(row.id, row.user_id, row.author, row.text, row.at) for row in session.exec(of_it)]


def open_ticket(session: Session, conversation_id: str) -> Ticket | None:
    is_open = select(HandoffRow).where(
        HandoffRow.conversation_id == conversation_id, col(HandoffRow.closed_at).is_(None)
    )
    row = session.exec(is_open).first()
    return ticket_of(row) if row else None


def ticket_of(row: HandoffRow | Row[Any]) -> Ticket:
    return Ticket(
        id=str(_FIRST_TICKET - 1 + (row.number or 0)),
        cause=Cause(row.cause),
        priority=Priority(row.priority),
        language="en" if row.language == "en" else "ja",
        details=row.details,
        **{name: getattr(row, name) for name in _SAME},
    )


def _case(session: Session, conversation_id: str) -> Case:
    row = session.get_one(ConversationRow, conversation_id)
    of_it = select(func.count()).where(MessageRow.conversation_id == conversation_id)
    last = select(func.max(MessageRow.position)).where(
        MessageRow.conversation_id == conversation_id, MessageRow.role == Role.CUSTOMER
    )
    until = session.exec(of_it.where(col(MessageRow.position) <= last.scalar_subquery())).one()
    return Case(conversation_id, State(row.state), row.declined_offers, until, open_ticket(session, conversation_id))


def _keep(connection: Connection, before: Case, change: Change) -> Change:
    case = change.case
    if (case.state, case.declined_offers) != (before.state, before.declined_offers):
        values = {"state": case.state, "declined_offers": case.declined_offers}
        of_it = col(ConversationRow.id) == case.conversation_id
        connection.execute(update(ConversationRow).where(of_it).values(values))
    if case.ticket and case.ticket != before.ticket:
        case = replace(case, ticket=_keep_ticket(connection, case.ticket))
    if change.note:
        note = change.note
        row = asdict(note) | {"conversation_id": case.conversation_id}
        connection.execute(insert(NoteRow).values(row))
    _tell(connection, case, change)
    return replace(change, case=case)


def _keep_ticket(connection: Connection, ticket: Ticket) -> Ticket:
    values: dict[str, Any] = {name: getattr(ticket, name) for name in _SAME}
    values |= {"cause": ticket.cause, "priority": ticket.priority, "language": ticket.language}
    values["details"] = dict(ticket.details)
    if ticket.id:
        connection.execute(update(HandoffRow).where(col(HandoffRow.number) == _number(ticket.id)).values(values))
        return ticket
    number = connection.execute(insert(HandoffRow).values(values).returning(col(HandoffRow.number))).scalar_one()
    return replace(ticket, id=str(_FIRST_TICKET - 1 + (number or 0)))


def _tell(connection: Connection, case: Case, change: Change) -> None:
    """The reply, and then what happened: events come last in a transaction."""
    if reply := change.reply:
        row: dict[str, Any] = {
            "id": reply.id,
            "conversation_id": case.conversation_id,
            "role": reply.role,
            "text": reply.text,
        }
        row |= {"at": reply.at, "author_id": change.by, "author": reply.author}
        connection.execute(insert(MessageRow).values(row))
    named = {"ticket_id": case.ticket.id} if case.ticket else {}
    for kind, data in change.events:
        write_event(connection, case.conversation_id, change.at, kind, named | data)
    if reply:
        data = {"message_id": reply.id, "role": reply.role.value}
        write_event(connection, case.conversation_id, reply.at, EventKind.MESSAGE_CREATED, data)


def _said(column: Any, first: bool = False) -> Any:
    """Of the customer's first message or their last."""
    position = col(MessageRow.position)
    return (
        select(column)
        .where(MessageRow.conversation_id == HandoffRow.conversation_id, MessageRow.role == Role.CUSTOMER)
        .order_by(position if first else position.desc())
        .limit(1)
        .scalar_subquery()
    )


def _number(ticket_id: str) -> int:
    """0, which no ticket has, for what is no number."""
    is_number = ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) <= _LONGEST_ID
    return max(int(ticket_id) - _FIRST_TICKET + 1, 0) if is_number else 0

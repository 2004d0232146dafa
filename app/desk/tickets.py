"""What happens to a ticket: each a pure rule from the case as it is to what is kept.

Each raises Impossible where the table of states has no such move, and then nothing is kept.
"""

import secrets
from dataclasses import replace
from datetime import datetime

from app.desk.details import next_question
from app.domain.conversation import Message, Role
from app.domain.desk import State
from app.domain.desk_ports import Colleague
from app.domain.events import EventKind
from app.domain.people import User
from app.domain.states import Move
from app.domain.ticket import Case, Change, Note, Ticket
from app.errors import Impossible, Taken, WrittenMeanwhile

Happened = tuple[EventKind, dict[str, str]]


def offered(case: Case, cause: str, now: datetime) -> Change:
    return Change(case.moved(Move.OFFER, case.ticket), now, ((EventKind.HANDOFF_OFFERED, {"cause": cause}),))


def declined(case: Case, now: datetime) -> Change:
    after = replace(case.moved(Move.DECLINE, case.ticket), declined_offers=case.declined_offers + 1)
    return Change(after, now, ((EventKind.OFFER_DECLINED, {}),))


def opened(case: Case, wish: Ticket, now: datetime) -> Change:
    """`wish` is the ticket to be, without an id. Where one is open it stays: it gets the contact, and where the wish
    presses more its reason, so that it comes sooner; where it is resolved it is opened again."""
    if case.ticket is None:
        created: Happened = (EventKind.HANDOFF_CREATED, {"cause": wish.cause.value})
        return Change(case.moved(Move.HAND_OFF, wish), now, (created, *_asked(None, wish)))
    kept = replace(_pressing(case.ticket, wish), contact=wish.contact or case.ticket.contact)
    if case.state is State.RESOLVED:
        kept = replace(_begun_again(kept), waiting_since=now, expected_reply_at=wish.expected_reply_at)
        return Change(case.moved(Move.HAND_OFF, kept), now, ((EventKind.TICKET_REOPENED, {}),))
    given: tuple[Happened, ...] = ()
    if kept.contact != case.ticket.contact:
        given = ((EventKind.DETAILS_GIVEN, {"key": "contact"}), *_asked(case.ticket, kept))
    return Change(case.moved(Move.HAND_OFF, kept), now, given)


def _pressing(ticket: Ticket, wish: Ticket) -> Ticket:
    """`ticket`, with what makes `wish` more urgent, if it is."""
    if wish.priority.rank >= ticket.priority.rank:
        return ticket
    return replace(
        ticket,
        priority=wish.priority,
        cause=wish.cause,
        topic=wish.topic,
        turn=wish.turn,
        score=wish.score,
        first_reply_due=min(wish.first_reply_due, ticket.first_reply_due),
        resolve_due=min(wish.resolve_due, ticket.resolve_due),
    )


def withdrawn(case: Case, now: datetime) -> Change:
    after = case.moved(Move.WITHDRAW, case.ticket)
    ended = replace(_of(after), withdrawn_at=now, closed_at=now, waiting_since=None)
    return Change(replace(after, ticket=ended), now, ((EventKind.HANDOFF_WITHDRAWN, {}),))


def given(case: Case, key: str, value: str | None, now: datetime) -> Change:
    """A detail, or None for one that the customer would not say."""
    before = _of(case)
    after = replace(before, details={**before.details, key: value})
    if key == "contact" and value:
        after = replace(after, contact=value)
    told: Happened = (EventKind.DETAILS_GIVEN, {"key": key})
    return Change(replace(case, ticket=after), now, (told, *_asked(before, after)))


def taken(case: Case, ticket_id: str, user: User, now: datetime) -> Change:
    """Raises Taken, too, where somebody else has begun."""
    ticket = _mine(case, ticket_id, user)
    moved = case.moved(Move.TAKE, ticket)
    if ticket.taken_at:
        return Change(case, now)
    since = ticket.assigned_at if ticket.assigned_to == user.id else now
    ticket = replace(ticket, assigned_to=user.id, agent=user.name, assigned_at=since, taken_at=now)
    return Change(replace(moved, ticket=ticket), now, ((EventKind.AGENT_JOINED, {"user_id": user.id}),))


def replied(
    case: Case, ticket_id: str, user: User, text: str, seen: int | None, is_anyway: bool, now: datetime
) -> Change:
    """Whoever replies takes the ticket. `seen`: how many messages of the conversation the agent has seen.

    Raises Taken, and WrittenMeanwhile where the customer wrote after those, unless `is_anyway`.
    """
    _mine(case, ticket_id, user)
    case.moved(Move.REPLY, case.ticket)
    if seen is not None and case.last_customer > seen and not is_anyway:
        raise WrittenMeanwhile("The customer wrote meanwhile; read it, and send your reply again.")
    begun = taken(case, ticket_id, user, now)
    ticket = _of(begun.case)
    ticket = replace(ticket, waiting_since=None, first_replied_at=ticket.first_replied_at or now)
    reply = Message(secrets.token_urlsafe(16), Role.AGENT, text, now, author=user.name)
    return replace(begun, case=replace(begun.case, ticket=ticket), reply=reply, by=user.id)


def noted(case: Case, ticket_id: str, user: User, text: str, now: datetime) -> Change:
    _of(case, ticket_id)
    return Change(case, now, note=Note(secrets.token_urlsafe(12), user.id, user.name, text, now))


def assigned(case: Case, ticket_id: str, to: Colleague | None, now: datetime) -> Change:
    """To somebody who may begin, or to nobody in particular. Whoever had begun has left."""
    ticket = _of(case, ticket_id)
    moved = case.moved(Move.ASSIGN, ticket)
    if ticket.assigned_to == (to.user_id if to else None):
        return Change(case, now)
    left: tuple[Happened, ...] = ()
    if ticket.taken_at and ticket.assigned_to:
        left = ((EventKind.AGENT_LEFT, {"user_id": ticket.assigned_to}),)
    return Change(replace(moved, ticket=given_to(ticket, to, now)), now, left)


def given_to(ticket: Ticket, to: Colleague | None, now: datetime) -> Ticket:
    who = {"assigned_to": to.user_id, "agent": to.name} if to else {"assigned_to": None, "agent": None}
    return replace(ticket, **who, assigned_at=now if to else None, taken_at=None)


def reassigned(case: Case, seen: Ticket, to: Colleague, now: datetime) -> Change:
    """As it was decided on what was `seen`: nothing where anything changed since."""
    return assigned(case, seen.id, to, now) if case.ticket == seen else Change(case, now)


def delayed(case: Case, seen: Ticket, expected: datetime, now: datetime) -> Change:
    """The reply that was promised is late; the customer is told a new time. Nothing where anything changed since."""
    if case.ticket != seen:
        return Change(case, now)
    told: Happened = (EventKind.REPLY_DELAYED, {"expected_reply_at": expected.isoformat()})
    return Change(replace(case, ticket=replace(seen, expected_reply_at=expected)), now, (told,))


def returned(case: Case, ticket_id: str, user: User, now: datetime) -> Change:
    """The assistant speaks again."""
    moved = case.moved(Move.RETURN, _mine(case, ticket_id, user))
    ended = replace(_of(moved), closed_at=now, waiting_since=None)
    return Change(replace(moved, ticket=ended), now, ((EventKind.HANDOFF_RETURNED, {"user_id": user.id}),))


def resolved(case: Case, ticket_id: str, user: User, now: datetime) -> Change:
    moved = case.moved(Move.RESOLVE, _mine(case, ticket_id, user))
    ended = replace(_of(moved), resolved_at=now, waiting_since=None)
    return Change(replace(moved, ticket=ended), now, ((EventKind.TICKET_RESOLVED, {"user_id": user.id}),))


def reopened(case: Case, ticket_id: str, user: User, now: datetime) -> Change:
    """By a person, for the one who had it."""
    moved = case.moved(Move.REOPEN, _of(case, ticket_id))
    told: Happened = (EventKind.TICKET_REOPENED, {"user_id": user.id})
    return Change(replace(moved, ticket=_begun_again(_of(moved))), now, (told,))


def _begun_again(ticket: Ticket) -> Ticket:
    return replace(ticket, resolved_at=None, taken_at=None)


def _of(case: Case, ticket_id: str | None = None) -> Ticket:
    if case.ticket is None or ticket_id not in (None, case.ticket.id):
        raise Impossible("This ticket is closed: it was withdrawn, or handed back to the assistant.", "ticket_closed")
    return case.ticket


def _mine(case: Case, ticket_id: str, user: User) -> Ticket:
    """The ticket, unless somebody else has begun with it."""
    ticket = _of(case, ticket_id)
    if ticket.taken_at and ticket.resolved_at is None and ticket.assigned_to != user.id:
        raise Taken(ticket.agent or ticket.assigned_to or "")
    return ticket


def _asked(before: Ticket | None, after: Ticket) -> tuple[Happened, ...]:
    """The question that comes next, where it is another one than before."""
    key = next_question(after)
    if key is None or (before and next_question(before) == key):
        return ()
    return ((EventKind.DETAILS_ASKED, {"key": key}),)

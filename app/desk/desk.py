"""The desk: what customers, staff and the assistant ask of it. Each change is one rule, kept in one transaction.

A change is decided on what is kept at that moment, under a lock, so that of two who want one thing one gets it and the
other is told; after a crash everything is as it was told.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from app.desk import tickets
from app.desk.assign import choose, is_there
from app.desk.details import said_already
from app.desk.hours import SupportHours
from app.desk.sla import SlaClock, Standing, first_reply_clock, resolve_clock, usual_minutes
from app.desk.targets import DeskRules
from app.domain.conversation import Conversation, Message
from app.domain.desk import Escalation
from app.domain.desk_ports import Cases, Colleague, Roster
from app.domain.outcome import Handoff
from app.domain.people import User
from app.domain.ports import Clock
from app.domain.site import Site
from app.domain.ticket import Note, Queued, Rule, Ticket
from app.errors import Impossible, NotFound

_log = logging.getLogger(__name__)


class Desk:
    def __init__(self, cases: Cases, roster: Roster, site: Site, rules: DeskRules, clock: Clock) -> None:
        self._cases = cases
        self._roster = roster
        self._site = site
        self._hours = SupportHours(site)
        self._rules = rules
        self._clock = clock
        self._ordered: tuple[Sequence[Queued], Sequence[Queued]] = ((), [])

    # --- for the assistant and the customer

    def open(
        self,
        conversation: Conversation,
        escalation: Escalation,
        contact: str | None = None,
        route: str | None = None,
        tenure: int | None = None,
    ) -> Handoff:
        """A ticket for a person, or the one that is open, with the time a reply is expected. `contact` is sealed;
        `route` names the skill it takes, `tenure` the years as a customer."""
        now = self._clock.now()
        wish = self._wish(conversation, escalation, contact, route, tenure, now)
        change = self._cases.change(conversation.id, partial(tickets.opened, wish=wish, now=now))
        ticket = change.case.ticket or wish
        reason = ticket.topic or ticket.cause.value
        return Handoff(ticket_id=ticket.id, reason=reason, expected_reply_at=ticket.expected_reply_at)

    def offer(self, conversation: Conversation, escalation: Escalation) -> None:
        """Nothing is offered to whom a person was promised meanwhile."""
        with suppress(Impossible):
            rule = partial(tickets.offered, cause=escalation.cause.value, now=self._clock.now())
            self._cases.change(conversation.id, rule)

    def decline(self, conversation_id: str) -> None:
        """Raises Impossible when nothing was offered."""
        self._cases.change(conversation_id, partial(tickets.declined, now=self._clock.now()))

    def withdraw(self, conversation_id: str) -> None:
        """Raises Impossible when there is nothing to withdraw."""
        self._cases.change(conversation_id, partial(tickets.withdrawn, now=self._clock.now()))

    def give(self, conversation_id: str, key: str, value: str | None) -> None:
        """A detail for the person, redacted; None skips it. Raises Impossible without an open ticket."""
        self._cases.change(conversation_id, partial(tickets.given, key=key, value=value, now=self._clock.now()))

    # --- for staff

    def queue(self, is_open: bool = True, limit: int = 1000) -> Sequence[Queued]:
        """What is open, the most pressing first; what is done, the newest first. What all who ask are given alike is
        ordered once."""
        found = self._cases.queue(is_open, limit)
        if not is_open:
            return found
        known, ordered = self._ordered
        if known is not found:
            now = self._clock.now()
            ordered = sorted(found, key=lambda each: self._pressing(each, now))
            self._ordered = found, ordered
        return ordered

    def ticket(self, ticket_id: str) -> Ticket:
        return self._cases.ticket(ticket_id)

    def earlier(self, conversation_id: str) -> list[Queued]:
        """Of the same customer, where the site has signed who it is."""
        return self._cases.earlier(conversation_id)

    def notes(self, conversation_id: str) -> list[Note]:
        return self._cases.notes(conversation_id)

    def colleagues(self) -> list[Colleague]:
        return self._roster.colleagues()

    def is_there(self, colleague: Colleague) -> bool:
        return is_there(colleague, self._clock.now(), self._rules.presence.seconds)

    def see(self, user_id: str) -> None:
        self._roster.see(user_id)

    def now(self) -> datetime:
        return self._clock.now()

    def clocks(self, ticket: Ticket) -> tuple[SlaClock, SlaClock]:
        """Of the first reply and of the resolution."""
        now, share = self._clock.now(), self._rules.sla.warn_share
        return first_reply_clock(ticket, now, self._hours, share), resolve_clock(ticket, now, self._hours, share)

    def take(self, ticket_id: str, user: User) -> Ticket:
        """Raises Taken where somebody else has begun."""
        return self._change(ticket_id, partial(tickets.taken, ticket_id=ticket_id, user=user, now=self._clock.now()))

    def reply(self, ticket_id: str, user: User, text: str, seen: int | None = None, is_anyway: bool = False) -> Message:
        """`text` is redacted; `seen`: how many messages of the conversation the agent has seen.

        Raises Taken, and WrittenMeanwhile where the customer wrote after those.
        """
        rule = partial(
            tickets.replied,
            ticket_id=ticket_id,
            user=user,
            text=text,
            seen=seen,
            is_anyway=is_anyway,
            now=self._clock.now(),
        )
        change = self._cases.change(self._cases.ticket(ticket_id).conversation_id, rule)
        if change.reply is None:
            raise Impossible("Nothing was sent.")
        return change.reply

    def note(self, ticket_id: str, user: User, text: str) -> None:
        rule = partial(tickets.noted, ticket_id=ticket_id, user=user, text=text, now=self._clock.now())
        self._change(ticket_id, rule)

    def assign(self, ticket_id: str, user_id: str | None) -> Ticket:
        """To a colleague, or to nobody in particular. Raises NotFound for whoever is no agent."""
        to = next((each for each in self._roster.colleagues() if each.user_id == user_id), None)
        if user_id is not None and to is None:
            raise NotFound("There is no such agent.")
        return self._change(ticket_id, partial(tickets.assigned, ticket_id=ticket_id, to=to, now=self._clock.now()))

    def hand_back(self, ticket_id: str, user: User) -> Ticket:
        return self._change(ticket_id, partial(tickets.returned, ticket_id=ticket_id, user=user, now=self._clock.now()))

    def resolve(self, ticket_id: str, user: User) -> Ticket:
        return self._change(ticket_id, partial(tickets.resolved, ticket_id=ticket_id, user=user, now=self._clock.now()))

    def reopen(self, ticket_id: str, user: User) -> Ticket:
        return self._change(ticket_id, partial(tickets.reopened, ticket_id=ticket_id, user=user, now=self._clock.now()))

    # --- by itself, now and then

    def tend(self) -> int:
        """Give tickets to people who are there, and tell customers whose reply is late when to expect it instead.

        How many changes that were; any number of processes may do so at once.
        """
        now, count = self._clock.now(), 0
        waiting = [each.ticket for each in self._cases.queue() if each.ticket.waiting_since]
        colleagues = self._roster.colleagues() if self._hours.is_open(now) else []
        for ticket in waiting:
            if to := self._successor(ticket, colleagues, now):
                count += self._tended(ticket, partial(tickets.reassigned, seen=ticket, to=to, now=now))
                colleagues = self._roster.colleagues()  # whoever was given one has more than before
            elif ticket.expected_reply_at < now:
                expected = self._later(ticket, now)
                count += self._tended(ticket, partial(tickets.delayed, seen=ticket, expected=expected, now=now))
        return count

    def _tended(self, ticket: Ticket, rule: Rule) -> int:
        try:
            return int(self._cases.change(ticket.conversation_id, rule).case.ticket != ticket)
        except (Impossible, NotFound) as error:  # ended or erased since
            _log.debug("A ticket changed before it could be tended: %s", error)
            return 0

    def _successor(self, ticket: Ticket, colleagues: Sequence[Colleague], now: datetime) -> Colleague | None:
        """Who is there for a ticket whose person is not; None where it stays as it is."""
        presence = self._rules.presence
        seconds = presence.away_minutes * 60 if ticket.taken_at or ticket.first_replied_at else presence.seconds
        holder = next((each for each in colleagues if each.user_id == ticket.assigned_to), None)
        if holder and is_there(holder, now, seconds):
            return None
        found = choose(colleagues, ticket, now, presence.seconds)
        return found if found and found.user_id != ticket.assigned_to else None

    def _later(self, ticket: Ticket, now: datetime) -> datetime:
        """After at least as long again as the customer has waited: they are not told every few minutes."""
        waited = self._hours.minutes_between(ticket.waiting_since or ticket.requested_at, now)
        return self._hours.expected_reply_at(now, max(self._usual_minutes(ticket.skill), round(waited)))

    def _usual_minutes(self, skill: str | None) -> int:
        waits = self._rules.waits
        recent = self._cases.recent_waits(skill, waits.last)
        return usual_minutes(recent, self._hours, self._site.reply_minutes, waits)

    def _wish(
        self,
        conversation: Conversation,
        escalation: Escalation,
        contact: str | None,
        route: str | None,
        tenure: int | None,
        now: datetime,
    ) -> Ticket:
        priority = self._rules.priority_of(escalation, tenure)
        target = self._rules.targets[priority]
        wish = Ticket(
            id="",
            conversation_id=conversation.id,
            cause=escalation.cause,
            priority=priority,
            language=conversation.locale,
            requested_at=now,
            expected_reply_at=self._hours.expected_reply_at(now, self._usual_minutes(route)),
            first_reply_due=self._hours.expected_reply_at(now, target.first_reply),
            resolve_due=self._hours.expected_reply_at(now, target.resolve),
            skill=route,
            topic=escalation.topic,
            turn=escalation.turn,
            score=escalation.score,
            contact=contact,
            details=said_already(conversation),
            waiting_since=now,
        )
        return self._given(wish, now)

    def _given(self, wish: Ticket, now: datetime) -> Ticket:
        """To whoever is there, at once; out of hours it waits for whoever comes first."""
        if not self._hours.is_open(now):
            return wish
        to = choose(self._roster.colleagues(), wish, now, self._rules.presence.seconds)
        return tickets.given_to(wish, to, now) if to else wish

    def _pressing(self, queued: Queued, now: datetime) -> tuple[int, datetime]:
        """A clock that runs out moves a ticket up by a step, one that has run out by two."""
        ticket, steps = queued.ticket, {Standing.WARNING: 1, Standing.BREACHED: 2}
        if ticket.waiting_since is None:
            return ticket.priority.rank, ticket.requested_at
        first = first_reply_clock(ticket, now, self._hours, self._rules.sla.warn_share)
        return ticket.priority.rank - steps.get(first.standing, 0), ticket.waiting_since

    def _change(self, ticket_id: str, rule: Rule) -> Ticket:
        change = self._cases.change(self._cases.ticket(ticket_id).conversation_id, rule)
        return change.case.ticket or self._cases.ticket(ticket_id)

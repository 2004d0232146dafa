"""The fake of tickets and states: everything in the fake conversation store, gone when it ends."""

from dataclasses import dataclass, field
from datetime import datetime

from app.adapters.store_memory import MemoryConversationStore
from app.domain.conversation import Role
from app.domain.desk_ports import Colleague
from app.domain.people import StaffRole
from app.domain.people_ports import People
from app.domain.ticket import Change, Note, Queued, Rule, Ticket
from app.errors import NotFound


@dataclass
class MemoryCases:
    store: MemoryConversationStore

    def change(self, conversation_id: str, rule: Rule) -> Change:
        return self.store.change_case(conversation_id, rule)

    def ticket(self, ticket_id: str) -> Ticket:
        if ticket_id not in self.store.tickets:
            raise NotFound(f"There is no ticket {ticket_id!r}.")
        return self.store.tickets[ticket_id]

    def queue(self, is_open: bool = True, limit: int = 1000) -> list[Queued]:
        found = [
            self._queued(ticket)
            for ticket in self.store.tickets.values()
            if (ticket.closed_at is None and ticket.resolved_at is None) is is_open
        ]
        return (found if is_open else found[::-1])[:limit]

    def notes(self, conversation_id: str) -> list[Note]:
        return list(self.store.notes.get(conversation_id, ()))

    def recent_waits(self, skill: str | None, limit: int) -> list[tuple[datetime, datetime]]:
        replied = [
            (ticket.requested_at, ticket.first_replied_at)
            for ticket in self.store.tickets.values()
            if ticket.first_replied_at and ticket.skill == skill
        ]
        return sorted(replied, key=lambda wait: wait[1], reverse=True)[:limit]

    def _queued(self, ticket: Ticket) -> Queued:
        conversation = self.store.find(ticket.conversation_id)
        said = [message.text for message in conversation.messages if message.role is Role.CUSTOMER] or [""]
        return Queued(ticket, conversation.state, conversation.channel, said[0], said[-1])


@dataclass
class MemoryRoster:
    people: People
    cases: MemoryCases
    _seen: dict[str, datetime] = field(default_factory=dict)

    def see(self, user_id: str) -> None:
        self._seen[user_id] = self.cases.store.clock.now()

    def colleagues(self) -> list[Colleague]:
        agents = [user for user in self.people.users() if StaffRole.AGENT in user.roles and not user.is_disabled]
        tickets = list(self.cases.store.tickets.values())
        found = []
        for user in sorted(agents, key=lambda each: each.id):
            theirs = [ticket for ticket in tickets if ticket.assigned_to == user.id]
            load = [ticket for ticket in theirs if ticket.closed_at is None and ticket.resolved_at is None]
            given = max((ticket.assigned_at for ticket in theirs if ticket.assigned_at), default=None)
            seen = self._seen.get(user.id)
            found.append(Colleague(user.id, user.name, user.skills, user.languages, seen, len(load), given))
        return found

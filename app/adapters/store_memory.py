"""The fake conversation store: everything in this process, gone when it ends."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import RLock

from app.adapters.events_memory import MemoryEventLog
from app.domain.conversation import Conversation, Message, Role, SignedCustomer, Vote
from app.domain.desk import State
from app.domain.events import EventKind
from app.domain.outcome import Language, Outcome
from app.domain.ports import Clock
from app.domain.record import Record
from app.domain.states import require_speech
from app.domain.ticket import Case, Change, Note, Rule, Ticket, written
from app.domain.trace import Trace
from app.errors import CustomerRefused, NotFound


@dataclass
class MemoryConversationStore:
    clock: Clock
    events: MemoryEventLog = field(default_factory=MemoryEventLog)
    _conversations: dict[str, Conversation] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _customers: dict[str, str] = field(default_factory=dict)  # by conversation
    _signatures: dict[str, str] = field(default_factory=dict)  # by conversation
    _traces: dict[str, Trace] = field(default_factory=dict)
    _votes: dict[str, Vote] = field(default_factory=dict)  # by message
    tickets: dict[str, Ticket] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)  # by conversation
    _last_ticket: int = 1000
    _lock: RLock = field(default_factory=RLock)

    def ping(self) -> None:
        """It is always there."""

    def create(
        self,
        locale: Language,
        channel: str,
        token: str,
        customer: str | None = None,
        signed: SignedCustomer | None = None,
        signature: str | None = None,
    ) -> Conversation:
        conversation = Conversation(secrets.token_hex(16), locale, channel, self.clock.now(), customer=signed)
        with self._lock:
            if signature in self._signatures.values():
                raise CustomerRefused("This signature was used before.", "customer_used")
            if signature:
                self._signatures[conversation.id] = signature
            self._conversations[conversation.id] = conversation
            self._tokens[conversation.id] = token
            if customer:
                self._customers[conversation.id] = customer
        self.events.add(conversation.id, conversation.created_at, EventKind.CONVERSATION_CREATED)
        return conversation

    def get(self, conversation_id: str, token: str, last: int | None = None) -> Conversation:
        if self._tokens.get(conversation_id) != token:
            raise NotFound("There is no such conversation.")
        return self.find(conversation_id, last)

    def find(self, conversation_id: str, last: int | None = None) -> Conversation:
        if conversation_id not in self._conversations:
            raise NotFound("There is no such conversation.")
        found = self._conversations[conversation_id]
        earlier = max(len(found.messages) - last, 0) if last is not None else 0
        return replace(found, messages=found.messages[earlier:], earlier=earlier) if earlier else found

    def state(self, conversation_id: str) -> State:
        return self.find(conversation_id).state

    def conversations(self) -> list[Conversation]:
        return list(self._conversations.values())

    def add_question(self, conversation_id: str, text: str) -> Message:
        now = self.clock.now()
        with self._lock:
            self.find(conversation_id)
            self._apply(conversation_id, partial(written, now=now))
            return self._add(conversation_id, Message(secrets.token_urlsafe(16), Role.CUSTOMER, text, now))

    def add_answer(self, conversation_id: str, outcome: Outcome, trace: Trace) -> Message:
        message = Message(outcome.message_id, Role.ASSISTANT, outcome.text, self.clock.now(), outcome)
        with self._lock:
            require_speech(self.state(conversation_id))
            self._add(conversation_id, message)
        self._traces[trace.id] = trace.model_copy(update={"outcome": outcome})
        return message

    def trace(self, trace_id: str) -> Trace:
        if trace_id not in self._traces:
            raise NotFound(f"There is no trace {trace_id!r}; an outcome names its own.")
        return self._traces[trace_id]

    def vote(
        self, conversation_id: str, message_id: str, helpful: bool | None, csat: int | None, comment: str | None
    ) -> None:
        def voted(conversation: Conversation) -> Conversation:
            votable = {message.id for message in conversation.messages if message.role is not Role.CUSTOMER}
            if message_id not in votable:
                raise NotFound("There is no such message in this conversation.")
            messages = (
                replace(message, helpful=helpful) if message.id == message_id else message
                for message in conversation.messages
            )
            return replace(conversation, messages=tuple(messages))

        self._change(conversation_id, voted)
        self._votes[message_id] = Vote(message_id, helpful, csat, comment, self.clock.now())
        if csat is not None:
            self.events.add(conversation_id, self.clock.now(), EventKind.CSAT_GIVEN, {"message_id": message_id})
        if helpful is None and csat is None and comment is None:
            del self._votes[message_id]

    def change_case(self, conversation_id: str, rule: Rule) -> Change:
        with self._lock:
            self.find(conversation_id)
            return self._apply(conversation_id, rule)

    def of_same_customer(self, conversation_id: str) -> set[str]:
        """Other conversations of whom the site has signed for."""
        customer = self._customers.get(conversation_id) if conversation_id in self._signatures else None
        known = {other for other, name in self._customers.items() if name == customer and other in self._signatures}
        return known - {conversation_id}

    def of_customer(self, customer: str) -> list[str]:
        return [conversation_id for conversation_id, known in self._customers.items() if known == customer]

    def record(self, conversation_id: str) -> Record:
        if conversation_id not in self._conversations:
            raise NotFound(f"There is no conversation {conversation_id!r}.")
        conversation = self._conversations[conversation_id]
        requests = [each.request for each in self.tickets.values() if each.conversation_id == conversation_id]
        traces = [trace for trace in self._traces.values() if trace.conversation_id == conversation_id]
        return Record(
            conversation,
            tuple(self._votes[message.id] for message in conversation.messages if message.id in self._votes),
            tuple(requests),
            tuple(trace.model_copy(update={"outcome": None}) for trace in traces),
            tuple(self.notes.get(conversation_id, ())),
        )

    def erase(self, conversation_id: str) -> None:
        with self._lock:
            if conversation_id not in self._conversations:
                raise NotFound("There is no such conversation.")
            self._forget(conversation_id)

    def purge(self, before: datetime) -> int:
        with self._lock:
            old = [kept.id for kept in self._conversations.values() if _last_said(kept) < before]
            for conversation_id in old:
                self._forget(conversation_id)
        return len(old)

    def _apply(self, conversation_id: str, rule: Rule) -> Change:
        change = rule(self._case(self._conversations[conversation_id]))
        ticket = change.case.ticket
        if ticket and not ticket.id:
            self._last_ticket += 1
            ticket = replace(ticket, id=str(self._last_ticket))
        case = replace(change.case, ticket=ticket)
        request = ticket.request if ticket and ticket.closed_at is None else None
        if ticket:
            self.tickets[ticket.id] = ticket
        if change.note:
            self.notes.setdefault(conversation_id, []).append(change.note)
        self._change(
            conversation_id,
            lambda known: replace(known, state=case.state, declined_offers=case.declined_offers, handoff=request),
        )
        for kind, data in change.events:
            self.events.add(conversation_id, change.at, kind, ({"ticket_id": ticket.id} if ticket else {}) | data)
        if change.reply:
            self._add(conversation_id, change.reply)
        return replace(change, case=case)

    def _case(self, conversation: Conversation) -> Case:
        said = [n for n, message in enumerate(conversation.messages, 1) if message.role is Role.CUSTOMER]
        theirs = (each for each in self.tickets.values() if each.conversation_id == conversation.id)
        ticket = next((each for each in theirs if each.closed_at is None), None)
        last = said[-1] if said else 0
        return Case(conversation.id, conversation.state, conversation.declined_offers, last, ticket)

    def _forget(self, conversation_id: str) -> None:
        del self._conversations[conversation_id], self._tokens[conversation_id]
        self._customers.pop(conversation_id, None)
        self.notes.pop(conversation_id, None)
        self.tickets = {n: ticket for n, ticket in self.tickets.items() if ticket.conversation_id != conversation_id}
        self.events.forget(conversation_id)
        self._signatures.pop(conversation_id, None)
        self._traces = {n: trace for n, trace in self._traces.items() if trace.conversation_id != conversation_id}

    def _add(self, conversation_id: str, message: Message) -> Message:
        self._change(conversation_id, lambda known: replace(known, messages=(*known.messages, message)))
        about = {"message_id": message.id, "role": message.role.value}
        self.events.add(conversation_id, message.at, EventKind.MESSAGE_CREATED, about)
        return message

    def _change(self, conversation_id: str, change: Callable[[Conversation], Conversation]) -> Conversation:
        with self._lock:
            if conversation_id not in self._conversations:
                raise NotFound("There is no such conversation.")
            changed = change(self._conversations[conversation_id])
            self._conversations[conversation_id] = changed
            return changed


def _last_said(conversation: Conversation) -> datetime:
    return conversation.messages[-1].at if conversation.messages else conversation.created_at

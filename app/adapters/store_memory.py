"""The fake conversation store: everything in this process, gone when it ends."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from app.domain.conversation import Conversation, HandoffRequest, Message, Role, SignedCustomer, Vote
from app.domain.outcome import Language, Outcome
from app.domain.ports import Clock
from app.domain.record import Record
from app.domain.trace import Trace
from app.errors import Conflict, CustomerRefused, NotFound


@dataclass
class MemoryConversationStore:
    clock: Clock
    _conversations: dict[str, Conversation] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _customers: dict[str, str] = field(default_factory=dict)  # by conversation
    _signatures: dict[str, str] = field(default_factory=dict)  # by conversation
    _traces: dict[str, Trace] = field(default_factory=dict)
    _votes: dict[str, Vote] = field(default_factory=dict)  # by message
    _requests: dict[str, tuple[str, HandoffRequest]] = field(default_factory=dict)  # by ticket, with the conversation
    _tickets: int = 1000
    _lock: Lock = field(default_factory=Lock)

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
        return conversation

    def get(self, conversation_id: str, token: str) -> Conversation:
        if self._tokens.get(conversation_id) != token:
            raise NotFound("There is no such conversation.")
        return self._conversations[conversation_id]

    def add_question(self, conversation_id: str, text: str) -> Message:
        return self._add(conversation_id, Message(secrets.token_urlsafe(16), Role.CUSTOMER, text, self.clock.now()))

    def add_answer(self, conversation_id: str, outcome: Outcome, trace: Trace) -> Message:
        message = Message(outcome.message_id, Role.ASSISTANT, outcome.text, self.clock.now(), outcome)
        self._traces[trace.id] = trace.model_copy(update={"outcome": outcome})
        return self._add(conversation_id, message)

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
        if helpful is None and csat is None and comment is None:
            del self._votes[message_id]

    def request_handoff(self, conversation_id: str, contact: str | None, expected_reply_at: datetime) -> HandoffRequest:
        opened: list[HandoffRequest] = []

        def requested(conversation: Conversation) -> Conversation:
            if conversation.handoff is None:
                self._tickets += 1
                request = HandoffRequest(str(self._tickets), self.clock.now(), expected_reply_at, contact)
            else:
                request = replace(conversation.handoff, contact=contact or conversation.handoff.contact)
            opened.append(request)
            return replace(conversation, handoff=request)

        self._change(conversation_id, requested)
        self._requests[opened[0].ticket_id] = conversation_id, opened[0]
        return opened[0]

    def withdraw_handoff(self, conversation_id: str) -> None:
        def withdrawn(conversation: Conversation) -> Conversation:
            if conversation.handoff is None:
                raise Conflict("No request for a person is open in this conversation.")
            self._requests[conversation.handoff.ticket_id] = (
                conversation_id,
                replace(conversation.handoff, withdrawn_at=self.clock.now()),
            )
            return replace(conversation, handoff=None)

        self._change(conversation_id, withdrawn)

    def open_handoffs(self) -> int:
        return sum(conversation.handoff is not None for conversation in self._conversations.values())

    def of_customer(self, customer: str) -> list[str]:
        return [conversation_id for conversation_id, known in self._customers.items() if known == customer]

    def record(self, conversation_id: str) -> Record:
        if conversation_id not in self._conversations:
            raise NotFound(f"There is no conversation {conversation_id!r}.")
        conversation = self._conversations[conversation_id]
        requests = [request for owner, request in self._requests.values() if owner == conversation_id]
        traces = [trace for trace in self._traces.values() if trace.conversation_id == conversation_id]
        return Record(
            conversation,
            tuple(self._votes[message.id] for message in conversation.messages if message.id in self._votes),
            tuple(requests),
            tuple(trace.model_copy(update={"outcome": None}) for trace in traces),
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

    def _forget(self, conversation_id: str) -> None:
        del self._conversations[conversation_id], self._tokens[conversation_id]
        self._customers.pop(conversation_id, None)
        self._signatures.pop(conversation_id, None)
        self._traces = {n: trace for n, trace in self._traces.items() if trace.conversation_id != conversation_id}

    def _add(self, conversation_id: str, message: Message) -> Message:
        self._change(conversation_id, lambda known: replace(known, messages=(*known.messages, message)))
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

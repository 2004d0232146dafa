"""The fake conversation store: everything in this process, gone when it ends."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from app.domain.conversation import Conversation, HandoffRequest, Message, Role
from app.domain.outcome import Language, Outcome
from app.domain.ports import Clock
from app.domain.trace import Trace
from app.errors import Conflict, NotFound


@dataclass
class MemoryConversationStore:
    clock: Clock
    _conversations: dict[str, Conversation] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _traces: dict[str, Trace] = field(default_factory=dict)
    _tickets: int = 1000
    _lock: Lock = field(default_factory=Lock)

    def ping(self) -> None:
        """It is always there."""

    def create(self, locale: Language, channel: str, token: str) -> Conversation:
        conversation = Conversation(secrets.token_urlsafe(16), locale, channel, self.clock.now())
        with self._lock:
            self._conversations[conversation.id] = conversation
            self._tokens[conversation.id] = token
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
        return opened[0]

    def withdraw_handoff(self, conversation_id: str) -> None:
        def withdrawn(conversation: Conversation) -> Conversation:
            if conversation.handoff is None:
                raise Conflict("No request for a person is open in this conversation.")
            return replace(conversation, handoff=None)

        self._change(conversation_id, withdrawn)

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

"""A conversation and what was said in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.desk import State
from app.domain.outcome import Language, Outcome


class Role(StrEnum):
    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who said what; all that a follow-up is understood with."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    role: Role
    text: str
    at: datetime
    outcome: Outcome | None = None  # of the assistant's messages
    helpful: bool | None = None  # the customer's vote on it
    author: str | None = None  # the name of the person who wrote it, of an agent's messages


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """A conversation is to go to a person, as its customer sees it. `agent`: who has taken it. `details` are what was
    collected for them, None where the customer would not say."""

    ticket_id: str
    requested_at: datetime
    expected_reply_at: datetime
    contact: str | None = None  # how to reach the customer, in their words
    withdrawn_at: datetime | None = None
    agent: str | None = None
    details: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """`messages` in order of time; `handoff` is the request that is not closed, if any. In what is kept of them,
    tokens stand for personal data. `is_locked`: some of it cannot be read, so that it can only be looked at."""

    id: str
    locale: Language
    channel: str
    created_at: datetime
    messages: tuple[Message, ...] = ()
    handoff: HandoffRequest | None = None
    is_locked: bool = False
    state: State = State.BOT
    declined_offers: int = 0
    earlier: int = 0  # messages that were left out before `messages`


@dataclass(frozen=True, slots=True)
class Vote:
    """The latest of a customer's on a message."""

    message_id: str
    helpful: bool | None
    csat: int | None
    comment: str | None
    at: datetime

"""A conversation and what was said in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """The customer asked for a person."""

    ticket_id: str
    requested_at: datetime
    expected_reply_at: datetime
    contact: str | None = None  # how to reach the customer, in their words
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedCustomer:
    """What the site says of a customer, proved by its signature. In what is kept, a token stands for the name."""

    name: str | None = None
    tenure_months: int | None = None  # how long they have been one
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """`messages` in order of time; `handoff` is the open request, if any; `customer` where the site signed for them. In
    what is kept of these, tokens stand for personal data. `is_locked`: some of it cannot be read, so the conversation
    can only be looked at."""

    id: str
    locale: Language
    channel: str
    created_at: datetime
    messages: tuple[Message, ...] = ()
    handoff: HandoffRequest | None = None
    is_locked: bool = False
    customer: SignedCustomer | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """The latest of a customer's on a message."""

    message_id: str
    helpful: bool | None
    csat: int | None
    comment: str | None
    at: datetime

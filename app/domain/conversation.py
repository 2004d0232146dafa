"""A conversation and what was said in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.desk import State
from app.domain.outcome import Kind, Language, Outcome, Reason


class Role(StrEnum):
    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who said what; all that a follow-up is understood with.

    Known of ours, where it is told: `kind`, `reason` and `confidence` of the outcome, and whether a person was
    `offered` beside it; of the customer's: how `negative` it sounded, in 0..1.
    """

    role: Role
    text: str
    kind: Kind | None = None
    reason: Reason | None = None
    confidence: float = 1.0
    offered: bool = False
    negative: float | None = None


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
class SignedCustomer:
    """What the site says of a customer, proved by its signature. In what is kept, a token stands for the name."""

    name: str | None = None
    tenure_months: int | None = None  # how long they have been one
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """`messages` in order of time; `handoff` is the request that is not closed, if any; `customer` where the site has
    signed who it is. In what is kept of these, tokens stand for personal data. `is_locked`: some of it cannot be read,
    so that it can only be looked at."""

    id: str
    locale: Language
    channel: str
    created_at: datetime
    messages: tuple[Message, ...] = ()
    handoff: HandoffRequest | None = None
    is_locked: bool = False
    customer: SignedCustomer | None = None
    state: State = State.BOT
    declined_offers: int = 0
    earlier: int = 0  # messages that were left out before `messages`

    @property
    def tenure_months(self) -> int | None:
        return self.customer.tenure_months if self.customer else None


@dataclass(frozen=True, slots=True)
class Vote:
    """The latest of a customer's on a message."""

    message_id: str
    helpful: bool | None
    csat: int | None
    comment: str | None
    at: datetime

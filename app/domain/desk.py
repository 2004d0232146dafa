"""The hand-off to a person: why one is needed, and in which state a conversation is meanwhile."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Who speaks with the customer. While a person does, the assistant is silent."""

    BOT = "bot"
    OFFERED = "offered"  # a person was offered; the customer has not said yes
    WAITING = "waiting"  # a ticket is open, and nobody has taken it
    WITH_AGENT = "with_agent"
    RESOLVED = "resolved"
    REOPENED = "reopened"  # the customer wrote again after it was resolved; it waits for the same person


class Cause(StrEnum):
    """Why a conversation goes, or should go, to a person."""

    ASKED_FOR_HUMAN = "asked_for_human"
    CRITICAL_TOPIC = "critical_topic"
    ANGER = "anger"
    WORSENING_SENTIMENT = "worsening_sentiment"
    REPEATED_FAILURE = "repeated_failure"
    CANNOT_ANSWER = "cannot_answer"
    LOW_CONFIDENCE = "low_confidence"
    GUARD = "guard"


class Effect(StrEnum):
    OFFER = "offer"
    HAND_OFF = "hand_off"  # now, without asking


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a conversation has come when a question is asked: `turn` numbers the question among all turns from 0.

    `tenure_months`: how long the customer has been one, where that is known for certain.
    """

    turn: int = 0
    state: State = State.BOT
    declined_offers: int = 0
    tenure_months: int | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """A decision with its evidence: `turn` counts all turns from 0, `score` in 0..1 is what crossed its threshold.

    `topic` names the critical topic, where that is the cause.
    """

    cause: Cause
    effect: Effect
    turn: int
    score: float
    topic: str | None = None

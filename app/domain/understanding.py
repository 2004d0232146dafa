"""What a customer's turn says beside its question: its mood, its route, and what should not stay with a machine."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.outcome import Language

CANCELLATION = "cancellation"  # the topic that depends on how long somebody has been a customer


class Mood(StrEnum):
    ANGRY = "angry"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`negative` is the probability that the turn is negative or angry, `angry` that it is angry."""

    negative: float
    angry: float
    mood: Mood
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A critical topic that a turn touches; `score` in 0..1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Understood:
    """One turn of a customer. `wants_human` in 0..1; `protests`: says that the last answer was of no use; `closes`:
    thanks or says goodbye; `agrees`: a bare yes, which means what was asked last."""

    sentiment: Sentiment
    topics: tuple[Topic, ...] = ()
    wants_human: float = 0.0
    protests: bool = False
    closes: bool = False
    agrees: bool = False
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a conversation goes that is handed to a person: to whom has `skill`.

    `examples` are sentences of customers, by language, that the nearest route is found with.
    """

    name: str
    skill: str
    examples: dict[Language, tuple[str, ...]]

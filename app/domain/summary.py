"""What an agent reads first of a conversation that was handed over."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.outcome import Language

MOST_LINES = 5


class LineKind(StrEnum):
    WISH = "wish"  # what the customer wants
    TRIED = "tried"  # what the customer has tried already
    TOLD = "told"  # what the assistant or an agent has answered
    OPEN = "open"  # what nobody has answered
    MOOD = "mood"


@dataclass(frozen=True, slots=True)
class Told:
    """What a turn (all turns from 0) tells, in the words of whoever summarises."""

    kind: LineKind
    text: str
    turn: int


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """`label` is in the agent's language, `text` in `lang`, that of whoever said it: they differ where a customer
    writes another language than the agent reads. `turn` (all turns from 0) and `message_id` are where it was said."""

    kind: LineKind
    label: str
    text: str
    lang: Language
    turn: int
    message_id: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`by`: "extractive", or the name of the model whose lines were verified."""

    language: Language  # the agent's
    lines: tuple[SummaryLine, ...]
    by: str = "extractive"

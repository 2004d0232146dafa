"""Everything that is kept of a conversation, as its customer may ask for it."""

from dataclasses import dataclass

from app.domain.conversation import Conversation, HandoffRequest, Vote
from app.domain.ticket import Note
from app.domain.trace import Trace


@dataclass(frozen=True, slots=True)
class Record:
    """`requests` are all that were ever made, withdrawn ones too; `notes` are those of staff."""

    conversation: Conversation
    votes: tuple[Vote, ...]
    requests: tuple[HandoffRequest, ...]
    traces: tuple[Trace, ...]
    notes: tuple[Note, ...] = ()

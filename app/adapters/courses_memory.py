"""The fake of the courses of conversations: those of the fake conversation store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.adapters.ratings_memory import MemoryRatings
from app.adapters.store_memory import MemoryConversationStore
from app.domain.conversation import Conversation, Message, Role
from app.domain.course import Course
from app.domain.courtesy import says
from app.domain.events import EventKind
from app.domain.outcome import Kind
from app.domain.record import Record
from app.domain.trace import Trace


@dataclass
class MemoryCourses:
    store: MemoryConversationStore
    ratings: MemoryRatings

    def since(self, at: datetime) -> list[Course]:
        begun = [known for known in self.store.conversations() if known.created_at >= at]
        return [self._course(known) for known in sorted(begun, key=lambda each: (each.created_at, each.id))]

    def _course(self, conversation: Conversation) -> Course:
        record = self.store.record(conversation.id)
        asked = [message for message in conversation.messages if message.role is Role.CUSTOMER]
        theirs = [ticket for ticket in self.store.tickets.values() if ticket.conversation_id == conversation.id]
        events = self.store.events.after(0, conversation.id, limit=1_000_000)
        moods = [mood for message in conversation.messages if (mood := _mood(message, record.traces)) is not None]
        return Course(
            id=conversation.id,
            channel=conversation.channel,
            language=conversation.locale,
            began_at=conversation.created_at,
            last_at=asked[-1].at if asked else conversation.created_at,
            asked=any(says(message.text) for message in asked),
            answered=any(map(_answers, conversation.messages)),
            voted_down=any(vote.helpful is False for vote in record.votes),
            handed_off_at=theirs[0].requested_at if theirs else None,
            cause=theirs[0].cause if theirs else None,
            first_reply_at=_first(ticket.first_replied_at for ticket in theirs),
            resolved_at=theirs[-1].resolved_at if theirs else None,
            reopened_at=_first(event.at for event in events if event.kind is EventKind.TICKET_REOPENED),
            csat=self._csat(record),
            mood=(moods[0], moods[-1]) if moods else None,
        )

    def _csat(self, record: Record) -> int | None:
        given = [(rating.at, rating.score) for rating in self.ratings.of_conversation(record.conversation.id)]
        given += [(vote.at, vote.csat) for vote in record.votes if vote.csat is not None]
        return max(given)[1] if given else None


def _answers(message: Message) -> bool:
    is_answer = message.outcome is not None and message.outcome.kind is Kind.ANSWER
    return message.role is Role.ASSISTANT and is_answer and message.helpful is not False


def _mood(message: Message, traces: Iterable[Trace]) -> float | None:
    """How unhappy the turn was that `message` answers."""
    traced = (trace for trace in traces if message.outcome and trace.id == message.outcome.trace_id)
    steps = [step for trace in traced for step in trace.steps if step.name == "understand"]
    sentiment = steps[0].data.get("sentiment") if steps else None
    value = sentiment.get("negative") if isinstance(sentiment, dict) else None
    return float(value) if isinstance(value, int | float) else None


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at), default=None)

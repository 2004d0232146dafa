"""What the desk's API reads and writes. Texts hold tokens for personal data; nothing here is restored."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.desk.desk import Desk
from app.desk.sla import SlaClock, Standing
from app.domain.conversation import Conversation
from app.domain.desk import Cause, State
from app.domain.desk_ports import Colleague
from app.domain.outcome import Language
from app.domain.ticket import Note, Priority, Queued, Ticket
from app.web.payloads import MessageShown, MessageText


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ClockShown(_Shown):
    """`minutes_left` of opening hours; null once the clock has stopped."""

    standing: Standing
    due: datetime
    minutes_left: int | None


class TicketShown(BaseModel):
    """`agent` and `assigned_to`: whose it is, `taken_at`: since when they have begun. `turn` and `score` are the
    evidence for `cause`. `waiting_since`: the customer has waited for a reply since then."""

    id: str
    conversation_id: str
    state: State
    priority: Priority
    cause: Cause
    topic: str | None
    turn: int | None
    score: float | None
    skill: str | None
    language: Language
    requested_at: datetime
    expected_reply_at: datetime
    waiting_since: datetime | None
    assigned_to: str | None
    agent: str | None
    taken_at: datetime | None
    first_replied_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    contact: str | None
    details: dict[str, str | None]
    first_reply: ClockShown
    resolution: ClockShown


class QueuedShown(TicketShown):
    channel: str
    subject: str
    latest: str


class NoteShown(_Shown):
    id: str
    author: str
    text: str
    at: datetime


class CaseShown(BaseModel):
    """`seen`: how many messages there are, of which `messages` may be the last ones; a reply says how many its writer
    has read."""

    ticket: TicketShown
    messages: list[MessageShown]
    notes: list[NoteShown]
    seen: int


class ColleagueShown(BaseModel):
    user_id: str
    name: str
    skills: list[str]
    languages: list[Language]
    load: int
    there: bool


class Reply(BaseModel):
    """`seen`: how many messages of the conversation were read; `anyway`: send it though the customer wrote since;
    `confirm_agent_only`: send it though it holds what a draft said for staff only."""

    text: MessageText
    seen: int | None = Field(None, ge=0)
    anyway: bool = False
    confirm_agent_only: bool = False


class NewNote(BaseModel):
    text: MessageText


class Assignment(BaseModel):
    """`user_id` null: to nobody in particular."""

    user_id: str | None = Field(None, max_length=64)


def ticket_shown(desk: Desk, ticket: Ticket, state: State) -> TicketShown:
    return TicketShown.model_validate(_fields(desk, ticket, state))


def queued_shown(desk: Desk, queued: Queued) -> QueuedShown:
    about = {"channel": queued.channel, "subject": queued.subject, "latest": queued.latest}
    return QueuedShown.model_validate(_fields(desk, queued.ticket, queued.state) | about)


def case_shown(desk: Desk, ticket: Ticket, conversation: Conversation, notes: list[Note]) -> CaseShown:
    return CaseShown(
        ticket=ticket_shown(desk, ticket, conversation.state),
        messages=[MessageShown.model_validate(message) for message in conversation.messages],
        notes=[NoteShown.model_validate(note) for note in notes],
        seen=conversation.earlier + len(conversation.messages),
    )


def colleague_shown(desk: Desk, colleague: Colleague) -> ColleagueShown:
    return ColleagueShown(
        user_id=colleague.user_id,
        name=colleague.name,
        skills=sorted(colleague.skills),
        languages=sorted(colleague.languages),
        load=colleague.load,
        there=desk.is_there(colleague),
    )


def _fields(desk: Desk, ticket: Ticket, state: State) -> dict[str, object]:
    first, resolution = desk.clocks(ticket)
    plain = {name: getattr(ticket, name) for name in TicketShown.model_fields if hasattr(ticket, name)}
    clocks = {"first_reply": _clock(first), "resolution": _clock(resolution)}
    return plain | clocks | {"state": state, "details": dict(ticket.details)}


def _clock(clock: SlaClock) -> ClockShown:
    return ClockShown.model_validate(clock)

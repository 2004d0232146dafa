"""What happened in conversations, in one numbered order that readers follow: pages, notifications, reports."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    CONVERSATION_CREATED = "conversation.created"
    MESSAGE_CREATED = "message.created"  # message_id, role
    HANDOFF_OFFERED = "handoff.offered"  # cause
    OFFER_DECLINED = "offer.declined"
    HANDOFF_CREATED = "handoff.created"  # ticket_id, cause
    HANDOFF_WITHDRAWN = "handoff.withdrawn"  # ticket_id, as in all that follow
    AGENT_JOINED = "agent.joined"  # user_id
    AGENT_LEFT = "agent.left"  # user_id
    HANDOFF_RETURNED = "handoff.returned"  # the assistant speaks again
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_REOPENED = "ticket.reopened"
    REPLY_DELAYED = "reply.delayed"  # expected_reply_at
    DETAILS_ASKED = "details.asked"  # key
    DETAILS_GIVEN = "details.given"  # key
    CSAT_GIVEN = "csat.given"  # message_id


@dataclass(frozen=True, slots=True)
class ConversationEvent:
    """`number` only grows: whoever has read up to one misses nothing that is written later. `data` names what it is
    about by ids and plain words; nothing that a customer wrote is in it."""

    number: int
    conversation_id: str
    at: datetime
    kind: EventKind
    data: dict[str, str] = field(default_factory=dict)

"""The desk over JSON, for integrations with the scope `agent` and for the desk's own page."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.domain.conversation import Conversation
from app.domain.ticket import Ticket
from app.web.access import SignedInDep
from app.web.deps import Services, ServicesDep
from app.web.desk_payloads import (
    Assignment,
    CaseShown,
    ColleagueShown,
    NewNote,
    QueuedShown,
    Reply,
    TicketShown,
    case_shown,
    colleague_shown,
    queued_shown,
    ticket_shown,
)
from app.web.payloads import MessageShown
from app.web.problems import documented

router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=documented(401, 403, 422, 429, 503))
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)


@router.get("/tickets")
def list_tickets(services: ServicesDep, show: Literal["open", "done"] = "open") -> list[QueuedShown]:
    """What is open, the most pressing first; or what is done, the newest first."""
    found = services.desk.queue() if show == "open" else services.desk.queue(is_open=False, limit=200)
    return [queued_shown(services.desk, queued) for queued in found]


@router.get("/agents")
def list_agents(services: ServicesDep) -> list[ColleagueShown]:
    """Who works at the desk, what they know, how much they have, and whether they are there."""
    return [colleague_shown(services.desk, colleague) for colleague in services.desk.colleagues()]


@router.post("/presence", status_code=204)
def be_there(services: ServicesDep, signed_in: SignedInDep) -> Response:
    """A page of the desk is open before the caller; to be repeated every 30 seconds."""
    services.desk.see(signed_in.user.id)
    return Response(status_code=204)


@router.get("/tickets/{ticket_id}", responses=documented(404))
def show_ticket(ticket_id: str, services: ServicesDep, last: Annotated[int | None, Query(ge=1)] = None) -> CaseShown:
    """The conversation, or its `last` so many messages, with tokens for personal data; the notes of colleagues."""
    ticket = services.desk.ticket(ticket_id)
    conversation = services.store.find(ticket.conversation_id, last)
    return case_shown(services.desk, ticket, conversation, services.desk.notes(conversation.id))


@router.post("/tickets/{ticket_id}/take", responses=_CHANGES)
def take(ticket_id: str, services: ServicesDep, signed_in: SignedInDep) -> TicketShown:
    """Of two who take it at once one gets it; the other is told who has it."""
    return _shown(services, services.desk.take(ticket_id, signed_in.user))


@router.post("/tickets/{ticket_id}/assign", responses=_CHANGES)
def assign(ticket_id: str, to: Assignment, services: ServicesDep) -> TicketShown:
    return _shown(services, services.desk.assign(ticket_id, to.user_id))


@router.post("/tickets/{ticket_id}/reply", status_code=201, responses=_CHANGES)
def reply(ticket_id: str, said: Reply, services: ServicesDep, signed_in: SignedInDep) -> MessageShown:
    """What the customer reads next; whoever replies takes the ticket. Personal data in it is replaced by tokens.

    What a draft of this conversation holds for staff goes out only with `confirm_agent_only`: a 409 otherwise.
    """
    conversation = conversation_of(services, ticket_id)
    text = services.redactor.redact_reply(conversation, said.text)
    services.drafting.drafts.require_confirmed(conversation, text, said.confirm_agent_only)
    message = services.desk.reply(ticket_id, signed_in.user, text, said.seen, said.anyway)
    return MessageShown.model_validate(message)


@router.post("/tickets/{ticket_id}/notes", status_code=204, responses=_CHANGES)
def add_note(ticket_id: str, note: NewNote, services: ServicesDep, signed_in: SignedInDep) -> Response:
    """For colleagues; no customer sees it."""
    text = services.redactor.redact_reply(conversation_of(services, ticket_id), note.text)
    services.desk.note(ticket_id, signed_in.user, text)
    return Response(status_code=204)


@router.post("/tickets/{ticket_id}/return", responses=_CHANGES)
def hand_back(ticket_id: str, services: ServicesDep, signed_in: SignedInDep) -> TicketShown:
    """The assistant answers again."""
    return _shown(services, services.desk.hand_back(ticket_id, signed_in.user))


@router.post("/tickets/{ticket_id}/resolve", responses=_CHANGES)
def resolve(ticket_id: str, services: ServicesDep, signed_in: SignedInDep) -> TicketShown:
    return _shown(services, services.desk.resolve(ticket_id, signed_in.user))


@router.post("/tickets/{ticket_id}/reopen", responses=_CHANGES)
def reopen(ticket_id: str, services: ServicesDep, signed_in: SignedInDep) -> TicketShown:
    return _shown(services, services.desk.reopen(ticket_id, signed_in.user))


def conversation_of(services: Services, ticket_id: str) -> Conversation:
    return services.store.find(services.desk.ticket(ticket_id).conversation_id)


def _shown(services: Services, ticket: Ticket) -> TicketShown:
    return ticket_shown(services.desk, ticket, services.store.state(ticket.conversation_id))

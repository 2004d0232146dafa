"""The page that mail leads to: rating a resolved ticket, from any device. Opening it changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from app.domain.conversation import Conversation
from app.errors import Conflict
from app.web.deps import Services, ServicesDep, require_same_origin
from app.web.pages import RatePage, site_facts
from app.web.payloads import LongText
from app.web.rating import give_rating
from app.web.rendering import render
from app.web.timeline import may_rate

router = APIRouter(prefix="/rate", include_in_schema=False)


@router.get("/{token}")
def show(token: str, services: ServicesDep) -> Response:
    """Raises NotFound for a link that is none of ours, or whose conversation was erased."""
    conversation, ticket_id = _rated(token, services)
    is_open = _is_latest(conversation, ticket_id) and may_rate(services, conversation)
    return _page(services, conversation, None if is_open else "rating_closed")


@router.post("/{token}", dependencies=[Depends(require_same_origin)])
def rate(
    token: str,
    services: ServicesDep,
    score: Annotated[int, Form(ge=1, le=5)],
    comment: Annotated[LongText, Form()] = None,
) -> Response:
    conversation, ticket_id = _rated(token, services)
    try:
        if not _is_latest(conversation, ticket_id):
            raise Conflict("Another ticket was opened since.")
        give_rating(services, conversation, score, comment)
    except Conflict:
        return _page(services, conversation, "rating_closed", 409)
    return _page(services, conversation, "rated")


def _rated(token: str, services: Services) -> tuple[Conversation, str]:
    conversation_id, ticket_id = services.messages.links.read(token)
    return services.store.find(conversation_id), ticket_id


def _is_latest(conversation: Conversation, ticket_id: str) -> bool:
    return conversation.handoff is not None and conversation.handoff.ticket_id == ticket_id


def _page(services: Services, conversation: Conversation, said: str | None, status: int = 200) -> Response:
    return render("rate.html", RatePage(*site_facts(services.site, conversation.locale), said), status)

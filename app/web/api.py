"""Conversations over JSON, under /api/v1. A conversation belongs to whoever holds its token."""

import secrets
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from app.domain.conversation import Conversation
from app.domain.outcome import Outcome
from app.domain.states import SILENT
from app.errors import Conflict
from app.web import sse
from app.web.deps import (
    ConversationDep,
    LanguageDep,
    RecentConversationDep,
    Services,
    ServicesDep,
    is_same_origin,
    set_cookie,
)
from app.web.handoff import give_detail, open_request
from app.web.identity import begin_conversation
from app.web.limits import admit_question
from app.web.pages import handoff_view
from app.web.payloads import (
    ConversationCreated,
    ConversationShown,
    Feedback,
    HandoffDetail,
    HandoffShown,
    HandoffWish,
    MessageShown,
    NewConversation,
    NewMessage,
    Suggestions,
)
from app.web.privacy import greeting_words
from app.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=documented(422, 429))


@router.post("/conversations", status_code=201, responses=documented(400, 403, 413, 422, 503))
def create_conversation(
    wish: NewConversation, request: Request, response: Response, services: ServicesDep, lang: LanguageDep
) -> ConversationCreated:
    """Begin a conversation. A page of this service gets the token as a cookie too.

    `customer` is the site's own reference for who it is; only a hash is kept, by which their data is found again. Where
    a secret is set, it has to be signed.
    """
    locale = wish.locale or lang
    token = secrets.token_urlsafe(32)
    conversation = begin_conversation(services, locale, wish.channel, token, wish.customer)
    if is_same_origin(request):
        set_cookie(request, response, conversation, token)
    greeting = "\n".join(greeting_words(services.settings, locale))
    return ConversationCreated(id=conversation.id, token=token, greeting=greeting)


async def _admitted(
    conversation_id: str, message: NewMessage, request: Request, services: ServicesDep
) -> tuple[str, ...]:
    """Who asks, for `AnswerPipeline.answer`: too many questions are refused before their conversation is read."""
    state = await run_in_threadpool(services.store.state, conversation_id)
    return await admit_question(request, services, len(message.text), is_relayed=state in SILENT)


AdmittedDep = Annotated[tuple[str, ...], Depends(_admitted)]


@router.post(
    "/conversations/{conversation_id}/messages",
    response_model=Outcome,
    responses={
        200: {
            "description": "The outcome, or the events `step`, `sentence`, `outcome` and `error` as they arrive",
            "content": {sse.MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        **documented(400, 404, 413, 422, 500, 503),
    },
)
async def ask(
    by: AdmittedDep, conversation: RecentConversationDep, message: NewMessage, request: Request, services: ServicesDep
) -> Outcome | Response:
    """Ask a question. The answer is stored even when the client leaves before it is complete."""
    if conversation.state not in SILENT:
        await run_in_threadpool(services.index.current)  # without an index this fails before anything is sent
    await run_in_threadpool(services.redactor.require_open, conversation)
    run = request.app.state.runs.begin(services.pipeline.answer(conversation, message.text, by=by), by)
    if sse.MEDIA_TYPE in request.headers.get("accept", ""):
        return sse.event_stream(run, conversation.locale)
    outcome: Outcome = await run.outcome()
    return outcome


@router.get("/conversations/{conversation_id}", responses=documented(404, 503))
def show_conversation(conversation: ConversationDep, services: ServicesDep) -> ConversationShown:
    """The history as the customer sees it."""
    conversation = services.redactor.restored(conversation)
    return ConversationShown(
        id=conversation.id,
        locale=conversation.locale,
        channel=conversation.channel,
        created_at=conversation.created_at,
        messages=[MessageShown.model_validate(message) for message in conversation.messages],
        handoff=_shown(conversation, services),
        state=conversation.state,
        read_only=conversation.is_locked,
    )


@router.post("/conversations/{conversation_id}/handoff", status_code=201, responses=documented(400, 404, 413, 422, 503))
def request_handoff(
    conversation: ConversationDep, services: ServicesDep, wish: HandoffWish | None = None
) -> HandoffShown:
    """Talk to a human; asking again updates `contact` and keeps the ticket."""
    shown = _shown(open_request(services, conversation, wish.contact if wish else None), services)
    if shown is None:
        raise Conflict("The request was withdrawn at this moment; ask again.")
    return shown


@router.delete("/conversations/{conversation_id}/handoff", status_code=204, responses=documented(404, 409, 503))
def withdraw_handoff(conversation: ConversationDep, services: ServicesDep) -> None:
    """Withdraw the request for a human."""
    services.desk.withdraw(conversation.id)


@router.post(
    "/conversations/{conversation_id}/handoff/details",
    status_code=204,
    responses=documented(400, 404, 409, 413, 422, 503),
)
def give_handoff_detail(conversation: ConversationDep, detail: HandoffDetail, services: ServicesDep) -> None:
    """Answer the question `asks` of the request, or skip it with `value: null`; it is not asked again."""
    give_detail(services, conversation, detail.key, detail.value)


@router.post("/conversations/{conversation_id}/offer/decline", status_code=204, responses=documented(404, 409, 503))
def decline_offer(conversation: ConversationDep, services: ServicesDep) -> None:
    """No person is wanted; the assistant goes on."""
    services.desk.decline(conversation.id)


@router.post("/conversations/{conversation_id}/feedback", status_code=204, responses=documented(400, 404, 413, 503))
def give_feedback(conversation: ConversationDep, feedback: Feedback, services: ServicesDep) -> None:
    """Vote on an answer, score it, or say what was missing."""
    comment = services.redactor.redact(conversation, feedback.comment).text if feedback.comment else None
    services.store.vote(conversation.id, feedback.message_id, feedback.helpful, feedback.csat, comment)


@router.get("/suggestions", tags=["site"], responses=documented(422))
def suggestions(services: ServicesDep, lang: LanguageDep) -> Suggestions:
    """Questions to offer in an empty chat, in the reader's language."""
    return Suggestions(suggestions=list(services.site.suggestions[lang]))


def _shown(conversation: Conversation, services: Services) -> HandoffShown | None:
    view = handoff_view(conversation, services.site)
    return HandoffShown(**asdict(view)) if view else None

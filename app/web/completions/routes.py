"""`/v1/chat/completions` and `/v1/models`: any OpenAI client asks, the same pipeline answers as in the chat.

A call is a conversation of its own (channel "openai"), stored with its trace. The turns before the question are the
client's word for what was said: the pipeline is given them, and they are not stored as if they had been said here. Nor
is the personal data of a call: the client has it, and its tokens are forgotten with the call.
"""

import secrets
from dataclasses import replace
from functools import reduce
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, StreamingResponse

from app.answering.redact import Redactor
from app.domain.conversation import Conversation, Message, Role
from app.domain.outcome import Language
from app.domain.text import detect_language
from app.domain.token_estimate import estimate_tokens
from app.web.completions.answer import Call
from app.web.completions.errors import CompletionError, CompletionRoute, documented_errors
from app.web.completions.request import MODEL, ChatRequest, Said, read_dialogue, require_model
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.limits import admit_question
from app.web.sse import HEADERS, KEEP_ALIVE_SECONDS, MEDIA_TYPE

CHANNEL = "openai"
_MODEL_CARD = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


async def _require_turned_on(services: ServicesDep) -> None:
    if not services.settings.openai_api:
        message = "The OpenAI-compatible interface is turned off; KOTAE_OPENAI_API=true turns it on."
        raise CompletionError(message, None, "turned_off", 404)


router = APIRouter(
    prefix="/v1",
    tags=["openai"],
    route_class=CompletionRoute,
    dependencies=[Depends(_require_turned_on)],
    responses=documented_errors(),
)


@router.post(
    "/chat/completions",
    responses={200: {"description": "A chat completion, or with `stream` its chunks", "content": {MEDIA_TYPE: {}}}},
)
async def complete(asked: ChatRequest, request: Request, services: ServicesDep, lang: LanguageDep) -> Response:
    """Answer the last user message, given what was said before it, in the shapes of OpenAI's chat completions."""
    dialogue, question = read_dialogue(asked)
    await run_in_threadpool(services.index.current)  # without an index this fails before anything is stored
    by = await admit_question(request, services, sum(len(turn.content) for turn in asked.messages))
    redactor = services.redactor.for_one_call()
    conversation = await run_in_threadpool(_begin, services, redactor, dialogue, _locale(dialogue, lang))
    call = Call(
        id=f"chatcmpl-{conversation.id}",
        created=int(conversation.created_at.timestamp()),
        address=str(request.base_url),
        prompt_tokens=sum(estimate_tokens(turn.content) for turn in asked.messages),
        include_usage=bool(asked.stream_options and asked.stream_options.include_usage),
    )
    run = request.app.state.runs.begin(services.pipeline.answer(conversation, question, redactor=redactor, by=by), by)
    if asked.stream:
        return StreamingResponse(call.chunks(run, KEEP_ALIVE_SECONDS), headers=HEADERS, media_type=MEDIA_TYPE)
    return JSONResponse(call.completion(await run.outcome()))


@router.get("/models")
def list_models() -> dict[str, Any]:
    """The models there are: `kotae`."""
    return {"object": "list", "data": [_MODEL_CARD]}


@router.get("/models/{model}")
def show_model(model: str) -> dict[str, Any]:
    """The one model, by its name."""
    require_model(model)
    return _MODEL_CARD


def _begin(services: Services, redactor: Redactor, dialogue: list[Said], locale: Language) -> Conversation:
    """Nobody is told the token: such a conversation is read by the site's people only."""
    conversation = services.store.create(locale, CHANNEL, secrets.token_urlsafe(32))
    roles = {True: Role.CUSTOMER, False: Role.ASSISTANT}
    said = ((roles[turn.is_customer], redactor.redact(conversation, turn.text).text) for turn in dialogue)
    messages = (Message(uuid4().hex, role, text, conversation.created_at) for role, text in said)
    return replace(conversation, messages=tuple(messages))


def _locale(dialogue: list[Said], lang: Language) -> Language:
    """The language the customer wrote in last, where their words tell; else that of the request."""
    return reduce(lambda known, said: detect_language(said.text, known) if said.is_customer else known, dialogue, lang)

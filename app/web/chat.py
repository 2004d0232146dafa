"""The chat page, and its forms for browsers without JavaScript: each posts, and the page comes back whole."""

import secrets
from contextlib import suppress
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.domain.conversation import Conversation
from app.domain.outcome import Language
from app.domain.states import SILENT
from app.errors import Conflict, TooMany
from app.web.deps import (
    COOKIE,
    CookieConversationDep,
    LanguageDep,
    Services,
    ServicesDep,
    require_same_origin,
    set_cookie,
)
from app.web.handoff import open_request
from app.web.language import LANGUAGE_COOKIE, chosen
from app.web.limits import admit_question
from app.web.pages import ChatPage, PrivacyPage, chat_page, site_facts
from app.web.payloads import LongText, MessageId, MessageText, ShortText
from app.web.privacy import kept_words
from app.web.rendering import render

router = APIRouter(include_in_schema=False)
forms = APIRouter(prefix="/chat", include_in_schema=False, dependencies=[Depends(require_same_origin)])

_message_text = TypeAdapter[str](MessageText)


@router.get("/")
def chat(
    request: Request, services: ServicesDep, lang: LanguageDep, conversation: CookieConversationDep, embed: str = ""
) -> Response:
    """Raises IndexUnavailable, which is shown as the page that says how to mend it."""
    services.index.current()
    response = render("chat.html", _page(services, lang, conversation, embed=embed == "1"))
    if chosen(request.query_params.get("lang")):
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
    return response


@router.get("/privacy")
def privacy(services: ServicesDep, lang: LanguageDep) -> Response:
    settings = services.settings
    away, kept = (settings.sends_away, settings.searches_away), kept_words(settings, lang)
    page = PrivacyPage(*site_facts(services.site, lang), *away, kept, settings.redaction)
    return render("privacy.html", page)


@forms.post("/messages")
async def ask(
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    conversation: CookieConversationDep,
    text: Annotated[str, Form()] = "",
) -> Response:
    try:
        question = _message_text.validate_python(text)
        is_relayed = conversation is not None and conversation.state in SILENT
        if not is_relayed:
            await run_in_threadpool(services.index.current)
        by = await admit_question(request, services, len(question), is_relayed)
    except (ValidationError, TooMany) as error:
        page = await run_in_threadpool(_page, services, lang, conversation, error=_key(error), draft=text[:4000])
        return await run_in_threadpool(render, "chat.html", page, 422 if isinstance(error, ValidationError) else 429)
    response = _back_to("last")
    if conversation is None:
        conversation = await run_in_threadpool(_begin, request, response, services, lang)
    await request.app.state.runs.begin(services.pipeline.answer(conversation, question, by=by), by).outcome()
    return response


@forms.post("/handoff")
def request_handoff(
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    conversation: CookieConversationDep,
    contact: Annotated[ShortText, Form()] = None,
) -> Response:
    response = _back_to("handoff")
    open_request(services, conversation or _begin(request, response, services, lang), contact)
    return response


@forms.post("/handoff/withdraw")
def withdraw_handoff(services: ServicesDep, conversation: CookieConversationDep) -> Response:
    if conversation:
        with suppress(Conflict):  # withdrawn in another window meanwhile
            services.desk.withdraw(conversation.id)
    return _back_to("last")


@forms.post("/feedback")
def give_feedback(
    services: ServicesDep,
    conversation: CookieConversationDep,
    message_id: Annotated[MessageId, Form()],
    helpful: Annotated[Literal["true", "false", ""], Form()] = "",
    comment: Annotated[LongText, Form()] = None,
) -> Response:
    vote = {"true": True, "false": False, "": None}[helpful]
    if conversation:
        said = services.redactor.redact(conversation, comment).text if comment and vote is False else None
        services.store.vote(conversation.id, message_id, vote, None, said)
    return _back_to(f"m-{quote(message_id)}")


@forms.post("/new")
def begin_anew() -> Response:
    """Leave the conversation as it is; the next question begins another."""
    response = _back_to("question")
    response.delete_cookie(COOKIE)
    return response


def _page(services: Services, lang: Language, conversation: Conversation | None, **more: Any) -> ChatPage:
    shown = services.redactor.restored(conversation) if conversation else None
    return chat_page(services.site, services.settings, lang, shown, **more)


def _key(error: ValidationError | TooMany) -> str:
    if isinstance(error, TooMany):
        return error.key
    return "empty_message" if error.errors()[0]["type"] == "empty_message" else "unprocessable"


def _begin(request: Request, response: Response, services: Services, lang: Language) -> Conversation:
    token = secrets.token_urlsafe(32)
    conversation = services.store.create(lang, "web", token)
    set_cookie(request, response, conversation, token)
    return conversation


def _back_to(anchor: str) -> Response:
    return RedirectResponse(f"/#{anchor}", status_code=303)

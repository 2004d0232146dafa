"""The agents' inbox: the queue, a conversation with all that is known of it, and what an agent does about it."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Form, Query
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.domain.draft import Tone
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.people import SignedIn
from app.errors import AgentOnlyText, Conflict, NotFound, UnfilledMacro, Unprocessable, WrittenMeanwhile
from app.web.access import SignedInDep
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.desk_api import conversation_of
from app.web.inbox_page import Asked, Reader
from app.web.payloads import MessageText
from app.web.rendering import render
from app.web.sources import render_source
from app.words import words

router = APIRouter(prefix="/desk", include_in_schema=False)
_ASKS = {WrittenMeanwhile: "meanwhile", AgentOnlyText: "inside"}
_message_text = TypeAdapter[str](MessageText)
Tab = Annotated[str, Query(pattern="^(mine|unassigned|all|done)$")]
Search = Annotated[str, Query(max_length=100)]


@router.get("")
def show(
    services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, tab: Tab = "all", search: Search = ""
) -> Response:
    return render("inbox.html", Reader(services, lang, signed_in).page(Asked(tab, search)))


@router.get("/queue")
def queue(
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    tab: Tab = "all",
    search: Search = "",
    ticket: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The list alone, for a page that is open; `ticket` is the one it shows."""
    return render("_inbox_queue.html", Reader(services, lang, signed_in).queue(Asked(tab, search, ticket)))


@router.post("/presence")
def be_there(
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    ticket: Annotated[str, Form(max_length=64)] = "",
    typing: Annotated[bool, Form()] = False,
) -> JSONResponse:
    """A page of the desk is open before the caller; says who else has the same conversation open."""
    services.desk.see(signed_in.user.id)
    if not ticket:
        return JSONResponse({"others": ""})
    conversation_id = services.desk.ticket(ticket).conversation_id
    services.looks.look(signed_in.user.id, conversation_id, typing)
    return JSONResponse({"others": Reader(services, lang, signed_in).others(conversation_id) or ""})


@router.post("/macros/used")
def use_macro(services: ServicesDep, macro: Annotated[str, Form(max_length=200)]) -> Response:
    """`macro`: "name/language/team"."""
    name, language, team = (*macro.split("/"), "", "")[:3]
    services.drafting.macros.count_use(name, "ja" if language == "ja" else "en", team)
    return Response(status_code=204)


@router.get("/sources/{document_id:path}")
def source(
    document_id: str, services: ServicesDep, lang: LanguageDep, version: str | None = None, span: str = ""
) -> Response:
    """A cited article; agents may read those that customers may not."""
    return render_source(services, lang, document_id, version, span, Audience.AGENT)


@router.get("/{ticket_id}")
def show_ticket(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    tab: Tab = "all",
    search: Search = "",
    whole: bool = False,
) -> Response:
    """Opening a conversation assigns nothing. `whole`: from the first turn on."""
    services.desk.see(signed_in.user.id)
    services.looks.look(signed_in.user.id, services.desk.ticket(ticket_id).conversation_id)
    asked = Asked(tab, search, ticket_id, is_whole=whole)
    return render("inbox.html", Reader(services, lang, signed_in).page(asked))


@router.get("/{ticket_id}/turns")
def show_turns(ticket_id: str, services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep) -> Response:
    return render("_inbox_turns.html", Reader(services, lang, signed_in).page(Asked(ticket_id=ticket_id)))


@router.get("/{ticket_id}/write")
async def show_writing(
    ticket_id: str, services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, tone: Tone | None = None
) -> Response:
    """The reply form alone, with a draft for what the customer waits for now; in `tone`, where one is wished."""
    reader = Reader(services, lang, signed_in)
    conversation = await run_in_threadpool(conversation_of, services, ticket_id)
    made = await run_in_threadpool(reader.draft_of, conversation)
    if made is None or (tone and made.tone is not tone):
        upset = await run_in_threadpool(reader.upset, conversation)
        await services.drafting.drafts.make(conversation, tone or Tone.PLAIN, upset=upset)
    return await run_in_threadpool(_writing, reader, Asked(ticket_id=ticket_id))


@router.post("/{ticket_id}/reply")
def reply(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    seen: Annotated[int, Form(ge=0)],
    text: Annotated[str, Form()] = "",
    draft: Annotated[str, Form(max_length=64)] = "",
    confirm: Annotated[list[str], Form()] = [],  # noqa: B006 – never changed; FastAPI wants a list
) -> Response:
    """What cannot be sent as it is comes back with the text, and with the question that is open."""
    try:
        _send(services, signed_in, ticket_id, _message_text.validate_python(text), seen, draft, confirm)
    except (ValidationError, Conflict, Unprocessable) as error:
        told = _told(error, lang)
        asks = next((asks for kind, asks in _ASKS.items() if isinstance(error, kind)), None)
        asked = Asked(ticket_id=ticket_id, text=text, confirmed=tuple(confirm), error=told, asks=asks)
        page = Reader(services, lang, signed_in).page(asked)
        return render("inbox.html", page, 409 if isinstance(error, Conflict) else 422)
    return RedirectResponse(f"/desk/{ticket_id}#sent", 303)


def _send(
    services: Services, signed_in: SignedIn, ticket_id: str, text: str, seen: int, draft: str, confirm: list[str]
) -> None:
    """Raises WrittenMeanwhile, AgentOnlyText, another Conflict, or Unprocessable; then nothing is sent."""
    if "{{" in text:
        raise UnfilledMacro("A variable of a macro is not filled in.")
    conversation = conversation_of(services, ticket_id)
    redacted = services.redactor.redact_reply(conversation, text)
    drafts = services.drafting.drafts
    if draft:
        drafts.of(conversation, draft)
    drafts.require_confirmed(conversation, redacted, "inside" in confirm)
    services.desk.reply(ticket_id, signed_in.user, redacted, seen, is_anyway="meanwhile" in confirm)
    if draft:
        with suppress(Conflict, NotFound):  # it has an end already: another reply was made of it
            drafts.send(draft, conversation, redacted, signed_in.user.id, confirm_agent_only=True)


def _writing(reader: Reader, asked: Asked) -> Response:
    return render("_inbox_reply.html", reader.page(asked))


def _told(error: ValidationError | Conflict | Unprocessable, lang: Language) -> str:
    w = words(lang)
    return w["unprocessable"] if isinstance(error, ValidationError) else w(error.key, **error.values)

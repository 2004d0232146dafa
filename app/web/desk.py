"""The desk's pages for role `agent`: the list, and one ticket with its forms. They work without JavaScript."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from app.domain.outcome import Language
from app.domain.people import SignedIn
from app.errors import Conflict, WrittenMeanwhile
from app.web.access import SignedInDep, csrf_token
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.desk_api import conversation_of
from app.web.desk_pages import SHOWN_AT_ONCE, TABS, DeskPage, TicketPage, rows_of, tab_of
from app.web.pages import message_view, site_facts
from app.web.payloads import MessageText
from app.web.rendering import render
from app.words import words

router = APIRouter(prefix="/desk", include_in_schema=False)

Act = Literal["take", "assign", "hand_back", "resolve", "reopen"]
_message_text = TypeAdapter[str](MessageText)


@router.get("")
def show_queue(
    services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, show: Annotated[str, Query()] = "mine"
) -> Response:
    services.desk.see(signed_in.user.id)
    tab = show if show in TABS else "mine"
    queue = services.desk.queue()
    counts = {name: len(tab_of(queue, name, signed_in.user)) for name in TABS[:3]}
    shown = services.desk.queue(is_open=False, limit=100) if tab == "done" else tab_of(queue, tab, signed_in.user)
    rows = rows_of(services.desk, shown, services.clock.now())
    facts = site_facts(services.site, lang)
    return render("desk.html", DeskPage(*facts, csrf_token(signed_in.token), tab, counts, rows))


@router.get("/{ticket_id}")
def show_ticket(
    ticket_id: str, services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, whole: str = ""
) -> Response:
    services.desk.see(signed_in.user.id)
    return render("ticket.html", _page(services, lang, signed_in, ticket_id, is_whole=whole == "1"))


@router.post("/{ticket_id}/act")
def act(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    act: Annotated[Act, Form()],
    to: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    try:
        if act == "assign":
            services.desk.assign(ticket_id, to or None)
        else:
            getattr(services.desk, act)(ticket_id, signed_in.user)
    except Conflict as error:
        return _refused(services, lang, signed_in, ticket_id, error)
    return RedirectResponse(f"/desk/{ticket_id}", 303)


@router.post("/{ticket_id}/reply")
def reply(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    text: Annotated[str, Form()] = "",
    seen: Annotated[int | None, Form(ge=0)] = None,
    anyway: Annotated[str, Form()] = "",
) -> Response:
    """A reply to a conversation in which the customer wrote meanwhile comes back to be read once more."""
    try:
        said = services.redactor.redact_reply(conversation_of(services, ticket_id), _message_text.validate_python(text))
        services.desk.reply(ticket_id, signed_in.user, said, seen, anyway == "1")
    except ValidationError:
        page = _page(services, lang, signed_in, ticket_id, error=words(lang)["empty_reply"], draft=text[:4000])
        return render("ticket.html", page, 422)
    except Conflict as error:
        return _refused(services, lang, signed_in, ticket_id, error, text)
    return RedirectResponse(f"/desk/{ticket_id}#last", 303)


@router.post("/{ticket_id}/notes")
def add_note(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    text: Annotated[str, Form()] = "",
) -> Response:
    try:
        said = services.redactor.redact_reply(conversation_of(services, ticket_id), _message_text.validate_python(text))
        services.desk.note(ticket_id, signed_in.user, said)
    except ValidationError:
        return render("ticket.html", _page(services, lang, signed_in, ticket_id, error=words(lang)["empty_reply"]), 422)
    except Conflict as error:
        return _refused(services, lang, signed_in, ticket_id, error)
    return RedirectResponse(f"/desk/{ticket_id}#notes", 303)


def _refused(
    services: Services, lang: Language, signed_in: SignedIn, ticket_id: str, error: Conflict, draft: str = ""
) -> Response:
    """The page as it is now, with the reason and what was written."""
    sentence = words(lang)(error.key, **error.values)
    is_late = isinstance(error, WrittenMeanwhile)
    page = _page(services, lang, signed_in, ticket_id, error=sentence, draft=draft[:4000], asks_anyway=is_late)
    return render("ticket.html", page, error.status)


def _page(
    services: Services, lang: Language, signed_in: SignedIn, ticket_id: str, is_whole: bool = False, **more: Any
) -> TicketPage:
    ticket = services.desk.ticket(ticket_id)
    conversation = services.store.find(ticket.conversation_id, None if is_whole else SHOWN_AT_ONCE)
    first_reply, resolution = services.desk.clocks(ticket)
    return TicketPage(
        *site_facts(services.site, lang),
        csrf_token(signed_in.token),
        user=signed_in.user,
        ticket=ticket,
        conversation=conversation,
        messages=tuple(message_view(message, services.site, lang) for message in conversation.messages),
        notes=tuple(services.desk.notes(conversation.id)),
        colleagues=tuple(services.desk.colleagues()),
        first_reply=first_reply,
        resolution=resolution,
        seen=conversation.earlier + len(conversation.messages),
        **more,
    )

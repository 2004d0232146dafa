"""What an agent does in the inbox beside replying: taking, noting, ending, drafts, and looking at personal data."""

from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.domain.audit import Act
from app.domain.diff import word_diff
from app.domain.draft import Rejection
from app.domain.outcome import Language
from app.domain.people import SignedIn
from app.domain.pseudonyms import TOKEN
from app.errors import Conflict, NotFound
from app.web.access import SignedInDep, record
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.desk_api import conversation_of
from app.web.inbox_page import Asked, Reader
from app.web.inbox_views import ChangesPage
from app.web.pages import site_facts
from app.web.payloads import MessageText
from app.web.rendering import render
from app.words import words

router = APIRouter(prefix="/desk/{ticket_id}", include_in_schema=False)
_note_text = TypeAdapter[str](MessageText)
Text = Annotated[str, Form()]
DraftId = Annotated[str, Form(max_length=64)]


@router.post("/note")
def note(ticket_id: str, services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, text: Text = "") -> Response:
    try:
        said = _note_text.validate_python(text)
    except ValidationError:
        asked = Asked(ticket_id=ticket_id, error=words(lang)["unprocessable"])
        return render("inbox.html", Reader(services, lang, signed_in).page(asked), 422)
    redacted = services.redactor.redact_reply(conversation_of(services, ticket_id), said)
    services.desk.note(ticket_id, signed_in.user, redacted)
    return RedirectResponse(f"/desk/{ticket_id}", 303)


@router.post("/assign")
def assign(
    ticket_id: str,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    to: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """To a colleague, or to nobody in particular."""
    try:
        services.desk.assign(ticket_id, to or None)
    except Conflict as error:
        return _refused(services, lang, signed_in, ticket_id, error)
    return RedirectResponse(f"/desk/{ticket_id}", 303)


@router.post("/reject")
def reject(
    ticket_id: str, services: ServicesDep, signed_in: SignedInDep, draft: DraftId, reason: Annotated[Rejection, Form()]
) -> Response:
    with suppress(Conflict, NotFound):  # pressed twice, or in another window
        conversation = conversation_of(services, ticket_id)
        drafts = services.drafting.drafts
        drafts.reject(drafts.of(conversation, draft).id, conversation, reason, signed_in.user.id)
    return RedirectResponse(f"/desk/{ticket_id}", 303)


@router.post("/changes")
def show_changes(
    ticket_id: str, services: ServicesDep, lang: LanguageDep, draft: DraftId, text: Text = ""
) -> JSONResponse:
    """How `text` differs from the draft, and how many additions no article supports."""
    conversation = conversation_of(services, ticket_id)
    made = services.drafting.drafts.of(conversation, draft)
    redacted = services.redactor.redact_reply(conversation, text)
    additions = len(services.drafting.drafts.check(made, conversation, redacted).additions)
    page = ChangesPage(*site_facts(services.site, lang), word_diff(made.text, redacted))
    diff = render("_inbox_changes.html", page)
    told = words(lang)("desk_unsourced", n=additions) if additions else ""
    return JSONResponse({"unsourced": told, "diff": bytes(diff.body).decode()})


@router.post("/reveal")
def reveal(
    request: Request,
    ticket_id: str,
    services: ServicesDep,
    token: Annotated[str, Form(max_length=64)],
    reason: Annotated[Literal["call_back", "identity", "delivery", "other"], Form()],
) -> JSONResponse:
    """What a token stands for, put on record first; the record is for ever, so that nothing but a token gets there.

    Raises NotFound for one that cannot be read.
    """
    if not TOKEN.fullmatch(token):
        raise NotFound("This is no token.")
    conversation = conversation_of(services, ticket_id)
    record(request, services, Act.REVEAL, f"{ticket_id} {token.strip('<>')} {reason}")
    value = services.redactor.value(conversation.id, token)
    return JSONResponse({"value": value}, headers={"Cache-Control": "no-store"})


@router.post("/{move}")
def move(
    ticket_id: str,
    move: Literal["take", "hand_back", "resolve", "reopen"],
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
) -> Response:
    """Of two who take one ticket at once one gets it; the other is told who has it."""
    moves = {
        "take": services.desk.take,
        "hand_back": services.desk.hand_back,
        "resolve": services.desk.resolve,
        "reopen": services.desk.reopen,
    }
    try:
        moves[move](ticket_id, signed_in.user)
    except Conflict as error:
        return _refused(services, lang, signed_in, ticket_id, error)
    return RedirectResponse(f"/desk/{ticket_id}", 303)


def _refused(services: Services, lang: Language, signed_in: SignedIn, ticket_id: str, error: Conflict) -> Response:
    """The page as it is now, with the reason."""
    asked = Asked(ticket_id=ticket_id, error=words(lang)(error.key, **error.values))
    return render("inbox.html", Reader(services, lang, signed_in).page(asked), error.status)

"""Drafts, summaries, macros and their figures over JSON, for integrations with the scope `agent` and for pages."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query
from starlette.responses import Response

from app.desk.overview import as_csv, as_json
from app.desk.stats import by_slice, draft_figures
from app.desk.summary import summary_of
from app.domain.conversation import Conversation, Message
from app.domain.draft import Draft
from app.domain.macro import search
from app.errors import NotFound
from app.web.access import SignedInDep
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.desk_api import conversation_of
from app.web.drafts_payloads import (
    ChangeShown,
    CheckShown,
    DraftShown,
    DraftText,
    MacroShown,
    MacroValues,
    NewDraft,
    RejectionShown,
    Sending,
    SentShown,
    SummaryShown,
    check_shown,
    draft_shown,
    macro_shown,
)
from app.web.payloads import MessageShown
from app.web.problems import documented

router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=documented(401, 403, 422, 429, 503))
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)


@router.get("/tickets/{ticket_id}/summary", responses=documented(404))
async def show_summary(ticket_id: str, services: ServicesDep, lang: LanguageDep) -> SummaryShown:
    """At most five lines, with labels in the reader's language; each was said in the turn it names."""
    conversation = await anyio.to_thread.run_sync(conversation_of, services, ticket_id)
    return SummaryShown.model_validate(await summary_of(conversation, lang, writer=services.drafting.summaries))


@router.post("/tickets/{ticket_id}/drafts", status_code=201, responses=_CHANGES)
async def make_draft(ticket_id: str, new: NewDraft, services: ServicesDep, lang: LanguageDep) -> DraftShown:
    """A reply to what is open, from all articles; plain where no model writes in that tone."""
    conversation = await anyio.to_thread.run_sync(conversation_of, services, ticket_id)
    ticket = await anyio.to_thread.run_sync(services.desk.ticket, ticket_id)
    draft = await services.drafting.drafts.make(conversation, new.tone, ticket.skill or "")
    return draft_shown(draft, len(conversation.messages), lang)


@router.get("/tickets/{ticket_id}/drafts/{draft_id}", responses=documented(404))
def show_draft(ticket_id: str, draft_id: str, services: ServicesDep, lang: LanguageDep) -> DraftShown:
    conversation, draft = _found(services, ticket_id, draft_id)
    return draft_shown(draft, len(conversation.messages), lang)


@router.post("/tickets/{ticket_id}/drafts/{draft_id}/check", responses=_CHANGES)
def check_draft(ticket_id: str, draft_id: str, said: DraftText, services: ServicesDep) -> CheckShown:
    """What to know before this text is sent in the draft's place."""
    conversation, draft = _found(services, ticket_id, draft_id)
    text = _redacted(services, conversation, draft, said.text)
    return check_shown(services.drafting.drafts.check(draft, conversation, text))


@router.post("/tickets/{ticket_id}/drafts/{draft_id}/send", status_code=201, responses=_CHANGES)
def send_draft(
    ticket_id: str, draft_id: str, said: Sending, services: ServicesDep, signed_in: SignedInDep
) -> SentShown:
    """What the customer reads next. Text for staff goes out only with `confirm_agent_only`: a 409 otherwise."""
    conversation, draft = _found(services, ticket_id, draft_id)
    text, sent = _redacted(services, conversation, draft, said.text), list[Message]()

    def deliver() -> None:
        sent.append(services.desk.reply(ticket_id, signed_in.user, text, said.seen, said.anyway))

    confirmed, agent = said.confirm_agent_only, signed_in.user.id
    end = services.drafting.drafts.send(draft_id, conversation, text, agent, confirmed, deliver)
    return SentShown(
        message=MessageShown.model_validate(sent[0]),
        end=end.end,
        distance=end.distance,
        changes=[ChangeShown.model_validate(change) for change in end.changes],
        additions=list(end.additions),
        withdrawn=list(end.withdrawn),
    )


@router.post("/tickets/{ticket_id}/drafts/{draft_id}/reject", status_code=204, responses=_CHANGES)
def reject_draft(
    ticket_id: str, draft_id: str, why: RejectionShown, services: ServicesDep, signed_in: SignedInDep
) -> Response:
    conversation, _ = _found(services, ticket_id, draft_id)
    services.drafting.drafts.reject(draft_id, conversation, why.reason, signed_in.user.id)
    return Response(status_code=204)


@router.get("/macros")
def find_macros(
    services: ServicesDep,
    lang: LanguageDep,
    q: Annotated[str, Query(max_length=200)] = "",
    team: Annotated[str, Query(max_length=64)] = "",
) -> list[MacroShown]:
    """In the reader's language: everybody's and the team's that hold every word of `q`, the best first."""
    return [macro_shown(macro) for macro in search(services.drafting.macros.macros(), q, lang, team)]


@router.post("/macros/{name}/use", responses=_CHANGES)
def use_macro(name: str, given: MacroValues, services: ServicesDep) -> DraftText:
    """Its text with the values filled in, counted as a use. A value that is missing is a 422 that names it."""
    known = services.drafting.macros.macros()
    key = (name, given.lang, given.team)
    macro = next((each for each in known if (each.name, each.language, each.team) == key), None)
    if macro is None:
        raise NotFound(f'There is no macro "{name}".')
    text = macro.filled(given.values)
    services.drafting.macros.count_use(name, given.lang, given.team)
    return DraftText(text=text)


@router.get("/stats")
def show_stats(services: ServicesDep) -> dict[str, Any]:
    """What became of drafts, by route, language and week; each figure with its n and how it is counted."""
    ended = services.drafting.store.ended()
    return as_json(draft_figures(ended), by_slice(ended, services.site.time_zone))


@router.get("/stats.csv")
def export_stats(services: ServicesDep, lang: LanguageDep) -> Response:
    ended = services.drafting.store.ended()
    table = as_csv(draft_figures(ended), by_slice(ended, services.site.time_zone), lang)
    named = {"Content-Disposition": 'attachment; filename="drafts.csv"'}
    return Response(table, headers=named, media_type="text/csv; charset=utf-8")


def _found(services: Services, ticket_id: str, draft_id: str) -> tuple[Conversation, Draft]:
    conversation = conversation_of(services, ticket_id)
    return conversation, services.drafting.drafts.of(conversation, draft_id)


def _redacted(services: Services, conversation: Conversation, draft: Draft, text: str) -> str:
    """The draft's own text holds nothing personal, but numbers of articles that look so."""
    return text if text == draft.text else services.redactor.redact_reply(conversation, text)

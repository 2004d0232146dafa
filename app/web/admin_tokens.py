"""The tokens of integrations, for administrators."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.domain.audit import Act
from app.domain.outcome import Language
from app.domain.people import Scope, SignedIn
from app.web.access import SignedInDep, record
from app.web.admin import staff_facts
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.rendering import render
from app.web.staff_pages import TokensPage

router = APIRouter(prefix="/admin/tokens", include_in_schema=False)


@router.get("")
def show(services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep) -> Response:
    return render("tokens.html", _page(services, lang, signed_in))


@router.post("")
def make(
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    scopes: Annotated[list[Scope], Form(min_length=1)],
    days: Annotated[int, Form(ge=1, le=3650)] = 90,
) -> Response:
    """Make one and show it: it is shown this once."""
    made, token = services.api_tokens.make(name, frozenset(scopes), services.clock.now() + timedelta(days=days))
    record(request, services, Act.TOKEN_MADE, f"{made.id} {' '.join(sorted(made.scopes))}")
    return render("tokens.html", _page(services, lang, signed_in, token), 201)


@router.post("/{token_id}")
def end(token_id: str, request: Request, services: ServicesDep) -> Response:
    """It is worth nothing from now on. Raises NotFound."""
    record(request, services, Act.TOKEN_ENDED, services.api_tokens.end(token_id).id)
    return RedirectResponse("/admin/tokens", 303)


def _page(services: Services, lang: Language, signed_in: SignedIn, made: str | None = None) -> TokensPage:
    facts = staff_facts(services, lang, signed_in, "/admin/tokens")
    return TokensPage(*facts, tuple(services.api_tokens.tokens()), services.settings.api_tokens, made)

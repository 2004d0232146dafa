"""The administrators' page: who works with Kotae, and what they may do."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.domain.outcome import Language
from app.domain.people import StaffRole
from app.errors import Conflict
from app.web.access import SignedInDep, csrf_token
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.pages import AdminPage, site_facts
from app.web.rendering import render

router = APIRouter(prefix="/admin", include_in_schema=False)

Roles = Annotated[list[StaffRole], Form()]


@router.get("")
def show(services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep) -> Response:
    return render("admin.html", _page(services, lang, signed_in.token))


@router.post("/users")
def add_user(
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    login: Annotated[str, Form(min_length=1, max_length=254)],
    name: Annotated[str, Form(min_length=1, max_length=200)],
    roles: Roles = [],  # noqa: B006 – never changed; FastAPI wants a list
) -> Response:
    """Add somebody, and show the link with which they choose a password: it is shown once."""
    try:
        user = services.people.add(login, name, frozenset(roles))
    except Conflict:
        return render("admin.html", _page(services, lang, signed_in.token, error="login_taken"), 409)
    link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
    return render("admin.html", _page(services, lang, signed_in.token, link=link), 201)


@router.post("/users/{user_id}")
def change_user(
    user_id: str,
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    act: Annotated[str, Form(pattern="^(roles|disable|enable|invite)$")],
    roles: Roles = [],  # noqa: B006
) -> Response:
    try:
        if act == "roles":
            services.people.change(user_id, roles=frozenset(roles))
        elif act == "invite":
            user = services.people.change(user_id)
            link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
            return render("admin.html", _page(services, lang, signed_in.token, link=link))
        else:
            services.people.change(user_id, is_disabled=act == "disable")
    except Conflict:
        return render("admin.html", _page(services, lang, signed_in.token, error="last_admin"), 409)
    return RedirectResponse("/admin", 303)


def _page(
    services: Services, lang: Language, token: str, link: str | None = None, error: str | None = None
) -> AdminPage:
    facts = site_facts(services.site, lang)
    return AdminPage(*facts, csrf_token(token), tuple(services.people.users()), link, error)

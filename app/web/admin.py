"""The administrators' pages: who works with Kotae and what they may do, and what was put on record."""

import csv
import io
from dataclasses import astuple, fields
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.domain.audit import COMMAND_LINE, IDENTITY_PROVIDER, SERVICE, Act, AuditEntry
from app.domain.outcome import Language
from app.domain.people import SignedIn, StaffRole, named_skills
from app.errors import Conflict
from app.web.access import SignedInDep, csrf_token, record
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.navigation import Link, links_for
from app.web.pages import site_facts
from app.web.rendering import render
from app.web.staff_pages import AdminPage, AuditPage
from app.words import words

router = APIRouter(prefix="/admin", include_in_schema=False)

_LINES = 100
_EVERYTHING = 1_000_000
Roles = Annotated[list[StaffRole], Form()]


@router.get("")
def show(services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep) -> Response:
    return render("admin.html", _page(services, lang, signed_in))


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
        return render("admin.html", _page(services, lang, signed_in, error="login_taken"), 409)
    record(request, services, Act.USER_ADDED, f"{user.id} {' '.join(sorted(user.roles))}")
    link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
    return render("admin.html", _page(services, lang, signed_in, link=link), 201)


@router.post("/users/{user_id}")
def change_user(
    user_id: str,
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    act: Annotated[str, Form(pattern="^(roles|skills|disable|enable|invite)$")],
    roles: Roles = [],  # noqa: B006
    skills: Annotated[str, Form(max_length=500)] = "",
    languages: Annotated[list[Language], Form()] = [],  # noqa: B006
) -> Response:
    try:
        if act == "roles":
            services.people.change(user_id, roles=frozenset(roles))
            record(request, services, Act.ROLES, f"{user_id} {' '.join(sorted(roles))}")
        elif act == "skills":
            services.people.change(user_id, skills=named_skills(skills.split()), languages=frozenset(languages))
        elif act == "invite":
            user = services.people.change(user_id)
            link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
            record(request, services, Act.INVITE, user_id)
            return render("admin.html", _page(services, lang, signed_in, link=link))
        else:
            services.people.change(user_id, is_disabled=act == "disable")
            record(request, services, Act.USER_DISABLED if act == "disable" else Act.USER_ENABLED, user_id)
    except Conflict:
        key = "conflict" if act == "invite" else "last_admin"
        return render("admin.html", _page(services, lang, signed_in, error=key), 409)
    return RedirectResponse("/admin", 303)


@router.get("/audit")
def show_audit(
    services: ServicesDep,
    lang: LanguageDep,
    signed_in: SignedInDep,
    who: str = "",
    act: Act | Literal[""] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """A hundred lines, the newest first, and whether the trail is whole."""
    entries = services.audit.entries(who or None, Act(act) if act else None, before, _LINES)
    people = {user.id: user.name for user in services.people.users()} | _programs(services, lang)
    facts = staff_facts(services, lang, signed_in, "/admin/audit")
    page = AuditPage(*facts, tuple(entries), people, who, act, services.audit.broken_at())
    return render("audit.html", page)


@router.get("/audit.csv")
def export_audit(request: Request, services: ServicesDep) -> Response:
    """All of it, the oldest first."""
    record(request, services, Act.EXPORT, "audit")
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(field.name for field in fields(AuditEntry))
    table.writerows(astuple(entry) for entry in reversed(services.audit.entries(limit=_EVERYTHING)))
    named = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(lines.getvalue(), headers=named, media_type="text/csv; charset=utf-8")


def _programs(services: Services, lang: Language) -> dict[str, str]:
    """Who is on record besides people, by what stands there."""
    w = words(lang)
    ours = {COMMAND_LINE: w["by_command_line"], SERVICE: w["by_service"], IDENTITY_PROVIDER: w["by_identity_provider"]}
    return {token.id: token.name for token in services.api_tokens.tokens()} | ours


def staff_facts(
    services: Services, lang: Language, signed_in: SignedIn, here: str
) -> tuple[Language, str, str, str, str, tuple[Link, ...], str]:
    """The fields of `StaffPage`."""
    links = links_for(signed_in.user, here)
    return *site_facts(services.site, lang), csrf_token(signed_in.token), links, signed_in.user.name


def _page(
    services: Services, lang: Language, signed_in: SignedIn, link: str | None = None, error: str | None = None
) -> AdminPage:
    facts = staff_facts(services, lang, signed_in, "/admin")
    return AdminPage(*facts, tuple(services.people.users()), link, error)

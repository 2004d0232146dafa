"""The administrators' pages: who works with Kotae and what they may do, and what was put on record."""

import csv
import io
from dataclasses import astuple, fields
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.domain.audit import Act, AuditEntry
from app.domain.outcome import Language
from app.domain.people import StaffRole, named_skills
from app.errors import Conflict
from app.web.access import SignedInDep, csrf_token, record
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.pages import AdminPage, AuditPage, site_facts
from app.web.rendering import render

router = APIRouter(prefix="/admin", include_in_schema=False)

_LINES = 100
_EVERYTHING = 1_000_000
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
    record(request, services, Act.USER_ADDED, f"{user.id} {' '.join(sorted(user.roles))}")
    link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
    return render("admin.html", _page(services, lang, signed_in.token, link=link), 201)


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
            record(request, services, Act.INVITE, user_id)
            link = f"{request.base_url}invite/{services.sign_in.invite(user)}"
            return render("admin.html", _page(services, lang, signed_in.token, link=link))
        else:
            services.people.change(user_id, is_disabled=act == "disable")
            record(request, services, Act.USER_DISABLED if act == "disable" else Act.USER_ENABLED, user_id)
    except Conflict:
        return render("admin.html", _page(services, lang, signed_in.token, error="last_admin"), 409)
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
    people = {user.id: user.name for user in services.people.users()}
    facts = site_facts(services.site, lang)
    page = AuditPage(*facts, csrf_token(signed_in.token), tuple(entries), people, who, act, services.audit.broken_at())
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


def _page(
    services: Services, lang: Language, token: str, link: str | None = None, error: str | None = None
) -> AdminPage:
    facts = site_facts(services.site, lang)
    return AdminPage(*facts, csrf_token(token), tuple(services.people.users()), link, error)

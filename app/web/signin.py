"""Signing in and out, and choosing a password by invitation."""

import json
import secrets
from dataclasses import replace
from math import ceil
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.access.sign_in import SHORTEST_PASSWORD
from app.domain.audit import Act
from app.domain.outcome import Language
from app.domain.people import SignedIn, StaffRole, User
from app.errors import Forbidden, KotaeError, NotSignedIn, TooMany
from app.web.access import COOKIE, CSRF_FIELD, SignedInDep, address_of, csrf_token, record, require_csrf
from app.web.customers import network_of
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.pages import FormPage, InvitationPage, ResendPage, SignInPage, site_facts
from app.web.rendering import render

router = APIRouter(include_in_schema=False)

FORM_COOKIE = "kotae_form"  # of a form that is shown before anybody is signed in
LONGEST_PASSWORD = 1000
AT_ONCE = 2  # each hash takes 64 MiB and a core


@router.get("/signin")
def show_sign_in(request: Request, services: ServicesDep, lang: LanguageDep, then: str = "/") -> Response:
    return show_form(request, "signin.html", sign_in_page(services, lang, then))


@router.post("/signin")
async def sign_in(
    request: Request,
    services: ServicesDep,
    lang: LanguageDep,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "/",
    kept: Annotated[str, Form()] = "",
) -> Response:
    """What somebody was sending when their session ended is shown to be sent again."""
    await require_csrf(request, request.cookies.get(FORM_COOKIE, ""))
    _require_passwords(services)
    page = sign_in_page(services, lang, then, _fields(kept))
    try:
        signed_in = await to_thread.run_sync(
            services.sign_in.with_password,
            login,
            password[:LONGEST_PASSWORD],
            network_of(request),
            limiter=_hashing(request),
        )
    except (NotSignedIn, TooMany) as error:
        await to_thread.run_sync(services.audit.add, "", Act.SIGN_IN_REFUSED, "", address_of(request))
        key = error.key if isinstance(error, TooMany) else "wrong_password"
        return show_form(request, "signin.html", replace(page, login=login, error=key), error)
    await to_thread.run_sync(record, request, services, Act.SIGN_IN, "", signed_in.user)
    if not page.kept:
        return with_session(request, RedirectResponse(page.then, 303), signed_in)
    again = ResendPage(*site_facts(services.site, lang), csrf_token(signed_in.token), page.then, page.kept)
    return with_session(request, render("resend.html", again), signed_in)


@router.post("/signout")
def sign_out(request: Request, services: ServicesDep, signed_in: SignedInDep) -> Response:
    """The browser forgets, too, what was typed to customers and not sent: the next one at it may be somebody else."""
    services.people.close_session(signed_in.token)
    record(request, services, Act.SIGN_OUT)
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@router.get("/invite/{token}")
def show_invitation(request: Request, token: str, services: ServicesDep, lang: LanguageDep) -> Response:
    return show_form(request, "invite.html", _invitation_page(services, lang, token))


@router.post("/invite/{token}")
async def accept_invitation(
    request: Request, token: str, services: ServicesDep, lang: LanguageDep, password: Annotated[str, Form()] = ""
) -> Response:
    await require_csrf(request, request.cookies.get(FORM_COOKIE, ""))
    page = await to_thread.run_sync(_invitation_page, services, lang, token)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return show_form(request, "invite.html", replace(page, error="short_password"), status=422)
    signed_in = await to_thread.run_sync(services.sign_in.accept, token, password, limiter=_hashing(request))
    await to_thread.run_sync(record, request, services, Act.PASSWORD, "", signed_in.user)
    return with_session(request, RedirectResponse(_home(signed_in.user), 303), signed_in)


def _home(user: User) -> str:
    """Where their work is."""
    return "/desk" if StaffRole.AGENT in user.roles and StaffRole.ADMIN not in user.roles else "/admin"


def expired(request: Request, error: NotSignedIn, lang: Language, services: Services) -> Response:
    """For a page that takes a sign-in: the form for it, which keeps what was posted."""
    if not error.form:
        return RedirectResponse(f"/signin?then={request.url.path}", 303)
    kept = tuple((name, value) for name, value in error.form.items() if name != CSRF_FIELD)
    page = sign_in_page(services, lang, request.url.path, kept)
    return show_form(request, "signin.html", replace(page, error="session_over"), error)


def sign_in_page(services: Services, lang: Language, then: str, kept: tuple[tuple[str, str], ...] = ()) -> SignInPage:
    """`then` leads nowhere but to this service."""
    is_here = then.startswith("/") and not then.startswith(("//", "/\\"))
    page = SignInPage(*site_facts(services.site, lang), "", then if is_here else "/", kept)
    has_passwords, has_provider = services.settings.password_sign_in, services.provider is not None
    return replace(page, has_passwords=has_passwords, has_provider=has_provider)


def _require_passwords(services: Services) -> None:
    if not services.settings.password_sign_in:
        raise Forbidden("Passwords are turned off by KOTAE_PASSWORD_SIGN_IN; sign in at the identity provider.")


def _invitation_page(services: Services, lang: Language, token: str) -> InvitationPage:
    _require_passwords(services)
    user = services.people.invited(token)
    return InvitationPage(*site_facts(services.site, lang), "", user.login, SHORTEST_PASSWORD)


def _fields(kept: str) -> tuple[tuple[str, str], ...]:
    """Those of a form, as `SignInPage.kept_json` wrote them; none of anything else."""
    try:
        pairs = json.loads(kept or "[]")
        return tuple((str(name), str(value)) for name, value in pairs)
    except (ValueError, TypeError, RecursionError):
        return ()


def show_form(
    request: Request, template: str, page: FormPage, error: KotaeError | None = None, status: int = 200
) -> Response:
    """The form, with a token that fits its own cookie."""
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    response = render(template, replace(page, csrf=csrf_token(secret)), error.status if error else status)
    _set(request, response, FORM_COOKIE, secret)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(ceil(error.seconds))
    return response


def with_session(request: Request, response: Response, signed_in: SignedIn) -> Response:
    _set(request, response, COOKIE, signed_in.token)
    response.delete_cookie(FORM_COOKIE)
    return response


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=request.url.scheme == "https")


def _hashing(request: Request) -> CapacityLimiter:
    limiter: CapacityLimiter = request.app.state.hashing
    return limiter

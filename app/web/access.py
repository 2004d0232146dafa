"""One check for every route: who may call it stands in `app.access.routes`, and nowhere else.

A staff member is known by the cookie of their session. What changes anything must come from a page of this service and
carry that session's CSRF token. An integration is known by its token, where the settings turn tokens on.
"""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.access.routes import ACCESS, Access, Anyone
from app.domain.audit import Act
from app.domain.people import API_TOKEN, ApiToken, Scope, SignedIn, StaffRole, User
from app.errors import Forbidden, NotSignedIn
from app.web.customers import customer_of
from app.web.deps import Services, ServicesDep, is_same_origin

COOKIE = "kotae_staff"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
_SAFE = {"GET", "HEAD"}
_MOST_KEPT = 20  # fields of a form


async def check_access(request: Request, services: ServicesDep) -> None:
    """Raises NotSignedIn, with the form that was sent, or Forbidden. A route that stands in no table is for nobody."""
    access = access_to(request)
    holder = await _integration(request, services)
    if access is Anyone.INTEGRATION and services.settings.api_tokens and not (holder and Scope.ASK in holder.scopes):
        raise NotSignedIn("An API token with the scope `ask` is needed.")
    if isinstance(access, Anyone):
        return
    if holder:
        request.state.signed_in = _as_staff(holder)
        return _require_role(access, request.state.signed_in.user)
    token = request.cookies.get(COOKIE, "")
    signed_in = await run_in_threadpool(services.people.signed_in, token) if token else None
    if signed_in is None:
        raise NotSignedIn("Nobody is signed in.", form=await _form(request))
    _require_role(access, signed_in.user)
    if request.method not in _SAFE:
        await require_csrf(request, token)
    request.state.signed_in = signed_in
    request.app.state.staff_lately.saw(customer_of(request).token)


async def _integration(request: Request, services: Services) -> ApiToken | None:
    """Whose token it is that the request carries; a conversation's own is a customer's matter."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not services.settings.api_tokens or scheme.lower() != "bearer" or not token.startswith(API_TOKEN):
        return None
    return await run_in_threadpool(services.api_tokens.known, token.strip())


def _as_staff(token: ApiToken) -> SignedIn:
    """With the roles that its scopes name."""
    roles = frozenset(StaffRole(scope) for scope in token.scopes if scope is not Scope.ASK)
    return SignedIn(User(token.id, token.id, token.name, roles), "", token.expires_at)


def _require_role(access: frozenset[StaffRole], user: User) -> None:
    if not access & user.roles:
        raise Forbidden(f"This takes one of the roles: {', '.join(sorted(access))}.")


def access_to(request: Request) -> Access:
    method = "GET" if request.method == "HEAD" else request.method
    return ACCESS.get(f"{method} {request.scope['route'].path}", frozenset())


def csrf_token(secret: str) -> str:
    """Of a session, or of the cookie that a form without a session was given."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


async def require_csrf(request: Request, secret: str) -> None:
    """Raises Forbidden for a request that another site made the browser send."""
    sent = request.headers.get(CSRF_HEADER) or (await _form(request)).get(CSRF_FIELD, "")
    if not secret or not is_same_origin(request) or not hmac.compare_digest(sent.encode(), csrf_token(secret).encode()):
        raise Forbidden("The form was not sent by a page of this service, or is too old; open the page again.")


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form that was posted."""
    if request.method in _SAFE or "form" not in request.headers.get("content-type", ""):
        return {}
    form = await request.form()
    return {name: value for name, value in list(form.items())[:_MOST_KEPT] if isinstance(value, str)}


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def record(request: Request, services: Services, act: Act, what: str = "", who: User | None = None) -> None:
    """Put on the audit trail what `who`, or whoever is signed in, did."""
    services.audit.add((who or request.state.signed_in.user).id, act, what, address_of(request))


async def _signed_in(request: Request) -> SignedIn:
    signed_in: SignedIn = request.state.signed_in
    return signed_in


SignedInDep = Annotated[SignedIn, Depends(_signed_in)]

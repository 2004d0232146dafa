"""To the identity provider, and back with what proves who somebody is."""

import hmac
import json
import secrets
from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.access.provider_sign_in import ProviderSignIn
from app.domain.audit import Act
from app.domain.outcome import Language
from app.domain.people import Journey, SignedIn
from app.domain.people_ports import IdentityProvider
from app.errors import Conflict, IdentityRefused, KotaeError, NotFound, ProviderFailed
from app.web.access import address_of, record
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.signin import show_form, sign_in_page, with_session

router = APIRouter(prefix="/signin/provider", include_in_schema=False)

JOURNEY_COOKIE = "kotae_journey"
_JOURNEY_SECONDS = 600


@router.get("")
async def leave(request: Request, services: ServicesDep, lang: LanguageDep, then: str = "/") -> Response:
    """The journey is a cookie of this browser alone: what comes back with another's is nothing here."""
    provider, journey = _provider(services), Journey(*(secrets.token_urlsafe(32) for _ in range(3)))
    page = sign_in_page(services, lang, then)
    try:
        response = RedirectResponse(await provider.address(_back_to(request, services), journey), 303)
    except ProviderFailed as error:
        return show_form(request, "signin.html", replace(page, error=error.key), error)
    _set_cookie(request, response, json.dumps([journey.state, journey.nonce, journey.verifier, page.then]))
    return response


@router.get("/back")
async def come_back(
    request: Request, services: ServicesDep, lang: LanguageDep, code: str = "", state: str = ""
) -> Response:
    provider = _provider(services)
    journey, then = _journey(request)
    try:
        if journey is None or not code or not hmac.compare_digest(journey.state.encode(), state.encode()):
            raise IdentityRefused("This is no answer to a sign-in that began in this browser.")
        signed_in = await _accept(request, services, provider, journey, code)
    except (IdentityRefused, ProviderFailed, Conflict) as error:
        response = await _refusal(request, services, lang, then, error)
    else:
        response = with_session(request, RedirectResponse(sign_in_page(services, lang, then).then, 303), signed_in)
    response.delete_cookie(JOURNEY_COOKIE, path="/signin/provider")
    return response


async def _accept(
    request: Request, services: Services, provider: IdentityProvider, journey: Journey, code: str
) -> SignedIn:
    identity = await provider.identity(_back_to(request, services), journey, code)
    at_provider = ProviderSignIn(services.people, services.sign_in, services.audit)
    signed_in = await to_thread.run_sync(at_provider.accept, identity, address_of(request))
    await to_thread.run_sync(record, request, services, Act.SIGN_IN, "", signed_in.user)
    return signed_in


async def _refusal(request: Request, services: Services, lang: Language, then: str, error: KotaeError) -> Response:
    await to_thread.run_sync(services.audit.add, "", Act.SIGN_IN_REFUSED, "identity provider", address_of(request))
    key = "last_admin" if isinstance(error, Conflict) else error.key
    return show_form(request, "signin.html", replace(sign_in_page(services, lang, then), error=key), error)


def _provider(services: Services) -> IdentityProvider:
    if services.provider is None:
        raise NotFound("No identity provider is set.")
    return services.provider


def _back_to(request: Request, services: Services) -> str:
    return f"{services.settings.public_url or str(request.base_url).rstrip('/')}{router.prefix}/back"


def _journey(request: Request) -> tuple[Journey | None, str]:
    try:
        state, nonce, verifier, then = map(str, json.loads(request.cookies.get(JOURNEY_COOKIE, "")))
    except ValueError:
        return None, "/"
    return Journey(state, nonce, verifier), then


def _set_cookie(request: Request, response: Response, value: str) -> None:
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        JOURNEY_COOKIE, value, _JOURNEY_SECONDS, path=router.prefix, httponly=True, samesite="lax", secure=is_secure
    )

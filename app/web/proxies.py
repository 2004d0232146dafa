"""What stands between a browser and the service: proxies in front, and pages of other sites."""

import logging
from ipaddress import ip_address

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.settings import listed
from app.web.deps import Services

_log = logging.getLogger(__name__)
_OPEN = ("/api/v1/", "/v1/")
_METHODS = ["GET", "POST", "DELETE"]
_HEADERS = ["Authorization", "Content-Type", "Last-Event-ID"]  # beside those that every page may send


class ForwardedHeaders:
    """Client and scheme as `X-Forwarded-For` and `X-Forwarded-Proto` say, where a trusted proxy sends them: of the
    addresses the last that is no trusted proxy's, as the ones before it may be invented."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._trusting = ProxyHeadersMiddleware(app, list(listed(services.settings.trusted_proxies)))  # type: ignore[arg-type]
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope["client"][0] if scope.get("client") else ""
        if peer in self._trusting.trusted_hosts:
            await self._trusting(scope, receive, send)  # type: ignore[arg-type]
            return
        if not self._has_warned and _looks_like_proxy(scope, peer):
            self._has_warned = True
            _log.warning(
                "A proxy at %s sends X-Forwarded-For, and KOTAE_TRUSTED_PROXIES does not name it: all of its customers "
                "count as one, and cookies are not marked Secure.",
                peer,
            )
        await self._app(scope, receive, send)


class ApiCors:
    """Pages of the sites in the settings may call the API with a token; cookies are never sent along."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        origins = list(listed(services.settings.cors_origins))
        exposed = ["Retry-After"]
        self._answering = CORSMiddleware(
            app, allow_origins=origins, allow_methods=_METHODS, allow_headers=_HEADERS, expose_headers=exposed
        )
        self._is_on = bool(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = self._is_on and scope["type"] == "http" and scope["path"].startswith(_OPEN)
        await (self._answering if is_open else self._app)(scope, receive, send)


def _looks_like_proxy(scope: Scope, peer: str) -> bool:
    """Anybody can send the header; from an address inside it is most likely true."""
    try:
        is_inside = ip_address(peer).is_private
    except ValueError:
        return False
    return is_inside and any(name == b"x-forwarded-for" for name, _ in scope.get("headers", ()))

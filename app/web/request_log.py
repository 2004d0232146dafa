"""One line a request, and what observers are told of it. Neither holds a path, a query or anything that was sent."""

import logging
import re
import time
from contextvars import ContextVar
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.observation import ServedRequest
from app.web.deps import Services

HEADER = "X-Request-ID"
_log = logging.getLogger(__name__)
# Long, and with a letter: no phone number and no card's can be one.
_SANE = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_-]{16,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_PROBES = {"/healthz", "/readyz", "/metrics"}  # asked every few seconds
_told: ContextVar[dict[str, Any] | None] = ContextVar("told", default=None)


def tell(**fields: Any) -> None:
    """Put `fields` on the line of the request that is being served; nowhere where none is."""
    told = _told.get()
    if told is not None:
        told.update(fields)


class RequestLog:
    """The layer around all others. A sane `X-Request-ID` is kept, else one is made; the response carries it."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(HEADER, ""))
        scope.setdefault("state", {})["request_id"] = request_id
        told: dict[str, Any] = {}
        _told.set(told)
        status, began_at, began = 500, time.time(), time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._end(scope, status, began_at, time.perf_counter() - began, told)

    def _end(self, scope: Scope, status: int, began_at: float, seconds: float, told: dict[str, Any]) -> None:
        method, route = _method(scope), route_of(scope)
        address = _shown(scope, self._services.settings.log_addresses)
        line = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
        line |= ({"address": address} if address else {}) | told
        is_quiet = route in _PROBES and status < 400
        _log.log(logging.DEBUG if is_quiet else logging.INFO, "request", extra=line)
        seen = ServedRequest(method, route, status, began_at, seconds, told.get("trace_id"))
        self._services.observer.served(seen)


def route_of(scope: Scope) -> str:
    """The template of the route that the request was for; one word for all that were for none."""
    if path := getattr(scope.get("route"), "path", None):
        return str(path)
    return "/static" if scope["path"].startswith("/static/") else "none"


def _request_id(sent: str) -> str:
    return sent if _SANE.fullmatch(sent) else uuid4().hex


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _shown(scope: Scope, how: str) -> str:
    """The client's address, or its network of 24 bits (IPv6: 48), as the settings want."""
    client = scope["client"][0] if scope.get("client") else ""
    if how == "none" or not client:
        return ""
    if how == "full":
        return str(client)
    try:
        bits = 24 if ip_address(client).version == 4 else 48
        return str(ip_network(f"{client}/{bits}", strict=False))
    except ValueError:
        return ""

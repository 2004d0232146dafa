"""What every response says to the browser, and how much a request may carry."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings, listed
from app.web.deps import Services

MAX_BODY_BYTES = 256 * 1024

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors "
_FRAMED = ("/chat/", "/sources/")  # where links and forms of the chat in a frame lead
_FRAMED_PAGES = {"/", "/privacy"}
_YEAR = 365 * 24 * 3600


def security_headers(scope: Scope, settings: Settings) -> dict[str, str]:
    """Only customers' pages may be shown in a frame: of this service, and of the sites in the settings."""
    path, is_secure = scope["path"], scope["scheme"] == "https"
    is_framed = path in _FRAMED_PAGES or path.startswith(_FRAMED)
    ancestors = " ".join(["'self'", *listed(settings.embed_sites)]) if is_framed else "'none'"
    headers = _ALWAYS | {"Content-Security-Policy": _POLICY + ancestors}
    return headers | ({"Strict-Transport-Security": f"max-age={_YEAR}"} if is_secure else {})


class SecurityHeaders:
    """Adds them; what does not say how long it may be kept is not to be kept."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(security_headers(scope, self._services.settings))
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Stops reading a body beyond MAX_BODY_BYTES: 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted if scope["type"] == "http" else receive, send)

"""Web hooks by the Standard Webhooks specification 1.0: signed, without redirects, with ids and nothing personal."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from app.adapters.safe_http import Fetched
from app.domain.delivery import Delivery
from app.domain.events import ConversationEvent, EventKind
from app.domain.ports import Clock
from app.errors import FetchFailed, FetchRefused, NotDelivered, SettingsError

TOLD = (EventKind.CONVERSATION_CREATED, EventKind.MESSAGE_CREATED, EventKind.HANDOFF_CREATED, EventKind.TICKET_RESOLVED)
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes of a secret
_PASSING = frozenset({408, 409, 425, 429})  # of what is not a server's fault, the only ones worth another try
_TELLABLE = ("message_id", "ticket_id", "role")


class Http(Protocol):
    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Fetched: ...


class WebHook:
    """Posts to one address. `secrets`: keys of `read_secrets`; a body is signed with each, so that they can change."""

    def __init__(self, url: str, secrets: Sequence[bytes], http: Http, clock: Clock) -> None:
        self._url = url
        self._secrets = secrets
        self._http = http
        self._clock = clock

    @property
    def target(self) -> str:
        """Its host, and a hash, as the rest of the address may be secret."""
        host = (urlsplit(self._url).hostname or "")[:80]
        return f"web hook {host} {hashlib.sha256(self._url.encode()).hexdigest()[:12]}"

    def wants(self, event: ConversationEvent) -> bool:
        return event.kind in TOLD

    async def send(self, delivery: Delivery, event: ConversationEvent) -> bool:
        body, at = body_of(event), int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Kotae",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(at),
            "webhook-signature": " ".join(signature(secret, delivery.id, at, body) for secret in self._secrets),
        }
        try:
            answer = await self._http.post(self._url, body, headers)
        except (FetchFailed, FetchRefused) as error:
            raise NotDelivered(str(error), is_passing=isinstance(error, FetchFailed)) from None
        if not 200 <= answer.status < 300:
            is_passing = answer.status >= 500 or answer.status in _PASSING
            raise NotDelivered(f"The receiver answered {answer.status}.", is_passing)
        return True


def body_of(event: ConversationEvent) -> bytes:
    """`{type, timestamp, data}`, the same bytes at every try."""
    data = {"event": event.number, "conversation_id": event.conversation_id}
    data |= {name: event.data[name] for name in _TELLABLE if name in event.data}
    told = {"type": event.kind.value, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def signature(secret: bytes, delivery_id: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over id, Unix time and body with dots between."""
    signed = b".".join([delivery_id.encode(), str(at).encode(), body])
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def read_secrets(values: Sequence[str]) -> tuple[bytes, ...]:
    """Raises SettingsError."""
    return tuple(map(_secret, values))


def _secret(value: str) -> bytes:
    try:
        secret = base64.b64decode(value.removeprefix(_PREFIX), validate=True) if value.startswith(_PREFIX) else b""
    except binascii.Error:
        secret = b""
    if not _SHORTEST <= len(secret) <= _LONGEST:
        raise SettingsError(
            "KOTAE_WEBHOOK_SECRET is wrong: write whsec_ and 24 to 64 bytes in Base64 (`openssl rand -base64 32`)."
        )
    return secret

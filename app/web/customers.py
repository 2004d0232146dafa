"""Who a request comes from, as far as that can be told before anything is looked up: for limits, and for fairness."""

import hashlib
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

_TOKEN_COOKIES = ("kotae_staff", "kotae_chat")
_LATELY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Customer:
    """`token`: a hash of the one that the request carries, checked or not; None without one."""

    address: str
    token: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.address, self.token or "")


class StaffLately:
    """Tokens of staff that were found good within the last minute: an office has one address, and no flood is meant
    by fifty people who work there."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def saw(self, token: str) -> None:
        now = time.monotonic()
        if token not in self._until:
            self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[token] = now + _LATELY_SECONDS

    def knows(self, token: str | None) -> bool:
        return token is not None and self._until.get(token, 0.0) > time.monotonic()


def customer_of(request: Request) -> Customer:
    address, token = network_of(request), _token(request)
    if request.url.path.startswith("/v1/"):
        token = f"{address} {token}" if token else ""  # many clients send the same "unused"
    return Customer(address, hashlib.sha256(token.encode()).hexdigest()[:32] if token else None)


def network_of(request: Request) -> str:
    """Of whoever asks: behind trusted proxies that is not who connects. An IPv6 customer has a whole network of 64 bits
    (RFC 6177), and counts as one."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return next((request.cookies[name] for name in _TOKEN_COOKIES if request.cookies.get(name)), "")

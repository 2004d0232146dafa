"""One client for everything that is fetched by an address which staff entered or an article holds."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpx2

from app.errors import FetchFailed, FetchRefused

_REDIRECTS = 5
_MAX_BYTES = 5_000_000
_SECONDS = 15.0
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
# Global by IANA's registries, or by older lists of them, and yet not the internet: a cloud's own host (Azure), networks
# of protocols and documents, and ways to write an IPv4 address as another one.
_NETWORKS = "168.63.129.16/32 192.0.0.0/24 192.88.99.0/24 64:ff9b::/96 64:ff9b:1::/48 2001::/23 2002::/16 3fff::/20"
_NOT_PUBLIC = tuple(map(ip_network, _NETWORKS.split()))

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where the last redirect led; names of `headers` are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class SafeHttp:
    """`allowed`: hosts and networks inside that may be reached as well. Whatever happens is a FetchRefused or a
    FetchFailed, in words that tell nothing of what is inside."""

    def __init__(
        self, allowed: Sequence[str] = (), max_bytes: int = _MAX_BYTES, seconds: float = _SECONDS, **wiring: Any
    ) -> None:
        """`wiring`: of `SafeTransport`, for tests."""
        self._allowed = allowed
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._wiring = wiring

    async def get(self, url: str) -> Fetched:
        """Follows redirects."""
        return await self._send("GET", url, follow_redirects=True)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Follows none: what is posted is for that address alone."""
        return await self._send("POST", url, content=body, headers=headers)

    async def _send(self, method: str, url: str, **options: Any) -> Fetched:
        transport = SafeTransport(self._allowed, self._max_bytes, **self._wiring)
        client = httpx2.AsyncClient(
            transport=transport, trust_env=False, timeout=self._seconds, max_redirects=_REDIRECTS
        )
        try:
            async with asyncio.timeout(self._seconds), client:
                answer = await client.request(method, url, **options)
        except TimeoutError:
            raise FetchFailed(f"The address did not answer within {self._seconds:g} seconds.") from None
        except httpx2.TooManyRedirects:
            raise FetchFailed(f"The address leads on more than {_REDIRECTS} times.") from None
        except httpx2.InvalidURL:
            raise FetchRefused("This is no address that can be fetched.") from None
        except httpx2.HTTPError as error:
            raise FetchFailed(f"The address could not be fetched ({type(error).__name__}).") from None
        return Fetched(answer.status_code, str(answer.url), dict(answer.headers), answer.content)


async def _resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class SafeTransport(httpx2.AsyncBaseTransport):
    """For a client of one's own, too: each request, a redirect too, goes to an address that was checked after the name
    was resolved – and to that very address, so that a second look-up cannot lead elsewhere. Host header, SNI and the
    check of the certificate are those of the name. No connection is used twice."""

    def __init__(
        self,
        allowed: Sequence[str] = (),
        max_bytes: int = _MAX_BYTES,
        resolve: Resolve = _resolve,
        verify: ssl.SSLContext | bool = True,
        inner: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._allowed = Allowed(allowed)
        self._max_bytes = max_bytes
        self._resolve = resolve
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._inner = inner or httpx2.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"  # nothing is unpacked: what is counted is what there is
        response = await self._connect(request, await self._addresses(request.url))
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed != "identity" or not isinstance(response.stream, httpx2.AsyncByteStream):
            await response.aclose()
            raise FetchFailed(f"The address sends its answer packed ({packed[:20]}), which it was asked not to do.")
        response.stream = _Bounded(response.stream, self._max_bytes)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self, url: httpx2.URL) -> list[Address]:
        host = url.raw_host.decode("ascii").lower()
        is_host = ":" in host or _HOST.fullmatch(host)
        if url.scheme not in ("http", "https") or not is_host or url.userinfo:
            raise FetchRefused("Only http:// and https:// addresses without a user name can be fetched.")
        try:
            found = await self._resolve(host, url.port or {"http": 80, "https": 443}[url.scheme])
            addresses = [ip_address(text.partition("%")[0]) for text in found]
        except (OSError, ValueError):  # UnicodeError, of a name that is none, is a ValueError
            raise FetchFailed("There is no host of this name.") from None
        if not addresses or not all(self._allowed.admits(host, address) for address in addresses):
            raise FetchRefused("This address leads to a place inside; KOTAE_FETCH_ALLOWED names exceptions.")
        return addresses

    async def _connect(self, request: httpx2.Request, addresses: Sequence[Address]) -> httpx2.Response:
        """To the first that can be reached."""
        extensions = request.extensions | {"sni_hostname": request.url.raw_host.decode("ascii")}
        for n, address in enumerate(addresses, 1):
            url = request.url.copy_with(host=str(address))
            pinned = httpx2.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=extensions
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if n == len(addresses):
                    raise
        raise AssertionError("there is at least one address")


class Allowed:
    """Which addresses may be reached: public ones, and those that `entries`, hosts and networks, name."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._hosts, self._networks = set[str](), []
        for entry in entries:
            try:
                self._networks.append(ip_network(entry))
            except ValueError:
                self._hosts.add(entry.lower())

    def admits(self, host: str, address: Address) -> bool:
        meant = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        is_named = host in self._hosts or any(meant in network for network in self._networks)
        return is_named or is_public(meant)


def is_public(address: Address) -> bool:
    """Whether it is an ordinary address of the internet."""
    special = address.is_multicast or address.is_reserved or any(address in network for network in _NOT_PUBLIC)
    is_inside = isinstance(address, IPv6Address) and (address.is_site_local or address.ipv4_mapped is not None)
    return address.is_global and not special and not is_inside


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise FetchFailed("The address sends more than can be taken.")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()

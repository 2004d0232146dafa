"""What is fetched by URL: never from inside, never more than can be taken, never for longer than is waited."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import httpx2
import pytest

from app.adapters.safe_http import Fetched, SafeHttp, SafeTransport, is_public
from app.errors import FetchFailed, FetchRefused, SettingsError
from app.settings import Settings, load_settings
from app.wiring.outside import open_http

PUBLIC, INSIDE = "93.184.216.34", "127.0.0.1"
HERE = ("127.0.0.0/8",)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[int]:
    """Its port on the loopback."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def says(head: str, body: bytes = b"") -> Handler:
    async def say(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return say


def drips(first: bytes, piece: bytes, pause: float) -> Handler:
    """Without end."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return drip


def resolver(*answers: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Each look-up is answered by the next, whatever the name; the last one stays."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


class Recording(httpx2.AsyncBaseTransport):
    """Instead of the network."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.requests: list[httpx2.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else httpx2.Response(200)
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(answer.content))


async def test_what_is_allowed_is_fetched() -> None:
    async with server(says("200 OK\r\nContent-Type: text/plain", "こんにちは".encode())) as port:
        fetched = await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/a?b=c")
    assert fetched.status == 200
    assert (fetched.headers["content-type"], fetched.body.decode()) == ("text/plain", "こんにちは")
    assert fetched.url == f"http://127.0.0.1:{port}/a?b=c"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "0", "localhost", "0.0.0.0",  # noqa: S104
        "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]",
        "100.100.100.200", "168.63.129.16", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.0.192",
        "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
    ],
)  # fmt: skip
async def test_nothing_inside_is_fetched_however_it_is_written(host: str) -> None:
    network = Recording()
    with pytest.raises(FetchRefused):
        await SafeHttp(inner=network).get(f"http://{host}/")
    assert network.requests == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "172.15.0.1", "172.32.0.1"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com", "",
            "http://", "http:///a", "https://user:secret@example.com/", "http://exa mple.com/", "http://[::1", "data:,a"]
)  # fmt: skip
async def test_only_ordinary_addresses_of_the_web_are_fetched(url: str) -> None:
    network = Recording()
    with pytest.raises((FetchRefused, FetchFailed)):
        await SafeHttp(resolve=resolver([PUBLIC]), inner=network).get(url)
    assert network.requests == []


async def test_one_address_inside_among_several_is_enough_to_refuse() -> None:
    network = Recording()
    with pytest.raises(FetchRefused):
        await SafeHttp(resolve=resolver([PUBLIC, "10.0.0.1"]), inner=network).get("http://mixed.example/")
    assert network.requests == []


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{port}/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:{port}/",
           "http://2130706433/", "http://0177.0.0.1/", "http://[::ffff:10.0.0.1]/", "//localhost/", "file:///etc/passwd"]
)  # fmt: skip
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_no_way_inside(to: str, status: str) -> None:
    """The first server is allowed by its name; where it leads to is not."""
    reached = []

    async def inside(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer)

    async with server(inside) as port, server(says(f"{status}\r\nLocation: {to.format(port=port)}")) as first:
        here = resolver([INSIDE], *([host] for host in ("169.254.169.254",) * 5))
        with pytest.raises((FetchRefused, FetchFailed)):
            await SafeHttp(("start.example",), resolve=here).get(f"http://start.example:{first}/")
    assert reached == []


async def test_a_name_that_resolves_to_something_else_the_second_time_leads_nowhere_else() -> None:
    """Re-binding: the address that was checked is the one that is connected to."""
    network = Recording(httpx2.Response(302, headers={"Location": "https://rebind.example/again"}))
    look_ups = resolver([PUBLIC], [INSIDE])
    with pytest.raises(FetchRefused):
        await SafeHttp(resolve=look_ups, inner=network).get("https://rebind.example/")
    [asked] = network.requests
    assert asked.url.host == PUBLIC
    assert asked.headers["host"] == "rebind.example"
    assert asked.extensions["sni_hostname"] == "rebind.example"


async def test_the_name_is_looked_up_once_for_each_connection() -> None:
    network, looked_up = Recording(), list[str]()

    async def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append(f"{host}:{port}")
        return [PUBLIC]

    await SafeHttp(resolve=resolve, inner=network).get("https://shop.example/a")
    await SafeHttp(resolve=resolve, inner=network).get("http://shop.example:8080/a")
    assert looked_up == ["shop.example:443", "shop.example:8080"]
    assert [request.headers["host"] for request in network.requests] == ["shop.example", "shop.example:8080"]


async def test_the_server_is_told_the_name_in_the_tls_handshake_and_in_the_host_header() -> None:
    greeting = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting.set_result(await reader.read(4096))
        writer.close()

    listening = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(FetchFailed):
        await SafeHttp(HERE, resolve=resolver([INSIDE])).get(f"https://shop.example:{port}/")
    assert b"shop.example" in await greeting  # the SNI of the client hello is not encrypted
    listening.close()


async def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    async with server(says("200 OK", b"here")) as port:
        two = resolver(["127.0.0.2", INSIDE])
        fetched = await SafeHttp(HERE, resolve=two).get(f"http://shop.example:{port}/")
    assert fetched.body == b"here"


async def test_redirects_are_followed_a_few_times() -> None:
    async with (
        server(says("200 OK", b"the end")) as end,
        server(says(f"302 Found\r\nLocation: http://127.0.0.1:{end}/")) as port,
    ):
        assert (await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/")).body == b"the end"
    async with server(says("302 Found\r\nLocation: /")) as port:
        with pytest.raises(FetchFailed, match="more than 5 times"):
            await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/")


async def test_what_is_posted_goes_to_that_address_alone() -> None:
    async with server(says("307 Temporary Redirect\r\nLocation: http://169.254.169.254/")) as port:
        posted: Fetched = await SafeHttp(HERE).post(f"http://127.0.0.1:{port}/", b"{}", {"X-Signature": "abc"})
    assert posted.status == 307


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: identity\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\n\r\n",
    ],
    ids=["200", "lying", "redirect", "500"],
)
async def test_an_endless_body_is_read_no_further_than_can_be_taken(first: bytes) -> None:
    async with server(drips(first, b"a" * 65536, 0)) as port:
        with pytest.raises(FetchFailed):
            await SafeHttp(HERE, max_bytes=1_000_000, seconds=20).get(f"http://127.0.0.1:{port}/")


async def test_as_much_as_is_allowed_is_read() -> None:
    async with server(says("200 OK", b"a" * 1000)) as port:
        address = f"http://127.0.0.1:{port}/"
        assert len((await SafeHttp(HERE, max_bytes=1000).get(address)).body) == 1000
        with pytest.raises(FetchFailed, match="more than can be taken"):
            await SafeHttp(HERE, max_bytes=999).get(address)


@pytest.mark.parametrize(
    "first",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b""],
    ids=["body", "head", "promised", "nothing"],
)
async def test_a_slow_drip_is_waited_for_no_longer_than_the_limit(first: bytes) -> None:
    async with server(drips(first, b"a" if first else b"", 0.05)) as port:
        began = time.monotonic()
        with pytest.raises(FetchFailed, match=r"within 0\.4 seconds"):
            await SafeHttp(HERE, seconds=0.4).get(f"http://127.0.0.1:{port}/")
        assert time.monotonic() - began < 2


async def test_a_look_up_that_hangs_is_not_waited_for_either() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(FetchFailed, match=r"within 0\.2 seconds"):
        await SafeHttp(seconds=0.2, resolve=resolve).get("http://slow.example/")


@pytest.mark.parametrize("packing", ["gzip", "GZIP", "deflate", "br", "gzip, gzip"])
async def test_a_bomb_is_not_unpacked(packing: str) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    async with server(says(f"200 OK\r\nContent-Encoding: {packing}", bomb)) as port:
        with pytest.raises(FetchFailed, match="packed"):
            await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000])
async def test_what_is_no_answer_is_one_sentence(answer: bytes) -> None:
    async def say(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with server(say) as port:
        with pytest.raises(FetchFailed, match="could not be fetched"):
            await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/")


async def test_a_name_that_does_not_exist_is_one_sentence() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(FetchFailed, match="no host of this name"):
        await SafeHttp(resolve=resolve).get("http://nowhere.example/")


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would resolve the name itself."""
    async with server(says("200 OK", b"from the proxy")) as proxy, server(says("200 OK", b"direct")) as port:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        assert (await SafeHttp(HERE).get(f"http://127.0.0.1:{port}/")).body == b"direct"


async def test_what_is_found_out_inside_is_not_told() -> None:
    """A closed port and an open one inside are refused alike."""
    told = []
    async with server(says("200 OK")) as port:
        for closed_or_open in (1, port):
            with pytest.raises(FetchRefused) as refused:
                await SafeHttp().get(f"http://127.0.0.1:{closed_or_open}/")
            told.append(str(refused.value))
    assert told[0] == told[1]


async def test_the_setting_names_hosts_and_networks_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server(says("200 OK", b"wiki")) as port:
        client = open_http(Settings(fetch_allowed="wiki.local, 127.0.0.0/30"))
        assert (await client.get(f"http://127.0.0.1:{port}/")).body == b"wiki"
        with pytest.raises(FetchRefused):
            await client.get(f"http://127.0.0.4:{port}/")
        by_name = SafeHttp(("wiki.local",), resolve=resolver([INSIDE]))
        assert (await by_name.get(f"http://WIKI.local:{port}/")).body == b"wiki"
        with pytest.raises(FetchRefused):
            await by_name.get(f"http://other.local:{port}/")


@pytest.mark.parametrize("value", ["http://wiki.local", "10.0.0.1/8", "*", "a b", "wiki.local, 10.0.0.0/33"])
def test_an_exception_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KOTAE_FETCH_ALLOWED", value)
    with pytest.raises(SettingsError, match="KOTAE_FETCH_ALLOWED is wrong"):
        load_settings()


async def test_the_transport_serves_a_client_of_ones_own() -> None:
    """As the client of a model whose address staff have set."""
    async with server(says("200 OK", b"here")) as port:
        async with httpx2.AsyncClient(transport=SafeTransport(HERE)) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/")).content == b"here"
        async with httpx2.AsyncClient(transport=SafeTransport()) as client:
            with pytest.raises(FetchRefused):
                await client.get(f"http://127.0.0.1:{port}/")

"""`python -m evals.bench.flood URL N`: a customer at 127.0.0.2 who asks N questions a second and waits for no answer.

Plain sockets: a client of more comfort would itself take a core.
"""

import asyncio
import json
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

_BODY = json.dumps({"text": "How do I return an opened item, and who pays for it?"}).encode()
_CONNECTIONS = 20


async def flood(base: str, per_second: int) -> None:
    """Until it is ended."""
    request = _question(base)
    await asyncio.gather(*(_ask(base, request, _CONNECTIONS / per_second) for _ in range(_CONNECTIONS)))


def _question(base: str) -> bytes:
    begin = Request(f"{base}/api/v1/conversations", b"{}", {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(begin, timeout=10) as response:  # noqa: S310 - a loopback address
        begun = json.load(response)
    head = [
        f"POST /api/v1/conversations/{begun['id']}/messages HTTP/1.1",
        f"Host: {urlsplit(base).netloc}",
        f"Authorization: Bearer {begun['token']}",
        "Content-Type: application/json",
        f"Content-Length: {len(_BODY)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + _BODY


async def _ask(base: str, request: bytes, pause: float) -> None:
    """Over and over; what is answered is read and thrown away."""
    where = urlsplit(base)
    while True:
        try:
            reader, writer = await asyncio.open_connection(where.hostname, where.port, local_addr=("127.0.0.2", 0))
            throwing = asyncio.create_task(_throw_away(reader))
            while not throwing.done():
                writer.write(request)
                await writer.drain()
                await asyncio.sleep(pause)
            writer.close()
        except OSError:
            await asyncio.sleep(pause)


async def _throw_away(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


if __name__ == "__main__":
    asyncio.run(flood(sys.argv[1], int(sys.argv[2])))

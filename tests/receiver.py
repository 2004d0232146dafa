"""A receiver of web hooks on the loopback, that answers as it is told and keeps what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Receiver:
    """`statuses`: answered in turn, the last for ever; 0 hangs without an answer."""

    statuses: list[int]
    port: int = 0
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=not-for-logs"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line]
            headers = {name.lower(): value for name, value in lines}
            self.came.append((headers, await reader.readexactly(int(headers.get("content-length", 0)))))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            if not status:
                await asyncio.sleep(3600)
            writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(statuses) or [204])
    listening = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.port = listening.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        listening.close()

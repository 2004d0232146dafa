"""Running the service on a port."""

import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from app.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

_NOT_STARTED = 3  # as `uvicorn` ends
# Of uvicorn's parsers, h11 limits how long the head of a request may be; httptools reads on for ever. Whose forwarded
# headers count, `app.web.proxies` knows.
PROTOCOL: dict[str, Any] = {
    "http": "h11",
    "h11_max_incomplete_event_size": 16 * 1024,
    "proxy_headers": False,
    "server_header": False,
}


def check_port(host: str, port: int) -> None:
    """Raises SettingsError when the service could not listen there."""
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a closing one is no bar
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"{host}:{port} cannot be listened on ({reason}); stop what uses it, or choose another KOTAE_HOST or "
            "KOTAE_PORT."
        ) from None


def server_of(app: FastAPI, **options: Any) -> "uvicorn.Server":
    """A server that ends the streams of waiting customers when it stops: it would wait for them for ever."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            if watch := getattr(app.state, "watch", None):
                watch.close()
            await super().shutdown(sockets)

    return Server(uvicorn.Config(app, **options, **PROTOCOL))


def run(app: FastAPI, host: str, port: int, log_level: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = server_of(app, host=host, port=port, log_level=log_level)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)

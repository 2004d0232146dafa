"""Running the service on a port."""

import socket
from typing import Any

from fastapi import FastAPI

from app.errors import SettingsError

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


def run(app: FastAPI, host: str, port: int, log_level: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    import uvicorn

    uvicorn.run(app, host=host, port=port, log_level=log_level, **PROTOCOL)

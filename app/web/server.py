"""Running the service on a port."""

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from app.errors import SettingsError
from app.settings import Settings

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

_STOPS = (signal.SIGINT, signal.SIGTERM)


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
    """A server that stops at SIGINT or SIGTERM: it takes no connection from then on, `/readyz` says so on those there
    are, and the streams of waiting customers end, for which it would wait for ever. A second signal ends it all."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Unlike uvicorn's, it leaves a stop that was asked for a success."""
            if threading.current_thread() is threading.main_thread():
                for number in _STOPS:
                    signal.signal(number, self.handle_exit)
            yield

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            for number in _STOPS:
                signal.signal(number, signal.SIG_DFL)
            app.state.draining.begin()
            self.should_exit = True

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            if watch := getattr(app.state, "watch", None):
                watch.close()
            await super().shutdown(sockets)

    return Server(uvicorn.Config(app, **options, **PROTOCOL))


def run(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, then let what is under way end."""
    server = server_of(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,  # that of app.logs
        access_log=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)

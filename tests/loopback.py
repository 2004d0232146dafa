"""A real server on a free port of this machine, for clients that bring their own HTTP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from app.web.server import server_of


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Its address, while it runs in a thread of this process."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = server_of(app, log_level="warning", ws="none")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=10)

"""`kotae serve` as a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import httpx2

KOTAE = [sys.executable, "-c", "from app.cli import main; main()"]


@contextmanager
def server(environment: Mapping[str, str], printed: IO[bytes] | None = None) -> Iterator[str]:
    """Its address, once it is ready. What it prints on stdout is thrown away, or `printed` with the rest."""
    with running(environment, printed) as (base, _):
        yield base


@contextmanager
def running(
    environment: Mapping[str, str], printed: IO[bytes] | None = None
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The same, with the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [*KOTAE, "serve", "--port", str(port)],
        env=dict(environment),
        stdout=printed or subprocess.DEVNULL,
        stderr=printed,
    )
    try:
        until = time.monotonic() + 60
        while status(f"{base}/readyz") != 200:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield base, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def status(url: str) -> int | None:
    try:
        return httpx2.get(url, timeout=15).status_code
    except httpx2.TransportError:
        return None

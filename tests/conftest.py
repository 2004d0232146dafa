"""What is too dear to make for each test, and what one kind of test would leave behind for the others."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from app.adapters.e5_model import ensure_model, ensure_tagger
from app.adapters.pii.tagger import CHANGES

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def embedded_model_dir() -> Path:
    """The embedded model and the tagger beside it, made once for the checkout, whatever runs in parallel."""
    ensure_tagger(CHECKOUT / "var" / "models", CHANGES)
    return ensure_model(CHECKOUT / "var" / "models")


@pytest.fixture(autouse=True)
def no_loop_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser's session marks its event loop as running in this thread until the last test: for all other tests it
    is not, or `asyncio.run` would refuse to."""
    marked = asyncio._get_running_loop()
    if marked is None or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(marked)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that somebody wanted to reach; nobody can."""
    wanted: list[object] = []

    def refuse(*address: object, **_: object) -> NoReturn:
        wanted.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return wanted

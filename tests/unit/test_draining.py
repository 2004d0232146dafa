"""What is left of the time to stop in."""

from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.web.draining import Draining
from tests.scripted import scripted_services


def test_the_time_that_is_left_runs_from_the_first_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("app.web.draining.time.monotonic", lambda: clock.now)
    stopping = Draining()
    assert (stopping.is_on, stopping.left(30)) == (False, 30)
    stopping.begin()
    clock.now = 112.0
    stopping.begin()
    assert (stopping.is_on, stopping.left(30)) == (True, 18)
    clock.now = 140.0
    assert stopping.left(30) == 1.0


def test_a_service_that_is_being_stopped_is_not_ready_and_still_alive() -> None:
    with TestClient(create_app(scripted_services())) as client:
        assert client.get("/readyz").status_code == 200
        cast(FastAPI, client.app).state.draining.begin()
        reply = client.get("/readyz")
        assert (reply.status_code, reply.json()["title"]) == (503, "Stopping")
        assert client.get("/healthz").status_code == 200

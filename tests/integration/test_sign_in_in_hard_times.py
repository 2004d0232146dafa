"""Signing in while the database is locked, and while clocks are wrong."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.access.sign_in import FREE_TRIES, SignIn
from app.adapters.database import open_database
from app.adapters.sql_audit import SqlAuditTrail
from app.adapters.sql_people import SqlPeople
from app.domain.people import StaffRole
from app.main import create_app
from tests.loopback import serving
from tests.scripted import PlainPasswords, ScriptedServices, scripted_services

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "ja"}
SKEW = timedelta(minutes=5)
PASSWORD = "correct horse battery"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kotae.db"


@pytest.fixture
def services(database: Path) -> ScriptedServices:
    made = scripted_services()
    engine = open_database(f"sqlite:///{database}")
    made.people, made.audit = SqlPeople(engine, made.clock), SqlAuditTrail(engine, made.clock)
    made.sign_in = SignIn(made.people, PlainPasswords(), made.clock, timedelta(hours=12))
    user = made.people.add("aoi", "青井 葵", frozenset({StaffRole.ADMIN}))
    made.people.set_password(user.id, PlainPasswords().hash(PASSWORD))
    return made


@pytest.fixture
def browser(services: ScriptedServices) -> Iterator[TestClient]:
    app = create_app(services)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False, headers=OURS) as browser:
        yield browser


def sign_in(browser: httpx2.Client, password: str = PASSWORD) -> httpx2.Response:
    csrf = browser.get("/signin").text.partition('name="csrf" value="')[2][:64]
    return browser.post("/signin", data={"csrf": csrf, "login": "aoi", "password": password, "then": "/admin"})


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Somebody else writes, and takes so long."""
    held = threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    yield
    thread.join()


def test_a_database_locked_for_three_seconds_only_takes_longer(browser: TestClient, database: Path) -> None:
    with locked(database, 3):
        began = time.monotonic()
        answer = sign_in(browser)
        took = time.monotonic() - began
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    assert 2 < took < 8
    assert browser.get("/admin").status_code == 200


def test_two_hundred_people_who_sign_in_at_once_are_all_let_in(services: ScriptedServices) -> None:
    """Each at a browser of their own, on one SQLite file; each sign-in opens a session and is on record."""
    services.settings = services.settings.model_copy(update={"limit_requests": 0, "limit_streams": 0})
    with serving(create_app(services)) as url, ThreadPoolExecutor(40) as pool:

        def arrive(_: int) -> tuple[int, str]:
            with httpx2.Client(base_url=url, headers=OURS, timeout=60) as browser:
                return sign_in(browser).status_code, browser.cookies["kotae_staff"]

        answers = list(pool.map(arrive, range(200)))
    assert {status for status, _ in answers} == {303}
    assert len({token for _, token in answers}) == 200
    assert services.audit.broken_at() is None
    assert len(services.audit.entries(limit=500)) == 200


def test_others_do_not_wait_for_it(browser: TestClient, database: Path) -> None:
    sign_in(browser)
    with locked(database, 2):
        other = TestClient(browser.app, follow_redirects=False, headers=OURS)
        waiting = ThreadPoolExecutor(1).submit(sign_in, other)
        time.sleep(0.2)
        began = time.monotonic()
        assert [browser.get(path).status_code for path in ("/admin", "/", "/healthz")] == [200] * 3
        assert time.monotonic() - began < 1.5
        assert not waiting.done()
        assert waiting.result().status_code == 303


def test_a_lock_that_stays_is_told_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, browser: TestClient, services: ScriptedServices, database: Path
) -> None:
    monkeypatch.setattr("app.adapters.database._BUSY_MILLISECONDS", 100)
    services.sign_in._people = SqlPeople(open_database(f"sqlite:///{database}"), services.clock)
    with locked(database, 1):
        answer = sign_in(browser)
    assert answer.status_code == 503
    assert "locked" not in answer.text
    assert sign_in(browser).status_code == 303


@pytest.mark.parametrize("skew", [SKEW, -SKEW], ids=["ahead", "behind"])
def test_who_is_signed_in_stays_so_when_the_clock_is_set_by_five_minutes(
    browser: TestClient, services: ScriptedServices, skew: timedelta
) -> None:
    sign_in(browser)
    services.clock.at += skew
    assert browser.get("/admin").status_code == 200
    services.clock.at += timedelta(hours=12) - SKEW * 2
    assert browser.get("/admin").status_code == 200
    services.clock.at += SKEW * 3
    assert browser.get("/admin").status_code == 303


def test_a_session_of_a_server_whose_clock_is_ahead_counts_on_the_others(
    browser: TestClient, services: ScriptedServices
) -> None:
    services.clock.at += SKEW
    sign_in(browser)
    services.clock.at -= SKEW
    assert browser.get("/admin").status_code == 200


@pytest.mark.parametrize("skew", [SKEW, -SKEW], ids=["ahead", "behind"])
def test_who_has_to_wait_is_told_how_long_and_is_let_in_then(
    browser: TestClient, services: ScriptedServices, skew: timedelta
) -> None:
    for _ in range(FREE_TRIES + 1):
        refused = sign_in(browser, "guess")
    assert refused.status_code == 429
    services.clock.at += skew
    again = sign_in(browser)
    if again.status_code == 429:
        wait = int(again.headers["retry-after"])
        assert wait <= SKEW.total_seconds() + 2
        services.clock.at += timedelta(seconds=wait)
        again = sign_in(browser)
    assert again.status_code == 303


def test_an_invitation_lasts_whatever_the_clocks_say(browser: TestClient, services: ScriptedServices) -> None:
    services.clock.at += SKEW
    token = services.sign_in.invite(services.people.find("aoi"))
    services.clock.at -= SKEW
    assert browser.get(f"/invite/{token}").status_code == 200


def test_limits_do_not_look_at_the_clock_on_the_wall(browser: TestClient, services: ScriptedServices) -> None:
    services.settings = services.settings.model_copy(update={"limit_requests": 2, "limit_address": 1})
    answers = []
    for skew in (SKEW, -SKEW, SKEW):
        services.clock.at += skew
        answers.append(browser.get("/api/v1/suggestions").status_code)
    assert answers == [200, 200, 429]

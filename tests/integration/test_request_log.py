"""One line a request, with nothing in it that a customer wrote, whatever the level."""

import asyncio
import gc
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import NoIndex
from app.main import create_app
from tests.logged import logged
from tests.scripted import ScriptedServices, scripted_services

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON at the lowest level."""
    with logged() as stream:
        yield stream


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


@pytest.fixture
def client(services: ScriptedServices, lines: io.StringIO) -> Iterator[TestClient]:
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield client


def requests_in(lines: io.StringIO) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [line for line in told if line["event"] == "request"]


def ask(client: TestClient, text: str, **headers: str) -> dict[str, Any]:
    begun: dict[str, Any] = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
    headers |= {"Authorization": f"Bearer {begun['token']}"}
    reply = client.post(f"/api/v1/conversations/{begun['id']}/messages", json={"text": text}, headers=headers)
    assert reply.status_code == 200
    return begun | {"reply": reply}


def test_a_request_is_one_line_with_its_route_and_the_trace_of_its_answer(
    client: TestClient, lines: io.StringIO
) -> None:
    asked = ask(client, "返品の送料は", **{"X-Request-ID": ID})
    begun, line = requests_in(lines)
    assert set(line) - {"at", "level", "logger", "event"} == {
        "method", "route", "status", "seconds", "request_id", "trace_id", "kind",
    }  # fmt: skip
    assert (line["method"], line["status"], line["request_id"]) == ("POST", 200, ID)
    assert line["route"] == "/api/v1/conversations/{conversation_id}/messages"
    assert line["trace_id"] == asked["reply"].json()["trace_id"]
    assert (begun["status"], "trace_id" in begun) == (201, False)
    assert asked["id"] not in lines.getvalue()


def test_a_stream_has_its_trace_too(client: TestClient, lines: io.StringIO) -> None:
    reply = ask(client, "返品の送料は", Accept="text/event-stream")["reply"]
    assert f'"trace_id":"{requests_in(lines)[1]["trace_id"]}"' in reply.text


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        (ID, True),
        ("7f9c2f5e-41a6-4c52-9a5b-3f1df0b2a9cd", True),
        ("", False),
        ("short", False),
        ("4111-1111-1111-1111", False),
        ("090-1234-5678-0000000", False),
        ("haruka@example.jp-0123456789", False),
        ("a" * 65, False),
        ("0123456789abcdef\tforged", False),
    ],
)
def test_only_a_sane_request_id_is_kept(client: TestClient, sent: str, is_kept: bool) -> None:
    returned = client.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (returned == sent) == is_kept
    assert len(returned) >= 16


def test_a_crash_is_a_line_that_tells_where_and_not_with_what(
    client: TestClient, services: ScriptedServices, lines: io.StringIO
) -> None:
    services.pipeline.breaks = ValueError("the customer wrote: 返品したい")
    begun = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
    headers = {"Authorization": f"Bearer {begun['token']}", "X-Request-ID": ID}
    reply = client.post(f"/api/v1/conversations/{begun['id']}/messages", json={"text": "返品したい"}, headers=headers)
    assert (reply.status_code, reply.headers["x-request-id"]) == (500, ID)
    assert [line["status"] for line in requests_in(lines)] == [201, 500]
    assert "返品したい" not in lines.getvalue()


def test_an_exception_is_told_by_kind_and_place(lines: io.StringIO) -> None:
    try:
        try:
            raise ValueError("返品したい")
        except ValueError as error:
            raise NoIndex("Nothing is indexed yet.") from error
    except NoIndex:
        logging.getLogger("app.test").exception("It broke.")
    [line] = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert line["exception"].startswith("NoIndex: Nothing is indexed yet. at tests/integration/test_request_log.py:")
    assert "; from ValueError at tests/integration/test_request_log.py:" in line["exception"]
    assert "返品したい" not in line["exception"]


def test_neither_query_nor_path_nor_an_unknown_method_is_told(client: TestClient, lines: io.StringIO) -> None:
    client.get("/?lang=ja&name=haruka-canary")
    client.get("/nowhere/haruka-canary")
    client.get("/invite/haruka-canary")
    client.request("HARUKA-CANARY", "/")
    assert client.get("/static/tokens.css?haruka-canary").status_code == 200
    assert "canary" not in lines.getvalue().lower()
    told = [(line["method"], line["route"]) for line in requests_in(lines)]
    assert told == [("GET", "/"), ("GET", "none"), ("GET", "/invite/{token}"), ("other", "/"), ("GET", "/static")]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("none", [None, None]),
        ("network", ["203.0.113.0/24", "2001:db8:7::/48"]),
        ("full", ["203.0.113.9", "2001:db8:7::9"]),
    ],
)
def test_an_address_is_told_as_the_settings_allow(
    services: ScriptedServices, lines: io.StringIO, how: str, told: list[str | None]
) -> None:
    services.settings = services.settings.model_copy(update={"log_addresses": how})
    app = create_app(services)
    for address in ("203.0.113.9", "2001:db8:7::9"):
        TestClient(app, client=(address, 50000)).get("/privacy")
    assert [line.get("address") for line in requests_in(lines)] == told


def test_probes_that_go_well_are_told_at_debug_only(client: TestClient, lines: io.StringIO) -> None:
    client.get("/healthz")
    client.get("/privacy")
    assert [line["level"] for line in requests_in(lines)] == ["debug", "info"]


def test_libraries_are_heard_from_warning_on(lines: io.StringIO) -> None:
    for name in ("openai._base_client", "httpx", "sqlalchemy.engine", "langchain"):
        logging.getLogger(name).info("the whole request: 返品したい")
        logging.getLogger(name).warning("It is slow.")
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["It is slow."] * 4


def test_of_a_task_that_failed_unseen_no_message_is_told(lines: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError("返品したい")

    async def forget() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())
    [line] = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert (line["logger"], line["event"]) == ("asyncio", "Task exception was never retrieved")
    assert "返品したい" not in lines.getvalue()


def test_what_python_warns_of_is_not_told(lines: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    warnings.warn("a value of another type: 返品したい", stacklevel=1)
    assert "返品したい" not in lines.getvalue() + "".join(capfd.readouterr())


def test_a_line_of_text_stays_one_line() -> None:
    with logged("info", "text") as stream:
        logging.getLogger("app.test").warning("One\ntwo", extra={"route": "/"})
    assert stream.getvalue()[8:] == " warning One two  route=/\n"


def test_not_on_a_terminal_it_is_json() -> None:
    with logged("info", "auto") as stream:
        logging.getLogger("app.test").warning("注意")
    assert json.loads(stream.getvalue())["event"] == "注意"

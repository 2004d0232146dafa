"""The desk over HTTP: from the request for a person to the resolution, and what goes wrong on the way."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain.people import StaffRole, User
from app.main import create_app
from app.web.access import COOKIE, csrf_token
from tests.scripted import ScriptedServices, scripted_services

AGENT = frozenset({StaffRole.AGENT})


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


class Customer:
    """With a conversation of their own."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        created = client.post("/api/v1/conversations", json={"locale": "en"}).json()
        self.path = f"/api/v1/conversations/{created['id']}"
        self.headers = {"Authorization": f"Bearer {created['token']}"}

    def get(self) -> Any:
        return self.client.get(self.path, headers=self.headers).json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"{self.path}/{path}", json=body, headers=self.headers)

    def says(self, text: str) -> Any:
        return self.post("messages", text=text).json()


@pytest.fixture
def client(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services)) as client:
        yield client


@pytest.fixture
def customer(client: TestClient) -> Customer:
    return Customer(client)


class Person:
    """Signed in, with the CSRF token of their session."""

    def __init__(self, services: ScriptedServices, name: str) -> None:
        self.user: User = services.people.add(name.lower(), name, AGENT)
        token = services.people.open_session(self.user.id, services.clock.now().replace(year=2027))
        self.client = TestClient(create_app(services), cookies={COOKIE: token})
        self.client.headers |= {"x-csrf-token": csrf_token(token), "sec-fetch-site": "same-origin"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/desk/{path}").json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1/desk/{path}", json=body)


@pytest.fixture
def aoi(services: ScriptedServices) -> Person:
    return Person(services, "Aoi")


def test_a_conversation_goes_to_a_person_and_is_resolved(customer: Customer, aoi: Person) -> None:
    customer.says("My washing machine leaks")
    asked = customer.post("handoff").json()
    assert (asked["ticket_id"], asked["state"], asked["agent"]) == ("1001", "waiting", None)
    [queued] = aoi.get("tickets")
    assert (queued["id"], queued["subject"], queued["cause"]) == ("1001", "My washing machine leaks", "asked_for_human")
    assert aoi.post("tickets/1001/take").json()["agent"] == "Aoi"
    sent = aoi.post("tickets/1001/reply", text="Please close the tap.", seen=2)
    assert (sent.status_code, sent.json()["author"]) == (201, "Aoi")
    shown = customer.get()
    assert (shown["state"], shown["handoff"]["agent"]) == ("with_agent", "Aoi")
    assert [shown["messages"][-1][field] for field in ("role", "author", "text")] == [
        "agent",
        "Aoi",
        "Please close the tap.",
    ]
    assert aoi.post("tickets/1001/resolve").json()["state"] == "resolved"
    assert customer.get()["state"] == "resolved"
    assert aoi.get("tickets") == []


def test_while_a_person_has_it_the_assistant_says_nothing(
    services: ScriptedServices, customer: Customer, aoi: Person
) -> None:
    customer.post("handoff")
    assert customer.says("How long?")["kind"] == "answer"
    aoi.post("tickets/1001/take")
    relayed = customer.says("Are you there?")
    assert (relayed["kind"], relayed["text"]) == ("relayed", "")
    assert [said["role"] for said in customer.get()["messages"]] == ["customer", "assistant", "customer"]
    aoi.post("tickets/1001/return")
    assert customer.says("Hello?")["kind"] == "answer"
    assert customer.get()["handoff"] is None

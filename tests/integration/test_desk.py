"""The desk over HTTP: from the request for a person to the resolution, and what goes wrong on the way."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole, User
from app.main import create_app
from app.web.access import COOKIE, csrf_token
from app.words import words
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

    def __init__(
        self, services: ScriptedServices, app: ASGIApp, name: str, roles: frozenset[StaffRole] = AGENT
    ) -> None:
        self.user: User = services.people.add(name.lower(), name, roles)
        token = services.people.open_session(self.user.id, services.clock.now().replace(year=2027))
        self.client = TestClient(app, cookies={COOKIE: token})
        self.client.headers |= {"x-csrf-token": csrf_token(token), "sec-fetch-site": "same-origin"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/desk/{path}").json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1/desk/{path}", json=body)


@pytest.fixture
def aoi(services: ScriptedServices, client: TestClient) -> Person:
    return Person(services, client.app, "Aoi")


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


def test_what_an_agent_reads_has_tokens_and_the_customer_reads_what_was_meant(
    services: ScriptedServices, customer: Customer, aoi: Person
) -> None:
    customer.post("handoff", contact="haruka@example.jp")
    shown = aoi.get("tickets/1001")
    assert shown["ticket"]["contact"] == "<CONTACT_1>"
    assert "haruka" not in str(shown)
    aoi.post("tickets/1001/reply", text="We will write to <CONTACT_1>, not to <CONTACT_2>.")
    read = customer.get()["messages"][-1]["text"]
    assert read == "We will write to haruka@example.jp, not to <CONTACT_2>."
    assert "haruka" not in str(aoi.get("tickets/1001"))


def test_a_detail_is_asked_given_skipped_and_shown_to_the_customer_as_they_wrote_it(customer: Customer) -> None:
    assert customer.post("handoff/details", key="tried").status_code == 409
    asks = customer.post("handoff").json()["asks"]
    assert asks == {"key": "order_number", "text": "What is your order number?"}
    assert customer.post("handoff/details", key="order_number", value="A-20931").status_code == 204
    assert customer.post("handoff/details", key="product", value=None).status_code == 204
    customer.post("handoff/details", key="contact", value="haruka@example.jp")
    handoff = customer.get()["handoff"]
    assert handoff["asks"]["key"] == "tried"
    assert handoff["details"] == {"order_number": "A-20931", "product": None, "contact": "haruka@example.jp"}
    assert customer.post("handoff/details", key="mood", value="bad").status_code == 422


def test_an_offer_is_declined_once(services: ScriptedServices, customer: Customer) -> None:
    conversation = services.store.find(customer.path.rpartition("/")[2])
    services.desk.offer(conversation, Escalation(Cause.ANGER, Effect.OFFER, 0, 0.9))
    assert customer.get()["state"] == "offered"
    assert [customer.post("offer/decline").status_code for _ in range(2)] == [204, 409]
    assert customer.get()["state"] == "bot"


def test_of_two_agents_the_later_is_told_who_has_it(
    services: ScriptedServices, customer: Customer, aoi: Person
) -> None:
    sora = Person(services, customer.client.app, "Sora")
    customer.post("handoff")
    aoi.post("tickets/1001/take")
    for act, body in (("take", {}), ("resolve", {}), ("return", {}), ("reply", {"text": "Hello"})):
        refused = sora.post(f"tickets/1001/{act}", **body)
        assert (refused.status_code, refused.json()["title"]) == (409, "Somebody else has the ticket")
        assert "Aoi" in refused.json()["detail"]
    assert sora.post("tickets/1001/assign", user_id="nobody").status_code == 404
    assert sora.post("tickets/1002/take").status_code == 404


@pytest.mark.parametrize("path", ["/desk", "/desk/1001", "/api/v1/desk/tickets"])
def test_the_desk_is_for_agents(services: ScriptedServices, client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code in (303, 401)
    admin = Person(services, client.app, "Admin", frozenset({StaffRole.ADMIN}))
    assert admin.client.get(path).status_code == 403


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_take_a_ticket_from_the_list_to_its_end_without_javascript(
    customer: Customer, aoi: Person, lang: str
) -> None:
    page, w = aoi.client, words("ja" if lang == "ja" else "en")
    page.headers["Accept-Language"] = lang
    customer.says("My <b>washer</b> leaks")
    customer.post("handoff")
    assert w["desk_empty"] in page.get("/desk?tab=mine").text
    assert "My &lt;b&gt;washer&lt;/b&gt; leaks" in page.get("/desk?tab=unassigned").text
    shown = page.get("/desk/1001").text
    assert w["cause_asked_for_human"] in shown
    assert "/desk/1001/take" in shown
    form = {"csrf": page.headers["x-csrf-token"]}
    taken = page.post("/desk/1001/take", data=form)
    assert (taken.status_code, "/desk/1001/take" in taken.text, w["state_with_agent"] in taken.text) == (
        200,
        False,
        True,
    )
    customer.says("Hello?")
    late = page.post("/desk/1001/reply", data=form | {"text": "Close the tap.", "seen": "2"})
    assert late.status_code == 409
    told = (w["written_meanwhile"], "Close the tap.", w["desk_confirm_meanwhile"], "Hello?")
    assert all(said in late.text for said in told)
    sent = page.post("/desk/1001/reply", data=form | {"text": "Close the tap.", "seen": "2", "confirm": "meanwhile"})
    assert (sent.status_code, customer.get()["messages"][-1]["text"]) == (200, "Close the tap.")
    assert page.post("/desk/1001/reply", data=form | {"text": " ", "seen": "4"}).status_code == 422
    assert "Called back" in page.post("/desk/1001/note", data=form | {"text": "Called back"}).text
    assert w["state_resolved"] in page.post("/desk/1001/resolve", data=form).text
    assert "1001" in page.get("/desk?tab=done").text
    assert "Called back" not in str(customer.get())


def test_a_form_of_another_site_changes_nothing(customer: Customer, aoi: Person) -> None:
    customer.post("handoff")
    del aoi.client.headers["x-csrf-token"]
    assert aoi.client.post("/desk/1001/take").status_code == 403
    assert aoi.get("tickets/1001")["ticket"]["taken_at"] is None


def test_fifty_messages_in_a_minute_reach_the_person_in_their_order(customer: Customer, aoi: Person) -> None:
    customer.post("handoff")
    aoi.post("tickets/1001/take")
    said = [f"and {n}" for n in range(50)]
    assert {customer.says(text)["kind"] for text in said} == {"relayed"}
    case = aoi.get("tickets/1001?last=20")
    assert [message["text"] for message in case["messages"]] == said[30:]
    assert case["seen"] == 50
    assert [queued["latest"] for queued in aoi.get("tickets")] == ["and 49"]

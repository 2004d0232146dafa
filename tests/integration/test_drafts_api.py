"""Drafts, summaries and macros over HTTP, on a ticket of a customer."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from app.access.routes import ACCESS, AGENT
from app.domain.macro import Macro
from app.domain.people import StaffRole
from app.main import create_app
from app.web.access import COOKIE, csrf_token
from tests.scripted import ScriptedServices, scripted_services

STAFF = "担当者が発行できるお詫びクーポンは1件3,000円までです。"
PUBLIC = "未開封の商品は14日以内に返品できます。"


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


class Agent:
    """Signed in, at the desk, with one ticket: 1001."""

    def __init__(self, services: ScriptedServices, app: ASGIApp) -> None:
        user = services.people.add("aoi", "Aoi", frozenset({StaffRole.AGENT}))
        token = services.people.open_session(user.id, services.clock.now().replace(year=2027))
        self.client = TestClient(app, cookies={COOKIE: token})
        self.client.headers |= {"x-csrf-token": csrf_token(token), "sec-fetch-site": "same-origin"}

    def get(self, path: str, lang: str = "ja") -> Any:
        return self.client.get(f"/api/v1/desk/{path}", headers={"accept-language": lang})

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1/desk/{path}", json=body)

    def draft(self) -> Any:
        return self.post("tickets/1001/drafts").json()

    def send(self, draft: Any, **body: Any) -> Any:
        return self.post(f"tickets/1001/drafts/{draft['id']}/send", **body)


@pytest.fixture
def client(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services)) as client:
        yield client


@pytest.fixture
def say(client: TestClient) -> Any:
    created = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
    headers, path = {"Authorization": f"Bearer {created['token']}"}, f"/api/v1/conversations/{created['id']}"

    def said(text: str) -> Any:
        client.post(f"{path}/messages", json={"text": text}, headers=headers)
        return client.get(path, headers=headers).json()["messages"]

    said("返品は何日以内ですか")
    client.post(f"{path}/handoff", json={}, headers=headers)
    return said


@pytest.fixture
def aoi(services: ScriptedServices, client: TestClient, say: Any) -> Agent:
    return Agent(services, client.app)


def test_a_draft_is_made_read_again_and_sent(aoi: Agent, say: Any) -> None:
    draft = aoi.draft()
    assert draft["agent_only"]
    assert [sentence["agent_only"] for sentence in draft["sentences"]] == [False, False, True, False]
    assert draft["citations"][0]["document_id"] == "ja-returns"
    assert draft["agent_documents"] == ["ja-limit"]
    assert aoi.get(f"tickets/1001/drafts/{draft['id']}").json() == draft
    text = draft["text"].replace(f"{STAFF}\n", "")
    sent = aoi.send(draft, text=text, seen=2)
    assert (sent.status_code, sent.json()["end"], sent.json()["message"]["text"]) == (201, "edited", text)
    assert {"kind": "delete"}.items() <= next(c for c in sent.json()["changes"] if c["kind"] != "same").items()
    assert say("ありがとう")[-2]["text"] == text
    assert aoi.send(draft, text=text).status_code == 409  # once


def test_staff_text_is_asked_about_before_it_goes(aoi: Agent) -> None:
    draft = aoi.draft()
    asked = aoi.send(draft, text=draft["text"])
    assert (asked.status_code, asked.json()["title"]) == (409, "Text for staff only")
    checked = aoi.post(f"tickets/1001/drafts/{draft['id']}/check", text=draft["text"]).json()
    assert (checked["agent_only"], checked["stale"]) == ([STAFF], False)
    sent = aoi.send(draft, text=draft["text"], confirm_agent_only=True)
    assert (sent.status_code, sent.json()["end"], sent.json()["distance"]) == (201, "accepted", 0.0)


def test_staff_text_is_asked_about_also_where_it_is_sent_without_its_draft(aoi: Agent) -> None:
    aoi.draft()
    asked = aoi.post("tickets/1001/reply", text=f"{STAFF}よろしくお願いします。", seen=2)
    assert (asked.status_code, asked.json()["title"]) == (409, "Text for staff only")
    assert aoi.post("tickets/1001/reply", text=PUBLIC, seen=2).status_code == 201
    assert aoi.post("tickets/1001/reply", text=STAFF, seen=3, confirm_agent_only=True).status_code == 201


def test_a_draft_is_stale_once_the_customer_wrote_and_is_not_sent_unread(aoi: Agent, say: Any) -> None:
    draft = aoi.draft()
    say("もしもし？")
    assert aoi.get(f"tickets/1001/drafts/{draft['id']}").json()["stale"]
    late = aoi.send(draft, text=PUBLIC, seen=2)
    assert (late.status_code, late.json()["title"]) == (409, "The customer wrote meanwhile")
    assert aoi.send(draft, text=PUBLIC, seen=2, anyway=True).status_code == 201


def test_a_rejection_has_a_reason_and_is_counted(aoi: Agent, services: ScriptedServices) -> None:
    draft = aoi.draft()
    path = f"tickets/1001/drafts/{draft['id']}/reject"
    assert aoi.post(path, reason="boring").status_code == 422
    assert aoi.post(path, reason="wrong").status_code == 204
    assert aoi.get("stats").json()["figures"]["rejected"]["n"] == 1
    assert "rejected" in aoi.get("stats.csv").text
    assert [candidate.note for candidate in services.drafting.learnings.candidates()] == ["wrong"]


def test_another_tickets_draft_is_not_found(aoi: Agent, client: TestClient) -> None:
    other = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
    client.post(
        f"/api/v1/conversations/{other['id']}/handoff", json={}, headers={"Authorization": f"Bearer {other['token']}"}
    )
    draft = aoi.draft()
    assert aoi.get(f"tickets/1002/drafts/{draft['id']}").status_code == 404
    assert aoi.post(f"tickets/1002/drafts/{draft['id']}/send", text="x").status_code == 404
    assert aoi.get("tickets/1001/drafts/nothing").status_code == 404


@pytest.mark.parametrize(("lang", "label"), [("ja", "用件"), ("en", "Wants")])
def test_the_summary_is_labelled_in_the_agents_language(aoi: Agent, lang: str, label: str) -> None:
    summary = aoi.get("tickets/1001/summary", lang).json()
    first = summary["lines"][0]
    assert (summary["language"], first["label"], first["text"], first["lang"], first["turn"]) == (
        lang,
        label,
        "返品は何日以内ですか",
        "ja",
        0,
    )


def test_a_macro_is_found_filled_in_and_counted(aoi: Agent, services: ScriptedServices) -> None:
    services.drafting.macros.put(Macro("hello", "ja", "挨拶", "{{customer_name}}様"))
    [found] = aoi.get("macros?q=挨拶").json()
    assert (found["name"], found["variables"]) == ("hello", ["customer_name"])
    assert aoi.post("macros/hello/use", lang="ja").status_code == 422
    filled = aoi.post("macros/hello/use", lang="ja", values={"customer_name": "青木"})
    assert (filled.status_code, filled.json()) == (200, {"text": "青木様"})
    assert aoi.get("macros?q=挨拶").json()[0]["uses"] == 1
    assert aoi.post("macros/nobody/use", lang="ja").status_code == 404


def test_all_of_it_is_for_agents() -> None:
    ours = [route for route in ACCESS if route.partition(" ")[2].startswith("/api/v1/desk/")]
    assert len(ours) > 9
    assert all(ACCESS[route] == AGENT for route in ours)


def test_nobody_reads_it_without_signing_in(client: TestClient, say: Any) -> None:
    for path in ("tickets/1001/summary", "macros", "stats", "stats.csv", "tickets/1001/drafts/x"):
        assert client.get(f"/api/v1/desk/{path}").status_code == 401

"""Rating by a link from a mail: from any device, for that ticket alone, once, and never by opening it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.desk.rating_links import RatingLinks
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole
from app.errors import NotFound
from app.main import create_app
from tests.scripted import ScriptedServices, scripted_services

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
ASKED = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


@pytest.fixture
def device(services: ScriptedServices) -> Iterator[TestClient]:
    """Without the cookie of the conversation."""
    with TestClient(create_app(services), raise_server_exceptions=False, headers=OURS) as device:
        yield device


def resolved(services: ScriptedServices) -> tuple[str, str]:
    """The ids of a conversation and of its ticket."""
    agent = services.people.add("yamada", "山田", frozenset({StaffRole.AGENT}))
    conversation = services.store.create("en", "web", "token")
    ticket = services.desk.open(conversation, ASKED).ticket_id
    services.desk.resolve(ticket, agent)
    return conversation.id, ticket


def test_a_link_rates_its_ticket_once_and_opening_it_rates_nothing(
    device: TestClient, services: ScriptedServices
) -> None:
    conversation_id, ticket = resolved(services)
    path = f"/rate/{services.messages.links.token(conversation_id, ticket)}"
    ratings = services.messages.ratings
    assert "How did we do?" in device.get(path).text
    assert ratings.of_conversation(conversation_id) == []
    assert "Thank you for your rating." in device.post(path, data={"score": "2", "comment": "Slow"}).text
    assert [(each.score, each.comment) for each in ratings.of_conversation(conversation_id)] == [(2, "Slow")]
    assert device.post(path, data={"score": "5"}).status_code == 409
    assert "cannot be rated any more" in device.get(path).text
    assert len(ratings.of_conversation(conversation_id)) == 1


def test_a_link_that_was_altered_or_leads_to_another_ticket_is_none(
    device: TestClient, services: ScriptedServices
) -> None:
    conversation_id, ticket = resolved(services)
    good = services.messages.links.token(conversation_id, ticket)
    for token in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good.replace(f".{ticket}.", ".1002."),
        "",
        "a",
        "é.1.2",
    ):
        assert device.get(f"/rate/{token}").status_code == 404
        assert device.post(f"/rate/{token}", data={"score": "5"}).status_code == 404
    assert services.messages.ratings.of_conversation(conversation_id) == []


def test_another_site_cannot_rate_and_a_wrong_score_is_refused(device: TestClient, services: ScriptedServices) -> None:
    path = f"/rate/{services.messages.links.token(*resolved(services))}"
    assert device.post(path, data={"score": "5"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert device.post(path, data={"score": "6"}).status_code == 422


def test_links_outlive_a_new_key_but_not_the_loss_of_theirs() -> None:
    token = RatingLinks(lambda: [b"old" * 11]).token("c-1", "1001")
    assert RatingLinks(lambda: [b"new" * 11, b"old" * 11]).read(token) == ("c-1", "1001")
    with pytest.raises(NotFound):
        RatingLinks(lambda: [b"new" * 11]).read(token)

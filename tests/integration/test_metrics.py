"""What Prometheus reads, and who may."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app import __version__
from app.adapters.metrics import PrometheusMetrics
from app.domain.chat import Call, Form
from app.domain.desk import Cause
from app.domain.outcome import Handoff, Kind
from app.errors import DatabaseError, NoIndex, SettingsError
from app.main import create_app
from app.settings import Settings
from app.wiring.outside import open_observers
from tests.builders import NOON, VERSIONS, outcome, trace
from tests.scripted import ScriptedServices, scripted_services

LOCAL = ("127.0.0.1", 50000)


@pytest.fixture
def services() -> ScriptedServices:
    services = scripted_services()
    services.settings = services.settings.model_copy(update={"metrics": "local"})
    return services


@pytest.fixture
def client(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services), client=LOCAL) as client:
        yield client


def samples(text: str) -> dict[str, float]:
    """By name with labels, as `kotae_answers_total{kind=answer,reason=}`."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def read(metrics: PrometheusMetrics) -> dict[str, float]:
    return samples(metrics.exposition(None, None).decode())


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    for path in ("/privacy", "/privacy", "/nowhere/1", "/nowhere/2", "/api/v1/conversations/abc?x=1"):
        client.get(path)
    found = samples(client.get("/metrics").text)
    assert found["kotae_requests_total{method=GET,route=/privacy,status=200}"] == 2
    assert found["kotae_requests_total{method=GET,route=none,status=404}"] == 2
    assert found["kotae_requests_total{method=GET,route=/api/v1/conversations/{conversation_id},status=404}"] == 1
    assert found["kotae_request_seconds_count{route=/privacy}"] == 2


def test_requests_for_a_person_are_counted_once_and_shown_while_they_are_open(client: TestClient) -> None:
    begun = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
    address, key = f"/api/v1/conversations/{begun['id']}/handoff", {"Authorization": f"Bearer {begun['token']}"}
    for _ in range(2):
        assert client.post(address, headers=key, json={}).status_code == 201
    found = samples(client.get("/metrics").text)
    assert (found["kotae_handoffs_total{cause=asked_for_human}"], found["kotae_handoffs_waiting"]) == (1, 1)
    client.delete(address, headers=key)
    assert samples(client.get("/metrics").text)["kotae_handoffs_waiting"] == 0


def test_the_index_and_the_release_are_told(client: TestClient, services: ScriptedServices) -> None:
    found = samples(client.get("/metrics").text)
    assert found[f"kotae_index_info{{version={VERSIONS.index}}}"] == 1
    assert found[f"kotae_build_info{{version={__version__}}}"] == 1
    assert found["process_resident_memory_bytes"] > 1e6
    assert not any(name.endswith("_created") for name in found)
    services.index.error = NoIndex("Nothing is indexed yet.")
    assert not any(name.startswith("kotae_index_info") for name in samples(client.get("/metrics").text))


def test_metrics_are_told_while_the_database_is_away(
    client: TestClient, services: ScriptedServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseError("It is away.")

    monkeypatch.setattr(services.desk, "queue", away)
    found = samples(client.get("/metrics").text)
    assert found["kotae_handoffs_waiting"] != found["kotae_handoffs_waiting"]  # not a number: nobody knows
    assert f"kotae_index_info{{version={VERSIONS.index}}}" in found


def call(error: str | None = None) -> dict[str, Any]:
    return Call(Form.TEXT, tokens_in=120, tokens_out=30, cost=0.25, error=error).data


def test_an_answer_is_counted_with_its_steps_and_its_calls() -> None:
    metrics, told = PrometheusMetrics(), trace("c-1")
    told.add("write", 0.3, calls=[call(), call("no text within 8.0 s")])
    told.outcome = outcome()
    metrics.answered(told)
    told.outcome = outcome(citations=())
    metrics.answered(told)
    found = read(metrics)
    assert found["kotae_answers_total{kind=answer,reason=}"] == 1
    assert found["kotae_answers_total{kind=decline,reason=not_found}"] == 1
    assert found["kotae_step_seconds_bucket{le=0.25,step=write}"] == 0
    assert found["kotae_step_seconds_bucket{le=0.5,step=write}"] == 2
    assert found["kotae_step_seconds_count{step=retrieve}"] == 2
    assert found["kotae_model_tokens_total{direction=in}"] == 480
    assert found["kotae_model_tokens_total{direction=out}"] == 120
    assert found["kotae_model_cost_total"] == 1.0
    assert (found["kotae_model_calls_total{result=ok}"], found["kotae_model_calls_total{result=failed}"]) == (2, 2)


@pytest.mark.parametrize(("reason", "cause"), [(Cause.ANGER, "anger"), ("what somebody wrote", "other")])
def test_a_hand_off_in_an_answer_is_counted_by_a_cause_that_is_known(reason: str, cause: str) -> None:
    metrics, told = PrometheusMetrics(), trace("c-1")
    passed = Handoff(ticket_id="1001", reason=reason, expected_reply_at=NOON)
    told.outcome = outcome().model_copy(update={"kind": Kind.HANDOFF, "handoff": passed})
    metrics.answered(told)
    assert read(metrics)[f"kotae_handoffs_total{{cause={cause}}}"] == 1


def test_what_clients_invent_makes_no_series(client: TestClient) -> None:
    client.get("/metrics")
    before = len(samples(client.get("/metrics").text))
    for n in range(20):
        client.request(f"METHOD{n}", f"/nowhere/{n}", headers={"X-Request-ID": f"invented-request-{n}"})
        client.get(f"/sources/{n}?q={n}")
    after = samples(client.get("/metrics").text)
    assert len(after) - before < 50
    assert "METHOD" not in json.dumps(after)


def test_a_token_that_is_asked_for_must_be_set() -> None:
    with pytest.raises(SettingsError, match="KOTAE_METRICS_TOKEN is empty"):
        open_observers(Settings(metrics="token"))


@pytest.mark.parametrize(
    ("metrics", "peer", "headers", "status"),
    [
        ("off", LOCAL, {}, 404),
        ("local", LOCAL, {}, 200),
        ("local", ("::1", 1), {}, 200),
        ("local", ("10.0.0.7", 1), {}, 404),
        ("local", ("203.0.113.9", 1), {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("local", LOCAL, {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("local", LOCAL, {"Forwarded": "for=203.0.113.9"}, 404),
        ("token", LOCAL, {}, 401),
        ("token", LOCAL, {"Authorization": "Bearer wrong"}, 401),
        ("token", LOCAL, {"Authorization": "Basic a-long-random-token"}, 401),
        ("token", ("10.0.0.7", 1), {"Authorization": "Bearer a-long-random-token"}, 200),
    ],
)
def test_who_may_read_them(
    services: ScriptedServices, metrics: str, peer: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    chosen = {"metrics": metrics, "metrics_token": SecretStr("a-long-random-token")}
    services.settings = services.settings.model_copy(update=chosen)
    reply = TestClient(create_app(services), client=peer).get("/metrics", headers=headers)
    assert reply.status_code == status
    assert ("kotae_build_info" in reply.text) == (status == 200)

"""The overview over HTTP and on the command line: who may see it, in both languages, and what it says of no cases."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app as kotae
from app.domain.draft import DraftEnd, End
from app.domain.people import StaffRole
from app.main import create_app
from app.settings import load_settings
from app.web.access import COOKIE
from app.wiring.records import open_records
from app.words import words
from tests.builders import NOON, draft
from tests.scripted import ScriptedServices, scripted_services


@pytest.fixture
def services() -> ScriptedServices:
    """A conversation that was handed off, and a draft that was sent as it was."""
    services = scripted_services()
    with TestClient(create_app(services)) as client:
        begun = client.post("/api/v1/conversations", json={"locale": "en"}).json()
        path, headers = f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}
        client.post(f"{path}/messages", json={"text": "My washing machine leaks"}, headers=headers)
        client.post(f"{path}/handoff", json={}, headers=headers)
    services.drafting.store.add(draft("d-1", begun["id"]))
    services.drafting.store.end(DraftEnd("d-1", End.ACCEPTED, NOON, 12.0, "14日以内に返品できます。"))
    return services


def reading(services: ScriptedServices, role: StaffRole = StaffRole.AGENT) -> TestClient:
    user = services.people.add(f"{role}", "Aoi", frozenset({role}))
    token = services.people.open_session(user.id, services.clock.at + timedelta(days=1))
    return TestClient(create_app(services), cookies={COOKIE: token})


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_says_each_figure_with_its_cases(services: ScriptedServices, lang: Any) -> None:
    page, w = reading(services).get("/desk/overview", headers={"Accept-Language": lang}), words(lang)
    assert page.status_code == 200
    for key in ("overview", "figure_self_service", "figure_accepted", "cause_asked_for_human", "overview_small"):
        assert w[key] in page.text
    assert w["overview_unmeasured"] in page.text  # no rating was given
    assert f'aria-label="{w["figure_contained"]}' in page.text  # the chart says its numbers


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_kept_is_not_measured(lang: Any) -> None:
    services = scripted_services()
    page, w = reading(services).get("/desk/overview", headers={"Accept-Language": lang}), words(lang)
    assert page.text.count(w["overview_unmeasured"]) == 15
    assert w["overview_no_causes"] in page.text
    assert '<svg class="trend"' not in page.text


def test_the_figures_as_json(services: ScriptedServices) -> None:
    told = reading(services).get("/desk/overview.json").json()
    assert told["figures"]["contained"] | {"counted": None} == {"value": 0.0, "n": 1, "unit": "share", "counted": None}
    assert told["figures"]["csat"]["value"] is None
    assert told["by"]["channel"]["web"]["accepted"] == {"value": 1.0, "n": 1}
    assert told["by"]["cause"] == {"asked_for_human": {"cause": {"value": 1.0, "n": 1}}}


def test_the_figures_as_csv(services: ScriptedServices) -> None:
    answer = reading(services).get("/desk/overview.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = {(row["slice"], row["figure"]): row for row in csv.DictReader(io.StringIO(answer.text))}
    assert (rows["", "contained"]["value"], rows["", "contained"]["n"]) == ("0", "1")
    assert (rows["", "csat"]["value"], rows["", "csat"]["n"]) == ("", "0")


def test_only_the_days_that_are_asked_for(services: ScriptedServices) -> None:
    services.clock.at += timedelta(days=10)
    client = reading(services)
    asked = [client.get(f"/desk/overview.json?days={days}").json()["figures"]["contained"]["n"] for days in (7, 28)]
    assert asked == [0, 1]


@pytest.mark.parametrize("days", ["0", "367", "x"])
def test_days_out_of_range_are_refused(services: ScriptedServices, days: str) -> None:
    assert reading(services).get(f"/desk/overview?days={days}").status_code == 422


@pytest.mark.parametrize(
    ("role", "status"),
    [(StaffRole.AGENT, 200), (StaffRole.QA, 200), (StaffRole.ADMIN, 200), (StaffRole.KB_OWNER, 403)],
)
def test_who_may_see_it(services: ScriptedServices, role: StaffRole, status: int) -> None:
    assert reading(services, role).get("/desk/overview").status_code == status


def test_the_command_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path))
    store = open_records(load_settings()).store
    store.add_question(store.create("ja", "web", "token").id, "返品は何日以内ですか")
    run = CliRunner()
    told = json.loads(run.invoke(kotae, ["desk", "overview", "--json"], catch_exceptions=False).stdout)
    assert told["figures"]["contained"]["n"] == 1
    lines = run.invoke(kotae, ["desk", "overview", "--csv", "--days", "7"], catch_exceptions=False).stdout
    assert ("", "contained", "1", "1") in {
        (row["slice"], row["figure"], row["value"], row["n"]) for row in csv.DictReader(io.StringIO(lines))
    }
    assert "contained" in run.invoke(kotae, ["desk", "overview"], catch_exceptions=False).stdout

"""`kotae desk` and the skills of `kotae user`: what is open, one ticket, and who is given which."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.adapters.clock import SystemClock
from app.bootstrap import open_desk, open_records, open_staff
from app.cli import app
from app.domain.desk import Cause, Effect, Escalation
from app.settings import load_settings
from tests.scripted import SITE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path))


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_tickets_are_listed_and_shown() -> None:
    assert (run("desk", "list", "--json"), run("desk", "list")) == ("[]\n", "")
    records = open_records(load_settings())
    conversation = records.store.create("ja", "web", "token")
    records.store.add_question(conversation.id, "返品の送料は")
    asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, 0, 1.0)
    open_desk(records.engine, SITE, SystemClock()).open(conversation, asked)
    [listed] = json.loads(run("desk", "list", "--json"))
    assert (listed["id"], listed["state"], listed["subject"]) == ("1001", "waiting", "返品の送料は")
    assert run("desk", "list").startswith("1001  normal  waiting  asked_for_human  nobody")
    shown = json.loads(run("desk", "show", "1001", "--json"))
    assert [said["text"] for said in shown["messages"]] == ["返品の送料は"]
    assert "customer: 返品の送料は" in run("desk", "show", "1001")
    assert run("desk", "list", "--done", "--json") == "[]\n"


def test_skills_and_languages_are_given_with_the_user_or_later() -> None:
    given = ("--skill", "repair", "--skill", "billing", "--language", "ja")
    [added] = json.loads(run("user", "add", "aoi", "--role", "agent", *given, "--json"))
    assert (added["skills"], added["languages"]) == (["billing", "repair"], ["ja"])
    [changed] = json.loads(run("user", "skills", "aoi", "--json"))
    assert (changed["skills"], changed["languages"]) == ([], [])


@pytest.mark.parametrize("wrong", [("--skill", "two words"), ("--skill", "x" * 33), ("--language", "fr")])
def test_what_is_no_skill_or_language_adds_nobody(wrong: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["user", "add", "aoi", "--role", "agent", *wrong])
    assert done.exit_code != 0
    assert open_staff(load_settings()).people.users() == []

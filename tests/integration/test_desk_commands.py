"""`kotae desk` as people run it, and what erasing a conversation takes along."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app as kotae
from app.desk.learning import candidate_of
from app.domain.draft import DraftEnd, End, Rejection
from app.domain.learning import Candidate
from app.privacy import erase_conversations, export_conversations, purge_conversations
from app.settings import Settings, load_settings
from app.wiring.desk import open_drafts, open_learnings
from app.wiring.records import open_records
from tests.builders import NOON, draft
from tests.sqlite_files import tables_with

RUN = CliRunner()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path))
    monkeypatch.setenv("KOTAE_REDACTION", "false")
    return load_settings()


def kotae_json(*arguments: str) -> object:
    found = RUN.invoke(kotae, ["desk", *arguments, "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def begun(settings: Settings) -> str:
    """A conversation with a draft that was sent, a draft that was rejected, and what both taught."""
    records, learnings = open_records(settings), open_learnings(settings.home)
    conversation = records.store.create("ja", "web", "token").id
    records.store.add_question(conversation, "返品は何日以内ですか")
    drafts = open_drafts(records.engine)
    ends = {
        "d-1": DraftEnd("d-1", End.ACCEPTED, NOON, 12.0, "未開封の商品は14日以内に返品できます。"),
        "d-2": DraftEnd("d-2", End.REJECTED, NOON, 5.0, rejection=Rejection.WRONG),
    }
    for name, end in ends.items():
        made = draft(name, conversation)
        drafts.add(made)
        drafts.end(end)
        candidate = candidate_of(made, end, lambda text: text)
        assert isinstance(candidate, Candidate)
        learnings.add_candidate(candidate)
    return conversation


def test_macros_are_imported_added_found_and_removed(settings: Settings) -> None:
    assert kotae_json("macro", "import") == {"n": 24}
    kotae_json(
        "macro", "add", "refund", "--text", "{{order_number}}を返金しました。", "--title", "返金", "--team", "returns"
    )
    listed = kotae_json("macro", "list", "--find", "返金")
    assert isinstance(listed, list)
    assert [(macro["name"], macro["team"], macro["uses"]) for macro in listed] == [("refund", "returns", 0)]
    kotae_json("macro", "remove", "refund", "--team", "returns")
    assert kotae_json("macro", "list", "--find", "返金") == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["macro", "add", "x", "--text", "{{nobody}}"], "nobody"),
        (["macro", "remove", "x"], "no macro"),
        (["macro", "import", "nowhere.toml"], "nowhere.toml"),
        (["candidates", "accept", "x"], "no candidate"),
        (["propose", "x"], "no conversation"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(settings: Settings, arguments: list[str], says: str) -> None:
    found = RUN.invoke(kotae, ["desk", *arguments])
    assert found.exit_code == 1
    assert says in str(found.exception)


def test_stats_count_what_became_of_drafts(settings: Settings) -> None:
    begun(settings)
    told = kotae_json("stats")
    assert isinstance(told, dict)
    assert told["figures"]["accepted"] | {"counted": 0} == {"value": 0.5, "n": 2, "unit": "share", "counted": 0}
    assert told["by"]["language"]["ja"]["seconds_to_send"] == {"value": 12.0, "n": 1}
    assert RUN.invoke(kotae, ["desk", "stats", "--csv"]).stdout.startswith("slice,value_of_slice,figure")
    assert "accepted" in RUN.invoke(kotae, ["desk", "stats"]).stdout


def test_candidates_are_judged_and_a_conversation_is_proposed(settings: Settings) -> None:
    conversation = begun(settings)
    listed = kotae_json("candidates", "list")
    assert isinstance(listed, list)
    assert [candidate["kind"] for candidate in listed] == ["good", "regression"]
    kotae_json("candidates", "accept", "desk-d-1")
    kotae_json("candidates", "reject", "desk-d-2")
    assert kotae_json("candidates", "list") == []
    kotae_json("propose", conversation)
    [proposal] = open_learnings(settings.home).proposals()
    assert "返品は何日以内ですか" in proposal.markdown


def test_an_export_holds_the_drafts(settings: Settings) -> None:
    conversation = begun(settings)
    [told] = export_conversations(settings, [conversation], None)
    assert {draft["id"] for draft in told["drafts"]} == {"d-1", "d-2"}


def test_an_erased_conversation_takes_its_samples_and_proposals_along(settings: Settings) -> None:
    conversation, other = begun(settings), open_records(settings).store.create("ja", "web", "token").id
    kotae_json("candidates", "accept", "desk-d-1")
    kotae_json("propose", conversation)
    kotae_json("propose", other)
    erase_conversations(settings, [conversation], None)
    assert open_learnings(settings.home).conversations() == {other}
    assert open_drafts(open_records(settings).engine).ended() == []
    left = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert tables_with(settings.home, conversation) == {"audit_entry"}
    assert "返品は何日以内".encode() not in left


def test_a_purge_takes_them_along_too(settings: Settings) -> None:
    begun(settings)
    assert purge_conversations(settings, 0) == 1
    assert open_learnings(settings.home).conversations() == frozenset()

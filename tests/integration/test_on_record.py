"""What commands and starts change is on the audit trail, and nothing of a customer is."""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from app.access.record import record_settings
from app.adapters.audit_memory import MemoryAuditTrail
from app.adapters.clock import FixedClock
from app.cli import app as kotae
from app.domain.audit import COMMAND_LINE, SERVICE, Act
from app.settings import Settings, load_settings
from app.wiring.records import Records, open_records
from tests.builders import NOON

ARTICLE = "# 返品について\n\n未開封の商品は14日以内に返品できます。\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def records(home: Path) -> Records:
    return open_records(load_settings())


def run(*command: str) -> None:
    done = CliRunner().invoke(kotae, command)
    assert done.exit_code == 0, done.output


def lines(records: Records) -> list[tuple[str, Act, str]]:
    return [(entry.who, entry.act, entry.what) for entry in reversed(records.audit.entries())]


def test_an_export_and_an_erasure_name_the_conversation_and_not_the_customer(records: Records) -> None:
    first, second = (records.store.create("ja", "web", f"token {n}", "member 7").id for n in range(2))
    run("privacy", "export", "--customer", "member 7")
    run("privacy", "erase", first)
    expected = [(COMMAND_LINE, Act.EXPORT, each) for each in sorted([first, second])]
    assert sorted(lines(records)[:2]) == expected
    assert lines(records)[2:] == [(COMMAND_LINE, Act.ERASE, first)]
    assert records.audit.broken_at() is None


def test_nothing_is_on_record_that_was_not_done(records: Records) -> None:
    CliRunner().invoke(kotae, ["privacy", "erase", "no-such-conversation"])
    CliRunner().invoke(kotae, ["privacy", "export", "no-such-conversation"])
    assert lines(records) == []


def test_a_purge_says_how_many_and_how_old(records: Records) -> None:
    records.store.create("ja", "web", "token")
    run("privacy", "purge", "--days", "0")
    assert lines(records) == [(COMMAND_LINE, Act.PURGE, "conversations: 1, days: 0")]


def test_each_version_that_is_served_is_named(home: Path, tmp_path: Path, embedded_model_dir: Path) -> None:
    shutil.copytree(embedded_model_dir, home / "models" / embedded_model_dir.name)
    articles = tmp_path / "articles"
    articles.mkdir()
    for text in (ARTICLE, ARTICLE + "\n返送料はお客様のご負担です。\n"):
        (articles / "returns.md").write_text(text, encoding="utf-8")
        run("ingest", str(articles))
    run("index", "rollback")
    told = lines(open_records(load_settings()))
    assert [(who, act) for who, act, _ in told] == [(COMMAND_LINE, Act.PROMOTE)] * 3
    first, second, again = (what for *_, what in told)
    assert first == again != second


def test_settings_are_on_record_when_they_are_others_than_before() -> None:
    trail = MemoryAuditTrail(FixedClock(NOON))
    before, after = Settings(), Settings(retention_days=7)
    for settings in (before, before, after, after, before):
        record_settings(trail, settings.fingerprint)
    told = [(entry.who, entry.act, entry.what) for entry in reversed(trail.entries())]
    assert told == [(SERVICE, Act.SETTINGS, each.fingerprint) for each in (before, after, before)]


@pytest.mark.parametrize("secret", ["vault_key", "llm_api_key", "oidc_client_secret", "customer_secret"])
def test_no_secret_is_in_the_fingerprint_but_whether_there_is_one(secret: str) -> None:
    one, other = (Settings().model_copy(update={secret: SecretStr(word * 40)}) for word in "xy")
    assert one.fingerprint == other.fingerprint != Settings().fingerprint


def test_a_password_in_an_address_is_not_in_the_fingerprint() -> None:
    one, other = (Settings(database_url=f"postgresql://kotae:{word * 12}@db/kotae") for word in "xy")
    assert one.fingerprint == other.fingerprint

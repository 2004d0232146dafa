"""`kotae doctor` on installations that are ill in one way each."""

import json
import shutil
import socket
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from typer.testing import CliRunner

from app import doctor, model_check
from app.adapters.database import open_engine, revisions, upgrade
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import write_version
from app.adapters.index_registry import FileIndexRegistry
from app.cli import app as kotae
from app.doctor import Finding, Status, examine
from app.errors import ModelError
from app.model_check import LONGEST_PROMPT, check_model, warn_of_model
from app.settings import Settings
from tests.builders import NOON, chunk_of, document, embedded
from tests.postgres import fresh_postgres
from tests.redis_server import redis_url
from tests.scripted_model import DONE, Body, Reply, ScriptedModel, chunk, error, serving, streamed

KEY = "sk-very-secret-key-0123456789"
PASSWORD = "a-secret-password"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With an index that the embedder made."""
    monkeypatch.setattr(doctor, "open_embedder", lambda _: HashingEmbedder())
    promote(tmp_path, HashingEmbedder().fingerprint)
    return tmp_path


def promote(home: Path, model: str) -> None:
    article = document(model)
    chunks = [embedded(chunk_of(article), HashingEmbedder())]
    manifest = write_version(home / "index", [article], chunks, model=model, created_at=NOON)
    FileIndexRegistry(home / "index").promote(manifest.version)


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(lambda: settings)}


def test_an_installation_that_is_well(home: Path) -> None:
    findings = found(Settings(home=home))
    assert list(findings) == [
        "settings",
        "home",
        "disk",
        "database",
        "redis",
        "embedding",
        "index",
        "reranker",
        "model",
    ]
    assert {finding.status for finding in findings.values()} == {Status.OK}
    assert not (home / "kotae.db").exists()


def set_no_site(home: Path) -> Settings:
    return Settings(home=home, site_file=home / "nowhere.toml")


def lose_index(home: Path) -> Settings:
    shutil.rmtree(home / "index")
    return Settings(home=home)


def damage_index(home: Path) -> Settings:
    [chunks] = home.glob("index/*/chunks.jsonl")
    chunks.write_bytes(chunks.read_bytes() + b" ")
    return Settings(home=home)


def change_embedder(home: Path) -> Settings:
    promote(home, "another-model")
    return Settings(home=home)


def age_forward(home: Path) -> Settings:
    settings = Settings(home=home)
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    return settings


def lose_database(home: Path) -> Settings:
    return Settings(home=home, database_url=f"postgresql://kotae:{PASSWORD}@127.0.0.1:1/kotae?sslpassword={PASSWORD}")


def misspell_database(home: Path) -> Settings:
    return Settings(home=home, database_url=f"postgresql://kotae:{PASSWORD}@127.0.0.1:port/kotae")


def lose_redis(home: Path) -> Settings:
    return Settings(home=home, redis_url=f"redis://:{PASSWORD}@127.0.0.1:1/0")


def misspell_redis(home: Path) -> Settings:
    return Settings(home=home, redis_url=f"redis://:{PASSWORD}@127.0.0.1:port/0")


def halve_model(home: Path) -> Settings:
    return Settings(home=home, llm_base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("make_ill", "check", "words"),
    [
        (set_no_site, "settings", "KOTAE_SITE_FILE"),
        (lose_index, "index", "run `kotae ingest DIR`"),
        (damage_index, "index", "chunks.jsonl"),
        (change_embedder, "index", "build the index again with `kotae ingest`"),
        (age_forward, "database", "newer release of Kotae"),
        (lose_database, "database", "check KOTAE_DATABASE_URL"),
        (misspell_database, "database", "KOTAE_DATABASE_URL cannot be used"),
        (lose_redis, "redis", "check KOTAE_REDIS_URL"),
        (misspell_redis, "redis", "check KOTAE_REDIS_URL"),
        (halve_model, "model", "KOTAE_LLM_MODEL is empty"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_wrong_is_told_with_what_to_do(
    home: Path, make_ill: Callable[[Path], Settings], check: str, words: str
) -> None:
    findings = found(make_ill(home))
    assert findings[check].status is Status.WRONG
    assert words in findings[check].message
    assert {name for name, finding in findings.items() if finding.status is Status.WRONG} == {check}
    said = " ".join(finding.message for finding in findings.values())
    assert "\n" not in said
    assert PASSWORD not in said


def test_a_redis_that_answers_is_well(home: Path) -> None:
    finding = found(Settings(home=home, redis_url=redis_url()))["redis"]
    assert (finding.status, "count limits together" in finding.message) == (Status.OK, True)


def test_the_embedded_model_is_asked(tmp_path: Path, embedded_model_dir: Path) -> None:
    (tmp_path / "models").symlink_to(embedded_model_dir.parent)
    finding = found(Settings(home=tmp_path))["embedding"]
    assert (finding.status, embedded_model_dir.name in finding.message) == (Status.OK, True)


def test_another_embedding_model_is_a_warning(home: Path) -> None:
    finding = found(Settings(home=home, embedding_model="m"))["embedding"]
    assert (finding.status, "more or less may be declined" in finding.message) == (Status.WARNING, True)


def test_an_index_whose_embedder_is_away_is_still_looked_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "open_embedder", away)
    assert found(Settings(home=home))["index"].status is Status.WARNING
    damage_index(home)
    assert found(Settings(home=home))["index"].status is Status.WRONG


def away(_: Settings) -> None:
    raise ModelError("It is away.")


def test_a_home_that_cannot_be_written_is_wrong(home: Path) -> None:
    (home / "file").touch()
    assert found(Settings(home=home / "file" / "home"))["home"].status is Status.WRONG


@pytest.mark.parametrize(("free", "status"), [(100e6, "wrong"), (500e6, "warning"), (2e9, "ok")])
def test_a_full_disk_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, free: float, status: str) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free))
    assert found(Settings(home=home))["disk"].status == status


def test_an_earlier_schema_is_brought_up_to_date_at_the_start_where_it_is_a_file(home: Path) -> None:
    settings = Settings(home=home)
    upgrade(open_engine(settings.sqlalchemy_url), revisions()[0])
    finding = found(settings)["database"]
    assert (finding.status, "next start" in finding.message) == (Status.OK, True)


def test_an_earlier_schema_on_a_server_wants_a_command(home: Path) -> None:
    with fresh_postgres() as url:
        finding = found(Settings(home=home, database_url=url))["database"]
        assert (finding.status, "kotae db upgrade" in finding.message) == (Status.WRONG, True)
        upgrade(open_engine(url))
        assert found(Settings(home=home, database_url=url))["database"].status is Status.OK


def test_a_check_that_hangs_or_breaks_off_is_a_finding() -> None:
    def hang() -> str:
        time.sleep(5)
        return "never"

    began = time.perf_counter()
    hung = doctor._within(0.05, hang)
    assert (hung[0], time.perf_counter() - began < 2) == (Status.WRONG, True)
    assert doctor._within(5, lambda: f"{1 / 0}") == (Status.WRONG, "This check broke off (ZeroDivisionError).")


def modelled(url: str, home: Path, **changed: object) -> Settings:
    return Settings(home=home, llm_base_url=url, llm_model="m-1", llm_api_key=SecretStr(KEY)).model_copy(
        update={"llm_first_token_seconds": 2.5, "llm_seconds": 4.0, **changed}
    )


def short_only(refusal: Reply) -> Callable[[Body], Reply]:
    return lambda body: refusal if len(body["messages"][1]["content"]) > 1000 else streamed('{"claims": []}')


TOO_LONG = "This model's maximum context length is 4096 tokens. However, you requested 8,000"
ILL: dict[str, tuple[Callable[[Body], Reply], list[str] | None, str]] = {
    "wrong key": (lambda _: error(401, "invalid_api_key", KEY), None, "correct KOTAE_LLM_API_KEY"),
    "wrong name": (lambda _: error(404, "model_not_found"), ["m-2", "m-3"], "correct KOTAE_LLM_MODEL, the service's models are m-2, m-3"),
    "wrong path": (lambda _: error(404), None, "correct KOTAE_LLM_BASE_URL (most addresses end in /v1)"),
    "a page of HTML": (lambda _: (200, [b"<html>Welcome</html>"]), None, "is no OpenAI-compatible service"),
    "no quota": (lambda _: error(429, "insufficient_quota"), None, "the quota is used up"),
    "failing": (lambda _: error(503), None, "look at its log"),
    "hanging": (lambda _: (200, [9.0]), None, "too slow"),
    "mute": (lambda _: (200, [chunk(finish="stop"), DONE]), ["m-1"], "an empty reply"),
    "small context, told": (short_only(error(400, "", TOO_LONG)), None, "(HTTP 400 (the model's context is too small))"),
    "small context, told otherwise": (short_only(error(400, "", "no")), None, "give it room for 6,000 tokens"),
    "small context, not told": (lambda _: streamed('{"claims": []}'), None, "it read 120 tokens of about 6,000"),
    "slow to read": (short_only((200, [9.0])), None, "KOTAE_LLM_FIRST_TOKEN_SECONDS if it is only slow"),
}  # fmt: skip


@pytest.mark.parametrize("way", ILL)
def test_a_model_that_does_not_answer_is_told_with_what_to_do(tmp_path: Path, way: str) -> None:
    reply, names, words = ILL[way]
    with serving(ScriptedModel(reply, names)) as server:
        wrong = check_model(modelled(server.url, tmp_path), LONGEST_PROMPT)
    assert wrong is not None
    assert words in wrong
    assert KEY not in wrong


def test_a_model_that_repeats_the_key_does_not_get_it_shown(tmp_path: Path) -> None:
    with serving(ScriptedModel(lambda _: error(404), [f"your key {KEY}"])) as server:
        assert KEY not in str(check_model(modelled(server.url, tmp_path)))


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    assert "nothing answers at that address" in str(check_model(modelled(url, tmp_path)))


@pytest.mark.parametrize("understood", [0, 3], ids=["json_schema", "text"])
def test_a_model_that_answers_in_any_form_is_well(tmp_path: Path, understood: int) -> None:
    def reply(body: Body) -> Reply:
        is_plain = "response_format" not in body and "tools" not in body
        well = streamed('{"claims": []}')
        [*steps, _, done] = well[1]
        told = chunk(finish="stop", usage=(LONGEST_PROMPT + 40, 8))
        return (200, [*steps, told, done]) if is_plain or not understood else error(400)

    with serving(ScriptedModel(reply)) as server:
        assert check_model(modelled(server.url, tmp_path), LONGEST_PROMPT) is None
        assert server.keys[-1] == f"Bearer {KEY}"


def test_the_budget_of_the_day_stands(tmp_path: Path) -> None:
    settings = modelled("http://127.0.0.1:9/v1", tmp_path, llm_daily_budget=1e-9, llm_price_in=1.0)
    with serving(ScriptedModel(lambda _: streamed("{}"))) as server:
        settings = settings.model_copy(update={"llm_base_url": server.url})
        assert check_model(settings) is None
        assert "KOTAE_LLM_DAILY_BUDGET" in str(check_model(settings))
        assert len(server.asked) == 1


def test_the_start_warns_of_a_wrong_model_and_does_not_wait(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(ScriptedModel(lambda _: (200, [0.3, *error(401)[1]]))) as slow:
        began = time.perf_counter()
        thread = warn_of_model(modelled(slow.url, tmp_path))
        assert time.perf_counter() - began < 0.2
        thread.join(10)
    [warning] = [record for record in caplog.records if record.name == model_check.__name__]
    assert warning.levelname == "WARNING"
    assert "m-1 does not answer" in warning.getMessage()


@pytest.fixture
def installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    monkeypatch.setenv("KOTAE_HOME", str(home))
    return home


def test_the_command_prints_a_line_a_check_and_exits_0(installed: Path) -> None:
    run = CliRunner().invoke(kotae, ["doctor"])
    assert run.exit_code == 0
    assert [line.split()[:2] for line in run.stdout.splitlines()][-2:] == [["ok", "reranker"], ["ok", "model"]]


def test_the_command_prints_json_and_exits_1_when_something_is_wrong(installed: Path) -> None:
    lose_index(installed)
    run = CliRunner().invoke(kotae, ["doctor", "--json"])
    assert run.exit_code == 1
    wrong = [finding for finding in json.loads(run.stdout) if finding["status"] == "wrong"]
    assert [finding["check"] for finding in wrong] == ["index"]
    assert "kotae ingest" in wrong[0]["message"]


def test_a_wrong_setting_is_a_finding_and_bad_use_is_not(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(kotae, ["doctor", "--verbose"]).exit_code == 2
    monkeypatch.setenv("KOTAE_PORT", "http")
    run = CliRunner().invoke(kotae, ["doctor"])
    assert (run.exit_code, run.stdout.split()[:3]) == (1, ["wrong", "settings", "KOTAE_PORT"])

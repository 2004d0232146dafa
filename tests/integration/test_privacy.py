"""A customer tells everything there is to tell; nothing of it is in the clear anywhere but on their own page."""

import asyncio
import base64
import json
import logging
import os
import re
import shutil
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.adapters.pii_listed import ListedPii
from app.ask import ask_once
from app.bootstrap import Services, build_services
from app.cli import app as kotae
from app.domain.pii import PiiType
from app.domain.ports import PiiDetector
from app.errors import NotFound, SettingsError
from app.main import create_app
from app.settings import ROOT, Settings, load_settings
from app.wiring.records import open_records
from evals.run import run_task
from evals.samples import read_samples
from evals.tasks.answers import Answers, Question
from ingestion.run import ingest_folder
from tests.builders import PERSONAL
from tests.logged import logged
from tests.scripted_model import Body, Reply, ScriptedModel, claims, serving, streamed
from tests.service_process import server
from tests.sqlite_files import tables_with

ARTICLE = "---\nid: returns\ntitle: 返品について\nlang: ja\n---\n未開封の商品は14日以内に返品できます。返品の送料はお客様のご負担です。\n"
MESSAGES = (
    "髙橋はるかと申します。携帯は090-1234-5678、メールはharuka@example.jpです。返品の送料は誰の負担ですか。",
    "届け先は〒105-9999 東京都港区芝公園9丁目9-9です。返品の送料は誰の負担ですか。",
    "マイナンバーは1234 5678 9018、生年月日は1985年4月3日です。返品の送料は誰の負担ですか。",
    "カード番号4111 1111 1111 1111で払いました。口座は普通 7654321です。返品の送料は誰の負担ですか。",
    "運転免許証番号は309912345670、パスポート番号はTK1234567です。返品の送料は誰の負担ですか。",
    "LINE IDはharuka_t85、会員番号はM-88231-X、パスワードはhunter2-Kaede!です。返品の送料は誰の負担ですか。",
    "My name is Harriet Vane, IP address 203.0.113.77, IBAN GB29 NWBK 6016 1331 9268 19, NI number JT123456C. "
    "Who pays the return postage?",
    "０９０１２３４５６７８",
    "火星の天気は？ 髙橋はるか",
    "＜PHONE_1＞と入力しました。返品の送料は誰の負担ですか。",
)
COMMENT = "髙橋はるかです。090-1234-5678に電話がほしかった。"
SHOWN = [
    text.replace("０９０１２３４５６７８", "090-1234-5678") for text in MESSAGES
]  # as the number was first written
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ]")  # customers write it, and the service logs none
VALUES = [value for values in PERSONAL.values() for value in values]


@dataclass
class Stage:
    """`left` is everything that is left behind: logs and what the model was asked are in there too."""

    settings: Settings
    services: Services
    client: TestClient | httpx2.Client
    model: ScriptedModel
    log: pytest.LogCaptureFixture

    def begin(self, customer: str = "member 7") -> tuple[str, dict[str, str]]:
        begun = self.client.post("/api/v1/conversations", json={"locale": "ja", "customer": customer}).json()
        return f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}

    def files(self) -> bytes:
        paths = [path for path in self.settings.home.rglob("*") if path.is_file() and "models" not in path.parts]
        return b"\n".join(path.read_bytes() for path in paths)

    def left(self) -> bytes:
        return self.files() + json.dumps(self.model.asked, ensure_ascii=False).encode() + self.log.text.encode()


def forms(value: str) -> set[bytes]:
    """How a value may have been written down: as it is, normalised, without separators, escaped in JSON."""
    plain = unicodedata.normalize("NFKC", value)
    spellings = {value, plain, value.strip("+"), re.sub(r"[\s-]", "", plain), plain.casefold()}
    return {form.encode() for text in spellings for form in (text, json.dumps(text)[1:-1])}


def in_the_clear(left: bytes) -> list[str]:
    return [value for value in VALUES if any(form in left for form in forms(value))]


def told(body: Body) -> Reply:
    """Says something true, repeats the customer's tokens, and makes some up."""
    tokens = re.findall(
        r"<[A-Z_]+_\d+>", body["messages"][-1]["content"].replace("\\u003c", "<").replace("\\u003e", ">")
    )
    said = [("返品の送料はお客様のご負担です。", 1), (f"{''.join(tokens)}返品の送料はお客様のご負担です。", 1)]
    return streamed(claims(*said, ("<CREDIT_CARD_7>の返品の送料はお客様のご負担です。", 1)))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, embedded_model_dir: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(embedded_model_dir.parent, target_is_directory=True)
    (home / "articles").mkdir()
    (home / "articles" / "returns.md").write_text(ARTICLE, encoding="utf-8")
    assert ingest_folder(Settings(home=home), home / "articles", strict=True) == 0
    return home


@contextmanager
def staged(source: Path, home: Path, log: pytest.LogCaptureFixture, detector: PiiDetector | None) -> Iterator[Stage]:
    log.set_level(logging.DEBUG)
    shutil.copytree(source, home, symlinks=True)
    with serving(ScriptedModel(told)) as model, pytest.MonkeyPatch.context() as environment:
        for name, value in {"HOME": str(home), "LLM_BASE_URL": model.url, "LLM_MODEL": "scripted-1"}.items():
            environment.setenv(f"KOTAE_{name}", value)
        settings = load_settings()
        services = build_services(settings, detector=detector)
        with TestClient(create_app(services), raise_server_exceptions=False) as client:
            yield Stage(settings, services, client, model, log)


@pytest.fixture
def stage(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    with staged(home, tmp_path / "home", caplog, ListedPii(PERSONAL)) as stage:
        yield stage


def tell_everything(stage: Stage) -> tuple[str, dict[str, str], list[dict[str, Any]]]:
    """One conversation by every way a word of a customer can come in; its address, its key, and its outcomes."""
    path, key = stage.begin()
    outcomes = [stage.client.post(f"{path}/messages", json={"text": text}, headers=key).json() for text in MESSAGES]
    vote = {"message_id": outcomes[0]["message_id"], "helpful": False, "comment": COMMENT}
    assert stage.client.post(f"{path}/feedback", json=vote, headers=key).status_code == 204
    contact = {"contact": "haruka@example.jp か 090-1234-5678"}
    assert stage.client.post(f"{path}/handoff", json=contact, headers=key).json()["contact"] == contact["contact"]
    refused = [
        stage.client.post(f"{path}/messages", json={"text": MESSAGES[0] * 100}, headers=key),
        stage.client.post(f"{path}/messages", json={"txt": MESSAGES[0]}, headers=key),
        stage.client.post(f"{path}/messages", content=MESSAGES[0].encode(), headers=key),
        stage.client.post("/api/v1/conversations", json={"locale": MESSAGES[0]}),
        stage.client.post("/v1/chat/completions", json={"model": MESSAGES[0], "messages": []}),
    ]
    assert [answer.status_code for answer in refused] == [422, 422, 422, 422, 404]
    assert in_the_clear(b"".join(answer.content for answer in refused)) == []
    return path, key, outcomes


def test_the_log_holds_nothing_that_a_customer_wrote_at_any_level(stage: Stage) -> None:
    with logged("debug") as log:
        tell_everything(stage)
        stage.client.get(f"/?q={VALUES[0]}")
        stage.client.get(f"/sources/{VALUES[2]}")
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert sum("trace_id" in line for line in told) == len(MESSAGES)
    assert in_the_clear(log.getvalue().encode()) == []
    assert not JAPANESE.search(log.getvalue())


def test_nothing_personal_is_left_in_the_clear(stage: Stage) -> None:
    assert set(PERSONAL) == set(PiiType)
    assert in_the_clear("\n".join([*MESSAGES, COMMENT]).encode()) == VALUES  # all of it is said, and would be found
    tell_everything(stage)
    dialogue = [{"role": "user", "content": MESSAGES[0]}, {"role": "assistant", "content": f"はい、{MESSAGES[1]}"}]
    asked = {"model": "kotae", "messages": [*dialogue, {"role": "user", "content": MESSAGES[3]}]}
    for stream in (False, True):
        assert stage.client.post("/v1/chat/completions", json=asked | {"stream": stream}).status_code == 200
    asyncio.run(ask_once(stage.services, MESSAGES[4], "ja"))
    assert len(stage.model.asked) >= len(MESSAGES)
    assert b"<PHONE_1>" in stage.left()
    assert in_the_clear(stage.left()) == []


def test_the_customer_reads_their_own_words_again(stage: Stage) -> None:
    path, key, outcomes = tell_everything(stage)
    shown = stage.client.get(path, headers=key).json()
    assert [message["text"] for message in shown["messages"] if message["role"] == "customer"] == SHOWN
    assert [message["outcome"] for message in shown["messages"] if message["role"] == "assistant"] == outcomes
    assert shown["handoff"]["contact"] == "haruka@example.jp か 090-1234-5678"
    assert shown["read_only"] is False


def test_a_run_of_an_evaluation_holds_nothing_personal(stage: Stage, tmp_path: Path) -> None:
    asked = {"id": "1", "question": MESSAGES[0], "lang": "ja", "answerable": True, "gold_docs": ["returns"]}
    lines = [asked, asked | {"id": "2", "question": MESSAGES[7]}]
    (tmp_path / "asked.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    task = Answers(read_samples("asked", [tmp_path / "asked.jsonl"], Question), stage.services)
    folder = stage.settings.home / "evals" / "runs" / "asked"
    measured = asyncio.run(run_task(task, task.dataset, folder, 1, 60.0, lambda *_: None))
    assert measured.records[0].scores["success_at_1"] == (1.0, 1.0)
    assert measured.records[0].input["question"].startswith("<PERSON_1>と申します。携帯は<PHONE_1>、")
    assert in_the_clear(stage.left()) == []


def run(*words: str, code: int = 0) -> str:
    """What a command prints."""
    done = CliRunner().invoke(kotae, ["privacy", *words])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done.stdout


def conversation_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


def secrets_of(stage: Stage) -> list[bytes]:
    """The ciphertexts of the vault."""
    with sqlite3.connect(stage.settings.home / "kotae.db") as database:
        return [row[0] for row in database.execute("SELECT ciphertext FROM vault")]


def test_an_export_holds_all_that_the_customer_said_and_is_found_by_their_reference(stage: Stage) -> None:
    path, _, outcomes = tell_everything(stage)
    [exported] = json.loads(run("export", conversation_of(path)))
    said = [message["text"] for message in exported["conversation"]["messages"] if message["role"] == "customer"]
    assert said == SHOWN
    assert [vote["comment"] for vote in exported["votes"]] == [COMMENT]
    assert [request["contact"] for request in exported["requests"]] == ["haruka@example.jp か 090-1234-5678"]
    assert [trace["id"] for trace in exported["traces"]] == [outcome["trace_id"] for outcome in outcomes]
    assert json.loads(run("export", "--customer", "member 7")) == [exported]
    assert json.loads(run("export", "--customer", "member 8")) == []


def test_what_is_erased_is_in_no_file_any_more(stage: Stage) -> None:
    path, key, outcomes = tell_everything(stage)
    other, other_key = stage.begin(customer="member 8")
    stage.client.post(f"{other}/messages", json={"text": "返品の送料は誰の負担ですか。"}, headers=other_key)
    traces = [outcome["trace_id"].encode() for outcome in outcomes]
    ciphertexts = secrets_of(stage)
    words = [form for said in ("運転免許証番号は", "火星の天気は", "電話がほしかった") for form in forms(said)]
    assert all(trace in stage.files() for trace in traces)
    assert (
        len(ciphertexts) == sum(map(len, PERSONAL.values())) + 1
    )  # two spellings of one number; a contact; a look-alike
    assert all(secret in stage.files() for secret in ciphertexts)
    assert run("erase", "--customer", "member 7") == "Erased: 1 conversation.\n"
    left = stage.files()
    assert [part for part in [*traces, *ciphertexts, *words] if part in left] == []
    assert tables_with(stage.settings.home, conversation_of(path)) == {"audit_entry"}  # who erased it, and when
    assert stage.client.get(path, headers=key).status_code == 404
    assert len(stage.client.get(other, headers=other_key).json()["messages"]) == 2


@pytest.mark.parametrize("words", [("erase",), ("erase", "c-1", "--customer", "x"), ("export",)])
def test_a_command_without_one_kind_of_name_is_bad_use(stage: Stage, words: tuple[str, ...]) -> None:
    assert run(*words, code=2) == ""


def test_nothing_is_erased_when_one_of_the_names_is_unknown(stage: Stage) -> None:
    path, key = stage.begin()
    done = CliRunner().invoke(kotae, ["privacy", "erase", conversation_of(path), "no-such-one"])
    assert isinstance(done.exception, NotFound)
    assert stage.client.get(path, headers=key).status_code == 200


def test_a_purge_is_by_age_and_never_where_the_settings_keep_everything(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, key = stage.begin()
    assert run("purge") == "Erased: 0 conversations.\n"
    monkeypatch.setenv("KOTAE_RETENTION_DAYS", "0")
    assert json.loads(run("purge", "--json")) == {"erased": 0}
    assert stage.client.get(path, headers=key).status_code == 200
    assert run("purge", "--days", "0") == "Erased: 1 conversation.\n"
    assert stage.client.get(path, headers=key).status_code == 404


def test_a_rotation_is_followed_by_the_running_service(stage: Stage) -> None:
    path, key, _ = tell_everything(stage)
    old = stage.settings.vault_key_file.read_text().split()
    done = json.loads(run("rotate", "--json"))
    assert done["n"] == len(secrets_of(stage))
    assert [line for line in stage.settings.vault_key_file.read_text().split() if line not in old]
    assert oct(stage.settings.vault_key_file.stat().st_mode)[-3:] == "600"
    shown = stage.client.get(path, headers=key).json()
    assert [message["text"] for message in shown["messages"] if message["role"] == "customer"] == SHOWN
    assert json.loads(run("rotate", "--json"))["key"] != done["key"]


@pytest.mark.parametrize("lost", ["key", "rows"])
def test_without_key_or_vault_the_history_is_read_only_and_shows_no_token(stage: Stage, lost: str) -> None:
    path, key, _ = tell_everything(stage)
    if lost == "key":
        stage.settings.vault_key_file.unlink()
    else:
        with sqlite3.connect(stage.settings.home / "kotae.db") as database:
            database.execute("DELETE FROM vault")
    shown = stage.client.get(path, headers=key)
    assert shown.json()["read_only"] is True
    assert shown.json()["messages"][0]["text"].startswith("（非表示）と申します。携帯は（非表示）、")
    assert in_the_clear(shown.content) == []
    assert re.search(rb"<[A-Z_]+_\d+>", shown.content) is None
    for call in ("messages", "feedback", "handoff"):
        bodies = {"text": "090-1234-5678", "comment": COMMENT, "contact": "x", "message_id": "m"}
        for accept in ("application/json", "text/event-stream"):
            refused = stage.client.post(f"{path}/{call}", json=bodies, headers=key | {"Accept": accept})
            assert refused.status_code == 409
            assert "表示だけができます" in refused.json()["detail"]
    fresh, fresh_key = stage.begin()
    answered = stage.client.post(f"{fresh}/messages", json={"text": MESSAGES[0]}, headers=fresh_key)
    assert answered.status_code == 200
    assert stage.client.get(fresh, headers=fresh_key).json()["messages"][0]["text"] == MESSAGES[0]


def test_a_start_without_the_key_says_so_and_a_wrong_key_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_everything(stage)
    stage.settings.vault_key_file.unlink()
    open_records(load_settings())
    assert "encrypted with keys that are not here" in stage.log.text
    for wrong in ("short", "x" * 44, "あ" * 44, f"{'A' * 43}=,nonsense"):
        monkeypatch.setenv("KOTAE_VAULT_KEY", wrong)
        with pytest.raises(SettingsError, match="KOTAE_VAULT_KEY holds something that is no key"):
            open_records(load_settings())


def test_the_key_may_come_from_the_settings_and_is_rotated_there(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    old = stage.settings.vault_key_file.read_text().strip()
    path, _, _ = tell_everything(stage)
    new = base64.b64encode(b"k" * 32).decode()
    monkeypatch.setenv("KOTAE_VAULT_KEY", f"{new},{old}")
    assert json.loads(run("rotate", "--json"))["n"] == len(secrets_of(stage))
    monkeypatch.setenv("KOTAE_VAULT_KEY", new)
    [exported] = json.loads(run("export", conversation_of(path)))
    assert exported["conversation"]["messages"][0]["text"] == MESSAGES[0]
    monkeypatch.setenv("KOTAE_VAULT_KEY", old)
    run("rotate", code=1)  # what it cannot read it leaves


def test_a_service_that_has_the_old_conversations_erases_them_by_itself(stage: Stage) -> None:
    path, key = stage.begin()
    with sqlite3.connect(stage.settings.home / "kotae.db") as database:
        database.execute("UPDATE conversation SET created_at = '2020-01-01 00:00:00.000000'")
    with TestClient(create_app(stage.services)):
        until = time.monotonic() + 5
        while stage.client.get(path, headers=key).status_code == 200:
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.mark.slow
def test_the_real_recognisers_leave_nothing_in_the_clear_either(home: Path, tmp_path: Path) -> None:
    """The whole service as a process of its own: its files, all that it prints, and what its model was asked."""
    own = tmp_path / "home"
    shutil.copytree(home, own, symlinks=True)
    with serving(ScriptedModel(told)) as model, (tmp_path / "printed").open("wb") as printed:
        settings = {"HOME": str(own), "LLM_BASE_URL": model.url, "LLM_MODEL": "scripted-1", "LOG_LEVEL": "debug"}
        environment = (
            os.environ | {f"KOTAE_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
        )
        with server(environment, printed) as base, httpx2.Client(base_url=base, timeout=60) as client:
            stage = Stage(Settings(home=own), cast(Any, None), client, model, cast(Any, None))
            path, key, _ = tell_everything(stage)
            with ThreadPoolExecutor(8) as customers:  # all at once
                asked = [customers.submit(client.post, f"{path}/messages", json={"text": MESSAGES[0]}, headers=key)]
                asked += [
                    customers.submit(client.post, f"{path}/messages", json={"text": text}, headers=key)
                    for text in MESSAGES
                ]
                assert {answer.result().status_code for answer in asked} == {200}
            shown = client.get(path, headers=key).json()["messages"]
        log = (tmp_path / "printed").read_bytes()
        left = stage.files() + log + json.dumps(model.asked).encode()
    told_in_turn = [message["text"] for message in shown if message["role"] == "customer"]
    assert told_in_turn[: len(SHOWN)] == SHOWN
    assert set(told_in_turn) == set(SHOWN)
    assert b'"route": "/api/v1/conversations/{conversation_id}/messages"' in log
    assert not JAPANESE.search(log.decode())
    assert in_the_clear(left) == []

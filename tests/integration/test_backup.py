"""A backup and its way back: from each database into each, whole or not at all."""

import gzip
import hashlib
import io
import json
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from typer.testing import CliRunner

from app.adapters.clock import FixedClock
from app.adapters.database import open_engine, revisions, upgrade
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import write_version
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.pii_listed import ListedPii
from app.adapters.sql_audit import SqlAuditTrail
from app.adapters.sql_people import SqlPeople
from app.adapters.table_rows import TYPES
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.backup import create_backup, restore_backup
from app.bootstrap import open_desk
from app.cli import app as kotae_command
from app.cli import main
from app.domain.audit import COMMAND_LINE, Act
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole
from app.errors import BackupError, DatabaseError, NotFound
from app.settings import Settings
from app.wiring.records import open_records
from tests.builders import NOON, chunk_of, document, embedded, outcome, trace
from tests.postgres import fresh_postgres
from tests.scripted import SITE

TOKEN = "the customer's token"
NAME = "髙橋はるか"
PII = ListedPii({"PERSON": [NAME]})


class Kotae:
    """An installation: its settings, and what a customer and an administrator see of it."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.settings = Settings(home=home, database_url=database_url, site_file=home / "site.toml")

    def fill(self) -> str:
        """With a conversation that holds a name, two index versions, a user and an audit trail. Returns its id."""
        self.settings.home.mkdir(exist_ok=True)
        engine = open_engine(self.settings.sqlalchemy_url)
        upgrade(engine)
        records, clock = open_records(self.settings), FixedClock(NOON)
        conversation = records.store.create("ja", "web", TOKEN, "member 7")
        redacted = Redactor(PII, records.vault, MemoryVault).redact(conversation, f"{NAME}です。送料は？")
        records.store.add_question(conversation.id, redacted.text)
        records.store.add_answer(conversation.id, outcome(), trace(conversation.id))
        records.store.vote(conversation.id, "m-1", False, 2, "短い")
        asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
        open_desk(engine, SITE, clock).open(conversation, asked)
        SqlPeople(engine, clock).add("aoi@example.com", "Aoi", frozenset({StaffRole.ADMIN}))
        SqlAuditTrail(engine, clock).add("u-1", next(iter(Act)), "what", "127.0.0.1")
        for name in ("old", "ja-returns"):
            self.index(name)
        self.settings.site_file.write_text('name = "Aoba"\n', encoding="utf-8")
        return conversation.id

    def index(self, name: str) -> str:
        article, embedder = document(name), HashingEmbedder()
        chunks = [embedded(chunk_of(article), embedder)]
        made = write_version(self.settings.index_dir, [article], chunks, model="hashing", created_at=NOON)
        FileIndexRegistry(self.settings.index_dir).promote(made.version)
        return made.version

    def seen(self, conversation_id: str) -> str:
        """All that the customer sees of the conversation, and staff of the rest."""
        records = open_records(self.settings)
        redactor = Redactor(PII, records.vault, MemoryVault)
        conversation = redactor.restored(records.store.get(conversation_id, TOKEN))
        engine, clock = open_engine(self.settings.sqlalchemy_url), FixedClock(NOON)
        audit = SqlAuditTrail(engine, clock)
        recorded = [entry for entry in audit.entries() if entry.act not in (Act.BACKUP, Act.RESTORE)]
        kept = records.store.record(conversation_id)
        registry = FileIndexRegistry(self.settings.index_dir)
        versions = [registry.verify(manifest.version) for manifest in registry.versions()]
        return repr((
            conversation, kept.votes, kept.requests, kept.traces, records.store.of_customer("member 7"),
            SqlPeople(engine, clock).users(), recorded, audit.broken_at(), versions, registry.current(),
        ))  # fmt: skip


@pytest.fixture
def kotae_on(tmp_path: Path) -> Iterator[Callable[[str, str], Kotae]]:
    """Makes an installation by name on the database that is named."""
    with ExitStack() as stack:

        def make(name: str, database: str) -> Kotae:
            url = stack.enter_context(fresh_postgres()) if database == "postgresql" else ""
            return Kotae(tmp_path / name, url)

        yield make


@pytest.fixture
def filled(tmp_path: Path) -> tuple[Kotae, str]:
    kotae = Kotae(tmp_path / "home")
    return kotae, kotae.fill()


def test_a_restore_ends_sessions_and_invitations_and_both_ways_are_on_the_trail(
    filled: tuple[Kotae, str], tmp_path: Path
) -> None:
    kotae, _ = filled
    clock = FixedClock(NOON)
    people = SqlPeople(open_engine(kotae.settings.sqlalchemy_url), clock)
    [user] = people.users()
    session = people.open_session(user.id, NOON + timedelta(hours=1))
    link = people.invite(user.id, NOON + timedelta(hours=1))
    create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=False)
    assert people.signed_in(session)
    restore_backup(kotae.settings, tmp_path / "b.tar.gz", replace=True)
    engine = open_engine(kotae.settings.sqlalchemy_url)
    assert SqlPeople(engine, clock).signed_in(session) is None
    with pytest.raises(NotFound):
        SqlPeople(engine, clock).invited(link)
    trail = SqlAuditTrail(engine, clock)
    # The backup's own line was written after it was made.
    assert [(entry.act, entry.what) for entry in trail.entries(who=COMMAND_LINE)] == [(Act.RESTORE, "b.tar.gz")]
    assert trail.broken_at() is None


@pytest.mark.parametrize("there", ["sqlite", "postgresql"])
@pytest.mark.parametrize("here", ["sqlite", "postgresql"])
def test_what_was_backed_up_is_read_back_with_its_personal_data(
    kotae_on: Callable[[str, str], Kotae], tmp_path: Path, here: str, there: str
) -> None:
    first, second = kotae_on("first", here), kotae_on("second", there)
    conversation_id = first.fill()
    before = first.seen(conversation_id)
    assert NAME in before
    create_backup(first.settings, tmp_path / "b.tar.gz", with_key=True)
    restored = restore_backup(second.settings, tmp_path / "b.tar.gz", replace=False)
    assert second.seen(conversation_id) == before
    assert (restored.missing_keys, restored.site) == ((), None)
    assert second.settings.site_file.read_text(encoding="utf-8") == 'name = "Aoba"\n'
    records = open_records(second.settings)
    records.store.add_question(conversation_id, "それは海外でも？")  # numbers go on after those that were restored
    assert len(records.store.get(conversation_id, TOKEN).messages) == 3


def test_a_backup_is_for_its_owner_alone_and_holds_no_value_in_the_clear(
    filled: tuple[Kotae, str], tmp_path: Path
) -> None:
    kotae, _ = filled
    path, manifest = create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "vault.key" not in manifest.files
    assert NAME.encode() not in gzip.decompress(path.read_bytes())
    assert sorted(found.name for found in tmp_path.iterdir()) == ["b.tar.gz", "home"]
    assert not list(kotae.settings.home.glob(".backup-*"))


def test_without_its_key_personal_data_stays_hidden_until_the_key_is_back(
    filled: tuple[Kotae, str], tmp_path: Path
) -> None:
    kotae, conversation_id = filled
    create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=False)
    other = Kotae(tmp_path / "other")
    assert len(restore_backup(other.settings, tmp_path / "b.tar.gz", replace=False).missing_keys) == 1
    assert NAME not in other.seen(conversation_id)
    other.settings.vault_key_file.write_bytes(kotae.settings.vault_key_file.read_bytes())
    assert other.seen(conversation_id) == kotae.seen(conversation_id)


def test_where_there_is_data_a_backup_only_takes_its_place_when_told_to(
    filled: tuple[Kotae, str], tmp_path: Path
) -> None:
    kotae, conversation_id = filled
    before = kotae.seen(conversation_id)
    create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=True)
    later = open_records(kotae.settings).store.create("en", "web", TOKEN)
    newer = kotae.index("newer")
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(kotae.settings, tmp_path / "b.tar.gz", replace=False)
    assert FileIndexRegistry(kotae.settings.index_dir).current() == newer
    kotae.settings.site_file.write_text('name = "Another"\n', encoding="utf-8")
    restored = restore_backup(kotae.settings, tmp_path / "b.tar.gz", replace=True)
    assert kotae.seen(conversation_id) == before
    assert later.id not in before
    assert restored.site == kotae.settings.home / "site.restored.toml"
    assert "Another" in kotae.settings.site_file.read_text(encoding="utf-8")


def test_a_backup_while_others_write_is_of_one_moment(filled: tuple[Kotae, str], tmp_path: Path) -> None:
    """Every answer comes with its citation and its trace in one transaction: no backup has one without the others."""
    kotae, conversation_id = filled
    store, stop = open_records(kotae.settings).store, threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            store.add_answer(conversation_id, outcome(f"n-{n}", f"u-{n}"), trace(conversation_id, f"u-{n}"))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        made = [create_backup(kotae.settings, tmp_path / f"{n}.tar.gz", with_key=False)[1] for n in range(5)]
    finally:
        stop.set()
        writing.join()
    for manifest in made:
        rows = manifest.rows
        assert rows["message"] == rows["citation"] + 1 == rows["trace"] + 1
    assert made[0].rows["message"] < made[-1].rows["message"]


def test_a_backup_of_an_earlier_schema_is_brought_up_to_this_one(tmp_path: Path) -> None:
    kotae = Kotae(tmp_path / "home")
    kotae.settings.home.mkdir()
    engine = open_engine(kotae.settings.sqlalchemy_url)
    upgrade(engine, revisions()[0])
    with engine.begin() as connection:
        row = "INSERT INTO conversation (id, token_hash, locale, channel, created_at) VALUES ('c-1', 'x', 'ja', 'web', '2026-11-20 03:00:00')"
        connection.execute(text(row))
    manifest = create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=False)[1]
    assert (manifest.schema, manifest.rows["conversation"]) == (revisions()[0], 1)
    other = Kotae(tmp_path / "other")
    restore_backup(other.settings, tmp_path / "b.tar.gz", replace=False)
    assert open_records(other.settings).store.record("c-1").conversation.created_at == NOON


def test_every_column_there_is_can_be_written_and_read() -> None:
    """A table that is added later with a type of its own shows here, not in a restore."""
    with fresh_postgres() as url:
        for address in ("sqlite://", url):
            engine = open_engine(address)
            upgrade(engine)
            found = inspect(engine)
            strange = [
                f"{table}.{column['name']}"
                for table in found.get_table_names()
                for column in found.get_columns(table)
                if not isinstance(column["type"], TYPES)
            ]
            assert strange == []
            engine.dispose()


def repacked(source: Path, change: Callable[[dict[str, bytes]], None], kind: bytes = tarfile.REGTYPE) -> Path:
    """A copy whose files `change` has been at."""
    with tarfile.open(source) as tar:
        files = {entry.name: (tar.extractfile(entry) or io.BytesIO()).read() for entry in tar}
    manifest = files.pop("manifest.json")
    change(files)
    target = source.with_name("repacked.tar.gz")
    with tarfile.open(target, "w:gz") as tar:
        for name, content in (files | {"manifest.json": files.pop("manifest.json", manifest)}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.type = kind if name.startswith("index/link") else tarfile.REGTYPE
            tar.addfile(entry, io.BytesIO(content))
    return target


def alter(files: dict[str, bytes]) -> None:
    files["database/message.jsonl"] += b" "


def leave_out(files: dict[str, bytes]) -> None:
    del files["database/message.jsonl"]


def add_another(files: dict[str, bytes]) -> None:
    files["index/more"] = b"x"


def climb_out(files: dict[str, bytes]) -> None:
    files["index/../../escaped"] = b"x"


def go_to_the_root(files: dict[str, bytes]) -> None:
    files["/tmp/escaped"] = b"x"  # noqa: S108


def link(files: dict[str, bytes]) -> None:
    files["index/link"] = b""


def spoil_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b'{"format": 1, "kotae": "0.1.0"}'


def come_from_tomorrow(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b'{"format": 99, "kotae": "9.9.9"}'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (alter, "database/message.jsonl is missing or was altered"),
        (leave_out, "database/message.jsonl is missing or was altered"),
        (add_another, "index/more is missing or was altered"),
        (climb_out, "has no place in a backup"),
        (go_to_the_root, "has no place in a backup"),
        (link, "has no place in a backup"),
        (spoil_manifest, "its manifest is missing or unreadable"),
        (come_from_tomorrow, r"newer release of Kotae \(9\.9\.9\)"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(
    filled: tuple[Kotae, str], tmp_path: Path, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    kotae, conversation_id = filled
    path, _ = create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=True)
    before = kotae.seen(conversation_id)
    with pytest.raises(BackupError, match=words) as refused:
        restore_backup(kotae.settings, repacked(path, change, tarfile.SYMTYPE), replace=True)
    assert "\n" not in str(refused.value)
    assert kotae.seen(conversation_id) == before
    assert not list(tmp_path.rglob("escaped"))
    assert not list(kotae.settings.home.glob(".backup-*"))


@pytest.mark.parametrize("size", [0, 10, 0.5, 0.95], ids=["empty", "ten bytes", "half", "nearly all"])
def test_a_file_that_was_cut_off_is_one_sentence(
    filled: tuple[Kotae, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: float
) -> None:
    kotae, _ = filled
    path, _ = create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=True)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * size) if size < 1 else int(size)])
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path / "other"))
    run = CliRunner().invoke(kotae_command, ["backup", "restore", str(path)])
    assert isinstance(run.exception, BackupError)
    assert "\n" not in str(run.exception)
    assert not (tmp_path / "other" / "index").exists()


def test_rows_that_the_database_refuses_leave_it_as_it_was(filled: tuple[Kotae, str], tmp_path: Path) -> None:
    kotae, conversation_id = filled
    path, _ = create_backup(kotae.settings, tmp_path / "b.tar.gz", with_key=True)

    def double(files: dict[str, bytes]) -> None:
        files["database/conversation.jsonl"] *= 2
        manifest = json.loads(gzip_manifest(path))
        stored = {
            "size": len(files["database/conversation.jsonl"]),
            "sha256": sha256(files["database/conversation.jsonl"]),
        }
        manifest["files"]["database/conversation.jsonl"] = stored
        files["manifest.json"] = json.dumps(manifest).encode()

    before = kotae.seen(conversation_id)
    with pytest.raises(DatabaseError, match="did not do what a backup needs"):
        restore_backup(kotae.settings, repacked(path, double), replace=True)
    assert kotae.seen(conversation_id) == before


def gzip_manifest(path: Path) -> bytes:
    with tarfile.open(path) as tar:
        return (tar.extractfile("manifest.json") or io.BytesIO()).read()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_place_that_cannot_be_written_is_one_sentence(filled: tuple[Kotae, str], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        create_backup(filled[0].settings, tmp_path / "nowhere" / "b.tar.gz", with_key=False)
    with pytest.raises(BackupError, match="There is no file"):
        restore_backup(Kotae(tmp_path / "other").settings, tmp_path / "b.tar.gz", replace=False)


def test_what_cannot_be_restored_is_exit_2_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["kotae", "backup", "restore", str(tmp_path / "none.tar.gz")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (2, f"There is no file {tmp_path / 'none.tar.gz'}.\n")


def test_a_file_that_exists_is_not_written_over(filled: tuple[Kotae, str], tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        create_backup(filled[0].settings, tmp_path / "b.tar.gz", with_key=False)
    assert (tmp_path / "b.tar.gz").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_key_of_a_setting_is_not_taken_from_a_file(filled: tuple[Kotae, str], tmp_path: Path) -> None:
    key = filled[0].settings.vault_key_file.read_text().strip()
    settings = Settings(home=filled[0].settings.home, vault_key=key)
    with pytest.raises(BackupError, match="KOTAE_VAULT_KEY"):
        create_backup(settings, tmp_path / "b.tar.gz", with_key=True)


def test_the_commands_say_what_they_did(
    filled: tuple[Kotae, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOTAE_HOME", str(filled[0].settings.home))
    path = str(tmp_path / "b.tar.gz")
    made = CliRunner().invoke(kotae_command, ["backup", "create", path])
    assert (made.exit_code, made.stdout) == (0, f"{path} holds 1 conversations, 2 messages, 1 users.\n")
    assert "--with-key" in made.stderr
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path / "other"))
    restored = CliRunner().invoke(kotae_command, ["backup", "restore", path, "--json"])
    told = json.loads(restored.stdout)
    assert (restored.exit_code, told["rows"]["message"], len(told["missing_keys"])) == (0, 2, 1)
    assert "read-only" in restored.stderr

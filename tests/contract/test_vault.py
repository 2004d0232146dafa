"""What every vault does: the shipped fake and the one on a database."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from app.adapters.clock import FixedClock
from app.adapters.database import open_engine, upgrade
from app.adapters.sql_store import SqlConversationStore
from app.adapters.sql_vault import SqlVault
from app.adapters.tables import ConversationRow
from app.adapters.vault_keys import FileKeys, Key
from app.adapters.vault_memory import MemoryVault
from app.domain.ports import Vault
from app.domain.pseudonyms import Lost, PersonalData
from app.errors import NotFound
from tests.builders import NOON
from tests.postgres import fresh_postgres

PHONE = PersonalData("PHONE", "090-1234-5678")
NAME = PersonalData("PERSON", "髙橋はるか")


class Keys:
    """The first encrypts, all decrypt."""

    def __init__(self, *secrets: bytes) -> None:
        self.secrets = secrets

    def all(self) -> list[Key]:
        return [Key(secret * 32) for secret in self.secrets]


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """A database with the conversations c-1 and c-2."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'kotae.db'}" if kind == "sqlite" else stack.enter_context(fresh_postgres())
        engine = open_engine(url)
        stack.callback(engine.dispose)
        upgrade(engine)
        with engine.begin() as connection:
            for name in ("c-1", "c-2"):
                row = {"id": name, "token_hash": name, "locale": "ja", "channel": "web", "created_at": NOON}
                connection.execute(insert(ConversationRow), row)
        yield engine


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    if request.param == "memory":
        yield MemoryVault()
        return
    with opened(request.param, tmp_path) as engine:
        yield SqlVault(engine, Keys(b"a"))


def test_a_value_keeps_its_token_and_another_gets_the_next(vault: Vault) -> None:
    first = vault.keep("c-1", [PHONE, NAME])
    again = vault.keep("c-1", [PersonalData("PHONE", "０９０１２３４５６７８"), PersonalData("PHONE", "03-1111-2222")])
    assert (first.token(PHONE), first.token(NAME)) == ("<PHONE_1>", "<PERSON_1>")
    assert again.token(PHONE) == "<PHONE_1>"
    assert dict(vault.read("c-1").values) == {
        "<PHONE_1>": "090-1234-5678",
        "<PERSON_1>": "髙橋はるか",
        "<PHONE_2>": "03-1111-2222",
    }


def test_conversations_are_apart(vault: Vault) -> None:
    vault.keep("c-1", [PHONE])
    assert dict(vault.read("c-2").values) == {}
    assert vault.keep("c-2", [PersonalData("PHONE", "119")]).values["<PHONE_1>"] == "119"


def test_what_is_kept_at_once_gets_a_token_each(vault: Vault) -> None:
    def keep(n: int) -> None:
        for m in range(5):
            vault.keep("c-1", [PersonalData("PHONE", f"090-0000-{n}{m:03}")])

    threads = [threading.Thread(target=keep, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = vault.read("c-1").values
    assert set(kept) == {f"<PHONE_{n}>" for n in range(1, 21)}
    assert len(set(kept.values())) == 20


# --- only the one on a database


def test_nothing_is_kept_of_an_unknown_conversation(engine: Engine) -> None:
    with pytest.raises(NotFound):
        SqlVault(engine, Keys(b"a")).keep("c-3", [PHONE])


def test_the_rows_hold_nothing_in_the_clear(engine: Engine) -> None:
    SqlVault(engine, Keys(b"a")).keep("c-1", [PHONE, NAME, PersonalData("PHONE", PHONE.value + "0")])
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM vault")).all()
    dump = b"".join(bytes(row.ciphertext) + bytes(row.nonce) for row in rows) + str(rows).encode()
    assert PHONE.value.encode() not in dump
    assert NAME.value.encode() not in dump
    assert len({bytes(row.nonce) for row in rows}) == 3


def test_with_another_key_values_are_hidden_and_with_the_old_one_back_again(engine: Engine) -> None:
    SqlVault(engine, Keys(b"a")).keep("c-1", [PHONE])
    assert dict(SqlVault(engine, Keys(b"b")).read("c-1").values) == {"<PHONE_1>": Lost.HIDDEN}
    assert dict(SqlVault(engine, Keys(b"b", b"a")).read("c-1").values) == {"<PHONE_1>": PHONE.value}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vault SET ciphertext = :other WHERE token = '<PHONE_1>' AND conversation_id = 'c-1'",
        "UPDATE vault SET nonce = :short WHERE token = '<PHONE_1>' AND conversation_id = 'c-1'",
        "UPDATE vault SET token = '<PHONE_9>' WHERE token = '<PHONE_1>' AND conversation_id = 'c-1'",
        "UPDATE vault SET conversation_id = 'c-2' WHERE token = '<PHONE_1>' AND conversation_id = 'c-1'",
    ],
    ids=["altered", "nonce", "another token's", "another conversation's"],
)
def test_what_was_altered_or_moved_is_unavailable_and_logged_without_data(
    engine: Engine, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    vault = SqlVault(engine, Keys(b"a"))
    vault.keep("c-1", [PHONE, NAME])
    with engine.begin() as connection:
        bound = {name: value for name, value in {"other": b"0" * 40, "short": b"0"}.items() if f":{name}" in damage}
        connection.execute(text(damage), bound)
    read = [*vault.read("c-1").values.values(), *vault.read("c-2").values.values()]
    assert set(read) == {Lost.UNAVAILABLE, NAME.value}
    assert "was altered" in caplog.text
    assert PHONE.value not in caplog.text


def test_rotation_encrypts_everything_with_the_first_key(engine: Engine) -> None:
    SqlVault(engine, Keys(b"a")).keep("c-1", [PHONE, NAME])
    SqlVault(engine, Keys(b"b")).keep("c-2", [PHONE])
    vault = SqlVault(engine, Keys(b"b", b"a"))
    assert vault.rotate() == (2, {Key(b"b" * 32).id})
    assert vault.rotate() == (0, {Key(b"b" * 32).id})
    alone = SqlVault(engine, Keys(b"b"))
    assert dict(alone.read("c-1").values) == {"<PHONE_1>": PHONE.value, "<PERSON_1>": NAME.value}
    assert dict(alone.read("c-2").values) == {"<PHONE_1>": PHONE.value}


def test_rotation_leaves_what_it_cannot_read(engine: Engine) -> None:
    SqlVault(engine, Keys(b"a")).keep("c-1", [PHONE])
    assert SqlVault(engine, Keys(b"b")).rotate() == (0, {Key(b"a" * 32).id})
    assert dict(SqlVault(engine, Keys(b"a")).read("c-1").values) == {"<PHONE_1>": PHONE.value}


def test_a_server_that_runs_follows_a_rotation_of_the_file(engine: Engine, tmp_path: Path) -> None:
    running = SqlVault(engine, FileKeys(tmp_path / "vault.key"))
    running.keep("c-1", [PHONE])
    keys = FileKeys(tmp_path / "vault.key")
    keys.renew()
    SqlVault(engine, keys).rotate()
    assert dict(running.read("c-1").values) == {"<PHONE_1>": PHONE.value}
    running.keep("c-1", [NAME])
    assert running.key_ids() == {keys.all()[0].id}


def test_values_go_with_their_conversation(engine: Engine) -> None:
    SqlVault(engine, Keys(b"a")).keep("c-1", [PHONE])
    store = SqlConversationStore(engine, FixedClock(NOON))
    store.erase("c-1")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM vault")).scalar() == 0

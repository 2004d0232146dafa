"""The schema: made, upgraded from every earlier one with data in it, and refused when it is a newer one."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import TypeAdapter
from sqlalchemy import Engine, MetaData, text
from sqlmodel import SQLModel

import app.adapters.audit_tables
import app.adapters.delivery_tables
import app.adapters.desk_tables
import app.adapters.people_tables
import app.adapters.sql_events
import app.adapters.sql_looks
import app.adapters.sql_ratings
import app.adapters.tables  # noqa: F401  registers the tables
from app.adapters.clock import FixedClock
from app.adapters.database import open_database, open_engine, revisions, schema_is_current, upgrade
from app.adapters.sql_cases import SqlCases
from app.adapters.sql_store import SqlConversationStore, token_hash
from app.domain.conversation import HandoffRequest
from app.domain.desk import State
from app.domain.draft import Draft
from app.errors import DatabaseError
from tests.builders import NOON, VERSIONS, citation, draft, outcome, trace
from tests.postgres import fresh_postgres

TOKEN = "the customer's token"


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Of a database with nothing in it."""
    with ExitStack() as stack:
        is_file = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'kotae.db'}" if is_file else stack.enter_context(fresh_postgres())
        engine = open_engine(url)
        stack.callback(engine.dispose)
        yield engine


def rows() -> dict[str, dict[str, Any]]:
    """One row of every table; a migration that adds a table or a column adds it here."""
    said = outcome()
    return {
        "conversation": {
            "id": "c-1",
            "token_hash": token_hash(TOKEN),
            "locale": "ja",
            "channel": "web",
            "created_at": NOON,
            "customer_hash": token_hash("customer 1"),
            "signature_hash": token_hash("signature 1"),
            "customer_name": "<PERSON_1>",
            "tenure_months": 26,
            "plan": "premium",
            "state": "waiting",
            "declined_offers": 0,
        },
        "message": {
            "position": 1,
            "id": said.message_id,
            "conversation_id": "c-1",
            "role": "assistant",
            "text": said.text,
            "at": NOON,
            "outcome": said.model_dump(mode="json", exclude={"citations"}),
            "author_id": None,
            "author": None,
        },
        "citation": citation().model_dump() | {"message_id": said.message_id, "index_version": VERSIONS.index},
        "trace": {
            "id": "t-1",
            "message_id": said.message_id,
            "created_at": NOON,
            "data": trace("c-1").model_dump(mode="json", exclude={"outcome"}),
        },
        "feedback": {"message_id": said.message_id, "helpful": True, "csat": 5, "comment": "良い", "at": NOON},
        "handoff_request": {
            "number": 1,
            "conversation_id": "c-1",
            "requested_at": NOON,
            "expected_reply_at": NOON,
            "contact": "mail",
            "withdrawn_at": None,
            "closed_at": None,
            "cause": "asked_for_human",
            "priority": "normal",
            "language": "ja",
            "skill": None,
            "topic": None,
            "turn": None,
            "score": None,
            "details": {},
            "waiting_since": NOON,
            "assigned_to": None,
            "agent": None,
            "assigned_at": None,
            "taken_at": None,
            "first_reply_due": NOON,
            "first_replied_at": None,
            "resolve_due": NOON,
            "resolved_at": None,
        },
        "conversation_note": {
            "id": "n-1",
            "conversation_id": "c-1",
            "user_id": "u-1",
            "author": "青井 葵",
            "text": "折り返し済み",
            "at": NOON,
        },
        "staff": {
            "id": "u-1",
            "login": "aoi",
            "name": "青井 葵",
            "subject_hash": token_hash("https://id.example aoi"),
            "roles": "admin",
            "password": None,
            "disabled_at": None,
            "created_at": NOON,
            "skills": "",
            "languages": "",
            "seen_at": None,
        },
        "staff_session": {"token_hash": "1" * 64, "user_id": "u-1", "expires_at": NOON},
        "staff_invitation": {"user_id": "u-1", "token_hash": "2" * 64, "expires_at": NOON},
        "api_token": {
            "id": "a-1",
            "token_hash": "3" * 64,
            "name": "shop",
            "scopes": "ask",
            "expires_at": NOON,
            "last_used_at": None,
        },
        "signin_failure": {"who": "4" * 64, "count": 1, "last_at": NOON},
        "audit_entry": {
            "number": 1,
            "at": NOON,
            "who": "u-1",
            "act": "sign_in",
            "what": "",
            "address": "192.0.2.1",
            "hash": "5" * 64,
        },
        "audit_head": {"id": 2, "number": 1, "hash": "5" * 64},
        "conversation_event": {
            "number": 1,
            "conversation_id": "c-1",
            "at": NOON,
            "kind": "message.created",
            "data": {"message_id": said.message_id, "role": "assistant"},
        },
        "delivery": {
            "id": "d-1",
            "event": 1,
            "kind": "message.created",
            "conversation_id": "c-1",
            "target": "mail",
            "created_at": NOON,
            "due_at": NOON,
            "state": "dead",
            "attempts": 1,
            "problem": "The receiver answered 410.",
        },
        "delivery_cursor": {"target": "mail", "event": 1},
        "rating": {"ticket_id": "1001", "conversation_id": "c-1", "score": 5, "comment": None, "at": NOON},
        "draft": {
            "id": "d-1",
            "conversation_id": "c-1",
            "made_at": NOON,
            "data": TypeAdapter(Draft).dump_python(draft(), mode="json"),
            "ended_at": None,
            "outcome": None,
        },
        "macro": {"name": "thanks", "team": "", "language": "ja", "title": "お礼", "text": "どうも", "uses": 3},
        "look": {"conversation_id": "c-1", "user_id": "u-1", "at": NOON, "is_typing": False},
        "vault": {
            "conversation_id": "c-1",
            "token": "<PHONE_1>",
            "key_id": "0" * 16,
            "nonce": b"0" * 12,
            "ciphertext": b"0" * 29,
        },
    }


def fill(engine: Engine) -> None:
    """A row into every table that the database has now, with the columns it has now."""
    known = MetaData()
    known.reflect(engine)
    with engine.begin() as connection:
        for table in known.sorted_tables:
            if table.name != "alembic_version":
                row = rows()[table.name]
                connection.execute(table.insert().values({column.name: row[column.name] for column in table.columns}))


@pytest.mark.parametrize("revision", revisions())
def test_a_database_of_every_earlier_schema_is_upgraded_with_its_data(engine: Engine, revision: str) -> None:
    upgrade(engine, revision)
    fill(engine)
    upgrade(engine)
    store = SqlConversationStore(engine, FixedClock(NOON))
    conversation = store.get("c-1", TOKEN)
    [answer] = conversation.messages
    assert (answer.outcome, answer.helpful, answer.at) == (outcome(), True, NOON)
    assert conversation.handoff == HandoffRequest("1001", NOON, NOON, "mail")
    assert store.trace("t-1") == trace("c-1").model_copy(update={"outcome": outcome()})
    assert conversation.state is State.WAITING
    [queued] = SqlCases(engine).queue()
    assert (queued.ticket.id, queued.ticket.waiting_since, queued.ticket.language) == ("1001", NOON, "ja")


def test_the_migrations_lead_to_the_tables_of_the_code(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_server_s_database_is_not_upgraded_by_itself(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        assert schema_is_current(open_database(engine.url.render_as_string()))
    else:
        with pytest.raises(DatabaseError, match="run `kotae db upgrade`"):
            open_database(engine.url.render_as_string(hide_password=False))


def test_an_upgrade_that_has_nothing_to_do_does_nothing(engine: Engine) -> None:
    assert not schema_is_current(engine)
    upgrade(engine)
    upgrade(engine)
    assert schema_is_current(engine)


def test_a_newer_database_is_refused_and_left_as_it_is(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (upgrade, schema_is_current):
        with pytest.raises(DatabaseError, match="newer release of Kotae"):
            use(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "KOTAE_DATABASE_URL cannot be used"),
        ("nosuchdatabase://host/name", "KOTAE_DATABASE_URL cannot be used"),
        ("sqlite:////no/such/folder/kotae.db", "cannot be used"),
        ("postgresql://nobody@127.0.0.1:1/kotae", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_sentence(url: str, told: str) -> None:
    with pytest.raises(DatabaseError, match=told) as refused:
        open_database(url)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "kotae.db").write_bytes(b"not a database, and long enough to be told apart from an empty one" * 20)
    with pytest.raises(DatabaseError, match="cannot be used"):
        open_database(f"sqlite:///{tmp_path / 'kotae.db'}")


def test_sqlite_runs_as_the_store_needs_it(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'kotae.db'}")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


def test_the_token_itself_is_nowhere_in_the_database(tmp_path: Path) -> None:
    store = SqlConversationStore(open_database(f"sqlite:///{tmp_path / 'kotae.db'}"), FixedClock(NOON))
    store.create("ja", "web", TOKEN)
    dump = "\n".join(sqlite3.connect(tmp_path / "kotae.db").iterdump())
    assert token_hash(TOKEN) in dump
    assert TOKEN.replace("'", "''") not in dump


def test_a_failing_database_is_told_as_a_database_error(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'kotae.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE conversation"))
    with pytest.raises(DatabaseError, match="did not do what was asked"):
        SqlConversationStore(engine, FixedClock(NOON)).create("ja", "web", TOKEN)


def test_two_answers_cannot_share_an_id(tmp_path: Path) -> None:
    store = SqlConversationStore(open_database(f"sqlite:///{tmp_path / 'kotae.db'}"), FixedClock(NOON))
    conversation = store.create("ja", "web", TOKEN)
    store.add_answer(conversation.id, outcome(), trace(conversation.id))
    with pytest.raises(DatabaseError):
        store.add_answer(conversation.id, outcome(), trace(conversation.id, "t-2"))
    assert len(store.get(conversation.id, TOKEN).messages) == 1

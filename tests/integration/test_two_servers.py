"""Two server processes on one PostgreSQL: no message is lost, none is doubled, and an outage is outlived."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine, text

from app.settings import ROOT
from tests.postgres import fresh_postgres
from tests.service_process import KOTAE, server

pytestmark = pytest.mark.slow

CUSTOMERS = 50
ARTICLE = "---\nid: returns\ntitle: Returns\nlang: en\n---\nUnused goods can be returned within 30 days. We pay the postage.\n"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with fresh_postgres() as url:
        yield url


@pytest.fixture(scope="module")
def bases(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The addresses of two servers with one index and one database."""
    home: Path = tmp_path_factory.mktemp("home")
    (home / "articles").mkdir()
    (home / "articles" / "returns.md").write_text(ARTICLE, encoding="utf-8")
    environment = {**os.environ, "KOTAE_HOME": str(home), "KOTAE_DATABASE_URL": postgres, "PYTHONPATH": str(ROOT)}
    for command in (["ingest", str(home / "articles")], ["db", "upgrade"]):
        subprocess.run([*KOTAE, *command], env=environment, check=True, capture_output=True)
    with ExitStack() as stack:
        yield [stack.enter_context(server(environment)) for _ in range(2)]


def asked(base: str, conversation: dict[str, str], question: str) -> dict[str, Any]:
    reply = httpx2.post(
        f"{base}/api/v1/conversations/{conversation['id']}/messages",
        json={"text": question},
        headers={"Authorization": f"Bearer {conversation['token']}"},
        timeout=120,
    )
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def history(base: str, conversation: dict[str, str]) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {conversation['token']}"}
    reply = httpx2.get(f"{base}/api/v1/conversations/{conversation['id']}", headers=headers, timeout=60)
    messages: list[dict[str, Any]] = reply.json()["messages"]
    return messages


def test_fifty_customers_on_each_of_two_servers_lose_and_double_nothing(bases: list[str]) -> None:
    """Every conversation is written to from both servers at once."""
    conversations = [
        httpx2.post(f"{bases[0]}/api/v1/conversations", json={"locale": "en"}).json() for _ in range(CUSTOMERS)
    ]
    with ThreadPoolExecutor(2 * CUSTOMERS) as customers:
        sent = {
            (n, side): customers.submit(
                asked, base, conversation, f"How many days for returns, customer {n} on {side}?"
            )
            for n, conversation in enumerate(conversations)
            for side, base in enumerate(bases)
        }
        answers = {key: reply.result()["message_id"] for key, reply in sent.items()}
    assert len(set(answers.values())) == 2 * CUSTOMERS
    for n, conversation in enumerate(conversations):
        seen = history(bases[1], conversation)
        assert seen == history(bases[0], conversation)
        questions = sorted(message["text"] for message in seen if message["role"] == "customer")
        assert questions == [f"How many days for returns, customer {n} on {side}?" for side in (0, 1)]
        replies = {message["id"] for message in seen if message["role"] == "assistant"}
        assert replies == {answers[n, 0], answers[n, 1]}
        assert len(seen) == 4


def test_a_database_that_goes_away_is_told_and_found_again(bases: list[str], postgres: str) -> None:
    conversation = httpx2.post(f"{bases[0]}/api/v1/conversations", json={"locale": "en"}).json()
    engine = create_engine(postgres.rpartition("/")[0] + "/postgres", isolation_level="AUTOCOMMIT")
    name = postgres.rpartition("/")[2]
    with engine.connect() as admin:
        admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        admin.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            reply = httpx2.post(f"{bases[0]}/api/v1/conversations", json={"locale": "en"}, timeout=60)
            assert reply.status_code == 503
            assert reply.headers["content-type"] == "application/problem+json"
            assert "Traceback" not in reply.text
        finally:
            admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    engine.dispose()
    assert asked(bases[0], conversation, "How many days do I have to return something?")["kind"] in (
        "answer",
        "decline",
    )

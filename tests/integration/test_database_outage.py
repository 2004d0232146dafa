"""A database server that goes away while the service runs, and comes back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.engine import make_url

from app.adapters.clock import FixedClock
from app.adapters.database import open_database, open_engine, upgrade
from app.adapters.sql_store import SqlConversationStore
from app.errors import DatabaseError
from app.main import create_app
from tests.builders import NOON
from tests.postgres import fresh_postgres
from tests.scripted import scripted_services

TOLD = {"ja": "ただいま回答できません。", "en": "We cannot answer right now."}


class Relay:
    """Stands before a server on the loopback; `cut` ends every connection through it and refuses new ones."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: list[socket.socket] = []
        self.port = 0
        self.restore()

    def restore(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        for each in (self._listening, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                server = socket.create_connection(self._server)
                self._open += client, server
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), closing(target):
            while piece := source.recv(65536):
                target.sendall(piece)


@pytest.fixture
def relayed() -> Iterator[tuple[str, Relay]]:
    """A database of this code's schema, and the way to it."""
    with fresh_postgres() as url:
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        address = make_url(url)
        relay = Relay(address.host or "127.0.0.1", address.port or 5432)
        through = address.set(host="127.0.0.1", port=relay.port)
        yield through.render_as_string(hide_password=False), relay
        relay.cut()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_customer_is_told_while_it_is_away_and_answered_when_it_is_back(
    relayed: tuple[str, Relay], lang: str
) -> None:
    url, relay = relayed
    engine = open_database(url)
    services = scripted_services(SqlConversationStore(engine, FixedClock(NOON)))
    with TestClient(create_app(services)) as browser:
        begun = browser.post("/api/v1/conversations", json={"locale": lang}).json()
        address = f"/api/v1/conversations/{begun['id']}"
        headers = {"Authorization": f"Bearer {begun['token']}", "Accept-Language": lang}
        for n in range(2):
            assert browser.post(f"{address}/messages", json={"text": "返品"}, headers=headers).status_code == 200
            relay.cut()
            for _ in range(2):
                answer = browser.post(f"{address}/messages", json={"text": "返品"}, headers=headers)
                assert (answer.status_code, answer.json()["detail"].startswith(TOLD[lang])) == (503, True)
                assert "127.0.0.1" not in answer.text
            assert browser.get("/healthz").status_code == 200
            ready = browser.get("/readyz")
            assert (ready.status_code, "The database does not answer" in ready.text) == (503, True)
            assert "127.0.0.1" not in ready.text
            relay.restore()
            assert browser.get("/readyz").status_code == 200
            assert len(browser.get(address, headers=headers).json()["messages"]) == 2 * (n + 1)
    engine.dispose()


def test_a_start_without_it_is_one_sentence(relayed: tuple[str, Relay], tmp_path: Path) -> None:
    url, relay = relayed
    relay.cut()
    with pytest.raises(DatabaseError, match="check KOTAE_DATABASE_URL"):
        open_database(url)

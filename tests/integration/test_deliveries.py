"""From an event in the database to a mail or a web hook, through outages and killed processes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from app.adapters.database import open_engine, upgrade
from app.adapters.mail_server import address_in, open_mail_server
from app.adapters.safe_http import SafeHttp
from app.adapters.sql_events import SqlEventLog, write_event
from app.adapters.sql_outbox import SqlOutbox
from app.adapters.sql_store import SqlConversationStore
from app.adapters.web_hook import WebHook
from app.cli import app as kotae
from app.desk.dispatch import Dispatch, Queue
from app.desk.mail import CustomerMail
from app.desk.rating_links import RatingLinks
from app.domain.conversation import Conversation, HandoffRequest
from app.domain.delivery import DeliveryState, Notifier
from app.domain.events import EventKind
from app.errors import SettingsError
from app.settings import ROOT, Settings
from app.wiring.messages import open_notifiers
from tests.builders import NOON
from tests.postgres import fresh_postgres
from tests.receiver import Receiver, receiving
from tests.scripted import SITE
from tests.smtp_server import Postbox, free_port, smtp_server

LINKS = RatingLinks(lambda: [b"k" * 32])
SECRET = b"a secret of at least 24 bytes"
WHSEC = "whsec_YSBzZWNyZXQgb2YgYXQgbGVhc3QgMjQgYnl0ZXM="


@dataclass
class MovedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    engine: Engine
    clock: MovedClock
    conversation: Conversation

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.engine, self.clock)

    def happens(self, kind: EventKind, **data: str) -> None:
        with self.engine.begin() as connection:
            write_event(connection, self.conversation.id, self.clock.at, kind, data)

    def dispatch(self, *notifiers: Notifier) -> Dispatch:
        return Dispatch(SqlEventLog(self.engine), self.outbox, notifiers, self.clock, poll=0.02)

    def begin(self, notifier: Notifier) -> None:
        """Its target is known from now on."""
        Queue(SqlEventLog(self.engine), self.outbox, notifier, self.clock).fill()

    async def until(self, state: DeliveryState, count: int = 1) -> None:
        async with asyncio.timeout(10):
            while len(await asyncio.to_thread(self.outbox.deliveries, state)) < count:
                await asyncio.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        is_file = request.param == "sqlite"
        engine = open_engine(f"sqlite:///{tmp_path / 'kotae.db'}" if is_file else stack.enter_context(fresh_postgres()))
        stack.callback(engine.dispose)
        upgrade(engine)
        clock = MovedClock()
        yield Desk(engine, clock, SqlConversationStore(engine, clock).create("ja", "web", "token"))


def hook(receiver: Receiver, clock: MovedClock) -> WebHook:
    return WebHook(receiver.url, [SECRET], SafeHttp(["127.0.0.1"], seconds=5), clock)


async def test_what_a_mail_server_that_is_down_did_not_take_waits_and_arrives_once(desk: Desk) -> None:
    postbox = Postbox(free_port())
    request = HandoffRequest("1001", NOON, NOON + timedelta(minutes=40), "haruka@example.jp")
    shown = replace(desk.conversation, handoff=request)
    server = open_mail_server(postbox.url)
    mail = CustomerMail(
        server, lambda _: shown, address_in, LINKS, "support@aoba.example", SITE, "https://aoba.example"
    )
    desk.begin(mail)
    desk.happens(EventKind.HANDOFF_CREATED, ticket_id="1001")
    dispatch = desk.dispatch(mail)
    running = asyncio.create_task(dispatch.run())
    async with asyncio.timeout(10):
        while not [each for each in desk.outbox.deliveries() if each.problem]:
            await asyncio.sleep(0.02)
    [waits] = desk.outbox.deliveries(DeliveryState.QUEUED)
    assert (waits.attempts, "haruka" in waits.problem) == (1, False)
    with smtp_server(postbox):
        desk.clock.at = waits.due_at
        await desk.until(DeliveryState.SENT)
    dispatch.stop()
    await running
    assert [mail["To"] for mail in postbox.mails] == ["haruka@example.jp"]


async def test_two_servers_share_an_outbox_and_send_nothing_twice(desk: Desk) -> None:
    async with receiving() as receiver:
        notifier = hook(receiver, desk.clock)
        desk.begin(notifier)
        servers = [desk.dispatch(notifier), desk.dispatch(notifier)]
        running = [asyncio.create_task(server.run()) for server in servers]
        for n in range(20):
            desk.happens(EventKind.MESSAGE_CREATED, message_id=f"m-{n}", role="customer")
        await desk.until(DeliveryState.SENT, 20)
        for server in servers:
            server.stop()
        await asyncio.gather(*running)
    assert sorted(json.loads(body)["data"]["message_id"] for _, body in receiver.came) == sorted(
        f"m-{n}" for n in range(20)
    )


KILLED = """
import asyncio, os, signal, sys
from datetime import datetime
from app.adapters.database import open_engine
from app.adapters.safe_http import SafeHttp
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_outbox import SqlOutbox
from app.adapters.web_hook import WebHook
from app.desk.dispatch import Dispatch, Queue

class Clock:
    def now(self):
        return datetime.fromisoformat(sys.argv[3])

class Killed(SqlOutbox):
    def settle(self, delivery):
        os.kill(os.getpid(), signal.SIGKILL)

engine, clock = open_engine(sys.argv[1]), Clock()
outbox = Killed(engine, clock)
notifier = WebHook(sys.argv[2], [b"a secret of at least 24 bytes"], SafeHttp(["127.0.0.1"]), clock)
Queue(SqlEventLog(engine), outbox, notifier, clock).fill()
asyncio.run(Dispatch(SqlEventLog(engine), outbox, [notifier], clock).deliver(notifier))
"""


async def test_a_process_that_is_killed_between_sending_and_marking_leaves_it_to_be_sent_under_the_same_id(
    desk: Desk,
) -> None:
    async with receiving() as receiver:
        notifier = hook(receiver, desk.clock)
        desk.begin(notifier)
        desk.happens(EventKind.HANDOFF_CREATED, ticket_id="1001")
        url = desk.engine.url.render_as_string(hide_password=False)
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED, url, receiver.url, NOON.isoformat(),
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
        )  # fmt: skip
        _, said = await killed.communicate()
        assert (killed.returncode, said) == (-signal.SIGKILL, b"")
        assert len(receiver.ids) == 1
        await desk.dispatch(notifier).deliver(notifier)
        assert len(receiver.ids) == 1  # it is still the killed one's
        desk.clock.at += timedelta(minutes=2)
        await desk.dispatch(notifier).deliver(notifier)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert [each.state for each in desk.outbox.deliveries()] == [DeliveryState.SENT]


async def test_a_dead_letter_is_listed_and_sent_again_from_the_command_line(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(410, 204) as receiver:
        notifier = hook(receiver, desk.clock)
        desk.begin(notifier)
        desk.happens(EventKind.TICKET_RESOLVED, ticket_id="1001")
        Queue(SqlEventLog(desk.engine), desk.outbox, notifier, desk.clock).fill()
        await desk.dispatch(notifier).deliver(notifier)
        monkeypatch.setenv("KOTAE_HOME", str(tmp_path))
        monkeypatch.setenv("KOTAE_DATABASE_URL", desk.engine.url.render_as_string(hide_password=False))
        listed = await asyncio.to_thread(CliRunner().invoke, kotae, ["desk", "deliveries", "--state", "dead", "--json"])
        [dead] = json.loads(listed.stdout)
        assert (dead["problem"], dead["kind"]) == ("The receiver answered 410.", "ticket.resolved")
        assert "not-for-logs" not in listed.stdout
        again = await asyncio.to_thread(CliRunner().invoke, kotae, ["desk", "redeliver", dead["id"]])
        assert again.exit_code == 0
        desk.clock.at = datetime.now(tz=NOON.tzinfo)
        await desk.dispatch(notifier).deliver(notifier)
    assert receiver.ids == [dead["id"]] * 2


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"webhooks": "https://a.example/hook"}, "KOTAE_WEBHOOK_SECRET"),
        ({"webhooks": "https://a.example/hook", "webhook_secret": "hush-hush"}, "KOTAE_WEBHOOK_SECRET is wrong"),
        ({"smtp_url": "smtp://mail.example"}, "KOTAE_MAIL_FROM"),
        ({"smtp_url": "smtp://mail.example", "mail_from": "Aoba <a@b.example>"}, "KOTAE_MAIL_FROM"),
        ({"smtp_url": "mail.example", "mail_from": "a@b.example"}, "KOTAE_SMTP_URL is wrong"),
    ],
)
def test_half_a_setting_stops_the_start(wrong: dict[str, str], names: str) -> None:
    settings = Settings.model_validate({"home": Path("var"), **wrong})
    with pytest.raises(SettingsError, match=names):
        open_notifiers(settings, SITE, lambda _: pytest.fail("nothing is read"), LINKS, MovedClock())


def test_each_address_and_the_mail_server_is_a_target_and_no_secret_is_shown() -> None:
    settings = Settings(
        home=Path("var"),
        smtp_url="smtp://user:pass-word@mail.example",
        mail_from="support@aoba.example",
        webhooks="https://a.example/hook?key=hush-hush, https://b.example/, https://b.example/",
        webhook_secret=WHSEC,
    )
    notifiers = open_notifiers(settings, SITE, lambda _: pytest.fail("nothing is read"), LINKS, MovedClock())
    assert [notifier.target.split()[:3] for notifier in notifiers] == [
        ["web", "hook", "a.example"],
        ["web", "hook", "b.example"],
        ["mail"],
    ]
    for secret in ("pass-word", WHSEC, "https://a.example/hook?key=hush-hush"):
        assert secret not in repr(settings)
        assert secret not in settings.without_secrets(f"It says {secret}.")

"""A server that is killed between any two changes of the desk: whole states are found again, and nothing is told twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from app.adapters.clock import SystemClock
from app.adapters.database import open_database
from app.adapters.sql_cases import SqlCases
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_store import SqlConversationStore
from app.domain.desk import State
from app.domain.events import EventKind
from app.settings import ROOT

WORK = """
import sys
from app.adapters.clock import SystemClock
from app.adapters.database import open_database
from app.bootstrap import open_desk
from app.adapters.sql_store import SqlConversationStore
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import User
from tests.scripted import SITE

engine, clock = open_database(sys.argv[1]), SystemClock()
store, desk, aoi = SqlConversationStore(engine, clock), open_desk(engine, SITE, clock), User("u-1", "aoi", "Aoi", frozenset())
asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, 0, 1.0)
while True:
    conversation = store.create("ja", "web", "token")
    print(conversation.id, flush=True)
    store.add_question(conversation.id, "hello")
    ticket = desk.open(conversation, asked).ticket_id
    desk.take(ticket, aoi)
    desk.reply(ticket, aoi, "yes", seen=1)
    desk.resolve(ticket, aoi)
    store.add_question(conversation.id, "again")
    desk.hand_back(ticket, aoi)
"""


@pytest.mark.parametrize("seconds", [0.05, 0.13, 0.29])
def test_whatever_was_being_changed_is_whole_or_was_not_begun(tmp_path: Path, seconds: float) -> None:
    url = f"sqlite:///{tmp_path / 'kotae.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", WORK, url],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as worker:
        assert worker.stdout is not None
        begun = [worker.stdout.readline().strip()]
        time.sleep(seconds)
        worker.send_signal(signal.SIGKILL)
        begun += worker.stdout.read().split()
    engine = open_database(url)
    store, log, cases = SqlConversationStore(engine, SystemClock()), SqlEventLog(engine), SqlCases(engine)
    for conversation_id in begun:
        conversation = store.find(conversation_id)
        told = Counter(event.kind for event in log.after(0, conversation_id))
        assert told[EventKind.MESSAGE_CREATED] == len(conversation.messages)
        assert all(told[kind] <= 1 for kind in set(EventKind) - {EventKind.MESSAGE_CREATED, EventKind.DETAILS_ASKED})
        assert (conversation.handoff is None) == (conversation.state is State.BOT)
        joined = {State.WITH_AGENT, State.RESOLVED, State.REOPENED}
        assert told[EventKind.AGENT_JOINED] == int(
            conversation.state in joined or told[EventKind.HANDOFF_RETURNED] == 1
        )
    assert len(cases.queue()) <= 1

"""Fifty agents with the inbox open and 500 open conversations on one process: the queue, a customer's message, and a
conversation of 2,000 turns.

The agents do as the page does: each follows `/desk/events`, and reads the queue anew soon after an event.
"""

import asyncio
import json
import random
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from app.adapters.clock import SystemClock
from app.adapters.site_file import load_site
from app.adapters.sql_people import SqlPeople
from app.bootstrap import open_desk
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole
from app.web.access import COOKIE
from app.wiring.records import open_records
from evals.bench.figure import Figure, median, percentile
from evals.bench.service import running
from evals.bench.workspace import Workspace

_AGENTS = 50
_OPEN = 500
_TURNS = 2000
_MESSAGES = 20
_PAUSE_S = 2.0  # between two messages of customers
_SOON_S, _SPREAD_S = 0.15, 2.0  # as static/inbox.js waits after an event
_PATIENCE_S = 60.0
_TOKEN = "a customer of the benchmark"  # noqa: S105 - of a database that is thrown away
_WORDS = "洗濯機の水漏れが止まりません。昨日から試していますが直りません。"

Seen = dict[str, list[float]]  # by conversation: when an agent's stream told of it


def measure(workspace: Workspace) -> list[Figure]:
    home = workspace.home("desk", empty=True)
    workspace.ingest(workspace.articles, home)
    seeded = _seed(workspace, home)
    with running(home, LIMIT_REQUESTS="0") as base:  # all agents come from one address here
        return asyncio.run(_figures(base, *seeded))


def _seed(workspace: Workspace, home: Path) -> tuple[list[str], str, list[str], int]:
    """Conversations that are with a person, the ticket of the long one, sessions of agents, the last event."""
    settings, clock = workspace.settings(home), SystemClock()
    records = open_records(settings)
    desk, people = open_desk(records.engine, load_site(settings.site_file), clock), SqlPeople(records.engine, clock)
    causes, ticket = list(Cause), ""
    for n in range(_OPEN):
        conversation = records.store.create("ja", "web", _TOKEN)
        for _ in range(4 if n else _TURNS):
            records.store.add_question(conversation.id, _WORDS)
        opened = desk.open(conversation, Escalation(causes[n % len(causes)], Effect.HAND_OFF, 0, 0.9))
        ticket = ticket or opened.ticket_id
    role = frozenset({StaffRole.AGENT})
    users = [people.add(f"{time.time_ns()}-{n}", f"Agent {n}", role) for n in range(_AGENTS)]
    for each in desk.queue()[:_MESSAGES]:
        desk.take(each.ticket.id, users[0])
    theirs = [each.ticket.conversation_id for each in desk.queue() if each.ticket.taken_at]
    sessions = [people.open_session(user.id, clock.now() + timedelta(hours=1)) for user in users]
    return theirs, ticket, sessions, records.events.latest()


async def _figures(base: str, writing: list[str], long_one: str, agents: list[str], after: int) -> list[Figure]:
    taken: list[float] = []
    seen: Seen = {}
    watching = [asyncio.create_task(_agent(base, session, after, taken, seen)) for session in agents]
    await asyncio.sleep(2.0)
    taken.clear()
    told = [await _message(base, conversation, seen) for conversation in writing]
    for each in watching:
        each.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    pages = [await _timed(base, f"/desk/{long_one}", agents[0]) for _ in range(5)]
    note = f"n = {len(taken)}, p50 {1000 * median(taken):.0f} ms; a message every {_PAUSE_S:.0f} s"
    late = [delay for delays in told for delay in delays]
    return [
        Figure(f"queue, {_AGENTS} agents, {_OPEN} open, p95", 1000 * percentile(taken, 95), "ms", 150, note=note),
        Figure(
            "a customer's message to the agents' event, p95",
            1000 * percentile(late, 95),
            "ms",
            1000 * (1 - _SOON_S),
            note=f"n = {len(late)} of {len(told) * _AGENTS}, p50 {1000 * median(late):.0f} ms",
        ),
        Figure(f"page of a conversation of {_TURNS} turns, slowest", 1000 * max(pages), "ms", 1000, note="n = 5"),
    ]


async def _agent(base: str, session: str, after: int, taken: list[float], seen: Seen) -> None:
    """Follows the stream; after an event the queue is read once, however many there were."""
    reader, writer = await _get(base, f"/desk/events?after={after}", session)
    reading: asyncio.Task[None] | None = None
    try:
        while line := await reader.readline():
            if not line.startswith(b"data: "):
                continue
            seen.setdefault(json.loads(line[6:])["conversation_id"], []).append(time.perf_counter())
            if reading is None or reading.done():
                reading = asyncio.create_task(_read_queue(base, session, taken))
    finally:
        writer.close()


async def _read_queue(base: str, session: str, taken: list[float]) -> None:
    await asyncio.sleep(_SOON_S + random.random() * _SPREAD_S)  # noqa: S311 - spreads load
    taken.append(await _timed(base, "/desk/queue?tab=all", session))


async def _message(base: str, conversation: str, seen: Seen) -> list[float]:
    """Seconds from a customer's request to each agent's event."""
    seen.pop(conversation, None)
    began = time.perf_counter()
    body = json.dumps({"text": _WORDS})
    path = f"/api/v1/conversations/{conversation}/messages"
    await _said(await _request(base, "POST", path, f"Authorization: Bearer {_TOKEN}\r\n", body))
    await asyncio.sleep(_PAUSE_S)
    return [at - began for at in seen.get(conversation, [])]


async def _timed(base: str, path: str, session: str) -> float:
    began = time.perf_counter()
    await _said(await _get(base, path, session))
    return time.perf_counter() - began


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _get(base: str, path: str, session: str) -> Connection:
    return await _request(base, "GET", path, f"Cookie: {COOKIE}={session}\r\n")


async def _request(base: str, method: str, path: str, headers: str, body: str = "") -> Connection:
    where = urlsplit(base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    sent = body.encode()
    kind = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n{headers}{kind}\r\n"
    writer.write(head.encode() + sent)
    await writer.drain()
    return reader, writer


async def _said(connection: Connection) -> None:
    """Raises RuntimeError for anything but a success."""
    reader, writer = connection
    answer = await asyncio.wait_for(reader.read(), _PATIENCE_S)
    writer.close()
    if not answer.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(f"the service said {answer.partition(bytes([13]))[0].decode()}")

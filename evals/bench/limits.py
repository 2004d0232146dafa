"""What limits, sessions and the audit trail cost a request, and whether a customer who floods slows another one down.

Both customers are on this machine, as two addresses of the loopback, and so is the service: what sending a hundred
requests a second costs is part of what is measured.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx2
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.limiter_redis import RedisRateLimiter
from app.bootstrap import build_services
from app.domain.audit import Act
from app.domain.limits import RateLimiter
from app.domain.people import StaffRole
from app.main import create_app
from app.settings import Settings
from app.web.access import COOKIE
from app.web.limits import Limits
from evals.bench.figure import Figure, median, percentile
from evals.bench.service import serving
from evals.bench.workspace import Workspace

_REQUESTS = 400
_ROUNDS = 4  # of each kind, in turns: what else the machine does falls on both
_QUESTIONS = 40  # in a round
_IN_A_CONVERSATION = 8
_PER_SECOND = 100
_REDIS = "redis://127.0.0.1:6379/0"
_QUESTION = {"ja": "返品の送料は誰が払いますか", "en": "How long does delivery take?"}


def measure(workspace: Workspace) -> list[Figure]:
    home = workspace.built("sample", workspace.articles)
    settings = workspace.settings(home).model_copy(update={"limit_requests": 10**6})
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as loop:  # the one the service runs on
        figures = [loop.run(_overhead(settings, "memory", MemoryRateLimiter()))]
        figures.append(loop.run(_overhead(settings, "Redis", RedisRateLimiter(_REDIS, MemoryRateLimiter()))))
    with serving(home) as (_, base, _):
        quiet, flooded = _in_turns(base)
    before, beside = percentile(quiet, 95), percentile(flooded, 95)
    note = (
        f"n = {len(quiet)} each; {before:.0f} and {beside:.0f} ms, median {median(quiet):.0f} and {median(flooded):.0f}"
    )
    what = f"p95 of a customer while another asks {_PER_SECOND} questions a second, beside alone"
    return [*figures, Figure(what, beside / before, "x", 1.5, note=note)]


async def _overhead(settings: Settings, kind: str, limiter: RateLimiter) -> Figure:
    """Of a request of somebody signed in: counted around a service that does nothing, its session looked up, and put on
    record, which only what changes something is."""
    services = replace(build_services(settings), limiter=limiter)
    user = next(iter(services.people.users()), None) or services.people.add("bench", "", frozenset({StaffRole.ADMIN}))
    token = services.people.open_session(user.id, services.clock.now() + timedelta(hours=1))
    limits, app = Limits(_nothing, services), create_app(services)
    counted, looked_up, recorded = [], [], []
    for n in range(_REQUESTS):
        headers = [(b"cookie", f"{COOKIE}={token}".encode())]
        scope: Scope = {"type": "http", "path": "/admin", "headers": headers, "app": app}
        scope["client"] = (f"10.0.{n % 250}.1", 1)
        began = time.perf_counter()
        await limits(scope, _unasked, _unheard)
        counted.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        if await asyncio.to_thread(services.people.signed_in, token) is None:
            raise RuntimeError("the session is not known")
        looked_up.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        await asyncio.to_thread(services.audit.add, user.id, Act.SIGN_IN, "", "127.0.0.1")
        recorded.append(1000 * (time.perf_counter() - began))
    await limiter.close()
    parts = {"limits": median(counted), "session": median(looked_up), "audit": median(recorded)}
    note = f"n = {_REQUESTS}; " + ", ".join(f"{name} {taken:.2f}" for name, taken in parts.items())
    return Figure(f"sessions, limits and audit ({kind}), p50", sum(parts.values()), "ms", 3.0, note=note)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None: ...


async def _unasked() -> Message:
    raise RuntimeError("nothing reads the request")


async def _unheard(message: Message) -> None:
    raise RuntimeError("a request was refused")


def _in_turns(base: str) -> tuple[list[float], list[float]]:
    """Milliseconds to an answer, for a customer alone and beside the flood."""
    quiet, flooded = [], []
    with httpx2.Client(base_url=base, timeout=60) as client, _flood(base) as flood:
        _ask(client, 5)  # nobody pays for the first calls
        for _ in range(_ROUNDS):
            quiet += _ask(client, _QUESTIONS)
            flood.send_signal(signal.SIGCONT)
            flooded += _ask(client, _QUESTIONS)
            flood.send_signal(signal.SIGSTOP)
    return quiet, flooded


def _ask(client: httpx2.Client, count: int) -> list[float]:
    """One after the other, a few to a conversation: nobody asks so fast."""
    taken = []
    for n in range(count):
        if n % _IN_A_CONVERSATION == 0:
            begun = client.post("/api/v1/conversations", json={"locale": "ja"}).raise_for_status().json()
            path, token = f"/api/v1/conversations/{begun['id']}/messages", {"Authorization": f"Bearer {begun['token']}"}
        began = time.perf_counter()
        question = _QUESTION["en" if n % 2 else "ja"]
        client.post(path, json={"text": question}, headers=token).raise_for_status()
        taken.append(1000 * (time.perf_counter() - began))
        time.sleep(0.3)
    return taken


@contextmanager
def _flood(base: str) -> Iterator[subprocess.Popen[bytes]]:
    """Stopped until it is told to go on."""
    flood = subprocess.Popen([sys.executable, "-m", "evals.bench.flood", base, str(_PER_SECOND)])
    flood.send_signal(signal.SIGSTOP)
    try:
        yield flood
    finally:
        flood.kill()
        flood.wait(timeout=20)

"""Fifty customers at once on one process, over HTTP, and whether it still answers to its health check."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.error import URLError
from urllib.request import urlopen

from evals.bench.datasets import Question, sample_questions
from evals.bench.figure import Figure, median, percentile
from evals.bench.service import conversation, running, say
from evals.bench.workspace import Workspace

_CUSTOMERS = 50
_ROUNDS = 3  # questions of each
_SLACK = 1.3


def measure(workspace: Workspace) -> list[Figure]:
    home = workspace.built("sample", workspace.articles)
    with running(home) as base:
        return _figures(base)


def _figures(base: str) -> list[Figure]:
    questions = sample_questions()[: _CUSTOMERS * _ROUNDS]
    alone = [seconds for seconds in _asked(base, questions[:20]) if seconds is not None]
    ours, theirs = get_context("spawn").Pipe()
    get_context("spawn").Process(target=_health, args=(base, theirs), daemon=True).start()
    ours.recv()
    with ThreadPoolExecutor(_CUSTOMERS) as pool:
        customers = [pool.submit(_asked, base, questions[n::_CUSTOMERS]) for n in range(_CUSTOMERS)]
        answers = [seconds for customer in customers for seconds in customer.result()]
    ours.send("the crowd has gone")
    checks: list[float] = ours.recv()
    taken = [1000 * seconds for seconds in answers if seconds is not None]
    cores = os.cpu_count() or 1
    allowed = 1000 * median(alone) * _CUSTOMERS / cores * _SLACK
    note = f"n = {len(taken)}, one at a time {1000 * median(alone):.0f} ms, {cores} cores, which the customers share"
    return [
        Figure(f"{_CUSTOMERS} customers at once, p95", percentile(taken, 95), "ms", round(allowed), note=note),
        Figure(
            f"{_CUSTOMERS} customers at once, failed", len(answers) - len(taken), limit=0, note=f"n = {len(answers)}"
        ),
        Figure("/healthz meanwhile, slowest", 1000 * max(checks), "ms", 100, note=f"n = {len(checks)}"),
    ]


def _asked(base: str, questions: Sequence[Question]) -> list[float | None]:
    """Seconds of each answer in one conversation; None where it failed."""
    started = conversation(base)
    return [_timed(base, started, question.text) for question in questions]


def _timed(base: str, started: dict[str, str], text: str) -> float | None:
    began = time.perf_counter()
    try:
        say(base, started, text)
    except (URLError, OSError):
        return None
    return time.perf_counter() - began


def _health(base: str, asks: Connection) -> None:
    """Seconds of each check from now on until the other end says something. A process of its own, as a probe is: among
    the threads of fifty customers it would wait for them before it has asked."""
    taken: list[float] = []
    asks.send("ready")
    while not (asks.poll(0.02) and taken):
        began = time.perf_counter()
        with urlopen(f"{base}/healthz", timeout=30):  # noqa: S310 - a loopback address
            taken.append(time.perf_counter() - began)
    asks.send(taken)

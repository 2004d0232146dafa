"""From the command to an answer: how long the start takes, how much memory the service holds, and what it loaded."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from evals.bench.figure import Figure, median
from evals.bench.workspace import KOTAE, Workspace, environment

_RUNS = 3
_PATIENCE_S = 60.0
_QUESTIONS = [
    "返品の送料は誰が払いますか",
    "How long does delivery take?",
    "今日の天気は",
    "ポイントの有効期限は？",
] * 5


def measure(workspace: Workspace) -> list[Figure]:
    home = workspace.built("sample", workspace.articles)
    starts, cpu, sizes, torch = [], [], [], 0
    for _ in range(_RUNS):
        with serving(home) as (process, base, seconds):
            starts.append(seconds)
            cpu.append(_cpu_seconds(process.pid))
            sizes.append(_resident_mb(process.pid))
            torch += _loaded(process.pid, "libtorch")
    with serving(home) as (process, base, _):
        _ask(base, _QUESTIONS)
        after = _resident_mb(process.pid)
        torch += _loaded(process.pid, "libtorch")
    return [
        Figure(
            "start to /readyz, sample index, median",
            median(starts),
            "s",
            20.0,
            note=f"{_RUNS} starts, {median(cpu):.1f} s of one core",
        ),
        Figure("resident at /readyz", max(sizes), "MB", 1600),
        Figure(f"resident after {len(_QUESTIONS)} questions", after, "MB", 1600),
        Figure("torch in the server process", torch, limit=0, note="libtorch in its memory map, all starts"),
    ]


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """A running service: process, base URL, seconds until `/readyz` said yes."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    process = subprocess.Popen(
        [*KOTAE, "serve", "--port", str(port)], env=environment(home, **settings), stdout=subprocess.DEVNULL
    )
    try:
        while not _is_ready(base):
            if process.poll() is not None or time.perf_counter() - began > _PATIENCE_S:
                raise RuntimeError(f"the service did not become ready within {_PATIENCE_S:.0f} s")
            time.sleep(0.02)
        yield process, base, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=20)


def _is_ready(base: str) -> bool:
    try:
        with urlopen(f"{base}/readyz", timeout=5) as response:  # noqa: S310 - a loopback address
            return bool(response.status == 200)
    except (URLError, ConnectionError):
        return False


@contextmanager
def running(home: Path, **settings: str) -> Iterator[str]:
    """The address of a service that is ready."""
    with serving(home, **settings) as (_, base, _):
        yield base


def conversation(base: str) -> dict[str, str]:
    return _post(f"{base}/api/v1/conversations", {"locale": "ja"}, None)


def say(base: str, started: dict[str, str], text: str) -> None:
    """One question, and the whole of its answer. Raises URLError where it failed."""
    _post(f"{base}/api/v1/conversations/{started['id']}/messages", {"text": text}, started["token"])


def _ask(base: str, questions: list[str]) -> None:
    started = conversation(base)
    for question in questions:
        say(base, started, question)


def _post(url: str, body: dict[str, str], token: str | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - a loopback address
    with urlopen(request, timeout=30) as response:  # noqa: S310
        found: dict[str, str] = json.load(response)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_seconds(pid: int) -> float:
    """User and system time so far: what a busy machine does not stretch."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _loaded(pid: int, library: str) -> int:
    return int(library in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8"))

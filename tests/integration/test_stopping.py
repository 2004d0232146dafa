"""A service of its own process that is told to stop while it answers."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.settings import ROOT
from tests.scripted_model import Body, Reply, ScriptedModel, claims, serving, streamed
from tests.service_process import KOTAE, running

ARTICLE = (
    "---\nid: returns\ntitle: 返品について\n---\n未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。\n"
)
QUESTION = "返品の送料は誰が払いますか"
SAID = claims(("未開封の商品は14日以内に返品できます。", 1), ("返送料はお客様のご負担です。", 1))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, embedded_model_dir: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(embedded_model_dir.parent, target_is_directory=True)
    (home / "articles").mkdir()
    (home / "articles" / "returns.md").write_text(ARTICLE, encoding="utf-8")
    command = [*KOTAE, "ingest", str(home / "articles")]
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return home


def environment(home: Path, **more: str) -> dict[str, str]:
    """Without the models that find personal data a service starts in seconds."""
    return {**os.environ, "KOTAE_HOME": str(home), "KOTAE_REDACTION": "False", "PYTHONPATH": str(ROOT)} | more


class Customer(threading.Thread):
    """Asks one question as a stream; `events` are those that came, by name."""

    def __init__(self, base: str) -> None:
        super().__init__(daemon=True)
        self._base = base
        self.events: list[tuple[str, Any]] = []

    def run(self) -> None:
        begun = httpx2.post(f"{self._base}/api/v1/conversations", json={"locale": "ja"}, timeout=30).json()
        headers = {"Authorization": f"Bearer {begun['token']}", "Accept": "text/event-stream"}
        address, asked = f"{self._base}/api/v1/conversations/{begun['id']}/messages", {"text": QUESTION}
        name = ""
        with (
            suppress(httpx2.TransportError),  # cut off
            httpx2.stream("POST", address, json=asked, headers=headers, timeout=60) as reply,
        ):
            for line in reply.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.events.append((name, json.loads(line.removeprefix("data: "))))

    def wait_for(self, name: str) -> None:
        wait_until(lambda: any(event == name for event, _ in self.events))


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def answering(home: Path, pause: float, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]", Customer]]:
    """A service whose model takes `pause` seconds for every nine characters, and a customer who reads its answer."""

    def reply(_: Body) -> Reply:
        return streamed(SAID, pause=pause)

    with serving(ScriptedModel(reply)) as model:
        wanted = {
            "KOTAE_LLM_BASE_URL": model.url,
            "KOTAE_LLM_MODEL": "scripted",
            "KOTAE_RETENTION_DAYS": "0",
        } | settings
        with running(environment(home, **wanted)) as (base, process):
            customer = Customer(base)
            customer.start()
            yield base, process, customer


def is_refused(base: str) -> bool:
    try:
        httpx2.get(f"{base}/readyz", timeout=2)
    except httpx2.TransportError:
        return True
    return False


def test_a_stream_under_way_is_finished_and_nothing_new_is_taken(home: Path) -> None:
    with answering(home, pause=0.25) as (base, process, customer):
        customer.wait_for("sentence")
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(base), 5)
        assert customer.is_alive()
        customer.join(20)
        assert process.wait(10) == 0
    said = [event["sentence"]["text"] for name, event in customer.events if name == "sentence"]
    assert said == ["未開封の商品は14日以内に返品できます。", "返送料はお客様のご負担です。"]
    name, outcome = customer.events[-1]
    assert (name, outcome["kind"]) == ("outcome", "answer")


@pytest.mark.slow
def test_what_takes_too_long_is_cut_off(home: Path) -> None:
    with answering(home, pause=3.0, KOTAE_SHUTDOWN_SECONDS="1", KOTAE_LLM_SECONDS="60") as (_, process, customer):
        customer.wait_for("step")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - began < 8


@pytest.mark.slow
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(home: Path, second: signal.Signals) -> None:
    with answering(home, pause=2.0, KOTAE_LLM_SECONDS="60") as (base, process, customer):
        customer.wait_for("step")
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(base), 5)
        began = time.monotonic()
        process.send_signal(second)
        assert process.wait(5) == -second
        assert time.monotonic() - began < 1


@pytest.mark.slow
def test_an_idle_service_stops_at_once_and_well(home: Path) -> None:
    with running(environment(home)) as (_, process):
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 5

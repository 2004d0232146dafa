"""A file can do to its worker what it likes: it is reported, and the next one is read."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.load.loader import LoadError
from ingestion.sources import FolderSource
from ingestion.worker import Worker

ROGUE = (sys.executable, "-m", "tests.unit.ingestion.rogue_worker")


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker(ROGUE, seconds=20) as worker:
        yield worker


def text_of(worker: Worker, name: str) -> str:
    [document] = worker.load(Path(name), name).documents
    return document.text


def pid_in(text: str) -> int:
    return int(text.rstrip(".").rsplit(" ", 1)[1])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


def test_one_worker_reads_many_files_and_ends_with_the_build(worker: Worker) -> None:
    with worker:
        pids = {pid_in(text_of(worker, f"{n}.pdf")) for n in range(3)}
    [pid] = pids
    assert not is_alive(pid)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("exit", "brings down the program that reads it (exit code 3)"),
        ("abort", "brings down the program that reads it (SIGABRT)"),
        ("half", "brings down the program that reads it (exit code 0)"),
        ("hog", "needs more than 1 GB of memory to read"),
        ("deep", "is nested too deeply"),
        ("raise", "cannot be read (ValueError: of no use)"),
    ],
)
def test_a_file_that_fails_is_reported_and_the_next_one_is_read(worker: Worker, name: str, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        worker.load(Path(f"{name}.pdf"), f"{name}.pdf")
    assert caught.value.reason == reason
    assert text_of(worker, "good.pdf").startswith("good was read")


@pytest.mark.parametrize("name", ["hang", "spin"])
def test_a_file_that_takes_too_long_is_given_up_and_its_worker_killed(worker: Worker, name: str) -> None:
    pid = pid_in(text_of(worker, "good.pdf"))
    worker.seconds = 0.5
    with pytest.raises(LoadError, match=r"takes longer than 0\.5 s to read"):
        worker.load(Path(f"{name}.pdf"), name)
    assert not is_alive(pid)
    worker.seconds = 20
    assert pid_in(text_of(worker, "good.pdf")) != pid


def test_a_loader_s_own_reason_keeps_its_line(worker: Worker) -> None:
    with pytest.raises(LoadError) as caught:
        worker.load(Path("refuse.pdf"), "refuse.pdf")
    assert (caught.value.line, caught.value.reason) == (7, "is refused")


def test_what_a_parser_prints_is_no_reply(worker: Worker) -> None:
    assert text_of(worker, "print.pdf").startswith("print was read")


def test_a_name_that_is_no_utf_8_reaches_the_worker(worker: Worker) -> None:
    [document] = worker.load(Path(os.fsdecode(b"\xff.pdf")), "name.pdf").documents
    assert "was read" in document.text


@pytest.mark.parametrize("name", ["good", "hang", "spin"])
def test_the_worker_does_not_outlive_a_build_that_is_killed(name: str, tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        from pathlib import Path
        from ingestion.worker import Worker
        worker = Worker({ROGUE!r})
        print(worker.load(Path("good.pdf"), "x").documents[0].text, flush=True)
        worker.load(Path("{name}.pdf"), "x")
        input()
    """)
    build = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    pid = pid_in(build.stdout.readline().strip())
    time.sleep(0.3)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert is_gone_within(pid, 5)


def test_a_folder_of_plain_files_starts_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    (tmp_path / "a.md").write_text("返品です。", encoding="utf-8")
    (tmp_path / "b.docm").write_text("x", encoding="utf-8")
    assert len(FolderSource(tmp_path).read().documents) == 1

"""docs/operations.md, "From the first start to a restore": every line of its blocks, in order, as it stands there."""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.settings import ROOT
from tests.service_process import KOTAE, status

pytestmark = pytest.mark.slow

BLOCKS = re.findall(r"^```walk\n(.*?)^```", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines() if line]
NOT_OURS = {"git"}  # a test fetches nothing
ARTICLES = {
    "returns.md": "---\nid: returns\ntitle: Returns\nlang: en\n---\nUnused goods can be returned within 30 days of delivery.\n",
    "delivery.md": "---\nid: delivery\ntitle: Delivery\nlang: en\n---\nStandard delivery takes 2 to 4 days.\n",
}


@dataclass
class Shell:
    """As much of one as the lines need."""

    folder: Path
    environment: dict[str, str]
    jobs: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> None:
        words = shlex.split(line)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.environment[name] = value
        elif words[:2] == ["kill", "%1"]:
            job = self.jobs.pop()
            job.send_signal(signal.SIGTERM)
            assert job.wait(60) == 0, line
        elif words[-1] == "&":
            self._serve([*KOTAE, *words[1:-1]])
        elif words[0] == "kotae":
            command = [*KOTAE, *words[1:]]
            done = subprocess.run(
                command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            self.said[line] = done.stdout
        else:
            assert words[0] in NOT_OURS, line

    def _serve(self, command: list[str]) -> None:
        job = subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL)
        self.jobs.append(job)
        until = time.monotonic() + 120
        while status(f"http://127.0.0.1:{self.environment['KOTAE_PORT']}/readyz") != 200:
            assert job.poll() is None
            assert time.monotonic() < until
            time.sleep(0.3)


@pytest.fixture
def shell(tmp_path: Path, embedded_model_dir: Path) -> Iterator[Shell]:
    (tmp_path / "articles").mkdir()
    for name, article in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(article, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    own = {name: value for name, value in os.environ.items() if not name.startswith("KOTAE_")}
    more = {"PYTHONPATH": str(ROOT), "KOTAE_PORT": port, "KOTAE_MODELS_DIR": str(embedded_model_dir.parent)}
    shell = Shell(tmp_path, own | more)
    yield shell
    for job in shell.jobs:
        job.kill()
        job.wait()


def test_every_line_of_the_walk_does_what_it_says(shell: Shell) -> None:
    assert len(LINES) > 20
    for line in LINES:
        shell.run(line)
    asked = next(said for line, said in shell.said.items() if line.startswith("kotae ask"))
    assert "30 days" in asked
    assert (shell.folder / "restored" / "kotae.db").exists()
    assert (shell.folder / "restored" / "vault.key").read_bytes() == (shell.folder / "var" / "vault.key").read_bytes()
    assert "1 conversations" in shell.said["kotae backup restore before-upgrade.tar.gz"]

"""What `kotae --help` costs."""

import re
import subprocess
import sys
import time

from evals.bench.figure import Figure, median
from evals.bench.workspace import KOTAE, Workspace, environment

_RUNS = 7
_SLOW = ("torch", "transformers", "langchain", "spacy")
_IMPORTED = re.compile(r"^import time:.*\|\s+([\w.]+)$", re.MULTILINE)


def measure(workspace: Workspace) -> list[Figure]:
    env = environment(workspace.home("help"))
    times = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        subprocess.run([*KOTAE, "--help"], check=True, env=env, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    code = "import sys; sys.argv = ['kotae', '--help']; from app.cli import main; main()"
    report = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], check=True, env=env, capture_output=True, text=True
    )
    imported = {name.partition(".")[0] for name in _IMPORTED.findall(report.stderr)}
    slow = sorted(imported & set(_SLOW))
    return [
        Figure("kotae --help, median", median(times), "s", 0.5, note=f"{_RUNS} runs, least {min(times):.2f}"),
        Figure(
            "kotae --help, slow packages imported", len(slow), limit=0, note=", ".join(slow) or "none of those named"
        ),
    ]

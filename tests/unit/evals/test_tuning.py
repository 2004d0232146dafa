"""Tuning cannot open what it is later judged by. In processes of their own: the lock cannot be undone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SETS = ROOT / "evals" / "datasets"
TUNING = ("calibrate", "verifier_fit")
OPEN = "from pathlib import Path; from evals.tuning import keep_test_splits_shut; keep_test_splits_shut(); "


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", sorted(SETS.rglob("test*.jsonl")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_test_split_stays_shut(path: Path) -> None:
    relative = path.relative_to(ROOT)
    for way in (f"Path({str(relative)!r}).read_text()", f"open({str(path)!r})", f"open(b{str(relative)!r})"):
        found = run(OPEN + way)
        assert "is a test split, which tuning never reads" in found.stderr


def test_everything_else_opens() -> None:
    for path in (SETS / "faithfulness" / "dev.jsonl", ROOT / "README.md"):
        assert run(OPEN + f"Path({str(path)!r}).read_text()").returncode == 0


@pytest.mark.parametrize("script", TUNING)
def test_every_tuning_script_shuts_them_first(script: str) -> None:
    text = (ROOT / "evals" / f"{script}.py").read_text(encoding="utf-8")
    assert re.search(r"parse_args\(\)\n\s+keep_test_splits_shut\(\)\n", text)

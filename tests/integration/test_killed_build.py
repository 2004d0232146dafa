"""`kill -9` at any moment of a build leaves the old version serving."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_registry import FileIndexRegistry

ROOT = Path(__file__).resolve().parents[2]
BUILD = """
import sys, time
from pathlib import Path
from app.adapters.clock import SystemClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedding_cache import EmbeddingCache
from ingestion.build import build
from ingestion.sources import FolderSource

home = Path(sys.argv[2])
with EmbeddingCache(home / "cache") as cache:
    print("begun", flush=True)
    build(FolderSource(Path(sys.argv[1])), open_embedder=HashingEmbedder, cache=cache, index_dir=home / "index",
          clock=SystemClock(), advance=lambda done, total: time.sleep(0.002))
"""


def start(source: Path, home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(source), str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def test_the_old_version_stays_whole_and_the_next_build_succeeds(tmp_path: Path) -> None:
    source, home = tmp_path / "kb", tmp_path / "home"
    source.mkdir()
    article = source / "a.md"
    article.write_text("# 返品\n\n14日以内です。", encoding="utf-8")
    assert start(source, home).wait(60) == 0
    registry = FileIndexRegistry(home / "index", HashingEmbedder())
    served = registry.current()
    assert served is not None

    article.write_text("\n".join(f"## 見出し{n}\n\n本文{n}です。\n" for n in range(150)), encoding="utf-8")
    killed = 0
    for moment in (0.0, 0.05, 0.15, 0.3, 0.45, 0.6):
        process = start(source, home)
        time.sleep(moment)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        killed += process.wait(60) == -signal.SIGKILL
        current = registry.current()
        assert current is not None
        registry.load(current)  # whole: every file has the manifest's SHA-256
        if killed and process.returncode != 0 and current == served:
            assert registry.load(current).chunks[0].text == "14日以内です。"
    assert killed >= 2

    assert start(source, home).wait(60) == 0
    current = registry.current()
    assert current not in {None, served}
    assert len(registry.load(str(current)).chunks) == 150


@pytest.mark.parametrize("arguments", [["missing"], ["empty"]])
def test_the_command_says_in_one_sentence_what_is_wrong(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    environment = {**os.environ, "KOTAE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "ingestion", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "folder" in run.stderr

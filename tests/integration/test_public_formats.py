"""Every file of two parsers' own test suites, as they lie in folders of users: text or a reason, and a whole build.

`KOTAE_TEST_DATA` names the folder of public data; without it `../shared/data` beside the checkout is tried.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.adapters.clock import SystemClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.index_registry import FileIndexRegistry
from app.settings import ROOT
from ingestion.build import build
from ingestion.load import HEAVY
from ingestion.sources import FolderSource

FORMATS = Path(os.environ.get("KOTAE_TEST_DATA", ROOT.parent / "shared" / "data")) / "formats"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FORMATS.is_dir(), reason=f"there is no folder {FORMATS}")]

# Refused for good reason; everything else in a format that is read must give its text.
REFUSED = {
    "2206.01062_pg3.pdf": "is protected by a password",
    "MEDRPT-2024-PAT-3847_medical_report_scan.pdf": "no text: needs OCR",
    "Strict.docx": "is Strict Open XML: save it in the program's usual form",
    "powerpoint_bad_text.pptx": "holds no text",
    "pptx_chart.pptx": "holds no text",
}


def test_every_file_gives_text_or_a_reason_and_no_worker_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    with EmbeddingCache(tmp_path / "cache") as cache:
        report = build(
            FolderSource(FORMATS),
            open_embedder=HashingEmbedder,
            cache=cache,
            index_dir=tmp_path / "index",
            clock=SystemClock(),
            advance=lambda _done, _total: None,
        )
    assert report.manifest
    index = FileIndexRegistry(tmp_path / "index", HashingEmbedder()).load(report.manifest.version)
    read = {index.document(chunk.document_id).path.partition("#")[0] for chunk in index.chunks}  # type: ignore[union-attr]
    skipped = {item.path: item.reason for item in report.skipped}
    files = {path.relative_to(FORMATS).as_posix() for path in FORMATS.rglob("*") if path.is_file()}

    assert files - read == set(skipped) - read
    heavy = {name for name in skipped if Path(name).suffix in HEAVY and name not in read}
    assert {Path(name).name: skipped[name] for name in heavy} == REFUSED
    assert len(files) > 400
    assert started
    assert [process.args for process in started if process.returncode is None] == []

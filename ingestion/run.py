"""One build on this machine, as `kotae ingest` and `python -m ingestion` run it."""

import json
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.adapters.clock import SystemClock
from app.adapters.releases import Releases
from app.settings import Settings
from app.wiring.models import open_cache, open_embedder
from app.wiring.records import make_home
from ingestion.build import build
from ingestion.report import as_json as report_json
from ingestion.report import print_report
from ingestion.sources import FolderSource


def ingest_folder(settings: Settings, directory: Path, *, strict: bool = False, as_json: bool = False) -> int:
    """Build and serve; the report goes to stdout, progress to stderr. The exit code: 1 when `strict` refused.

    Raises KnowledgeError, SettingsError or ModelError.
    """
    make_home(settings)
    errors = Console(stderr=True)
    columns = TextColumn("Embedding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar, open_cache(settings) as cache:
        task = bar.add_task("embed", total=None, visible=False)
        report = build(
            FolderSource(directory),
            open_embedder=partial(open_embedder, settings),
            cache=cache,
            index_dir=settings.index_dir,
            clock=SystemClock(),
            advance=lambda done, total: bar.update(task, completed=done, total=total, visible=True),
            released=Releases(settings.index_dir).all(),
            strict=strict,
        )
    if as_json:
        print(json.dumps(report_json(report), ensure_ascii=False, indent=2))
    else:
        print_report(report, Console())
    return 0 if report.manifest else 1

"""What `kotae eval` does: open a task, run it or finish a run that was cut off, keep the run."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.settings import Settings
from evals.run import Run, about_run, run_task, unfinished
from evals.task import Task


@dataclass(frozen=True, slots=True)
class Options:
    """`parallel` samples at a time, each for at most `timeout` seconds; only the first `limit` samples, or all."""

    parallel: int = 2 * (os.cpu_count() or 1)
    timeout: float = 120.0
    limit: int | None = None


def run_one(
    settings: Settings, opened: AbstractContextManager[Task[Any]], options: Options, folder: Path | None = None
) -> tuple[Run, Path]:
    """The run and where it is kept: `folder`, else below KOTAE_HOME/evals/runs, where a run of the same inputs that was
    cut off is finished. Raises EvalError."""
    with opened as task:
        dataset = task.dataset.first(options.limit)
        about = about_run(task, dataset)
        cut_off = None if folder else unfinished(runs_dir(settings), about)
        if cut_off:
            print(f"Finishing the run in {cut_off}, which was cut off.", file=sys.stderr)
        kept = folder or cut_off or runs_dir(settings) / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{task.kind}-{about.key}"
        with _progress(f"{task.kind} {dataset.name}") as advance:
            run = anyio.run(run_task, task, dataset, kept, options.parallel, options.timeout, advance)
    return run, kept


def runs_dir(settings: Settings) -> Path:
    return settings.home / "evals" / "runs"


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

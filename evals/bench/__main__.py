"""`python -m evals.bench`: a table on stdout, what is being measured on stderr; exit 1 where a target is missed."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.bench import (
    building,
    command,
    crowd,
    desk,
    embedding,
    latency,
    limits,
    ranking,
    rivals,
    service,
    watching,
    writing,
)
from evals.bench.figure import Figure
from evals.bench.workspace import Workspace

_WIDTH = 200  # of the table in a file


def main() -> int:
    given = _arguments()
    workspace = Workspace(given.work)
    data = given.data if given.data and given.data.is_dir() else None
    archive = data / "kb" / "large_kb_ja.tar.gz" if data else None
    if data is None:
        print("No folder of public data: the rows that need it are left out (--data DIR).", file=sys.stderr)
    groups: dict[str, Callable[[], list[Figure]]] = {
        "command": lambda: command.measure(workspace),
        "service": lambda: service.measure(workspace),
        "building": lambda: building.measure(workspace),
        "embedding": lambda: embedding.measure(workspace),
        "latency": lambda: latency.measure(workspace, archive),
        "writing": lambda: writing.measure(workspace),
        "crowd": lambda: crowd.measure(workspace),
        "desk": lambda: desk.measure(workspace),
        "limits": lambda: limits.measure(workspace),
        "watching": lambda: watching.measure(workspace),
        "ranking": lambda: ranking.measure(workspace, data),
        "rivals": lambda: rivals.measure(workspace, archive),
    }
    figures = []
    for name in given.only or groups:
        print(f"measuring: {name}", file=sys.stderr)
        figures += groups[name]()
    _print(figures, as_json=given.json)
    return 1 if any(figure.met is False for figure in figures) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="How fast, how small.")
    names = [
        "command",
        "service",
        "building",
        "embedding",
        "latency",
        "writing",
        "crowd",
        "desk",
        "limits",
        "watching",
        "ranking",
        "rivals",
    ]
    parser.add_argument("--only", action="append", choices=names, help="measure this group; may be given several times")
    parser.add_argument("--data", type=Path, help="folder of public data, for the rows on retrieval and scale")
    parser.add_argument("--work", type=Path, default=Path("var/bench"), help="folder for the indexes that are measured")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _print(figures: list[Figure], *, as_json: bool) -> None:
    if as_json:
        rows = [asdict(figure) | {"met": figure.met} for figure in figures]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("What", "Measured", "Target", "", "How")
    for figure in figures:
        mark = {True: "met", False: "MISSED", None: ""}[figure.met]
        table.add_row(figure.what, f"{figure.value:.3g} {figure.unit}".rstrip(), figure.target, mark, figure.note)
    console = Console()
    Console(width=None if console.is_terminal else _WIDTH).print(table)


if __name__ == "__main__":
    sys.exit(main())
